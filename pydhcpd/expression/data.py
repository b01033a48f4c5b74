"""Runtime expressions (dhcp-eval(5)): nodes with the methods `data`, `test` and `number`.

None is dhcpd's null: every evaluation may have no value, and none raises. `is_constant` says
that the value does not depend on the packet, so that scopes can be folded at start.
"""

from typing import final

from pydhcpd.expression.context import Context


class Expression:
    """A node; each kind answers the one question it can, the others with null."""

    __slots__ = ()

    @property
    def is_constant(self) -> bool:
        """True when the value is the same for every packet."""
        return False

    def data(self, context: Context) -> bytes | None:
        """The value as a byte string."""
        return None

    def test(self, context: Context) -> bool | None:
        """The value as a truth value."""
        return None

    def number(self, context: Context) -> int | None:
        """The value as a number."""
        return None


@final
class Constant(Expression):
    """A string or hex constant, or an option value that is already in wire form."""

    __slots__ = ("value",)

    def __init__(self, value: bytes) -> None:
        self.value = value

    @property
    def is_constant(self) -> bool:
        return True

    def data(self, context: Context) -> bytes | None:
        return self.value


@final
class RequestOption(Expression):
    """`option [space.]name`: the value that the client sent."""

    __slots__ = ("code", "space")

    def __init__(self, space: str, code: int) -> None:
        self.space = space
        self.code = code

    def data(self, context: Context) -> bytes | None:
        return context.request_option(self.space, self.code)


@final
class Hardware(Expression):
    """`hardware`: type byte and address of the client."""

    __slots__ = ()

    def data(self, context: Context) -> bytes | None:
        return context.hardware


@final
class Substring(Expression):
    """`substring(data, offset, length)`; beyond the end is empty, not null."""

    __slots__ = ("length", "offset", "operand")

    def __init__(self, operand: Expression, offset: Expression, length: Expression) -> None:
        self.operand = operand
        self.offset = offset
        self.length = length

    def data(self, context: Context) -> bytes | None:
        value = self.operand.data(context)
        offset = self.offset.number(context)
        length = self.length.number(context)
        if value is None or offset is None or length is None:
            return None
        # Numbers are machine words: a negative one is a huge one (observed: offset -1 is empty).
        if offset < 0:
            return b""
        return value[offset:] if length < 0 else value[offset : offset + length]


@final
class Suffix(Expression):
    """`suffix(data, length)`: the last bytes, all of them if there are fewer."""

    __slots__ = ("length", "operand")

    def __init__(self, operand: Expression, length: Expression) -> None:
        self.operand = operand
        self.length = length

    def data(self, context: Context) -> bytes | None:
        value = self.operand.data(context)
        length = self.length.number(context)
        if value is None or length is None:
            return None
        if length < 0 or length >= len(value):
            return value
        return value[len(value) - length :]


@final
class Concat(Expression):
    """`concat(data, data, ...)`."""

    __slots__ = ("operands",)

    def __init__(self, operands: tuple[Expression, ...]) -> None:
        self.operands = operands

    def data(self, context: Context) -> bytes | None:
        values: list[bytes] = []
        for operand in self.operands:
            value = operand.data(context)
            if value is None:
                return None
            values.append(value)
        return b"".join(values)


@final
class ChangeCase(Expression):
    """`lcase` and `ucase`: ASCII letters only."""

    __slots__ = ("is_upper", "operand")

    def __init__(self, operand: Expression, is_upper: bool) -> None:
        self.operand = operand
        self.is_upper = is_upper

    def data(self, context: Context) -> bytes | None:
        value = self.operand.data(context)
        if value is None:
            return None
        return value.upper() if self.is_upper else value.lower()


@final
class Number(Expression):
    """A decimal number where a number is expected."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value

    @property
    def is_constant(self) -> bool:
        return True

    def number(self, context: Context) -> int | None:
        return self.value


@final
class EncodeInt(Expression):
    """`encode-int(number, width)`: big-endian, width 8, 16 or 32 bits."""

    __slots__ = ("operand", "width")

    def __init__(self, operand: Expression, width: int) -> None:
        self.operand = operand
        self.width = width

    @property
    def is_constant(self) -> bool:
        return self.operand.is_constant

    def data(self, context: Context) -> bytes | None:
        value = self.operand.number(context)
        if value is None:
            return None
        return (value & (1 << self.width) - 1).to_bytes(self.width // 8, "big")


@final
class BinaryToAscii(Expression):
    """`binary-to-ascii(base, width, separator, data)`: numbers without leading zeros."""

    __slots__ = ("base", "operand", "separator", "width")

    def __init__(self, base: int, width: int, separator: Expression, operand: Expression) -> None:
        self.base = base
        self.width = width
        self.separator = separator
        self.operand = operand

    def data(self, context: Context) -> bytes | None:
        value = self.operand.data(context)
        separator = self.separator.data(context)
        if value is None or separator is None:
            return None
        size = self.width // 8
        if len(value) % size:
            text = f"length of buffer {len(value)} not a multiple of width {size}!"
            context.log.append(("info", f"binary-to-ascii: {text}"))
            return None
        numbers = [
            int.from_bytes(value[at : at + size], "big") for at in range(0, len(value), size)
        ]
        form = {8: "o", 10: "d", 16: "x"}[self.base]
        return separator.join(format(number, form).encode() for number in numbers)

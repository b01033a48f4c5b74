"""Data expressions that make new data of their operands (dhcp-eval(5)); null gives null."""

from typing import Final, final

from pydhcpd.expression.context import Context
from pydhcpd.expression.datanode import Data
from pydhcpd.expression.node import Expression, all_constant

ASCII_DIGITS: Final = b"0123456789abcdef"
WORD_32_MASK: Final = 0xFFFFFFFF


@final
class Substring(Data):
    """`substring(data, offset, length)`; beyond the end is empty, not null."""

    __slots__ = ("length", "offset", "operand")

    def __init__(self, operand: Expression, offset: Expression, length: Expression) -> None:
        self.operand = operand
        self.offset = offset
        self.length = length

    @property
    def opcode(self) -> int:
        return 4

    @property
    def is_constant(self) -> bool:
        return self.operand.is_constant and self.offset.is_constant and self.length.is_constant

    def data(self, context: Context) -> bytes | None:
        value = self.operand.data(context)
        offset = self.offset.number(context)
        length = self.length.number(context)
        if value is None or offset is None or length is None:
            return None
        # Numbers have no sign: what was written as a negative one is beyond every end.
        return value[offset : offset + length]


@final
class Suffix(Data):
    """`suffix(data, length)`: the last bytes, all of them if there are fewer."""

    __slots__ = ("length", "operand")

    def __init__(self, operand: Expression, length: Expression) -> None:
        self.operand = operand
        self.length = length

    @property
    def opcode(self) -> int:
        return 5

    @property
    def is_constant(self) -> bool:
        return self.operand.is_constant and self.length.is_constant

    def data(self, context: Context) -> bytes | None:
        value = self.operand.data(context)
        length = self.length.number(context)
        if value is None or length is None:
            return None
        return value[max(len(value) - length, 0) :]


@final
class Concat(Data):
    """`concat(data, data, ...)`."""

    __slots__ = ("operands",)

    def __init__(self, operands: tuple[Expression, ...]) -> None:
        self.operands = operands

    @property
    def opcode(self) -> int:
        return 6

    @property
    def is_constant(self) -> bool:
        return all_constant(self.operands)

    def data(self, context: Context) -> bytes | None:
        # All are evaluated, since evaluation may log.
        values: list[bytes] = []
        for operand in self.operands:
            value = operand.data(context)
            if value is not None:
                values.append(value)
        return b"".join(values) if len(values) == len(self.operands) else None


@final
class Pick(Data):
    """`pick-first-value(data, ...)`, `pick(...)`: the first that is not null."""

    __slots__ = ("operands",)

    def __init__(self, operands: tuple[Expression, ...]) -> None:
        self.operands = operands

    @property
    def opcode(self) -> int:
        return 30

    @property
    def is_constant(self) -> bool:
        return all_constant(self.operands)

    def data(self, context: Context) -> bytes | None:
        for operand in self.operands:
            value = operand.data(context)
            if value is not None:
                return value
        return None


@final
class ChangeCase(Data):
    """`lcase` and `ucase`: ASCII letters only."""

    __slots__ = ("is_upper", "operand")

    def __init__(self, operand: Expression, is_upper: bool) -> None:
        self.operand = operand
        self.is_upper = is_upper

    @property
    def opcode(self) -> int:
        return 56 if self.is_upper else 57

    @property
    def is_constant(self) -> bool:
        return self.operand.is_constant

    def data(self, context: Context) -> bytes | None:
        value = self.operand.data(context)
        if value is None:
            return None
        return value.upper() if self.is_upper else value.lower()


@final
class Reverse(Data):
    """`reverse(width, data)`: groups of `width` bytes in reverse order."""

    __slots__ = ("operand", "width")

    def __init__(self, width: Expression, operand: Expression) -> None:
        self.width = width
        self.operand = operand

    @property
    def opcode(self) -> int:
        return 25

    def data(self, context: Context) -> bytes | None:
        value = self.operand.data(context)
        width = self.width.number(context)
        if value is None or width is None:
            return None
        if width == 0 or len(value) % width:
            text = f"length of buffer {len(value)} not a multiple of width {signed(width)}!"
            context.log.append(("error", f"reverse: {text}"))
            return None
        groups = [value[at : at + width] for at in range(0, len(value), width)]
        return b"".join(reversed(groups))


@final
class EncodeInt(Data):
    """`encode-int(number, width)`: big-endian, width 8, 16 or 32 bits."""

    __slots__ = ("operand", "width")

    def __init__(self, operand: Expression, width: int) -> None:
        self.operand = operand
        self.width = width

    @property
    def opcode(self) -> int:
        return {8: 18, 16: 19, 32: 20}[self.width]

    @property
    def is_constant(self) -> bool:
        return self.operand.is_constant

    def data(self, context: Context) -> bytes | None:
        value = self.operand.number(context)
        if value is None:
            return None
        return (value & (1 << self.width) - 1).to_bytes(self.width // 8, "big")


@final
class BinaryToAscii(Data):
    """`binary-to-ascii(base, width, separator, data)`: numbers without leading zeros."""

    __slots__ = ("base", "operand", "separator", "width")

    def __init__(
        self, base: Expression, width: Expression, separator: Expression, operand: Expression
    ) -> None:
        self.base = base
        self.width = width
        self.separator = separator
        self.operand = operand

    @property
    def opcode(self) -> int:
        return 27

    def data(self, context: Context) -> bytes | None:
        base = self.base.number(context)
        width = self.width.number(context)
        separator = self.separator.data(context)
        value = self.operand.data(context)
        if base is None or width is None or value is None or separator is None:
            return None
        if width not in (8, 16, 32):
            text = f"binary_to_ascii: invalid width {signed(width)}!"
            context.log.append(("error", text))
            return None
        size = width // 8
        if len(value) % size:
            text = f"length of buffer {len(value)} not a multiple of width {size}!"
            context.log.append(("error", f"binary-to-ascii: {text}"))
            return None
        if base == 0:
            return None  # dhcpd divides by it, and dies
        texts = [
            digits(int.from_bytes(value[at : at + size], "big"), base)
            for at in range(0, len(value), size)
        ]
        return separator.join(texts)


def digits(number: int, base: int) -> bytes:
    """A number of 32 bits in a base. dhcpd counts the digits first, in 32 bits.

    Observed: so numbers from 1410065408 on get a zero in front of them in base 10, since ten to
    the tenth overflows to that; bases above 16 have no digits at all.
    """
    if not 0 < base <= len(ASCII_DIGITS):
        return b""
    count = 1
    power = base
    while power <= number:
        count += 1
        following = power * base & WORD_32_MASK
        if following <= power:
            break
        power = following
    text = bytearray(count)
    for at in range(count - 1, -1, -1):
        text[at] = ASCII_DIGITS[number % base]
        number //= base
    return bytes(text)


def signed(number: int) -> int:
    """A number as dhcpd prints it in its messages, in 32 bits with sign."""
    number &= WORD_32_MASK
    return number - (1 << 32) if number >> 31 else number

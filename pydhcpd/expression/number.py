"""Numeric expressions (dhcp-eval(5)): unsigned numbers of 64 bits, as dhcpd computes with them."""

from typing import Final, final

from pydhcpd.expression.binding import Value
from pydhcpd.expression.context import Context
from pydhcpd.expression.node import Expression

WORD_MASK: Final = (1 << 64) - 1
OPCODES: Final = {"+": 47, "-": 48, "*": 49, "/": 50, "%": 51, "&": 52, "|": 53, "^": 54}


class Numeric(Expression):
    """A node whose value is a number; asked for anything else it is null, with a line."""

    __slots__ = ()

    def data(self, context: Context) -> bytes | None:
        text = f"Numeric opcode in evaluate_data_expression: {self.opcode}"
        context.log.append(("error", text))
        return None

    def test(self, context: Context) -> bool | None:
        text = f"Numeric opcode in evaluate_boolean_expression: {self.opcode}"
        context.log.append(("error", text))
        return None

    def value(self, context: Context) -> Value | None:
        return self.number(context)


@final
class Number(Numeric):
    """A number as written; a negative one is a huge one."""

    __slots__ = ("content",)

    def __init__(self, content: int) -> None:
        self.content = content & WORD_MASK

    @property
    def opcode(self) -> int:
        return 21

    @property
    def is_constant(self) -> bool:
        return True

    def number(self, context: Context) -> int | None:
        return self.content


@final
class ExtractInt(Numeric):
    """`extract-int(data, width)`: big-endian; null when the data is too short."""

    __slots__ = ("operand", "size")

    def __init__(self, operand: Expression, width: int) -> None:
        self.operand = operand
        self.size = width // 8

    @property
    def opcode(self) -> int:
        return {1: 15, 2: 16, 4: 17}[self.size]

    @property
    def is_constant(self) -> bool:
        return self.operand.is_constant

    def number(self, context: Context) -> int | None:
        value = self.operand.data(context)
        if value is None or len(value) < self.size:
            return None
        return int.from_bytes(value[: self.size], "big")


@final
class Arithmetic(Numeric):
    """`+ - * / % & | ^`; division by zero is null."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, operator: str, left: Expression, right: Expression) -> None:
        self.operator = operator
        self.left = left
        self.right = right

    @property
    def opcode(self) -> int:
        return OPCODES[self.operator]

    @property
    def is_constant(self) -> bool:
        return self.left.is_constant and self.right.is_constant

    def number(self, context: Context) -> int | None:
        left = self.left.number(context)
        right = self.right.number(context)
        if left is None or right is None:
            return None
        result = self._apply(left, right)
        return None if result is None else result & WORD_MASK

    def _apply(self, left: int, right: int) -> int | None:
        operator = self.operator
        if operator == "+":
            return left + right
        if operator == "*":
            return left * right
        if operator == "&":
            return left & right
        if operator == "|":
            return left | right
        if operator == "^":
            return left ^ right
        if right == 0:
            return None
        return left // right if operator == "/" else left % right


@final
class LeaseTime(Numeric):
    """`lease-time`: the seconds that are left of the lease."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 31

    def number(self, context: Context) -> int | None:
        ends = context.lease_ends
        if ends is None:
            context.log.append(("error", "data: leased_lease: not available"))
            return None
        if ends < context.now:
            text = f"data: lease_time: lease ends at {ends} when it is now {context.now}"
            context.log.append(("error", text))
            return None
        return ends - context.now


@final
class ClientState(Numeric):
    """`client-state`: a client's matter, null on a server."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 55

    def number(self, context: Context) -> int | None:
        return None

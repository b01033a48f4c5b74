"""Boolean expressions (dhcp-eval(5)) with dhcpd's rules for null."""

from typing import final

from pydhcpd.expression.binding import Value
from pydhcpd.expression.context import CHECKED, Context
from pydhcpd.expression.node import Expression, all_constant


class Boolean(Expression):
    """A node that is true, false or null; asked for anything else it is null, with a line."""

    __slots__ = ()

    def data(self, context: Context) -> bytes | None:
        text = f"Boolean opcode in evaluate_data_expression: {self.opcode}"
        context.log.append(("error", text))
        return None

    def number(self, context: Context) -> int | None:
        text = f"Boolean opcode in evaluate_numeric_expression: {self.opcode}"
        context.log.append(("error", text))
        return None

    def value(self, context: Context) -> Value | None:
        return self.test(context)


@final
class Equal(Boolean):
    """`=` and `!=`: both null is equal, exactly one null is not, nor are values of two types."""

    __slots__ = ("is_negated", "left", "right")

    def __init__(self, left: Expression, right: Expression, is_negated: bool) -> None:
        self.left = left
        self.right = right
        self.is_negated = is_negated

    @property
    def opcode(self) -> int:
        return 38 if self.is_negated else 3

    @property
    def is_constant(self) -> bool:
        return self.left.is_constant and self.right.is_constant

    def test(self, context: Context) -> bool | None:
        left = self.left.value(context)
        right = self.right.value(context)
        is_equal = left == right and isinstance(left, bool) == isinstance(right, bool)
        return is_equal != self.is_negated


@final
class Chain(Boolean):
    """`A and B or C ...`, each operator's right side being all that follows: A and (B or C).

    `and`: a left side that is false or null makes the result null, and its right side is not
    evaluated. `or`: true if either side is true, null only if both are null.
    """

    __slots__ = ("conjunctions", "operands")

    def __init__(self, operands: tuple[Expression, ...], conjunctions: tuple[bool, ...]) -> None:
        self.operands = operands
        # True is `and`, False is `or`; one less than operands.
        self.conjunctions = conjunctions

    @property
    def opcode(self) -> int:
        return 8 if self.conjunctions[0] else 9

    @property
    def is_constant(self) -> bool:
        return all_constant(self.operands)

    def test(self, context: Context) -> bool | None:
        has_false = False  # on the left of some `or`
        result: bool | None = None
        last = len(self.conjunctions)
        for index, operand in enumerate(self.operands):
            result = operand.test(context)
            if index == last:
                break
            if self.conjunctions[index]:
                if not result:
                    result = None
                    break
            elif result:
                break
            elif result is not None:
                has_false = True
        return False if result is None and has_false else result


@final
class Not(Boolean):
    """`not`: null stays null."""

    __slots__ = ("operand",)

    def __init__(self, operand: Expression) -> None:
        self.operand = operand

    @property
    def opcode(self) -> int:
        return 10

    @property
    def is_constant(self) -> bool:
        return self.operand.is_constant

    def test(self, context: Context) -> bool | None:
        value = self.operand.test(context)
        return None if value is None else not value


@final
class Exists(Boolean):
    """`exists option`: the client sent it, even empty."""

    __slots__ = ("code", "space")

    def __init__(self, space: str, code: int) -> None:
        self.space = space
        self.code = code

    @property
    def opcode(self) -> int:
        return 22

    def test(self, context: Context) -> bool | None:
        return context.request_option(self.space, self.code) is not None


@final
class Known(Boolean):
    """`known`: a host declaration matched the client; null without a packet."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 24

    def test(self, context: Context) -> bool | None:
        return context.is_known


@final
class Static(Boolean):
    """`static`: the lease is a fixed address."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 33

    def test(self, context: Context) -> bool | None:
        return context.is_static


@final
class Check(Boolean):
    """`check "default"`: any class matched. dhcpd finds out by matching the client anew."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 2

    def test(self, context: Context) -> bool | None:
        context.classes.append(CHECKED)
        return context.is_in_class

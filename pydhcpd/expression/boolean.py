"""Boolean expressions (dhcp-eval(5)) with dhcpd's rules for null."""

from typing import final

from pydhcpd.expression.context import Context
from pydhcpd.expression.data import Expression


@final
class Equal(Expression):
    """`=` and `!=` on data: both null is equal, exactly one null is not."""

    __slots__ = ("is_negated", "left", "right")

    def __init__(self, left: Expression, right: Expression, is_negated: bool) -> None:
        self.left = left
        self.right = right
        self.is_negated = is_negated

    def test(self, context: Context) -> bool | None:
        return (self.left.data(context) == self.right.data(context)) != self.is_negated


@final
class And(Expression):
    """`and`: a left side that is false or null makes the result null, unevaluated right side."""

    __slots__ = ("left", "right")

    def __init__(self, left: Expression, right: Expression) -> None:
        self.left = left
        self.right = right

    def test(self, context: Context) -> bool | None:
        if not self.left.test(context):
            return None
        return self.right.test(context)


@final
class Or(Expression):
    """`or`: true if either side is true, null only if both are null."""

    __slots__ = ("left", "right")

    def __init__(self, left: Expression, right: Expression) -> None:
        self.left = left
        self.right = right

    def test(self, context: Context) -> bool | None:
        left = self.left.test(context)
        if left:
            return True
        right = self.right.test(context)
        if left is None and right is None:
            return None
        return bool(right)


@final
class Not(Expression):
    """`not`: null stays null."""

    __slots__ = ("operand",)

    def __init__(self, operand: Expression) -> None:
        self.operand = operand

    def test(self, context: Context) -> bool | None:
        value = self.operand.test(context)
        return None if value is None else not value


@final
class Exists(Expression):
    """`exists option`: the client sent it, even empty."""

    __slots__ = ("code", "space")

    def __init__(self, space: str, code: int) -> None:
        self.space = space
        self.code = code

    def test(self, context: Context) -> bool | None:
        return context.request_option(self.space, self.code) is not None


@final
class Known(Expression):
    """`known`: a host declaration matched the client; null without a packet."""

    __slots__ = ()

    def test(self, context: Context) -> bool | None:
        return context.is_known


@final
class Static(Expression):
    """`static`: the lease is a fixed address."""

    __slots__ = ()

    def test(self, context: Context) -> bool | None:
        return context.is_static

"""Executable statements (dhcp-eval(5)) and running them into an option state."""

from typing import Final, final

from pydhcpd.expression.context import Context
from pydhcpd.expression.data import Expression

SUPERSEDE: Final = 0
DEFAULT: Final = 1
APPEND: Final = 2
PREPEND: Final = 3


class Statement:
    """A statement; executing it may set options in the context's state."""

    __slots__ = ()

    @property
    def is_constant(self) -> bool:
        """True when executing it has the same effect for every packet, so it can be folded."""
        return False

    def execute(self, context: Context) -> None:
        """Do what the statement says."""
        raise NotImplementedError


@final
class SetOption(Statement):
    """`option`, `supersede`, `default`, `append`, `prepend` and every server parameter."""

    __slots__ = ("code", "operation", "space", "value")

    def __init__(self, space: str, code: int, value: Expression, operation: int) -> None:
        self.space = space
        self.code = code
        self.value = value
        self.operation = operation

    @property
    def is_constant(self) -> bool:
        return self.value.is_constant

    def execute(self, context: Context) -> None:
        values = context.state.values(self.space)
        code = self.code
        if self.operation == DEFAULT and code in values:
            return
        value = self.value.data(context)
        if self.operation in (APPEND, PREPEND) and value is not None:
            old = values.get(code) or b""
            value = old + value if self.operation == APPEND else value + old
        values[code] = value


@final
class If(Statement):
    """`if`: null counts as false. Constant only when both branches do nothing to the packet."""

    __slots__ = ("condition", "otherwise", "then")

    def __init__(
        self,
        condition: Expression,
        then: tuple[Statement, ...],
        otherwise: tuple[Statement, ...],
    ) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise

    def execute(self, context: Context) -> None:
        for statement in self.then if self.condition.test(context) else self.otherwise:
            statement.execute(context)


@final
class Log(Statement):
    """`log (priority, data)`; a null value logs nothing."""

    __slots__ = ("level", "value")

    def __init__(self, level: str, value: Expression) -> None:
        self.level = level
        self.value = value

    def execute(self, context: Context) -> None:
        value = self.value.data(context)
        if value is not None:
            context.log.append((self.level, value.decode("latin-1")))

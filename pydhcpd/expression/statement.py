"""Statements that set options and variables, log, and ask for commands (dhcp-eval(5))."""

from typing import Final, final

from pydhcpd.config.token import Token
from pydhcpd.expression.binding import Bindings, Value
from pydhcpd.expression.context import FATAL, Context, EventBlock
from pydhcpd.expression.data import Constant, Joined, JoinedNames
from pydhcpd.expression.function import Function
from pydhcpd.expression.node import NEXT, RETURN, Expression, Statement

SUPERSEDE: Final = 0
DEFAULT: Final = 1
APPEND: Final = 2
PREPEND: Final = 3


@final
class SetOption(Statement):
    """`option`, `supersede`, `default`, `append`, `prepend` and every server parameter.

    The value is not looked at: that is done when it is needed. `is_compressed` says that it is
    a list of domain names, which are joined as names and not as bytes. `token` is the word that
    begins the statement, where it has a text.
    """

    __slots__ = ("code", "is_compressed", "operation", "space", "token", "value")

    def __init__(
        self,
        space: str,
        code: int,
        value: Expression,
        operation: int,
        is_compressed: bool = False,
        token: Token | None = None,
    ) -> None:
        self.space = space
        self.code = code
        self.value = value
        self.operation = operation
        self.is_compressed = is_compressed
        self.token = token

    @property
    def is_constant(self) -> bool:
        return self.value.is_constant

    def execute(self, context: Context) -> int:
        state = context.state
        if state.trace is not None:
            state.trace.append(self)
        slots = state.slots(self.space)
        code = self.code
        old = slots.get(code)
        if old is None or self.operation == SUPERSEDE:
            slots[code] = self.value
        elif self.operation == APPEND:
            slots[code] = self._join(old, self.value)
        elif self.operation == PREPEND:
            slots[code] = self._join(self.value, old)
        return NEXT

    def _join(self, first: Expression, second: Expression) -> Expression:
        if self.is_compressed:
            return JoinedNames(first, second)
        if isinstance(first, Constant) and isinstance(second, Constant):
            return Constant(first.content + second.content)
        return Joined(first, second)


@final
class SetVariable(Statement):
    """`set NAME = VALUE`; null leaves the name without value.

    The old value is gone before the new one is evaluated: `set n = concat(n, "x")` is null.
    """

    __slots__ = ("name", "value")

    def __init__(self, name: str, value: Expression) -> None:
        self.name = name
        self.value = value

    def execute(self, context: Context) -> int:
        holder = _clear(context, self.name, "execute.c(387)")
        holder.values[self.name] = self.value.value(context)
        return NEXT


@final
class Unset(Statement):
    """`unset NAME`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def execute(self, context: Context) -> int:
        if context.variables.holder(self.name) is not None:
            _clear(context, self.name, "execute.c(427)")
        return NEXT


@final
class Define(Statement):
    """`define NAME(PARAMETERS) { ... }`."""

    __slots__ = ("function", "name")

    def __init__(self, name: str, function: Function) -> None:
        self.name = name
        self.function = function

    def execute(self, context: Context) -> int:
        holder = _clear(context, self.name, "execute.c(387)")
        holder.values[self.name] = self.function
        return NEXT


@final
class Eval(Statement):
    """`eval EXPRESSION`: for what the evaluation itself does."""

    __slots__ = ("value",)

    def __init__(self, value: Expression) -> None:
        self.value = value

    def execute(self, context: Context) -> int:
        self.value.value(context)
        return NEXT


@final
class Return(Statement):
    """`return EXPRESSION`: ends a function unless the value is null; elsewhere ends nothing."""

    __slots__ = ("value",)

    def __init__(self, value: Expression) -> None:
        self.value = value

    def execute(self, context: Context) -> int:
        value: Value | None = self.value.value(context)
        if value is None or context.depth == 0:
            return NEXT
        context.result = value
        return RETURN


@final
class Log(Statement):
    """`log (priority, data)`; a null value logs nothing. `fatal` ends the server."""

    __slots__ = ("level", "value")

    def __init__(self, level: str, value: Expression) -> None:
        self.level = level
        self.value = value

    def execute(self, context: Context) -> int:
        value = self.value.data(context)
        if value is not None and not context.has_ended:
            # Observed: a NUL ends the text.
            text = value.partition(b"\0")[0].decode("latin-1")
            context.log.append((self.level, text))
            context.has_ended = self.level == FATAL
        return NEXT


@final
class Execute(Statement):
    """`execute(PATH, DATA, ...)`: the command is left in the context for somebody to run."""

    __slots__ = ("arguments", "path")

    def __init__(self, path: bytes, arguments: tuple[Expression, ...]) -> None:
        self.path = path
        self.arguments = arguments

    def execute(self, context: Context) -> int:
        if context.has_ended:
            return NEXT
        words = [self.path]
        self._log_argument(context, 0, self.path)
        for number, argument in enumerate(self.arguments, 1):
            value = argument.data(context)
            if value is None:
                context.log.append(("debug", f"execute: bad arg {number}"))
                return NEXT
            self._log_argument(context, number, value)
            words.append(value)
        context.commands.append(tuple(words))
        return NEXT

    def _log_argument(self, context: Context, number: int, value: bytes) -> None:
        text = value.partition(b"\0")[0].decode("latin-1")
        context.log.append(("debug", f"execute_statement argv[{number}] = {text}"))


@final
class On(Statement):
    """`on EVENTS { ... }`: the block is left in the context for whoever stores it on the lease."""

    __slots__ = ("block",)

    def __init__(self, block: EventBlock) -> None:
        self.block = block

    def execute(self, context: Context) -> int:
        context.events.append(self.block)
        return NEXT


@final
class Add(Statement):
    """`add "CLASS"`: the name is left in the context for whoever knows the classes."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def execute(self, context: Context) -> int:
        context.classes.append(self.name)
        return NEXT


def _clear(context: Context, name: str, place: str) -> Bindings:
    """Take the value of a name; where it is known, else the innermost scope."""
    variables = context.variables
    holder = variables.holder(name)
    if holder is None:
        return variables
    if isinstance(holder.values[name], Function):
        # dhcpd cannot free functions, and says so.
        context.log.append(("error", f"{place}: invalid binding type: 4"))
    holder.values[name] = None
    return holder

"""Variables in expressions; a value of another type than the place wants is null."""

from typing import final

from pydhcpd.expression.binding import Value, type_number
from pydhcpd.expression.boolean import Boolean
from pydhcpd.expression.context import Context
from pydhcpd.expression.node import Expression


@final
class Variable(Expression):
    """A bare name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def data(self, context: Context) -> bytes | None:
        value = context.variables.get(self.name)
        if value is None or isinstance(value, bytes):
            return value
        self._log_type(context, value, "data")
        return None

    def test(self, context: Context) -> bool | None:
        value = context.variables.get(self.name)
        if value is None or isinstance(value, bool):
            return value
        self._log_type(context, value, "boolean")
        return None

    def number(self, context: Context) -> int | None:
        value = context.variables.get(self.name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._log_type(context, value, "numeric")
        return None

    def value(self, context: Context) -> Value | None:
        return context.variables.get(self.name)

    def _log_type(self, context: Context, value: Value, wanted: str) -> None:
        text = f"binding type {type_number(value)} in evaluate_{wanted}_expression."
        context.log.append(("error", text))


@final
class Defined(Boolean):
    """`defined(NAME)`: the variable has a value."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def opcode(self) -> int:
        return 40

    def test(self, context: Context) -> bool | None:
        return context.variables.get(self.name) is not None

"""Functions (dhcp-eval(5) `define`) and calls of them.

dhcpd evaluates a call only where any type will do (`set`, `eval`, `return`, an argument). In a
place that wants data, a truth value or a number the function runs, its result is dropped with a
log line, and the value is null (observed).
"""

from typing import Final, final

from pydhcpd.expression.binding import Bindings, Routine, Value, type_number
from pydhcpd.expression.context import DEPTH_LIMIT, Context
from pydhcpd.expression.node import Expression, Statement, execute_all

# What a call adds to the depth besides the nesting of its function.
CALL_COST: Final = 4


@final
class Function(Routine):
    """Parameters and body of a `define`; `nesting` is how deep the body is nested."""

    __slots__ = ("body", "nesting", "parameters")

    def __init__(
        self, parameters: tuple[str, ...], body: tuple[Statement, ...], nesting: int
    ) -> None:
        self.parameters = parameters
        self.body = body
        self.nesting = nesting


@final
class FunctionAsValue(Expression):
    """`set NAME (PARAMETERS) { ... }`: dhcpd reads it, but it has no value."""

    __slots__ = ()

    def value(self, context: Context) -> Value | None:
        context.log.append(("error", "evaluate_expression: invalid expression type: 46"))
        return None


@final
class Call(Expression):
    """`name(argument, ...)`."""

    __slots__ = ("arguments", "name")

    def __init__(self, name: str, arguments: tuple[Expression, ...]) -> None:
        self.name = name
        self.arguments = arguments

    def data(self, context: Context) -> bytes | None:
        self.option_data(context)
        return None

    def option_data(self, context: Context) -> bytes | None:
        """Said to be null, the value of an option goes out nevertheless (observed)."""
        result = self.value(context)
        if result is not None and not isinstance(result, bytes):
            self._log_type(context, result, "evaluate_data_expression")
        context.log.append(("error", "Bogus opcode in evaluate_data_expression: 45"))
        return result if isinstance(result, bytes) else None

    def test(self, context: Context) -> bool | None:
        result = self.value(context)
        if result is not None and not isinstance(result, bool):
            self._log_type(context, result, "evaluate_boolean_expression")
        context.log.append(("error", "Bogus opcode in evaluate_boolean_expression: 45"))
        return None

    def number(self, context: Context) -> int | None:
        result = self.value(context)
        if result is not None and (isinstance(result, bool) or not isinstance(result, int)):
            self._log_type(context, result, "evaluate_numeric_expression")
        context.log.append(("error", "evaluate_numeric_expression: bogus opcode 45"))
        return None

    def value(self, context: Context) -> Value | None:
        """What the function returned; null also when it ends without `return`."""
        function = context.variables.get(self.name)
        if not isinstance(function, Function):
            what = "no such function." if function is None else "not a function."
            context.log.append(("error", f"{self.name}: {what}"))
            return None
        surplus = len(self.arguments) - len(function.parameters)
        if surplus:
            what = "many" if surplus > 0 else "few"
            context.log.append(("error", f"{self.name}: too {what} arguments."))
            return None
        cost = CALL_COST + function.nesting
        if context.depth + cost > DEPTH_LIMIT:
            context.log.append(("error", f"{self.name}: calls nested too deeply."))
            return None
        caller = context.variables
        variables = Bindings(outer=caller)
        for name, argument in zip(function.parameters, self.arguments, strict=True):
            variables.values[name] = argument.value(context)
        context.variables = variables
        context.depth += cost
        context.result = None
        execute_all(function.body, context)
        context.depth -= cost
        context.variables = caller
        return context.take_result()

    def _log_type(self, context: Context, result: Value, place: str) -> None:
        text = f"{self.name}() returned type {type_number(result)} in {place}."
        context.log.append(("error", text))

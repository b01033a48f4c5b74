"""What all data expressions have in common."""

from pydhcpd.expression.context import Context
from pydhcpd.expression.node import Expression


class Data(Expression):
    """A node whose value is a byte string; asked for anything else it is null, with a line."""

    __slots__ = ()

    def test(self, context: Context) -> bool | None:
        text = f"Data opcode in evaluate_boolean_expression: {self.opcode}"
        context.log.append(("error", text))
        return None

    def number(self, context: Context) -> int | None:
        text = f"Data opcode in evaluate_numeric_expression: {self.opcode}"
        context.log.append(("error", text))
        return None

"""Variables (dhcp-eval(5)): what a name may stand for, and scopes that hold names."""

from typing import Final, final


class Routine:
    """A function as the value of a name (see function.py)."""

    __slots__ = ()


Value = bytes | int | bool | Routine

# What dhcpd calls the types of values in its log lines.
BOOLEAN_TYPE: Final = 0
DATA_TYPE: Final = 1
NUMERIC_TYPE: Final = 2
FUNCTION_TYPE: Final = 4


def type_number(value: Value) -> int:
    """The number that dhcpd prints for the type of a value."""
    if isinstance(value, bytes):
        return DATA_TYPE
    if isinstance(value, bool):
        return BOOLEAN_TYPE
    return NUMERIC_TYPE if isinstance(value, int) else FUNCTION_TYPE


@final
class Bindings:
    """Variables by name, in the order of their first setting; names are case-sensitive.

    A function's own variables are chained to those of its caller. None is a name without value.
    """

    __slots__ = ("outer", "values")

    def __init__(
        self, values: dict[str, Value | None] | None = None, outer: "Bindings | None" = None
    ) -> None:
        self.values: Final[dict[str, Value | None]] = {} if values is None else values
        self.outer: Final = outer

    def holder(self, name: str) -> "Bindings | None":
        """The innermost scope that knows the name, or None."""
        scope: Bindings | None = self
        while scope is not None:
            if name in scope.values:
                return scope
            scope = scope.outer
        return None

    def get(self, name: str) -> Value | None:
        """The value of the name, None if it has none."""
        holder = self.holder(name)
        return None if holder is None else holder.values[name]

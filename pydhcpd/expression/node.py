"""The two kinds of runtime nodes: expressions, which have a value, and statements, which act.

None is dhcpd's null: every evaluation may have no value, and none raises. `is_constant` says
that a node is the same for every packet, so that scopes can be folded at start.
"""

from typing import TYPE_CHECKING, Final

from pydhcpd.expression.binding import Value

if TYPE_CHECKING:
    from pydhcpd.expression.context import Context

# How a list goes on behind a statement: with the next one, not at all (`break`), or not at all
# and so do the lists around it, up to the function's (`return`).
NEXT: Final = 0
BREAK: Final = 1
RETURN: Final = 2


class Expression:
    """A node; each kind answers the questions it can, the others with null."""

    __slots__ = ()

    @property
    def is_constant(self) -> bool:
        """True when the value is the same for every packet."""
        return False

    @property
    def opcode(self) -> int:
        """The number by which dhcpd names the node in a complaint about its type."""
        return 0

    def data(self, context: "Context") -> bytes | None:
        """The value as a byte string."""
        return None

    def test(self, context: "Context") -> bool | None:
        """The value as a truth value."""
        return None

    def number(self, context: "Context") -> int | None:
        """The value as a number, signed and 32 bits wide."""
        return None

    def option_data(self, context: "Context") -> bytes | None:
        """The value as the wire form of an option."""
        return self.data(context)

    def value(self, context: "Context") -> Value | None:
        """The value in its own type, for places that take any."""
        return self.data(context)


class Statement:
    """A statement; what it does is left in the context."""

    __slots__ = ()

    @property
    def is_constant(self) -> bool:
        """True when executing it has the same effect for every packet, so it can be folded."""
        return False

    def execute(self, context: "Context") -> int:
        """Do what the statement says; how its list goes on."""
        raise NotImplementedError


def execute_all(statements: tuple[Statement, ...], context: "Context") -> int:
    """Execute a list up to its end or to what ends it."""
    for statement in statements:
        signal = statement.execute(context)
        if signal != NEXT:
            return signal
    return NEXT


def all_constant(nodes: tuple[Expression, ...]) -> bool:
    """True when none of them depends on the packet."""
    return False not in [node.is_constant for node in nodes]


def all_folding(statements: tuple[Statement, ...]) -> bool:
    """True when all have the same effect for every packet."""
    return False not in [statement.is_constant for statement in statements]

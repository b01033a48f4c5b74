"""Scopes: the nested bodies of dhcpd.conf whose statements a packet executes, outermost first."""

from dataclasses import dataclass

from pydhcpd.expression.node import Statement


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """One body: its own statements in order, and the scope around it (None for the global one)."""

    statements: tuple[Statement, ...]
    parent: "Scope | None"

    def chain(self) -> "tuple[Scope, ...]":
        """This scope and those around it, outermost first."""
        scopes: list[Scope] = []
        scope: Scope | None = self
        while scope is not None:
            scopes.append(scope)
            scope = scope.parent
        return tuple(reversed(scopes))

    @property
    def is_constant(self) -> bool:
        """True when the own statements have the same effect for every packet."""
        return all(statement.is_constant for statement in self.statements)

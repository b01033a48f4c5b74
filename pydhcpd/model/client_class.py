"""Classes and subclasses (dhcpd.conf(5) CLIENT CLASSING)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from pydhcpd.config.token import Token
from pydhcpd.expression.node import Expression
from pydhcpd.model.scope import Scope


@final
class Subclass:
    """One value of a class's match expression, with a scope of its own.

    No frozen dataclass: there may be very many, and those take three times as long to make.
    """

    __slots__ = ("class_name", "key", "lease_limit", "scope")

    def __init__(self, class_name: str, key: bytes, scope: Scope, lease_limit: int) -> None:
        self.class_name: Final = class_name
        self.key: Final = key
        self.scope: Final = scope
        self.lease_limit: Final = lease_limit


@dataclass(frozen=True, slots=True, eq=False)
class ClientClass:
    """A class: `match if`, or a submatch (`match`, `spawn with`) looked up among its subclasses.

    `lease_limit` 0 means none. A class with both tests needs `match_if` true first.
    `token` is the keyword of its first declaration.
    """

    name: str
    scope: Scope
    match_if: Expression | None
    submatch: Expression | None
    is_spawning: bool
    lease_limit: int
    subclasses: Mapping[bytes, Subclass]
    token: Token | None = None

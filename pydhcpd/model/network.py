"""Shared networks, subnets, pools and ranges (dhcpd.conf(5)).

The `token` of each is the keyword of its declaration, where it has a text.
"""

from dataclasses import dataclass, field

from pydhcpd.config.token import Token
from pydhcpd.model.network6 import Pool6, Subnet6
from pydhcpd.model.permit import Permit
from pydhcpd.model.scope import Scope
from pydhcpd.wire.address import format_ipv4


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses from `low` to `high`, both included."""

    low: int
    high: int
    token: Token | None = field(default=None, compare=False, repr=False)


def range_text(addresses: Range) -> str:
    """A range as its statement names it."""
    if addresses.low == addresses.high:
        return format_ipv4(addresses.low)
    return f"{format_ipv4(addresses.low)} - {format_ipv4(addresses.high)}"


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Ranges with one access list and one scope.

    `index` is its place in Configuration.pools (order of creation), `network` that of its
    shared network. A pool made for ranges outside any pool body has the scope of its subnet,
    and as token that of its first range.
    """

    index: int
    network: int
    scope: Scope
    ranges: tuple[Range, ...]
    permits: tuple[Permit, ...]
    prohibits: tuple[Permit, ...]
    failover_peer: str | None = None
    token: Token | None = None

    @property
    def size(self) -> int:
        """How many addresses the ranges hold."""
        return sum(addresses.high - addresses.low + 1 for addresses in self.ranges)


@dataclass(frozen=True, slots=True, eq=False)
class Subnet:
    """A subnet declaration; `network` is the index of the shared network it belongs to."""

    index: int
    network: int
    address: int
    mask: int
    scope: Scope
    is_authoritative: bool
    interfaces: tuple[str, ...]
    token: Token | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SharedNetwork:
    """Subnets on one wire; a lone subnet has one of its own, named like `10.0.0.0/24`."""

    index: int
    name: str
    scope: Scope
    is_authoritative: bool
    subnets: tuple[Subnet, ...]
    pools: tuple[Pool, ...]
    interfaces: tuple[str, ...]
    subnets6: tuple[Subnet6, ...] = ()
    pools6: tuple[Pool6, ...] = ()
    token: Token | None = None

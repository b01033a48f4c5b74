"""Subnets, pools, ranges and prefixes of DHCPv6 (dhcpd.conf(5) subnet6, pool6, range6, prefix6)."""

from dataclasses import dataclass

from pydhcpd.model.permit import Permit
from pydhcpd.model.scope import Scope


@dataclass(frozen=True, slots=True, eq=False)
class Subnet6:
    """A subnet6 declaration; `network` is the index of the shared network it belongs to."""

    index: int
    network: int
    address: int
    length: int
    scope: Scope
    is_authoritative: bool
    interfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range6:
    """Addresses of a subnet6 from `low` to `high`, both included; for IA_TA if temporary."""

    subnet: int
    low: int
    high: int
    is_temporary: bool


@dataclass(frozen=True, slots=True)
class PrefixRange6:
    """Prefixes of `length` bits from `low` to `high`, both included, for IA_PD.

    They need not lie inside the subnet6 that hands them out (None: observed in an IPv4 subnet,
    where nobody can ask for them).
    """

    subnet: int | None
    low: int
    high: int
    length: int


@dataclass(frozen=True, slots=True, eq=False)
class Pool6:
    """Ranges and prefixes with one access list and one scope.

    `index` is its place in Configuration.pools6, `network` that of its shared network. The pool
    for what is declared outside pool bodies has the scope of its network.
    """

    index: int
    network: int
    scope: Scope
    ranges: tuple[Range6, ...]
    prefixes: tuple[PrefixRange6, ...]
    permits: tuple[Permit, ...]
    prohibits: tuple[Permit, ...]

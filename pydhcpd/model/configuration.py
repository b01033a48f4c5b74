"""The whole frozen configuration and the lookups a packet needs, each by dict or bisection."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydhcpd.expression.binding import Value
from pydhcpd.model.client_class import ClientClass
from pydhcpd.model.host import Host
from pydhcpd.model.key import Key, Zone
from pydhcpd.model.network import Pool, SharedNetwork, Subnet
from pydhcpd.model.network6 import Pool6, Subnet6
from pydhcpd.model.peer import FailoverPeer, PeerStates
from pydhcpd.model.scope import Scope
from pydhcpd.options.space import OptionSpaces

# Types of DUIDs (RFC 8415 section 11): link-layer address plus time, enterprise, link-layer address
DUID_LLT: Final = 1
DUID_EN: Final = 2
DUID_LL: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Configuration:
    """What dhcpd.conf says, after resolution.

    `shared_networks` and `pools` are in order of creation and indexed by their `index`.
    `hosts_by_identifier` keeps, per option in reverse order of first use, the hosts by value.
    Lists of hosts under one key are in order of declaration. `groups` are the named ones.
    `subnets6` and `pools6` are there in DHCPv6 mode only.
    `server_duid` None means one of `server_duid_type`, made of the first interface.
    The global scope is executed once at the start, without a packet: `parameters` are its values
    of the server space by code, `variables` what it set, `commands` what it wants run, the path
    and its arguments.
    """

    scope: Scope
    spaces: OptionSpaces
    shared_networks: tuple[SharedNetwork, ...]
    subnets: tuple[Subnet, ...]
    pools: tuple[Pool, ...]
    classes: tuple[ClientClass, ...]
    hosts: Mapping[str, Host]
    hosts_by_hardware: Mapping[bytes, tuple[Host, ...]]
    hosts_by_client_identifier: Mapping[bytes, tuple[Host, ...]]
    hosts_by_identifier: tuple[tuple[str, int, Mapping[bytes, tuple[Host, ...]]], ...]
    peers: Mapping[str, FailoverPeer]
    keys: Mapping[str, Key]
    zones: Mapping[str, Zone]
    lease_id_format: str = "octal"
    db_time_format: str = "default"
    server_duid: bytes | None = None
    server_duid_type: int = DUID_LLT
    groups: Mapping[str, Scope] = field(default_factory=dict)
    peer_states: Mapping[str, PeerStates] = field(default_factory=dict)
    subnets6: tuple[Subnet6, ...] = ()
    pools6: tuple[Pool6, ...] = ()
    parameters: Mapping[int, bytes | None] = field(default_factory=dict)
    variables: Mapping[str, Value | None] = field(default_factory=dict)
    commands: tuple[tuple[bytes, ...], ...] = ()
    _subnets_by_mask: tuple[tuple[int, Mapping[int, Subnet]], ...] = field(init=False)
    _range_lows: tuple[int, ...] = field(init=False)
    _range_highs: tuple[int, ...] = field(init=False)
    _range_pools: tuple[Pool, ...] = field(init=False)

    def __post_init__(self) -> None:
        by_mask: dict[int, dict[int, Subnet]] = {}
        for subnet in self.subnets:
            by_mask.setdefault(subnet.mask, {}).setdefault(subnet.address, subnet)
        narrowest_first = sorted(by_mask.items(), reverse=True)
        ranges = sorted(
            (addresses.low, addresses.high, pool.index)
            for pool in self.pools
            for addresses in pool.ranges
        )
        object.__setattr__(self, "_subnets_by_mask", tuple(narrowest_first))
        object.__setattr__(self, "_range_lows", tuple(low for low, _, _ in ranges))
        object.__setattr__(self, "_range_highs", tuple(high for _, high, _ in ranges))
        object.__setattr__(self, "_range_pools", tuple(self.pools[i] for _, _, i in ranges))

    def find_subnet(self, address: int) -> Subnet | None:
        """The narrowest declared subnet that holds the address: one lookup per mask in use."""
        for mask, subnets in self._subnets_by_mask:
            subnet = subnets.get(address & mask)
            if subnet is not None:
                return subnet
        return None

    def find_pool(self, address: int) -> Pool | None:
        """The pool one of whose ranges holds the address."""
        at = bisect_right(self._range_lows, address) - 1
        if at < 0 or address > self._range_highs[at]:
            return None
        return self._range_pools[at]

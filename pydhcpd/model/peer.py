"""Failover peers (dhcpd.conf(5) CONFIGURING FAILOVER)."""

from dataclasses import dataclass, field

from pydhcpd.config.token import Token


@dataclass(frozen=True, slots=True)
class FailoverPeer:
    """One `failover peer` block; times in seconds, `hba` the 32 octets of the bucket map.

    `token` is the keyword of the declaration."""

    name: str
    is_primary: bool
    address: str | None
    port: int
    peer_address: str
    peer_port: int
    max_response_delay: int
    max_unacked_updates: int
    mclt: int
    split: int | None
    hba: bytes | None
    load_balance_max_seconds: int
    max_lease_misbalance: int
    max_lease_ownership: int
    min_balance: int
    max_balance: int
    auto_partner_down: int
    token: Token | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PeerState:
    """A failover state by its name in dhcpd.leases(5), and since when (epoch seconds)."""

    name: str
    since: int | None


@dataclass(frozen=True, slots=True)
class PeerStates:
    """`failover peer NAME state { ... }` in dhcpd.conf; None where it says nothing."""

    own: PeerState | None
    partner: PeerState | None
    mclt: int | None

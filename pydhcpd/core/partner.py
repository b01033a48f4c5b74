"""How one room uses another where failover is concerned.

`Partner` is what DHCPv4 asks about pools that have a failover peer; pools without one cost
nothing. `LeaseKeeper` is how failover puts a lease into the store that DHCPv4 keeps, counts of
classes included.
"""

from typing import Protocol

from pydhcpd.core.turn import Turn
from pydhcpd.lease.event import Variables
from pydhcpd.lease.lease import Lease


class LeaseKeeper(Protocol):
    """The owner of the store."""

    def replace(self, before: Lease, after: Lease, turn: Turn) -> None:
        """Put a lease that the partner, or the protocol, has changed; it is recorded."""

    def end(self, lease: Lease, now: int, turn: Turn) -> None:
        """The time of a lease is over."""


class Partner(Protocol):
    """One relationship, as the server sees it that serves clients."""

    @property
    def name(self) -> str:
        """The name of the relationship."""

    def refusal_reason(self) -> str:
        """Why clients are not answered now; empty if they are."""

    def may_allocate(self, lease: Lease, now: int) -> bool:
        """May a lease that no client holds be given to one?"""

    def may_return(self, lease: Lease, now: int) -> bool:
        """May a lease that is over be given to the client that had it last?"""

    def owns_free(self) -> int:
        """The binding state of free leases that are mine to give: FREE or BACKUP."""

    def is_balanced_to_peer(self, key: bytes, secs: int) -> bool:
        """Is a client left to the partner, by its identifier (or hardware address) and `secs`?"""

    def lease_time(self, lease: Lease, time: int, now: int) -> int:
        """The lease time in seconds that may be given where `time` is wanted."""

    def offer(self, before: Lease, after: Lease) -> Lease:
        """A lease as it is remembered when it is offered."""

    def grant(self, before: Lease, after: Lease, wanted: int, now: int) -> Lease:
        """A lease that is granted, where `wanted` seconds would have been right."""

    def records_confirmations(self) -> bool:
        """Is a lease that is confirmed unaltered recorded all the same?"""

    def release(self, lease: Lease, now: int) -> Lease:
        """A lease that its client gives back."""

    def abandon(self, before: Lease, after: Lease) -> Lease:
        """A lease whose address somebody else has."""

    def may_end(self, lease: Lease) -> bool:
        """May a lease whose time is over change, or must it wait for the partner?"""

    def expire(self, lease: Lease, now: int, variables: Variables) -> Lease:
        """A lease whose time is over, and that may change."""

    def changed(self, before: Lease, after: Lease) -> None:
        """The partner must hear of this lease."""

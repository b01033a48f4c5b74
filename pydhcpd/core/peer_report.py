"""How a relationship with a failover partner stands: what `pydhcpctl failover status` shows.

`PeerControl` is what an admin's command may ask of failover, whichever way it comes.
"""

from dataclasses import dataclass
from typing import Protocol

from pydhcpd.core.turn import Turn
from pydhcpd.wire.moment import Moment


@dataclass(frozen=True, slots=True)
class PoolReport:
    """A pool with a failover peer; `free` are the primary's to give, `backup` the secondary's."""

    network: str
    ranges: tuple[str, ...]
    size: int
    free: int
    backup: int


@dataclass(frozen=True, slots=True)
class PeerReport:
    """One relationship; states by their names in dhcpd.leases(5), since when in epoch seconds.

    `since` is 0 and `role` None where it is not known. `is_connected` is None if no server was
    asked. `unacknowledged` counts the leases of which the partner does not know the last change,
    None where it is not known which leases are shared with it.
    """

    name: str
    role: str | None
    my_state: str
    my_since: int
    partner_state: str
    partner_since: int
    is_connected: bool | None
    unacknowledged: int | None
    pools: tuple[PoolReport, ...]


class PeerControl(Protocol):
    """The server, as far as an admin may ask it about failover."""

    def peer_reports(self) -> list[PeerReport]:
        """How all relationships stand."""

    def set_peer_state(self, peer: str, state: int, moment: Moment) -> Turn | None:
        """Move this server to another state; None if that can't be."""

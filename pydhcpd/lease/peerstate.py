"""What the leases file remembers of a failover peer: both states and since when.

    failover peer "fo" state {
      my state normal at 0 2026/11/22 07:49:57;
      partner state normal at 0 2026/11/22 07:49:57;
      mclt 30;
    }

A record is appended whenever one of the states changes; the last one counts (dhcpd.leases(5)).
Only a secondary writes the mclt, which it has from the primary.
"""

from collections.abc import Mapping
from typing import Final, final

UNKNOWN: Final = 0
STARTUP: Final = 1
NORMAL: Final = 2
COMMUNICATIONS_INTERRUPTED: Final = 3
PARTNER_DOWN: Final = 4
POTENTIAL_CONFLICT: Final = 5
RECOVER: Final = 6
PAUSED: Final = 7
SHUTDOWN: Final = 8
RECOVER_DONE: Final = 9
RESOLUTION_INTERRUPTED: Final = 10
CONFLICT_DONE: Final = 11
RECOVER_WAIT: Final = 254

SERVER_STATE_NAMES: Final[Mapping[int, str]] = {
    UNKNOWN: "unknown-state",
    STARTUP: "startup",
    NORMAL: "normal",
    COMMUNICATIONS_INTERRUPTED: "communications-interrupted",
    PARTNER_DOWN: "partner-down",
    POTENTIAL_CONFLICT: "potential-conflict",
    RECOVER: "recover",
    PAUSED: "paused",
    SHUTDOWN: "shutdown",
    RECOVER_DONE: "recover-done",
    RESOLUTION_INTERRUPTED: "resolution-interrupted",
    CONFLICT_DONE: "conflict-done",
    RECOVER_WAIT: "recover-wait",
}
SERVER_STATE_CODES: Final[Mapping[str, int]] = {
    name: code for code, name in SERVER_STATE_NAMES.items()
}


@final
class PeerState:
    """Both states of a relationship with the epoch seconds since when; `mclt` of a secondary."""

    __slots__ = ("mclt", "my_since", "my_state", "name", "partner_since", "partner_state")

    def __init__(
        self,
        name: str,
        my_state: int,
        my_since: int,
        partner_state: int,
        partner_since: int,
        mclt: int | None,
    ) -> None:
        self.name: Final = name
        self.my_state: Final = my_state
        self.my_since: Final = my_since
        self.partner_state: Final = partner_state
        self.partner_since: Final = partner_since
        self.mclt: Final = mclt

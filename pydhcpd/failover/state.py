"""The states of a failover server (draft-ietf-dhc-failover-12 section 9.2): who serves in which.

A server answers clients in normal, communications-interrupted and partner-down, unless the
state of its partner forbids it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    CONFLICT_DONE,
    NORMAL,
    PARTNER_DOWN,
    PAUSED,
    POTENTIAL_CONFLICT,
    RECOVER,
    RECOVER_DONE,
    RECOVER_WAIT,
    RESOLUTION_INTERRUPTED,
    SERVER_STATE_NAMES,
    SHUTDOWN,
    STARTUP,
    UNKNOWN,
)

SERVING: Final = ""


@dataclass(frozen=True, slots=True)
class ServerState:
    """`reason` why a server in this state does not answer; empty if it does."""

    code: int
    reason: str


SERVER_STATE_ROWS: Final = (
    ServerState(UNKNOWN, "my state unknown"),
    ServerState(STARTUP, "startup"),
    ServerState(NORMAL, SERVING),
    ServerState(COMMUNICATIONS_INTERRUPTED, SERVING),
    ServerState(PARTNER_DOWN, SERVING),
    ServerState(POTENTIAL_CONFLICT, "resolving conflicts"),
    ServerState(RECOVER, "recovering"),
    ServerState(PAUSED, "paused"),
    ServerState(SHUTDOWN, "shut down"),
    ServerState(RECOVER_DONE, "recover done"),
    ServerState(RESOLUTION_INTERRUPTED, "resolving conflicts"),
    ServerState(CONFLICT_DONE, "resolving conflicts"),
    ServerState(RECOVER_WAIT, "recover wait"),
)
SERVER_STATES: Final[Mapping[int, ServerState]] = {row.code: row for row in SERVER_STATE_ROWS}

# What the state of the partner forbids.
PARTNER_DEMANDS: Final[Mapping[int, str]] = {
    PARTNER_DOWN: "peer demands: recovering",
    POTENTIAL_CONFLICT: "peer demands: resolving conflicts",
    CONFLICT_DONE: "peer demands: resolving conflicts",
    RESOLUTION_INTERRUPTED: "peer demands: resolving conflicts",
}


def refusal_reason(my_state: int, partner_state: int) -> str:
    """Why a server does not answer clients; empty if it does.

    In startup the demands of a partner, of whom it knows from its leases file, come first.
    """
    mine = SERVER_STATES[my_state].reason
    demand = PARTNER_DEMANDS.get(partner_state, SERVING)
    return demand or mine if my_state == STARTUP else mine or demand


def is_silent(my_state: int) -> bool:
    """Is this a state, other than startup, in which no client is answered?"""
    return my_state != STARTUP and SERVER_STATES[my_state].reason != SERVING


def tells_startup(my_state: int, partner_state: int) -> bool:
    """Does STATE carry the flag STARTUP? Not if the partner's demands come first."""
    return my_state == STARTUP and partner_state not in PARTNER_DEMANDS


def state_name(code: int) -> str:
    """The name of a state; what is no state is unknown-state."""
    return SERVER_STATE_NAMES.get(code, SERVER_STATE_NAMES[UNKNOWN])

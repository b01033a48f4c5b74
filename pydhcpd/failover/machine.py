"""The server state machine (draft-ietf-dhc-failover-12 section 9; as observed with dhcpd 4.4.3).

A pair that talks is in normal. A server that loses its partner is in communications-interrupted
and serves what it owns; partner-down, which the admin or a timer declares, lets it take over
everything. One that comes back after that, or without its leases file, recovers: it asks for a
full update (recover), waits until no lease that it may have given is valid any more
(recover-wait), and tells that it is ready (recover-done). Two servers that both were in
partner-down resolve the conflict (potential-conflict), the primary first (conflict-done).

There are three kinds of events: the partner tells its state (ON_STATE, by my state and the
partner's; a server in startup reacts by the state it had before), the link is lost (ON_LOSS),
the partner has sent all updates (ON_UPDATE_DONE). What a table does not name changes nothing.

In conflict-done dhcpd exits when the partner tells a state that it can't be in. Here the move
is refused with dhcpd's line and the resolution begins again.
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

# Actions
SEND_UPDATES: Final = 1  # what the partner does not know yet, before the move
REQUEST_ALL: Final = 2  # UPDREQALL
REQUEST_FULL: Final = 3  # UPDREQALL, with a log line
REQUEST: Final = 4  # UPDREQ
CHECK_POOLS: Final = 5  # when to balance next
INVALID: Final = 6  # log an invalid transition of the partner
SPURIOUS_NORMAL: Final = 7  # log a move to normal during conflict resolution
BOTH_RECOVERED: Final = 8  # log that both are in recover-done
REFUSE: Final = 9  # log a move that is impossible while I am in conflict-done


@dataclass(frozen=True, slots=True)
class Reaction:
    """`action` first, then the move to `state`; None for neither."""

    state: int | None = None
    action: int | None = None


NO_REACTION: Final = Reaction()
_TO_NORMAL: Final = Reaction(NORMAL)
_TO_CONFLICT: Final = Reaction(POTENTIAL_CONFLICT)
_TO_PARTNER_DOWN: Final = Reaction(PARTNER_DOWN)
_UPDATE_TO_NORMAL: Final = Reaction(NORMAL, SEND_UPDATES)
_IMPOSSIBLE: Final = Reaction(POTENTIAL_CONFLICT, REFUSE)
_INVALID: Final = Reaction(SHUTDOWN, INVALID)

ON_STATE: Final[Mapping[int, Mapping[int, Reaction]]] = {
    UNKNOWN: {},
    NORMAL: {
        NORMAL: Reaction(None, CHECK_POOLS),
        PARTNER_DOWN: _TO_CONFLICT,
        RECOVER: _TO_PARTNER_DOWN,
        POTENTIAL_CONFLICT: _INVALID,
        RESOLUTION_INTERRUPTED: _INVALID,
        CONFLICT_DONE: _INVALID,
        SHUTDOWN: _TO_PARTNER_DOWN,
        PAUSED: Reaction(COMMUNICATIONS_INTERRUPTED),
    },
    COMMUNICATIONS_INTERRUPTED: {
        NORMAL: _UPDATE_TO_NORMAL,
        COMMUNICATIONS_INTERRUPTED: _UPDATE_TO_NORMAL,
        PARTNER_DOWN: _TO_CONFLICT,
        RECOVER: _TO_PARTNER_DOWN,
        RECOVER_WAIT: _TO_NORMAL,
        RECOVER_DONE: _TO_NORMAL,
        POTENTIAL_CONFLICT: _TO_CONFLICT,
        RESOLUTION_INTERRUPTED: _TO_CONFLICT,
        CONFLICT_DONE: _TO_CONFLICT,
        SHUTDOWN: _TO_PARTNER_DOWN,
    },
    # A partner in startup is not listened to here.
    PARTNER_DOWN: {
        NORMAL: _TO_CONFLICT,
        COMMUNICATIONS_INTERRUPTED: _TO_CONFLICT,
        PARTNER_DOWN: _TO_CONFLICT,
        RECOVER_DONE: _TO_NORMAL,
        POTENTIAL_CONFLICT: _TO_CONFLICT,
        RESOLUTION_INTERRUPTED: _TO_CONFLICT,
        CONFLICT_DONE: _TO_CONFLICT,
    },
    RECOVER: {
        NORMAL: _TO_CONFLICT,
        COMMUNICATIONS_INTERRUPTED: Reaction(None, REQUEST_ALL),
        PARTNER_DOWN: Reaction(None, REQUEST_ALL),
        RECOVER: Reaction(None, REQUEST_FULL),
        POTENTIAL_CONFLICT: _TO_CONFLICT,
        RESOLUTION_INTERRUPTED: _TO_CONFLICT,
        CONFLICT_DONE: _TO_CONFLICT,
        SHUTDOWN: _TO_PARTNER_DOWN,
    },
    RECOVER_WAIT: {},
    RECOVER_DONE: {
        NORMAL: _TO_NORMAL,
        RECOVER_DONE: Reaction(NORMAL, BOTH_RECOVERED),
        SHUTDOWN: _TO_PARTNER_DOWN,
    },
    POTENTIAL_CONFLICT: {
        NORMAL: Reaction(SHUTDOWN, SPURIOUS_NORMAL),
        RECOVER: Reaction(RECOVER),
        CONFLICT_DONE: Reaction(None, REQUEST),
        SHUTDOWN: _TO_PARTNER_DOWN,
    },
    RESOLUTION_INTERRUPTED: {
        NORMAL: _TO_CONFLICT,
        COMMUNICATIONS_INTERRUPTED: _TO_CONFLICT,
        PARTNER_DOWN: _TO_CONFLICT,
        RECOVER: _TO_CONFLICT,
        RECOVER_WAIT: _TO_CONFLICT,
        RECOVER_DONE: _TO_CONFLICT,
        POTENTIAL_CONFLICT: _TO_CONFLICT,
        RESOLUTION_INTERRUPTED: _TO_CONFLICT,
        CONFLICT_DONE: _TO_CONFLICT,
        SHUTDOWN: _TO_PARTNER_DOWN,
    },
    CONFLICT_DONE: {
        NORMAL: _TO_NORMAL,
        COMMUNICATIONS_INTERRUPTED: _IMPOSSIBLE,
        PARTNER_DOWN: _IMPOSSIBLE,
        RECOVER: _IMPOSSIBLE,
        RECOVER_WAIT: _IMPOSSIBLE,
        RECOVER_DONE: _IMPOSSIBLE,
        CONFLICT_DONE: _IMPOSSIBLE,
        SHUTDOWN: Reaction(SHUTDOWN),
        PAUSED: _IMPOSSIBLE,
    },
    SHUTDOWN: {},
    PAUSED: {},
}

# The partner is in partner-down and I was in normal when I stopped: my leases are out of date.
ON_STARTUP_TO_PARTNER_DOWN: Final = Reaction(RECOVER)

ON_LOSS: Final[Mapping[int, int]] = {
    UNKNOWN: RESOLUTION_INTERRUPTED,
    NORMAL: COMMUNICATIONS_INTERRUPTED,
    POTENTIAL_CONFLICT: RESOLUTION_INTERRUPTED,
}

# My states in which a partner that repeats its state is not heard again.
DEAF_TO_REPETITION: Final = frozenset(
    (UNKNOWN, NORMAL, POTENTIAL_CONFLICT, RECOVER_DONE, SHUTDOWN, PAUSED, RECOVER_WAIT)
)

# What the admin may ask for (OMAPI, the leases file): every state but startup and unknown.
REQUESTABLE: Final = frozenset(SERVER_STATE_NAMES) - {UNKNOWN, STARTUP}


def on_state(my_state: int, is_starting: bool, partner_state: int, is_startup: bool) -> Reaction:
    """What follows when the partner tells its state; `is_startup` is the partner's flag.

    `my_state` is the one before the restart while `is_starting`.
    """
    if my_state == PARTNER_DOWN and is_startup:
        return NO_REACTION
    if is_starting and my_state == NORMAL and partner_state == PARTNER_DOWN:
        return ON_STARTUP_TO_PARTNER_DOWN
    return ON_STATE[my_state].get(partner_state, NO_REACTION)


def on_update_done(
    my_state: int, is_primary: bool, partner_state: int, is_wait_over: bool
) -> int | None:
    """The state that follows when the partner has sent all updates; None for none."""
    if my_state == RECOVER:
        if is_wait_over or partner_state in (RECOVER, RECOVER_DONE):
            return RECOVER_DONE
        return RECOVER_WAIT
    if my_state == POTENTIAL_CONFLICT:
        if is_primary:
            return CONFLICT_DONE
        if partner_state == CONFLICT_DONE:
            return NORMAL
    return None

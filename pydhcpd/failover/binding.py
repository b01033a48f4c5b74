"""Which binding updates a server accepts (draft-ietf-dhc-failover-12 sections 7.1, 7.2).

ACCEPTANCE is the binding state machine of the receiver: by its situation, the state that the
lease has here and the state that the partner tells. A lease may always stay as it is; where no
client holds it, nearly everything is accepted. What conditions some moves are times: what the
client was promised here (the clocks of the pair may differ by a minute), and until when the
partner may have promised the lease (the potential expiration time).

Two updates about one lease may cross: then one of them wins (`is_mine_better`).
"""

from collections.abc import Mapping
from typing import Final

from pydhcpd.lease.lease import (
    ABANDONED,
    ACTIVE,
    BACKUP,
    EXPIRED,
    FREE,
    RELEASED,
    RESET,
    Lease,
)

# Conditions
ALWAYS: Final = 1
IF_ENDED: Final = 2  # the lease is over here, or nearly
IF_POTENTIALLY_ENDED: Final = 3  # nor can the partner have promised it any longer
IF_OVER: Final = 4  # what was promised here is over; dhcpd makes such a lease expired by itself
IF_OVER_OR_POTENTIALLY_ENDED: Final = 5

# How much longer than here a lease may seem to last when the partner says that it has expired.
EXPIRY_TOLERANCE_S: Final = 65

# Situations of the receiver
PRIMARY_NORMAL: Final = 1
SECONDARY_NORMAL: Final = 2
NOT_NORMAL: Final = 3

Moves = Mapping[int, int]
_ANY: Final[Moves] = {
    FREE: ALWAYS,
    ACTIVE: ALWAYS,
    EXPIRED: ALWAYS,
    RELEASED: ALWAYS,
    ABANDONED: ALWAYS,
    RESET: ALWAYS,
    BACKUP: ALWAYS,
}
_ANY_BUT_EARLY: Final[Moves] = {
    FREE: IF_POTENTIALLY_ENDED,
    ACTIVE: ALWAYS,
    EXPIRED: ALWAYS,
    RELEASED: ALWAYS,
    ABANDONED: ALWAYS,
    RESET: ALWAYS,
    BACKUP: IF_POTENTIALLY_ENDED,
}

ACCEPTANCE: Final[Mapping[int, Mapping[int, Moves]]] = {
    PRIMARY_NORMAL: {
        FREE: _ANY,
        ACTIVE: {
            FREE: IF_OVER,
            ACTIVE: ALWAYS,
            RELEASED: ALWAYS,
            ABANDONED: ALWAYS,
            BACKUP: IF_OVER,
        },
        EXPIRED: _ANY_BUT_EARLY,
        RELEASED: _ANY,
        ABANDONED: _ANY,
        RESET: _ANY_BUT_EARLY,
        BACKUP: _ANY,
    },
    SECONDARY_NORMAL: {
        FREE: _ANY,
        ACTIVE: {
            FREE: IF_OVER_OR_POTENTIALLY_ENDED,
            ACTIVE: ALWAYS,
            EXPIRED: IF_ENDED,
            RELEASED: ALWAYS,
            ABANDONED: ALWAYS,
            RESET: ALWAYS,
            BACKUP: IF_OVER_OR_POTENTIALLY_ENDED,
        },
        EXPIRED: _ANY_BUT_EARLY,
        RELEASED: _ANY,
        ABANDONED: _ANY,
        RESET: _ANY_BUT_EARLY,
        BACKUP: _ANY,
    },
    NOT_NORMAL: {
        FREE: _ANY,
        ACTIVE: {
            FREE: IF_OVER,
            ACTIVE: ALWAYS,
            EXPIRED: IF_ENDED,
            RELEASED: ALWAYS,
            ABANDONED: ALWAYS,
            RESET: ALWAYS,
            BACKUP: IF_OVER,
        },
        EXPIRED: _ANY,
        RELEASED: _ANY,
        ABANDONED: _ANY,
        RESET: _ANY,
        BACKUP: _ANY,
    },
}


def is_acceptable(
    situation: int, lease: Lease, state: int, potential_expiration: int, now: int
) -> bool:
    """May the partner's update move the lease into that state?"""
    if lease.state == state:
        return True
    condition = ACCEPTANCE[situation][lease.state].get(state)
    if condition == IF_ENDED:
        return lease.ends <= now + EXPIRY_TOLERANCE_S
    if condition == IF_POTENTIALLY_ENDED:
        return potential_expiration <= now
    if condition == IF_OVER:
        return lease.ends <= now
    if condition == IF_OVER_OR_POTENTIALLY_ENDED:
        return lease.ends <= now or potential_expiration <= now
    return condition == ALWAYS


def is_mine_better(lease: Lease, is_primary: bool, state: int, cltt: int) -> bool:
    """Does my own unacknowledged update win over the one that the partner sends meanwhile?

    `state` and `cltt` are the partner's. An active lease beats others, the later talk with the
    client the earlier, the primary the secondary.
    """
    if lease.state == ACTIVE:
        if state == ACTIVE:
            return is_primary if lease.cltt == cltt else lease.cltt > cltt
        if state == EXPIRED:
            return False
        if state in (FREE, BACKUP):
            # dhcpd's secondary gives way here too, and forgets a client that it has just served.
            return True
    elif state == ACTIVE:
        return False
    return is_primary

"""Binding states of a lease (dhcpd.leases(5), draft-ietf-dhc-failover section 9) and their moves.

An address is born FREE. A client's REQUEST makes it ACTIVE; RELEASE and expiry make it FREE
again, DECLINE and an answered ping make it ABANDONED until abandon-lease-time is over, and a
REQUEST may reclaim it even then. EXPIRED, RELEASED and RESET are waiting rooms between ACTIVE
and FREE in which a lease stays until the failover partner knows; BACKUP is FREE in the hands of
the secondary. A server alone never moves a lease into those four, but it finds them in the
leases file of a former pair and leads them back.

With a partner every move may be announced; the times that condition some of them belong to
the failover protocol, not to this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydhcpd.lease.lease import (
    ABANDONED,
    ACTIVE,
    BACKUP,
    EXPIRED,
    FREE,
    RELEASED,
    RESET,
)

ALL_STATES: Final = (FREE, ACTIVE, EXPIRED, RELEASED, ABANDONED, RESET, BACKUP)


@dataclass(frozen=True, slots=True)
class BindingState:
    """`alone` and `with_partner` are the states that may follow, itself included."""

    code: int
    name: str
    alone: tuple[int, ...]
    with_partner: tuple[int, ...]


BINDING_STATES: Final = (
    BindingState(FREE, "free", (FREE, ACTIVE, ABANDONED), ALL_STATES),
    BindingState(ACTIVE, "active", (ACTIVE, FREE, ABANDONED), ALL_STATES),
    BindingState(EXPIRED, "expired", (EXPIRED, FREE, ACTIVE, ABANDONED), ALL_STATES),
    BindingState(RELEASED, "released", (RELEASED, FREE, ACTIVE, ABANDONED), ALL_STATES),
    BindingState(ABANDONED, "abandoned", (ABANDONED, FREE, ACTIVE), ALL_STATES),
    BindingState(RESET, "reset", (RESET, FREE, ACTIVE, ABANDONED), ALL_STATES),
    BindingState(BACKUP, "backup", (BACKUP, FREE, ACTIVE, ABANDONED), ALL_STATES),
)

STATE_NAMES: Final[Mapping[int, str]] = {row.code: row.name for row in BINDING_STATES}
STATE_CODES: Final[Mapping[str, int]] = {row.name: row.code for row in BINDING_STATES}


def _bits(states: tuple[int, ...]) -> int:
    return sum(1 << state for state in states)


# Bit n of entry m: state m may move to state n.
MOVES_ALONE: Final = (0, *(_bits(row.alone) for row in BINDING_STATES))
MOVES_WITH_PARTNER: Final = (0, *(_bits(row.with_partner) for row in BINDING_STATES))


def is_legal_move(before: int, after: int, has_partner: bool) -> bool:
    """May a lease in state `before` be put into state `after`?"""
    moves = MOVES_WITH_PARTNER if has_partner else MOVES_ALONE
    return bool(moves[before] >> after & 1)

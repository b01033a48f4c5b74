"""The binding state machine of the receiver of updates, and which of two crossing updates wins."""

import pytest

from pydhcpd.failover.binding import (
    ACCEPTANCE,
    ALWAYS,
    IF_ENDED,
    IF_OVER,
    IF_OVER_OR_POTENTIALLY_ENDED,
    IF_POTENTIALLY_ENDED,
    NOT_NORMAL,
    PRIMARY_NORMAL,
    SECONDARY_NORMAL,
    is_acceptable,
    is_mine_better,
)
from pydhcpd.lease.binding import STATE_CODES, STATE_NAMES
from pydhcpd.lease.lease import ACTIVE, BACKUP, EXPIRED, FREE, RELEASED, Lease

NOW = 1_000_000
ADDRESS = 0x0A0D25C8
# By situation and the state here: free active expired released abandoned reset backup
# (y accepted, e if the lease is over here or nearly, p if it can't have been promised longer,
# o if it is over here, q either, - never). An active lease that is over has become expired in
# dhcpd before it hears anything, and then it listens.
TABLE = {
    PRIMARY_NORMAL: {
        "free": "yyyyyyy", "active": "oy-yy-o", "expired": "pyyyyyp", "released": "yyyyyyy",
        "abandoned": "yyyyyyy", "reset": "pyyyyyp", "backup": "yyyyyyy",
    },
    SECONDARY_NORMAL: {
        "free": "yyyyyyy", "active": "qyeyyyq", "expired": "pyyyyyp", "released": "yyyyyyy",
        "abandoned": "yyyyyyy", "reset": "pyyyyyp", "backup": "yyyyyyy",
    },
    NOT_NORMAL: {
        "free": "yyyyyyy", "active": "oyeyyyo", "expired": "yyyyyyy", "released": "yyyyyyy",
        "abandoned": "yyyyyyy", "reset": "yyyyyyy", "backup": "yyyyyyy",
    },
}  # fmt: skip
LETTERS = {
    "y": ALWAYS, "e": IF_ENDED, "p": IF_POTENTIALLY_ENDED,
    "o": IF_OVER, "q": IF_OVER_OR_POTENTIALLY_ENDED, "-": None,
}  # fmt: skip


def test_every_move_in_every_situation() -> None:
    assert set(ACCEPTANCE) == set(TABLE)
    for situation, rows in TABLE.items():
        for name, letters in rows.items():
            moves = ACCEPTANCE[situation][STATE_CODES[name]]
            found = {STATE_NAMES[state]: condition for state, condition in moves.items()}
            expected = {
                STATE_NAMES[state]: LETTERS[letter]
                for state, letter in zip(STATE_NAMES, letters, strict=True)
                if LETTERS[letter] is not None
            }
            assert found == expected, (situation, name)


@pytest.mark.parametrize(("left", "is_accepted"), [(60, True), (65, True), (66, False)])
def test_expiry_is_accepted_a_little_early(left: int, is_accepted: bool) -> None:
    lease = Lease(ADDRESS, ACTIVE, EXPIRED, ACTIVE, ends=NOW + left)
    assert is_acceptable(SECONDARY_NORMAL, lease, EXPIRED, 0, NOW) == is_accepted
    # Only the secondary in normal listens to that; the primary ends its leases itself.
    assert not is_acceptable(PRIMARY_NORMAL, lease, EXPIRED, 0, NOW)


@pytest.mark.parametrize(("potential", "is_accepted"), [(NOW, True), (NOW + 1, False)])
def test_active_becomes_free_when_it_can_not_have_been_promised_longer(
    potential: int, is_accepted: bool
) -> None:
    lease = Lease(ADDRESS, ACTIVE, EXPIRED, ACTIVE, ends=NOW + 1)
    assert is_acceptable(SECONDARY_NORMAL, lease, FREE, potential, NOW) == is_accepted
    assert not is_acceptable(NOT_NORMAL, lease, FREE, NOW, NOW)


@pytest.mark.parametrize("situation", [PRIMARY_NORMAL, SECONDARY_NORMAL, NOT_NORMAL])
@pytest.mark.parametrize("state", [FREE, BACKUP])
def test_active_becomes_free_when_it_is_over_here(situation: int, state: int) -> None:
    """A server that comes back after its partner has taken over finds many of those."""
    later = NOW + 3600
    over = Lease(ADDRESS, ACTIVE, EXPIRED, ACTIVE, ends=NOW)
    assert is_acceptable(situation, over, state, later, NOW)
    held = Lease(ADDRESS, ACTIVE, EXPIRED, ACTIVE, ends=NOW + 1)
    assert not is_acceptable(situation, held, state, later, NOW)


@pytest.mark.parametrize(
    ("mine", "my_cltt", "theirs", "their_cltt", "primary_wins", "secondary_wins"),
    [
        (ACTIVE, 10, ACTIVE, 9, True, True),
        (ACTIVE, 9, ACTIVE, 10, False, False),
        (ACTIVE, 9, ACTIVE, 9, True, False),
        (ACTIVE, 9, ACTIVE, 0, True, True),
        (ACTIVE, 10, EXPIRED, 0, False, False),
        (FREE, 0, ACTIVE, 10, False, False),
        (FREE, 0, FREE, 0, True, False),
        (BACKUP, 0, FREE, 0, True, False),
        (ACTIVE, 10, RELEASED, 0, True, False),
    ],
)
def test_duels(
    mine: int,
    my_cltt: int,
    theirs: int,
    their_cltt: int,
    primary_wins: bool,
    secondary_wins: bool,
) -> None:
    lease = Lease(ADDRESS, mine, cltt=my_cltt)
    assert is_mine_better(lease, True, theirs, their_cltt) == primary_wins
    assert is_mine_better(lease, False, theirs, their_cltt) == secondary_wins


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("is_potentially_over", [False, True])
def test_every_move_is_judged_by_its_condition(is_over: bool, is_potentially_over: bool) -> None:
    letters = {"y": True, "-": False, "o": is_over, "e": is_over, "p": is_potentially_over}
    letters["q"] = is_over or is_potentially_over
    # Far off: nearly over is looked at above.
    ends = NOW - 1 if is_over else NOW + 1000
    potential = NOW if is_potentially_over else NOW + 1000
    for situation, rows in TABLE.items():
        for name, row in rows.items():
            here = STATE_CODES[name]
            lease = Lease(ADDRESS, here, ends=ends)
            for state, letter in zip(STATE_NAMES, row, strict=True):
                expected = here == state or letters[letter]
                found = is_acceptable(situation, lease, state, potential, NOW)
                assert found == expected, (situation, name, STATE_NAMES[state])


# Of two updates that cross, by my state and the partner's in the same order: m mine wins,
# t theirs, p the primary's, c that of the later talk with the client.
DUELS = {
    "free": "ptppppp", "active": "mctpppm", "expired": "ptppppp", "released": "ptppppp",
    "abandoned": "ptppppp", "reset": "ptppppp", "backup": "ptppppp",
}  # fmt: skip


@pytest.mark.parametrize("is_primary", [True, False])
def test_every_duel(is_primary: bool) -> None:
    for name, row in DUELS.items():
        lease = Lease(ADDRESS, STATE_CODES[name], cltt=10)
        for state, letter in zip(STATE_NAMES, row, strict=True):
            for cltt in (9, 10, 11):
                later = is_primary if cltt == 10 else cltt < 10
                wins = {"m": True, "t": False, "p": is_primary, "c": later}[letter]
                assert is_mine_better(lease, is_primary, state, cltt) == wins, (name, state, cltt)

"""A month of clients, crashes and full disks: nothing is given twice, nothing is lost."""

import pytest

from tests.simulation.month import Month

DAYS = 30


def simulate(seed: int, days: float = DAYS) -> Month:
    """One simulation; a failure says how to see it again."""
    month = Month(seed)
    try:
        month.live(days)
        month.fall_silent()
        month.check_nothing_is_lost()
    except BaseException as error:
        error.add_note(
            f"at {month.now:.6f}; again: python -m tests.simulation --seeds {seed} --days {days:g}"
        )
        raise
    return month


@pytest.mark.parametrize("seed", range(3))
def test_no_address_is_given_twice_and_none_is_lost(seed: int) -> None:
    month = simulate(seed)
    # Otherwise nothing was tested.
    assert month.ledger.acks > 2000
    assert min(month.figures.values()) > 0, month.figures

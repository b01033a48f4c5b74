"""The share of DISCOVERs that is let in, from what was answered and what was left out."""

import pytest

from pydhcpd.server.overload import HEADROOM, INTERVAL_US, LEAST_SHARE, Overload
from pydhcpd.wire.moment import Moment


def interval(overload: Overload, at_us: int, answered: int, left_out: int) -> int:
    """One interval with this much in it; its end."""
    overload.note(answered, left_out, Moment(at_us))
    due_us = overload.next_timer_us()
    if due_us is None:
        return at_us
    overload.handle_timer(Moment(due_us))
    return due_us


def test_all_come_in_while_all_are_answered() -> None:
    overload = Overload()
    overload.note(256, 0, Moment(0))
    assert (overload.share, overload.next_timer_us()) == (1, None)


def test_the_share_changes_only_when_the_interval_is_over() -> None:
    overload = Overload()
    overload.note(100, 300, Moment(7))
    overload.handle_timer(Moment(7 + INTERVAL_US - 1))
    assert overload.share == 1
    overload.note(100, 100, Moment(7 + INTERVAL_US - 1))
    overload.handle_timer(Moment(7 + INTERVAL_US))
    assert overload.share == pytest.approx(200 * HEADROOM / 600)
    assert overload.next_timer_us() == 7 + 2 * INTERVAL_US


def test_steady_overload_is_let_in_with_the_headroom() -> None:
    # 200,000 DISCOVERs a second, 40,000 of which can be answered.
    overload, at_us = Overload(), 0
    for _ in range(10):
        let_in = int(10_000 * overload.share)
        at_us = interval(overload, at_us, 2_000, let_in - 2_000)
    assert overload.share == pytest.approx(0.2 * HEADROOM, rel=0.01)


def test_what_fits_the_headroom_stays_as_it_is() -> None:
    overload = Overload()
    interval(overload, 0, 100, 1)
    assert overload.share == 1


def test_clock_set_back_leaves_nobody_locked_out() -> None:
    overload, hours_us = Overload(), 10**10
    interval(overload, hours_us, 100, 900)
    assert overload.share < 0.2
    at_us = 0
    while overload.next_timer_us() is not None:
        # As the loop, which looks once a second.
        overload.handle_timer(Moment(at_us))
        at_us += 10**6
    assert overload.share == 1
    assert at_us < 10**7


def test_nobody_is_locked_out() -> None:
    overload, at_us = Overload(), 0
    for _ in range(20):
        at_us = interval(overload, at_us, 0, 1_000)
    assert overload.share == LEAST_SHARE


def test_after_the_overload_all_come_in_again_within_half_a_second() -> None:
    overload = Overload()
    for at_us in range(0, 20 * INTERVAL_US, INTERVAL_US):
        interval(overload, at_us, 1, 1_000_000)
    begin_us = overload.next_timer_us()
    assert begin_us is not None
    due_us: int | None = begin_us
    last_us = begin_us
    while due_us is not None:
        last_us = due_us
        overload.handle_timer(Moment(due_us))
        due_us = overload.next_timer_us()
    assert overload.share == 1
    assert last_us - begin_us < 500_000

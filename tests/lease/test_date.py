"""Dates in the leases file, against the calendar of the standard library."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pydhcpd.lease.date import DateWriter, day_number

NEVER = 0x7FFFFFFF


@given(st.integers(1, NEVER - 1))
def test_text_is_the_calendar_s(seconds: int) -> None:
    date = datetime.fromtimestamp(seconds, UTC)
    assert DateWriter(None).text(seconds) == date.strftime("%w %Y/%m/%d %H:%M:%S;")
    assert day_number(date.year, date.month, date.day) == seconds // 86400


@given(st.integers(1970, 2030), st.integers(1, 12), st.integers(0, 99))
def test_days_beyond_the_month_carry_over(year: int, month: int, day: int) -> None:
    expected = datetime(year, month, 1, tzinfo=UTC) + timedelta(days=day - 1)
    assert day_number(year, month, day) == expected.timestamp() // 86400


def test_never_and_local_time() -> None:
    local = DateWriter(lambda seconds: "Sun Nov 22 07:55:41 2026")
    assert local.text(1795334141) == "epoch 1795334141; # Sun Nov 22 07:55:41 2026"
    assert local.text(NEVER) == "never;"
    assert DateWriter(None).text(NEVER) == "never;"


def test_many_dates_are_not_all_kept() -> None:
    writer = DateWriter(None)
    for seconds in range(1, 40_000):
        writer.text(seconds * 86400)
    assert writer.text(NEVER) == "never;"
    assert writer.text(1767571200) == "1 2026/01/05 00:00:00;"

"""Dates as dhcpd.leases(5) writes them: UTC, or `db-time-format local`.

Nothing here asks the system for the time or its time zone; local time comes in as a function.
"""

from collections.abc import Callable
from typing import Final, final

from pydhcpd.wire.moment import NEVER

SECONDS_A_DAY: Final = 86400
# Later years are read as the end of time (observed).
LAST_YEAR: Final = 2037
# Texts kept: a batch of packets needs a few, a rewrite may need as many as there are leases.
_KEPT_TEXTS: Final = 16384
_DAYS_TO_MARCH_0000: Final = 719468
_DAYS_IN_400_YEARS: Final = 146097


@final
class DateWriter:
    """Writes what stands between `starts ` and the line's end.

    `local_text` gives a second's local time as ctime(3) does, without the line end; None
    stands for the default format.
    """

    __slots__ = ("_days", "_local_text", "_texts")

    def __init__(self, local_text: Callable[[int], str] | None) -> None:
        self._local_text: Final = local_text
        self._texts: Final[dict[int, str]] = {NEVER: "never;"}
        self._days: Final[dict[int, str]] = {}

    def text(self, seconds: int) -> str:
        """The date with its semicolon."""
        found = self._texts.get(seconds)
        if found is None:
            found = self._make(seconds)
            if len(self._texts) >= _KEPT_TEXTS:
                self._texts.clear()
                self._texts[NEVER] = "never;"
            self._texts[seconds] = found
        return found

    def _make(self, seconds: int) -> str:
        if self._local_text is not None:
            return f"epoch {seconds}; # {self._local_text(seconds)}"
        day, second = divmod(seconds, SECONDS_A_DAY)
        date = self._days.get(day)
        if date is None:
            date = format_day(day)
            if len(self._days) >= _KEPT_TEXTS:
                self._days.clear()
            self._days[day] = date
        return f"{date} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02};"


def format_day(day: int) -> str:
    """Weekday (0 is Sunday) and date of a day since the epoch: `4 1970/01/01`."""
    # Years that begin in March have the leap day at the end (Gregorian calendar arithmetic).
    era, day_of_era = divmod(day + _DAYS_TO_MARCH_0000, _DAYS_IN_400_YEARS)
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    month = (5 * day_of_year + 2) // 153
    day_of_month = day_of_year - (153 * month + 2) // 5 + 1
    calendar_month = month + 3 if month < 10 else month - 9
    calendar_year = era * 400 + year + (calendar_month <= 2)
    return f"{(day + 4) % 7} {calendar_year}/{calendar_month:02}/{day_of_month:02}"


def day_number(year: int, month: int, day: int) -> int:
    """The day since the epoch of a date; months and days beyond the calendar carry over."""
    year += (month - 1) // 12
    month = (month - 1) % 12 + 1
    shifted = year - (month <= 2)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5
    return (
        365 * shifted
        + shifted // 4
        - shifted // 100
        + shifted // 400
        + day_of_year
        + day
        - 1
        - _DAYS_TO_MARCH_0000
    )

"""Which addresses already belong to a pool: disjoint intervals, never the addresses themselves."""

from bisect import bisect_left, bisect_right
from typing import final


@final
class RangeSet:
    """Disjoint intervals in ascending order."""

    __slots__ = ("_highs", "_lows")

    def __init__(self) -> None:
        self._lows: list[int] = []
        self._highs: list[int] = []

    def first_common(self, low: int, high: int) -> int | None:
        """The lowest address from `low` to `high` that is already there."""
        at = bisect_left(self._highs, low)
        if at < len(self._lows) and self._lows[at] <= high:
            return max(low, self._lows[at])
        return None

    def add(self, low: int, high: int) -> None:
        """Add an interval that has no address in common with the set."""
        at = bisect_right(self._lows, low)
        self._lows.insert(at, low)
        self._highs.insert(at, high)

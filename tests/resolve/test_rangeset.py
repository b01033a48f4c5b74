"""Ranges that were declared, as intervals."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.resolve.rangeset import RangeSet

INTERVALS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=15)


@given(INTERVALS, st.integers(0, 60), st.integers(0, 20))
@settings(deadline=None, derandomize=True)
def test_the_first_common_address_is_the_one_a_plain_set_gives(
    intervals: list[tuple[int, int]], low: int, size: int
) -> None:
    ranges = RangeSet()
    taken: set[int] = set()
    for start, length in intervals:
        addresses = set(range(start, start + length + 1))
        if ranges.first_common(start, start + length) is None:
            ranges.add(start, start + length)
            assert not taken & addresses
            taken |= addresses
    common = taken & set(range(low, low + size + 1))
    assert ranges.first_common(low, low + size) == (min(common) if common else None)

"""All stored leases of some pools in dhcpd's order, found a slice at a time.

Sorting a hundred thousand leases takes long enough for clients to notice. So each call of `work`
looks at some of them, and the sorted slices are merged while their addresses are taken.
"""

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from typing import Final, final

from pydhcpd.lease.lease import Lease
from pydhcpd.lease.queue import FREE_QUEUE, queue_of
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.network import Pool

# Some milliseconds' work.
SCANNED_AT_ONCE: Final = 4096

# Parts of a pool: free leases whose `ends` is 0 stand before the never-used addresses, the
# others behind, then comes queue by queue.
BEFORE_NEVER_USED: Final = 0
NEVER_USED: Final = 1
_BEHIND_NEVER_USED: Final = 2

# The pool's place among those of the scan, part, `ends`, tie, address.
Placed = tuple[int, int, int, int, int]


@final
class Scan:
    """The leases that `fits` accepts when `work` comes to them; of others nothing is kept."""

    __slots__ = ("_at", "_entries", "_fits", "_pools", "_slices")

    def __init__(
        self, store: LeaseStore, pools: Sequence[Pool], fits: Callable[[Lease], bool]
    ) -> None:
        self._entries: Final = store.entries()
        self._pools: Final = {pool.index: place for place, pool in enumerate(pools)}
        self._fits: Final = fits
        self._at = 0
        self._slices: Final[list[list[Placed]]] = []

    def work(self) -> bool:
        """Look at the next leases; True when all are found."""
        pools, fits = self._pools, self._fits
        found = [
            (pools[index], _part_of(lease), ends, tie, lease.address)
            for ends, tie, lease, index in self._entries[self._at : self._at + SCANNED_AT_ONCE]
            if index in pools and fits(lease)
        ]
        if found:
            found.sort()
            self._slices.append(found)
        self._at += SCANNED_AT_ONCE
        return self._at >= len(self._entries)

    def found(self) -> Iterator[Placed]:
        """What was found, in order."""
        return merge(*self._slices)


def _part_of(lease: Lease) -> int:
    queue = queue_of(lease)
    if queue == FREE_QUEUE and lease.ends <= 0:
        return BEFORE_NEVER_USED
    return queue + _BEHIND_NEVER_USED

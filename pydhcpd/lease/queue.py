"""The queues of a pool: which of them a lease is on, and the order on it.

dhcpd keeps every lease of a pool on one of six queues, sorted by `ends`; a lease that arrives
goes before others with the same `ends`. Only the heads of the free, abandoned and backup queues
and the next expiry are ever asked for, so those are heaps; the order on the other queues matters
when the leases file is rewritten, which sorts.
"""

from heapq import heapify, heappop, heappush
from typing import Final, final

from pydhcpd.lease.lease import RESERVED, Lease

# In the order in which a rewrite goes through them.
FREE_QUEUE: Final = 0
ACTIVE_QUEUE: Final = 1
EXPIRED_QUEUE: Final = 2
ABANDONED_QUEUE: Final = 3
BACKUP_QUEUE: Final = 4
RESERVED_QUEUE: Final = 5
QUEUES: Final = 6

# By binding state (codes from 1): expired, released and reset leases share a queue.
QUEUE_OF_STATE: Final = (
    FREE_QUEUE,
    FREE_QUEUE,
    ACTIVE_QUEUE,
    EXPIRED_QUEUE,
    EXPIRED_QUEUE,
    ABANDONED_QUEUE,
    EXPIRED_QUEUE,
    BACKUP_QUEUE,
)

# How many dead entries a heap may hold beyond the number of its live ones.
_SPARE_DEAD_ENTRIES: Final = 1024

# A stored lease in its place: ends, tie, lease, index of the pool. Ties are unique, the smaller
# goes first, and later ones are smaller. Storing another lease for the address makes another
# entry; this one is dead then and stays in its heap until it comes up. Only a lease amended in
# its place has the tie of the one before it. Ties tell entries apart,
# not identity: compiled code passes tuples by value.
Entry = tuple[int, int, Lease, int]


def queue_of(lease: Lease) -> int:
    """The queue a lease belongs on; a reserved one that is free is kept from allocation."""
    queue = QUEUE_OF_STATE[lease.state]
    if lease.flags & RESERVED and queue in (FREE_QUEUE, BACKUP_QUEUE):
        return RESERVED_QUEUE
    return queue


@final
class EntryHeap:
    """Entries of which only the first is wanted. `entries` tells by address which are alive."""

    __slots__ = ("_entries", "_heap")

    def __init__(self, entries: dict[int, Entry]) -> None:
        self._entries: Final = entries
        self._heap: list[Entry] = []

    def fill(self, batch: list[Entry]) -> None:
        """Start with these."""
        heapify(batch)
        self._heap = batch

    def push(self, entry: Entry, live_entries: int) -> None:
        """Add an entry; `live_entries` (at least) are alive with it."""
        heap = self._heap
        heappush(heap, entry)
        if len(heap) > 2 * live_entries + _SPARE_DEAD_ENTRIES:
            entries = self._entries
            heap = [kept for kept in heap if entries[kept[2].address][1] == kept[1]]
            heapify(heap)
            self._heap = heap

    @property
    def size(self) -> int:
        """How many entries there are, dead ones included."""
        return len(self._heap)

    def first(self) -> Entry | None:
        """The first live entry; it stays."""
        heap = self._heap
        entries = self._entries
        while heap:
            entry = heap[0]
            alive = entries[entry[2].address]
            if alive[1] == entry[1]:
                return alive
            heappop(heap)
        return None

    def may_begin_by(self, ends: int) -> bool:
        """False if no entry, alive or dead, ends then or earlier."""
        heap = self._heap
        return bool(heap) and heap[0][0] <= ends

    def pop(self) -> None:
        """Take the first entry off, as `first` found it."""
        heappop(self._heap)

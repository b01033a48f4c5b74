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
# entry; this one is dead then. Only a lease amended in its place has the tie of the one before
# it. Ties tell entries apart, not identity: compiled code passes tuples by value.
Entry = tuple[int, int, Lease, int]


def queue_of(lease: Lease) -> int:
    """The queue a lease belongs on; a reserved one that is free is kept from allocation."""
    queue = QUEUE_OF_STATE[lease.state]
    if lease.flags & RESERVED and queue in (FREE_QUEUE, BACKUP_QUEUE):
        return RESERVED_QUEUE
    return queue


@final
class EntryHeap:
    """Entries of which only the first is wanted. `entries` tells by address which are alive.

    A busy second gives thousands of leases the same `ends`. So there is a stack of entries for
    each `ends`, the first on top, and a heap of those times. A stack has the tie and the address
    of each entry; a dead one stays until it comes up, or until there are too many. `live` is how
    many are alive, at least: whoever stores another lease for the address counts down.
    """

    __slots__ = ("_entries", "_size", "_stacks", "_times", "live")

    def __init__(self, entries: dict[int, Entry]) -> None:
        self._entries: Final = entries
        self._times: list[int] = []
        self._stacks: dict[int, list[int]] = {}
        self._size = 0
        self.live = 0

    def fill(self, batch: list[Entry]) -> None:
        """Start with these, which come by their ties."""
        stacks = self._stacks
        for ends, tie, lease, _ in reversed(batch):
            stack = stacks.get(ends)
            if stack is None:
                stacks[ends] = [tie, lease.address]
            else:
                stack.append(tie)
                stack.append(lease.address)
        self._times = list(stacks)
        heapify(self._times)
        self._size = self.live = len(batch)

    def push(self, ends: int, tie: int, address: int) -> None:
        """Add an entry, whose tie is smaller than all that are here; `live` counts it already."""
        stack = self._stacks.get(ends)
        if stack is None:
            self._stacks[ends] = [tie, address]
            heappush(self._times, ends)
        else:
            stack.append(tie)
            stack.append(address)
        self._size += 1
        if self._size > 2 * self.live + _SPARE_DEAD_ENTRIES:
            self._bury()

    def _bury(self) -> None:
        """Take all dead entries out."""
        entries = self._entries
        self._size = 0
        stacks: dict[int, list[int]] = {}
        for ends, stack in self._stacks.items():
            kept: list[int] = []
            for at in range(0, len(stack), 2):
                if entries[stack[at + 1]][1] == stack[at]:
                    kept.append(stack[at])
                    kept.append(stack[at + 1])
            if kept:
                stacks[ends] = kept
                self._size += len(kept) // 2
        self._stacks = stacks
        self._times = list(stacks)
        heapify(self._times)

    @property
    def size(self) -> int:
        """How many entries there are, dead ones included."""
        return self._size

    def first(self) -> Entry | None:
        """The first live entry; it stays."""
        entries = self._entries
        while self._times:
            stack = self._stacks[self._times[0]]
            alive = entries[stack[-1]]
            if alive[1] == stack[-2]:
                return alive
            self.pop()
        return None

    def may_begin_by(self, ends: int) -> bool:
        """False if no entry, alive or dead, ends then or earlier."""
        return bool(self._times) and self._times[0] <= ends

    def pop(self) -> None:
        """Take the first entry off, as `first` found it."""
        stack = self._stacks[self._times[0]]
        stack.pop()
        stack.pop()
        self._size -= 1
        if not stack:
            del self._stacks[heappop(self._times)]

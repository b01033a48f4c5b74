"""The queues of a pool: which of them a lease is on, and the order on it.

dhcpd keeps every lease of a pool on one of six queues, sorted by `ends`; a lease that arrives
goes before others with the same `ends`. Only the heads of the free, abandoned and backup queues
and the next expiry are ever asked for, so those are heaps; the order on the other queues matters
when the leases file is rewritten, which sorts.
"""

from heapq import heapify, heappop, heappush
from typing import Final, final

from pydhcpd.lease.lease import RESERVED, Lease

# How many times without leases a heap may hold beyond the number of those with some.
_SPARE_TIMES: Final = 1024

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

# A stored lease in its place: ends, tie, lease, index of the pool. Ties are unique, the smaller
# goes first, and later ones are smaller. Only a lease amended in its place has the tie of the one
# before it.
Entry = tuple[int, int, Lease, int]


def queue_of(lease: Lease) -> int:
    """The queue a lease belongs on; a reserved one that is free is kept from allocation."""
    queue = QUEUE_OF_STATE[lease.state]
    if lease.flags & RESERVED and queue in (FREE_QUEUE, BACKUP_QUEUE):
        return RESERVED_QUEUE
    return queue


@final
class EntryHeap:
    """The addresses of leases of which only the first is wanted; `entries` has the leases.

    A busy second gives thousands of leases the same `ends`, and a client that renews takes its
    lease out of the midst of others. So there is a stack of addresses for each `ends`, the first
    on top, and a heap of those times; a time without leases stays in it until it comes up, or
    until there are too many.
    """

    __slots__ = ("_entries", "_stacks", "_times")

    def __init__(self, entries: dict[int, Entry]) -> None:
        self._entries: Final = entries
        self._times: list[int] = []
        # Dictionaries, which keep their order, are stacks that anything can be taken out of.
        self._stacks: Final[dict[int, dict[int, None]]] = {}

    def fill(self, batch: list[Entry]) -> None:
        """Start with these, which come by their ties."""
        stacks = self._stacks
        for ends, _, lease, _ in reversed(batch):
            stack = stacks.get(ends)
            if stack is None:
                stacks[ends] = {lease.address: None}
            else:
                stack[lease.address] = None
        self._set_times()

    def push(self, ends: int, address: int) -> None:
        """Add a lease that goes before its equals; the address must not be there."""
        stack = self._stacks.get(ends)
        if stack is not None:
            stack[address] = None
            return
        self._stacks[ends] = {address: None}
        heappush(self._times, ends)
        if len(self._times) > 2 * len(self._stacks) + _SPARE_TIMES:
            self._set_times()

    def remove(self, ends: int, address: int) -> None:
        """Take a lease out, if it is there."""
        stack = self._stacks.get(ends)
        if stack is not None:
            stack.pop(address, None)
            if not stack:
                del self._stacks[ends]

    @property
    def size(self) -> int:
        """How much there is to keep: the leases and the times."""
        return sum([len(stack) for stack in self._stacks.values()]) + len(self._times)

    def first(self) -> Entry | None:
        """The first lease; it stays."""
        times, stacks = self._times, self._stacks
        while times:
            stack = stacks.get(times[0])
            if stack is not None:
                # Quicker than a look: what was taken off the top before is not met again.
                address = stack.popitem()[0]
                stack[address] = None
                return self._entries[address]
            heappop(times)
        return None

    def may_begin_by(self, ends: int) -> bool:
        """False if no lease ends then or earlier."""
        return bool(self._times) and self._times[0] <= ends

    def _set_times(self) -> None:
        self._times = list(self._stacks)
        heapify(self._times)

"""The leases of all pools: by address, client identifier, hardware and turn of allocation.

Only addresses that had a lease since the leases file began take memory. The order of
allocation is dhcpd's: never-used addresses first (lease/virgin.py), then free leases by the
end of their last use (lease/queue.py).
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Final, final

from pydhcpd.lease.binding import MOVES_ALONE, MOVES_WITH_PARTNER, STATE_NAMES
from pydhcpd.lease.chain import Chains, Members
from pydhcpd.lease.lease import ACTIVE, FREE, Lease, virgin_lease
from pydhcpd.lease.queue import (
    ABANDONED_QUEUE,
    ACTIVE_QUEUE,
    BACKUP_QUEUE,
    EXPIRED_QUEUE,
    FREE_QUEUE,
    QUEUE_OF_STATE,
    QUEUES,
    RESERVED_QUEUE,
    Entry,
    EntryHeap,
    queue_of,
)
from pydhcpd.lease.virgin import RESIDUES, VirginCursor, Walk
from pydhcpd.model.network import Pool
from pydhcpd.wire.hardware import INFINIBAND
from pydhcpd.wire.moment import NEVER

# Whoever had an address that nobody had: ranks in chains like any never-used lease.
_NOBODY: Final = virgin_lease(0)


@final
class PoolCounts:
    """How many leases a pool has on each queue, always up to date.

    Never-used addresses are free; leases that are free but reserved are not.
    """

    __slots__ = ("by_queue", "total")

    def __init__(self, total: int) -> None:
        self.total: Final = total
        self.by_queue: Final = [0] * QUEUES

    @property
    def free(self) -> int:
        """Leases to allocate from."""
        return self.by_queue[FREE_QUEUE]

    @property
    def active(self) -> int:
        """Leases that clients hold."""
        return self.by_queue[ACTIVE_QUEUE]

    @property
    def expired(self) -> int:
        """Leases in the states expired, released and reset."""
        return self.by_queue[EXPIRED_QUEUE]

    @property
    def abandoned(self) -> int:
        """Addresses found in use by somebody else."""
        return self.by_queue[ABANDONED_QUEUE]

    @property
    def backup(self) -> int:
        """Leases in the hands of the secondary."""
        return self.by_queue[BACKUP_QUEUE]

    @property
    def reserved(self) -> int:
        """Leases that are free but kept for their last client."""
        return self.by_queue[RESERVED_QUEUE]


@final
class PoolLeases:
    """What the store keeps per pool."""

    __slots__ = (
        "abandoned",
        "backup",
        "counts",
        "free",
        "heaps",
        "late",
        "moves",
        "pool",
        "virgins",
        "wakes_at",
    )

    def __init__(self, pool: Pool, entries: dict[int, Entry], virgins: VirginCursor) -> None:
        self.pool: Final = pool
        self.moves: Final = MOVES_ALONE if pool.failover_peer is None else MOVES_WITH_PARTNER
        self.counts: Final = PoolCounts(pool.size)
        self.free: Final = EntryHeap(entries)
        self.abandoned: Final = EntryHeap(entries)
        self.backup: Final = EntryHeap(entries)
        # By queue; nobody asks who is first on the others.
        self.heaps: Final[tuple[EntryHeap | None, ...]] = (
            self.free,
            None,
            None,
            self.abandoned,
            self.backup,
            None,
        )
        self.virgins: Final = virgins
        # Of leases that were over when they were granted, the ties by address.
        self.late: Final[dict[int, int]] = {}
        # When dhcpd's timer of the pool goes off next, as far as grants have set it.
        self.wakes_at = 0


@final
class LeaseStore:
    """The one place of leases; `put` is the only way to alter it.

    `stored` are the leases of the leases file in the order in which their last records were
    read; those outside all pools must have been left out.
    """

    __slots__ = (
        "_by_hardware",
        "_by_uid",
        "_entries",
        "_late_pools",
        "_next_tie",
        "_pools",
        "_timers",
        "_walk",
    )

    def __init__(self, pools: Sequence[Pool], stored: Iterable[Lease] = ()) -> None:
        self._walk: Final = Walk(pools)
        self._entries: Final[dict[int, Entry]] = {}
        self._by_uid: Final = Chains(self._walk)
        self._by_hardware: Final = Chains(self._walk)
        self._timers: Final = EntryHeap(self._entries)
        # The pools that have late leases.
        self._late_pools: Final[dict[int, PoolLeases]] = {}
        # Later entries go before their equals, so ties count down.
        self._next_tie = -1
        self._pools: Final = tuple(self._place(pools, stored))

    # -- Questions

    def find(self, address: int) -> Lease | None:
        """The stored lease of an address; None if it was never used or is in no pool."""
        entry = self._entries.get(address)
        return None if entry is None else entry[2]

    def lease_of(self, address: int) -> Lease:
        """The lease of an address of a pool, made up if it was never used."""
        entry = self._entries.get(address)
        return virgin_lease(address) if entry is None else entry[2]

    def pool_of(self, address: int) -> Pool | None:
        """The pool that has the address."""
        index = self._walk.pool_of(address)
        return None if index < 0 else self._pools[index].pool

    def by_uid(self, uid: bytes) -> Members:
        """The leases of a client identifier, preferred first."""
        return self._by_uid.find(uid)

    def by_hardware(self, hardware: bytes) -> Members:
        """The leases of a hardware type and address, preferred first."""
        return self._by_hardware.find(hardware)

    def sole_by_uid(self, uid: bytes) -> Lease | None:
        """The lease of a client identifier that has just one."""
        return self._by_uid.sole(uid)

    def sole_by_hardware(self, hardware: bytes) -> Lease | None:
        """The lease of a hardware type and address that has just one."""
        return self._by_hardware.sole(hardware)

    def free_head(self, pool_index: int) -> Lease | None:
        """The lease that is first in turn for a new client; its `ends` may lie ahead."""
        pool = self._pools[pool_index]
        entries = self._entries
        free = pool.free
        if free.may_begin_by(0):
            first = free.first()
            if first is not None and first[0] <= 0:
                return first[2]
        virgins = pool.virgins
        while virgins.address in entries:
            virgins.advance()
        if virgins.address >= 0:
            return virgin_lease(virgins.address)
        first = free.first()
        return None if first is None else first[2]

    def backup_head(self, pool_index: int) -> Lease | None:
        """The first lease in the hands of the secondary."""
        first = self._pools[pool_index].backup.first()
        return None if first is None else first[2]

    def abandoned_head(self, pool_index: int) -> Lease | None:
        """The abandoned lease that is first in turn to be reclaimed."""
        first = self._pools[pool_index].abandoned.first()
        return None if first is None else first[2]

    def counts(self, pool_index: int) -> PoolCounts:
        """How many leases of a pool are free, active and so on."""
        return self._pools[pool_index].counts

    def next_expiry(self) -> int | None:
        """When the next lease moves on by itself; None if none will."""
        first = self._timers.first()
        expiry = None if first is None else first[0]
        for pool in self._late_pools.values():
            if pool.wakes_at and (expiry is None or pool.wakes_at < expiry):
                expiry = pool.wakes_at
        return expiry

    def due(self, now: int, limit: int) -> list[Lease]:
        """At most `limit` leases whose time is over, in the order in which dhcpd moves them.

        Late leases whose time has come do not count. Each must be followed by a `put` of its
        successor before the next question.
        """
        timers = self._timers
        found: list[Entry] = []
        first = timers.first()
        while first is not None and first[0] <= now and len(found) < limit:
            timers.remove(first[0], first[2].address)
            found.append(first)
            first = timers.first()
        if self._late_pools:
            self._add_late(found, now)
        if len(found) == 1:
            return [found[0][2]]
        # dhcpd has a timer per pool: the pool whose first lease ended first has its turn first,
        # and then all of its leases move, queue by queue.
        turns: dict[int, int] = {}
        for entry in found:
            turns.setdefault(entry[3], len(turns))
        ordered = sorted(
            [(turns[entry[3]], queue_of(entry[2]), entry[0], entry[1], entry) for entry in found]
        )
        return [row[4][2] for row in ordered]

    def take_late(self, pool_index: int) -> list[Lease]:
        """The leases of a pool that were over when they were granted, in the order of their end.

        dhcpd sets no timer for such a lease: it stays active until a timer of its pool goes off
        for another lease, or one is granted that was over before now. Each must be followed by a
        `put` of its successor.
        """
        pool = self._late_pools.pop(pool_index, None)
        if pool is None:
            return []
        entries = self._entries
        found = [
            entries[address] for address, tie in pool.late.items() if entries[address][1] == tie
        ]
        pool.late.clear()
        found.sort()
        return [entry[2] for entry in found]

    def _add_late(self, found: list[Entry], now: int) -> None:
        """The late leases of pools whose timers went off now."""
        woken = {entry[3] for entry in found}
        woken.update([at for at, pool in self._late_pools.items() if 0 < pool.wakes_at <= now])
        entries = self._entries
        for at in woken:
            found.extend([entries[lease.address] for lease in self.take_late(at)])

    def never_used(self, pool_index: int) -> VirginCursor:
        """A cursor through the addresses of a pool without a lease when the file was read.

        Some may have got one since: `find` tells.
        """
        return VirginCursor(self._walk, pool_index)

    def entries(self) -> list[Entry]:
        """All stored leases with their places: a snapshot, in no order."""
        return list(self._entries.values())

    def leases(self) -> list[Lease]:
        """All stored leases, in no order."""
        return [entry[2] for entry in self._entries.values()]

    def __len__(self) -> int:
        return len(self._entries)

    # -- The one change

    def put(self, lease: Lease) -> None:
        """Let this lease take the place of the one that its address had."""
        self._put(lease, False)

    def put_granted(self, lease: Lease) -> None:
        """As `put`, for a lease that is offered or granted to a client.

        Such a lease takes a new place among the leases of its client, ranked by what it was
        before; a release or an expiry leaves it where it is (observed).
        """
        self._put(lease, True)

    def _put(self, lease: Lease, is_granted: bool) -> None:
        address = lease.address
        state = lease.state
        ends = lease.ends
        old = self._entries.get(address)
        if old is None:
            before = _NOBODY
            old_state = FREE
            old_queue = FREE_QUEUE
            pool_index = self._walk.pool_of(address)
            assert pool_index >= 0, f"address {address:#x} is in no pool"
        else:
            _, _, before, pool_index = old
            old_state = before.state
            old_queue = queue_of(before) if before.flags else QUEUE_OF_STATE[old_state]
            if before.next_state != old_state and before.ends < NEVER:
                self._timers.remove(old[0], address)
        pool = self._pools[pool_index]
        assert pool.moves[old_state] >> state & 1, (
            f"move from {STATE_NAMES[old_state]} to {STATE_NAMES[state]}"
        )
        tie = self._next_tie
        self._next_tie = tie - 1
        self._entries[address] = (ends, tie, lease, pool_index)

        queue = queue_of(lease) if lease.flags else QUEUE_OF_STATE[state]
        counts = pool.counts.by_queue
        counts[old_queue] -= 1
        counts[queue] += 1
        if old is not None:
            left = pool.heaps[old_queue]
            if left is not None:
                left.remove(old[0], address)
        heap = pool.heaps[queue]
        if heap is not None:
            heap.push(ends, address)
        is_late = False
        if is_granted:
            now = lease.cltt
            if ends > now:
                if ends < pool.wakes_at or pool.wakes_at <= now:
                    pool.wakes_at = ends
            elif state == ACTIVE:
                is_late = True
                if pool.wakes_at <= now:
                    pool.wakes_at = 0  # it went off
                pool.late[address] = tie
                self._late_pools[pool_index] = pool
        if lease.next_state != state and ends < NEVER and not is_late:
            self._timers.push(ends, address)

        self._by_uid.move(before.uid, lease.uid, before, lease, is_granted)
        old_key = before.hardware
        key = lease.hardware
        if old_key is not None and not is_indexed(old_key):
            old_key = None
        if key is not None and not is_indexed(key):
            key = None
        self._by_hardware.move(old_key, key, before, lease, is_granted)

    def remember(self, lease: Lease) -> None:
        """Let this lease take the place of its like: it moves on no queue and in no chain.

        State, `ends`, uid and hardware must be those of the lease that it replaces.
        """
        ends, tie, before, pool_index = self._entries[lease.address]
        assert ends == lease.ends, "the lease ends at another time"
        assert before.state == lease.state, "the lease is in another state"
        self._entries[lease.address] = (ends, tie, lease, pool_index)
        self._by_uid.move(lease.uid, lease.uid, before, lease, False)
        key = lease.hardware
        if key is not None and is_indexed(key):
            self._by_hardware.move(key, key, before, lease, False)

    # -- Loading

    def _place(self, pools: Sequence[Pool], stored: Iterable[Lease]) -> list[PoolLeases]:
        """Put the leases of the file in their places, as dhcpd's walk at start would."""
        walk = self._walk
        latest = {lease.address: lease for lease in stored}
        walk.used = array("Q", sorted(map(walk.place_of, latest)))
        made = [PoolLeases(pool, self._entries, VirginCursor(walk, pool.index)) for pool in pools]

        # Of those that share a residue the walk meets the one read last first.
        met = sorted(
            (address % RESIDUES, -number, lease)
            for number, (address, lease) in enumerate(latest.items())
        )
        # A lease that the walk comes to from one with the same queue and `ends` goes behind it,
        # any other before its equals: runs keep their order and come out last run first.
        run_starts: list[int] = []
        last = _NOBODY
        last_residue = -1
        for number, (residue, _, lease) in enumerate(met):
            if lease.ends != last.ends or not self._is_behind(last, last_residue, lease, residue):
                run_starts.append(number)
            last = lease
            last_residue = residue
        tie = 0
        entries = self._entries
        run_end = len(met)
        for run_start in reversed(run_starts):
            for number in range(run_start, run_end):
                lease = met[number][2]
                entries[lease.address] = (lease.ends, tie, lease, walk.pool_of(lease.address))
                tie += 1
            run_end = run_start

        for _, _, lease in met:
            if lease.uid is not None:
                self._by_uid.add(lease.uid, lease, lease)
            if lease.hardware is not None and is_indexed(lease.hardware):
                self._by_hardware.add(lease.hardware, lease, lease)
        self._fill(made)
        return made

    def _is_behind(self, last: Lease, last_residue: int, lease: Lease, residue: int) -> bool:
        """Does the walk go from one lease straight to another of the same queue?"""
        walk = self._walk
        return (
            last_residue >= 0
            and queue_of(lease) == queue_of(last)
            and walk.pool_of(lease.address) == walk.pool_of(last.address)
            and walk.is_next(last_residue, residue)
        )

    def _fill(self, pools: list[PoolLeases]) -> None:
        timed: list[Entry] = []
        queues: list[list[list[Entry]]] = [[[] for _ in range(QUEUES)] for _ in pools]
        for entry in self._entries.values():
            lease = entry[2]
            queues[entry[3]][queue_of(lease)].append(entry)
            if lease.next_state != lease.state and lease.ends < NEVER:
                timed.append(entry)
        for pool, queued in zip(pools, queues, strict=True):
            counts = pool.counts.by_queue
            counts[:] = [len(batch) for batch in queued]
            counts[FREE_QUEUE] += pool.counts.total - sum(counts)
            pool.free.fill(queued[FREE_QUEUE])
            pool.abandoned.fill(queued[ABANDONED_QUEUE])
            pool.backup.fill(queued[BACKUP_QUEUE])
        self._timers.fill(timed)


def is_indexed(hardware: bytes) -> bool:
    """Can leases be found by this? Not by an InfiniBand address of length 0, which all share."""
    return len(hardware) > 1 or hardware[0] != INFINIBAND

"""The store under random changes: its indexes equal a naive model, a journal replays anywhere."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.lease.lease import (
    ABANDONED,
    ACTIVE,
    FREE,
    RESERVED,
    Lease,
    virgin_lease,
)
from pydhcpd.lease.queue import (
    ABANDONED_QUEUE,
    ACTIVE_QUEUE,
    FREE_QUEUE,
    RESERVED_QUEUE,
    Entry,
    EntryHeap,
    queue_of,
)
from pydhcpd.lease.reader import read_leases
from pydhcpd.lease.store import LeaseStore
from pydhcpd.wire.moment import NEVER
from tests.lease.pools import address, make_configuration, make_pool, make_writer

NOW = 1_800_000_000
FIRST = address("10.0.0.10")
POOLS = (
    make_pool(0, ("10.0.0.10", "10.0.0.13"), ("10.0.0.18", "10.0.0.19")),
    make_pool(1, ("10.0.0.14", "10.0.0.17")),
)
KEYS = (b"\1aaaaaa", b"\1bbbbbb", b"\1")
ADDRESSES = st.integers(FIRST, FIRST + 9)

leases = st.builds(
    lambda address, state, ends, cltt, hardware, uid, flags: Lease(
        address, state, FREE, FREE, 0, ends, 0, 0, 0, cltt, flags, None, hardware, uid
    ),
    ADDRESSES,
    st.sampled_from((FREE, ACTIVE, ABANDONED)),
    st.sampled_from((0, NOW - 5, NOW, NOW + 5, NEVER)),
    st.sampled_from((0, NOW - 9, NOW)),
    st.sampled_from((None, *KEYS)),
    st.sampled_from((None, b"x", b"y")),
    st.sampled_from((0, 0, RESERVED)),
)


class NaiveStore:
    """dhcpd's lists, kept as lists: a lease goes before its equals."""

    def __init__(self) -> None:
        self.leases = {FIRST + n: virgin_lease(FIRST + n) for n in range(10)}
        self.queues: dict[tuple[int, int], list[int]] = {}
        self.by_uid: dict[bytes, list[int]] = {}
        self.by_hardware: dict[bytes, list[int]] = {}
        self.queues[1, FREE_QUEUE] = [FIRST + n for n in (4, 5, 6, 7)]
        # A run ends where the other pool begins, and the last run comes first.
        self.queues[0, FREE_QUEUE] = [FIRST + n for n in (8, 9, 0, 1, 2, 3)]

    def put(self, lease: Lease) -> None:
        before = self.leases[lease.address]
        self.leases[lease.address] = lease
        pool = int(4 <= lease.address - FIRST <= 7)
        self.queues[pool, queue_of(before)].remove(lease.address)
        queue = self.queues.setdefault((pool, queue_of(lease)), [])
        at = 0
        while at < len(queue) and self.leases[queue[at]].ends < lease.ends:
            at += 1
        queue.insert(at, lease.address)
        self.index(self.by_uid, before.uid, lease.uid, before)
        self.index(self.by_hardware, before.hardware, lease.hardware, before)

    def index(
        self,
        chains: dict[bytes, list[int]],
        old: bytes | None,
        new: bytes | None,
        before: Lease,
    ) -> None:
        if old == new:
            return
        if old is not None:
            chains[old].remove(before.address)
        if new is not None:
            chain = chains.setdefault(new, [])
            at = 0
            while at < len(chain) and not is_preferred(before, self.leases[chain[at]]):
                at += 1
            chain.insert(at, before.address)

    def head(self, pool: int, queue: int) -> int | None:
        queued = self.queues.get((pool, queue), [])
        return queued[0] if queued else None


def is_preferred(lease: Lease, other: Lease) -> bool:
    """dhcpd's rule in so many words."""
    grades = {ACTIVE: 3, FREE: 1, ABANDONED: 0}
    if lease.state != other.state:
        return grades[lease.state] > grades[other.state]
    if lease.state == ACTIVE:
        return lease.ends >= other.ends
    return lease.cltt >= other.cltt


def head_of(lease: Lease | None) -> int | None:
    return None if lease is None else lease.address


@given(st.lists(leases, max_size=60))
@settings(max_examples=150, deadline=None)
def test_indexes_equal_a_naive_model(changes: list[Lease]) -> None:
    store = LeaseStore(POOLS)
    naive = NaiveStore()
    for lease in changes:
        store.put(lease)
        naive.put(lease)
        assert store.find(lease.address) is lease
        for pool in (0, 1):
            assert head_of(store.free_head(pool)) == naive.head(pool, FREE_QUEUE)
            assert head_of(store.abandoned_head(pool)) == naive.head(pool, ABANDONED_QUEUE)
            counts = store.counts(pool)
            assert counts.free == len(naive.queues[pool, FREE_QUEUE])
            assert counts.active == len(naive.queues.get((pool, ACTIVE_QUEUE), []))
            assert counts.abandoned == len(naive.queues.get((pool, ABANDONED_QUEUE), []))
            assert counts.reserved == len(naive.queues.get((pool, RESERVED_QUEUE), []))
        for key in KEYS:
            chain = [other.address for other in store.by_hardware(key)]
            assert chain == naive.by_hardware.get(key, [])
        for uid in (b"x", b"y"):
            assert [other.address for other in store.by_uid(uid)] == naive.by_uid.get(uid, [])
    ending = [
        lease.ends
        for lease in naive.leases.values()
        if lease.next_state != lease.state and lease.ends < NEVER
    ]
    assert store.next_expiry() == (min(ending) if ending else None)
    assert sorted(lease.address for lease in store.due(NOW, 100)) == sorted(
        lease.address
        for lease in naive.leases.values()
        if lease.next_state != lease.state and lease.ends <= NOW
    )


@given(st.lists(leases, min_size=1, max_size=12), st.data())
@settings(max_examples=60, deadline=None)
def test_a_journal_replays_from_any_cut(changes: list[Lease], data: st.DataObject) -> None:
    writer = make_writer()
    records = [writer.record(lease, NOW).encode("latin-1") for lease in changes]
    journal = b"".join(records)
    cut = data.draw(st.integers(0, len(journal)))
    whole = 0
    # A record is whole without the line end behind its brace.
    while whole < len(records) and sum(map(len, records[: whole + 1])) - 1 <= cut:
        whole += 1
    expected: dict[int, str] = {}
    for lease, record in zip(changes[:whole], records, strict=False):
        expected[lease.address] = record.decode("latin-1")
    read = read_leases("x", [journal[:cut]], make_configuration(POOLS), NOW)
    store = LeaseStore(POOLS, read.leases.values())
    found = {lease.address: writer.record(lease, NOW) for lease in store.leases()}
    assert {
        address: [line for line in text.splitlines() if "tstp" not in line]
        for address, text in found.items()
    } == {address: text.splitlines() for address, text in expected.items()}
    rest = journal[sum(map(len, records[:whole])) : cut]
    assert read.is_damaged == bool(rest.strip())


def test_heads_pass_over_reserved_leases() -> None:
    store = LeaseStore([make_pool(0, ("10.0.0.10", "10.0.0.11"))])
    store.put(Lease(FIRST, flags=RESERVED, hardware=KEYS[0]))
    store.put(Lease(FIRST + 1, ACTIVE, FREE, ends=NOW, hardware=KEYS[1]))
    assert store.free_head(0) is None
    assert store.counts(0).reserved == 1
    assert next(iter(store.by_hardware(KEYS[0]))).address == FIRST


def test_leases_due_come_queue_by_queue() -> None:
    store = LeaseStore([make_pool(0, ("10.0.0.10", "10.0.0.14"))])
    store.put(Lease(FIRST, ABANDONED, FREE, ends=NOW - 9))
    store.put(Lease(FIRST + 1, ACTIVE, FREE, ends=NOW - 5))
    store.put(Lease(FIRST + 2, ACTIVE, FREE, ends=NOW - 5))
    store.put(Lease(FIRST + 3, ACTIVE, FREE, ends=NOW + 1))
    store.put(Lease(FIRST + 4, ACTIVE, ACTIVE, ends=NOW - 99))
    assert store.next_expiry() == NOW - 9
    # Those that arrived later go before their equals.
    assert [lease.address - FIRST for lease in store.due(NOW, 9)] == [2, 1, 0]
    assert store.next_expiry() == NOW + 1


def test_a_limit_on_leases_due() -> None:
    store = LeaseStore([make_pool(0, ("10.0.0.10", "10.0.0.14"))])
    for number in range(5):
        store.put(Lease(FIRST + number, ACTIVE, FREE, ends=NOW + number))
    assert len(store.due(NOW + 9, 2)) == 2
    assert store.next_expiry() == NOW + 2


def test_a_lease_that_was_over_when_it_was_granted_waits_for_a_timer_of_its_pool() -> None:
    store = LeaseStore(
        [make_pool(0, ("10.0.0.10", "10.0.0.14")), make_pool(1, ("10.0.1.10", "10.0.1.14"))]
    )
    other = address("10.0.1.10")
    store.put_granted(Lease(FIRST, FREE, FREE, ends=NOW + 120, cltt=NOW))
    store.put_granted(Lease(FIRST + 1, ACTIVE, FREE, ends=NOW, cltt=NOW))
    store.put_granted(Lease(other, ACTIVE, FREE, ends=NOW, cltt=NOW))
    assert store.due(NOW + 119, 9) == []
    # An offer was made in the first pool; nothing ever happens in the second.
    assert store.next_expiry() == NOW + 120
    assert [lease.address for lease in store.due(NOW + 120, 9)] == [FIRST + 1]
    assert store.next_expiry() is None
    # Another one that ends brings it along, and so does whoever takes it.
    store.put_granted(Lease(other + 1, ACTIVE, FREE, ends=NOW + 600, cltt=NOW))
    assert [lease.address for lease in store.due(NOW + 600, 9)] == [other, other + 1]
    store.put_granted(Lease(other + 2, ACTIVE, FREE, ends=NOW + 600, cltt=NOW + 600))
    assert [lease.address for lease in store.take_late(1)] == [other + 2]
    assert store.take_late(1) == []


def test_an_address_outside_all_pools_is_our_mistake() -> None:
    store = LeaseStore(POOLS)
    assert store.pool_of(address("10.0.1.1")) is None
    assert store.pool_of(FIRST + 5) is POOLS[1]
    assert store.find(address("10.0.1.1")) is None
    with pytest.raises(AssertionError, match="in no pool"):
        store.put(virgin_lease(address("10.0.1.1")))


def test_what_was_taken_out_of_a_heap_leaves_nothing_behind() -> None:
    entries: dict[int, Entry] = {}
    heap = EntryHeap(entries)
    for number in range(20_000):
        for place in (FIRST, FIRST + 1):
            if number:
                heap.remove(NOW + number - 1, place)
            entries[place] = (NOW + number, -number, Lease(place), 0)
            heap.push(NOW + number, place)
    assert heap.size < 2_000
    # Equal ends: the one that arrived later goes first.
    assert heap.first() == entries[FIRST + 1]
    heap.remove(NOW + 19_999, FIRST + 1)
    assert heap.first() == entries[FIRST]
    heap.remove(NOW + 19_999, FIRST + 1)
    heap.remove(NOW + 19_999, FIRST)
    assert heap.first() is None


def test_a_second_with_very_many_leases_is_no_walk() -> None:
    entries = {place: (NOW, -place, Lease(place), 0) for place in range(60_000)}
    heap = EntryHeap(entries)
    for place in entries:
        heap.push(NOW, place)
    begin = time.process_time()
    for place in reversed(entries):
        first = heap.first()
        assert first is not None
        assert first[2].address == place
        heap.remove(NOW, place)
    # A walk over what is gone would take minutes.
    assert time.process_time() - begin < 5


def test_offers_made_again_leave_nothing_behind_however_great_the_pool() -> None:
    store = LeaseStore([make_pool(0, ("10.0.0.1", "10.255.255.254"))])
    for second in range(5_000):
        now = NOW + second
        store.put_granted(Lease(FIRST, FREE, FREE, ends=now + 120, cltt=now))
    assert store._pools[0].free.size < 2_000
    assert store.counts(0).free == (1 << 24) - 2

"""The order in which free addresses are handed out, as observed with dhcpd 4.4.3-P1."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.lease.lease import ABANDONED, ACTIVE, FREE, Lease
from pydhcpd.lease.store import LeaseStore
from pydhcpd.wire.address import format_ipv4
from tests.lease.pools import address, make_pool

NOW = 1_800_000_000
PAST = 1_767_574_800
LATER = 1_767_578_400


def allocate(store: LeaseStore, addresses: int, pool_index: int = 0) -> list[str | None]:
    """Offer as many addresses in a row; None when the head was offered just now."""
    given: list[str | None] = []
    for number in range(addresses):
        head = store.free_head(pool_index)
        if head is None or head.ends > NOW:
            given.append(None)
            continue
        store.put(Lease(head.address, ends=NOW + 120, hardware=b"\1" + number.to_bytes(6, "big")))
        given.append(format_ipv4(head.address))
    return given


def on_108(state: int, number: int = 108, ends: int = PAST) -> Lease:
    return Lease(address(f"10.0.128.{number}"), state, FREE, ends=ends, hardware=bytes([1, number]))


def short(given: list[str | None]) -> list[int]:
    return [int(text.rsplit(".")[-1]) if text else 0 for text in given]


def test_addresses_of_one_residue_come_last_declared_range_first() -> None:
    a, b, c = (
        ("10.0.0.10", "10.0.0.12"),
        ("10.1.134.173", "10.1.134.175"),
        ("10.3.13.80", "10.3.13.82"),
    )
    assert allocate(LeaseStore([make_pool(0, a, b, c)]), 9) == [
        "10.3.13.80",
        "10.1.134.173",
        "10.0.0.10",
        "10.3.13.81",
        "10.1.134.174",
        "10.0.0.11",
        "10.3.13.82",
        "10.1.134.175",
        "10.0.0.12",
    ]
    assert allocate(LeaseStore([make_pool(0, c, a, b)]), 3) == [
        "10.1.134.173",
        "10.0.0.10",
        "10.3.13.80",
    ]


def test_addresses_of_one_residue_come_highest_first_within_a_range() -> None:
    store = LeaseStore([make_pool(0, ("10.0.128.106", "10.2.7.16"))])
    assert allocate(store, 8) == [
        "10.2.7.13",
        "10.0.128.106",
        "10.2.7.14",
        "10.0.128.107",
        "10.2.7.15",
        "10.0.128.108",
        "10.2.7.16",
        "10.0.128.109",
    ]


def test_order_starts_where_the_residue_is_zero() -> None:
    store = LeaseStore([make_pool(0, ("10.0.128.103", "10.0.128.109"))])
    assert short(allocate(store, 8)) == [106, 107, 108, 109, 103, 104, 105, 0]


@pytest.mark.parametrize(
    ("stored", "order"),
    [
        ([on_108(FREE)], [109, 110, 111, 112, 113, 114, 115, 116, 117, 106, 107, 108]),
        ([on_108(ACTIVE, ends=NOW + 9)], [109, 110, 111, 112, 113, 114, 115, 116, 117, 106, 107]),
        ([on_108(ABANDONED, ends=NOW + 9)], [109, 110, 111, 112, 113, 114, 115, 116, 117, 106]),
        (
            [on_108(FREE), on_108(FREE, 112)],
            [113, 114, 115, 116, 117, 109, 110, 111, 106, 107, 112, 108],
        ),
        (
            [on_108(FREE, 112), on_108(ACTIVE, 110, NOW + 9), on_108(FREE)],
            [113, 114, 115, 116, 117, 111, 109, 106, 107, 112, 108, 0],
        ),
    ],
)
def test_leases_of_the_file_break_the_order_of_never_used_addresses(
    stored: list[Lease], order: list[int]
) -> None:
    store = LeaseStore([make_pool(0, ("10.0.128.106", "10.0.128.117"))], stored)
    assert short(allocate(store, len(order))) == order


@pytest.mark.parametrize(
    ("stored", "order"),
    [
        ([on_108(FREE, 109), on_108(FREE)], [108, 109]),
        ([on_108(FREE, n) for n in (108, 109, 110, 112)], [112, 108, 109, 110]),
        ([on_108(FREE, 109, LATER), on_108(FREE), on_108(FREE, 110)], [110, 108, 109]),
    ],
)
def test_used_leases_of_the_file_with_equal_ends(stored: list[Lease], order: list[int]) -> None:
    store = LeaseStore([make_pool(0, ("10.0.128.108", "10.0.128.112"))], stored)
    virgins = 5 - len(stored)
    assert short(allocate(store, 5))[virgins:] == order


def on(text: str, number: int) -> Lease:
    return Lease(address(text), FREE, ends=PAST, hardware=bytes([1, number]))


@pytest.mark.parametrize(
    ("stored", "order"),
    [
        (
            ["10.0.128.107"],
            ["10.2.7.14", "10.2.7.15", "10.0.128.108", "10.2.7.16", "10.0.128.109", "10.2.7.13"],
        ),
        (
            ["10.2.7.14"],
            ["10.0.128.107", "10.2.7.15", "10.0.128.108", "10.2.7.16", "10.0.128.109", "10.2.7.13"],
        ),
        (
            ["10.2.7.14", "10.0.128.107"],
            [
                "10.2.7.15",
                "10.0.128.108",
                "10.2.7.16",
                "10.0.128.109",
                "10.2.7.13",
                "10.0.128.106",
                "10.0.128.107",
                "10.2.7.14",
            ],
        ),
    ],
)
def test_a_lease_of_the_file_goes_before_never_used_addresses_of_its_residue(
    stored: list[str], order: list[str]
) -> None:
    pool = make_pool(0, ("10.0.128.106", "10.0.128.109"), ("10.2.7.13", "10.2.7.16"))
    store = LeaseStore([pool], [on(text, number) for number, text in enumerate(stored)])
    assert allocate(store, len(order)) == order


def ranges(first: int, step: int = 2) -> tuple[tuple[str, str], ...]:
    return tuple((f"10.0.128.{n}", f"10.0.128.{n}") for n in range(first, 118, step))


def test_addresses_of_another_pool_break_the_order() -> None:
    store = LeaseStore([make_pool(0, *ranges(106)), make_pool(1, *ranges(107))])
    assert short(allocate(store, 6)) == [116, 114, 112, 110, 108, 106]

    store = LeaseStore(
        [make_pool(0, ("10.0.128.106", "10.0.128.110")), make_pool(1, ("10.2.7.13", "10.2.7.17"))]
    )
    assert short(allocate(store, 5)) == [110, 109, 108, 107, 106]

    store = LeaseStore(
        [make_pool(0, ("10.0.128.106", "10.0.128.110")), make_pool(1, ("10.2.7.15", "10.2.7.15"))]
    )
    assert short(allocate(store, 5)) == [108, 109, 110, 106, 107]


def test_two_addresses_in_turn_with_one_of_another_pool() -> None:
    store = LeaseStore(
        [
            make_pool(0, ("10.0.128.106", "10.0.128.110"), ("10.3.141.176", "10.3.141.180")),
            make_pool(1, ("10.2.7.13", "10.2.7.17")),
        ]
    )
    assert allocate(store, 10) == [
        "10.3.141.180",
        "10.0.128.110",
        "10.3.141.179",
        "10.0.128.109",
        "10.3.141.178",
        "10.0.128.108",
        "10.3.141.177",
        "10.0.128.107",
        "10.3.141.176",
        "10.0.128.106",
    ]


# Residues 0 to 5 of four quotients by 100003: by cell the pool that has it, or none.
CELLS = st.lists(st.sampled_from((0, 0, 1, None)), min_size=24, max_size=24)
FIRST_CELL = 1678 * 100003


@given(CELLS, st.lists(st.tuples(st.integers(0, 23), st.booleans()), max_size=8))
@settings(max_examples=200, deadline=None)
def test_order_equals_that_of_the_lists(
    owners: list[int | None], used: list[tuple[int, bool]]
) -> None:
    """dhcpd's way, with every lease in a list: made in order, moved to the front when read."""
    buckets: dict[int, list[int]] = {residue: [] for residue in range(6)}
    pools: list[list[tuple[str, str]]] = [[], []]
    declared = [(owner, cell) for cell, owner in enumerate(owners) if owner is not None]
    for owner, cell in sorted(declared):
        found = FIRST_CELL + cell // 6 * 100003 + cell % 6
        pools[owner].append((format_ipv4(found), format_ipv4(found)))
        buckets[cell % 6].insert(0, found)
    pool_of = {FIRST_CELL + cell // 6 * 100003 + cell % 6: owner for owner, cell in declared}

    stored: dict[int, Lease] = {}
    for cell, is_active in used:
        found = FIRST_CELL + cell // 6 * 100003 + cell % 6
        if found in pool_of:
            stored.pop(found, None)
            state = ACTIVE if is_active else FREE
            stored[found] = Lease(found, state, FREE, ends=PAST, hardware=b"\1a")
            buckets[cell % 6].remove(found)
            buckets[cell % 6].insert(0, found)

    queues: dict[tuple[int, int], list[int]] = {}
    last: tuple[int, int] | None = None
    last_found = 0
    for residue in range(6):
        for found in buckets[residue]:
            lease = stored.get(found, Lease(found))
            key = (pool_of[found], lease.state)
            queue = queues.setdefault(key, [])
            at = 0
            last_ends = stored.get(last_found, Lease(0)).ends
            if key == last and last_ends <= lease.ends:
                at = queue.index(last_found) + 1
            if not (key == last and last_ends == lease.ends):
                while at < len(queue) and stored.get(queue[at], Lease(0)).ends < lease.ends:
                    at += 1
            queue.insert(at, found)
            last = key
            last_found = found

    store = LeaseStore(
        [make_pool(0, *pools[0]), make_pool(1, *pools[1])],
        stored.values(),
    )
    for index in (0, 1):
        expected = [format_ipv4(found) for found in queues.get((index, FREE), [])]
        assert allocate(store, len(expected), index) == expected


def test_a_slash_8_costs_kilobytes() -> None:
    # The texts of addresses are kept elsewhere: that table must not grow now.
    allocate(LeaseStore([make_pool(0, ("10.0.0.0", "10.255.255.255"))]), 1000)
    tracemalloc.start()
    store = LeaseStore([make_pool(0, ("10.0.0.0", "10.255.255.255"))])
    assert len(set(allocate(store, 1000))) == 1000
    size_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert store.counts(0).free == 1 << 24
    assert size_bytes < 1_000_000

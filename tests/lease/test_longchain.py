"""Very many leases of one client: the order of a plain list, in logarithmic time."""

from math import log2

from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.lease.chain import SHORT, Chains
from pydhcpd.lease.lease import (
    ABANDONED,
    ACTIVE,
    BACKUP,
    EXPIRED,
    FREE,
    RELEASED,
    RESET,
    Lease,
)
from pydhcpd.lease.longchain import (
    ABANDONED_GROUP,
    FREE_KIND,
    NAMED_KIND,
    NAMELESS_KIND,
    LongChain,
    group_of,
)
from pydhcpd.lease.rank import rank_of
from pydhcpd.lease.virgin import Walk
from tests.lease.pools import address, make_pool

FIRST = address("10.0.0.0")
WALK = Walk(
    [make_pool(0, ("10.0.0.0", "10.0.0.15")), make_pool(1, ("10.0.0.16", "10.255.255.255"))]
)
KEY = b"key"
STATES = (FREE, ACTIVE, EXPIRED, RELEASED, ABANDONED, RESET, BACKUP)
GRADES = {ACTIVE: 3, EXPIRED: 2, RELEASED: 2, FREE: 1, BACKUP: 1, RESET: 1, ABANDONED: 0}
TIMES = st.integers(0, 3)

leases = st.builds(
    lambda number, state, ends, cltt, uid: Lease(
        FIRST + number, state, ends=ends, cltt=cltt, uid=uid
    ),
    st.integers(0, 31),
    st.sampled_from(STATES),
    TIMES,
    TIMES,
    st.sampled_from((None, b"a", b"b")),
)
# Remove what is there, replace it in its place, or rank it anew.
operations = st.lists(st.tuples(st.integers(0, 2), leases, leases), max_size=120)


def is_preferred(lease: Lease, other: Lease) -> bool:
    """dhcpd's rule in so many words."""
    if GRADES[lease.state] != GRADES[other.state]:
        return GRADES[lease.state] > GRADES[other.state]
    if lease.state == ACTIVE:
        return lease.ends >= other.ends
    return lease.cltt >= other.cltt


def insert(members: list[Lease], lease: Lease, ranked_as: Lease) -> None:
    at = 0
    while at < len(members) and not is_preferred(ranked_as, members[at]):
        at += 1
    members.insert(at, lease)


@given(leases, leases)
def test_rank(lease: Lease, other: Lease) -> None:
    assert (rank_of(lease) >= rank_of(other)) == is_preferred(lease, other)


@given(operations)
@settings(max_examples=150, deadline=None)
def test_order_of_a_plain_list(steps: list[tuple[int, Lease, Lease]]) -> None:
    chains = Chains(WALK)
    naive: list[Lease] = []
    for operation, lease, ranked_as in steps:
        before = next((other for other in naive if other.address == lease.address), None)
        if before is None:
            chains.add(KEY, lease, ranked_as)
            insert(naive, lease, ranked_as)
        elif operation == 0:
            chains.remove(KEY, before)
            naive.remove(before)
        else:
            chains.replace(KEY, before, lease)
            naive[naive.index(before)] = lease
            if operation == 2:
                chains.rank_anew(KEY, lease, ranked_as)
                naive.remove(lease)
                insert(naive, lease, ranked_as)
        assert list(chains.find(KEY)) == naive
        assert chains.sole(KEY) is (naive[0] if len(naive) == 1 else None)


def group(lease: Lease) -> int | None:
    pool = int(lease.address >= FIRST + 16)
    if lease.state == ACTIVE:
        return group_of(pool, NAMELESS_KIND if lease.uid is None else NAMED_KIND)
    if lease.state in (FREE, BACKUP):
        return group_of(pool, FREE_KIND)
    return ABANDONED_GROUP if lease.state == ABANDONED else None


GROUPS = st.sets(st.sampled_from((0, 1, 2, 3, 4, 5, 6, 12)))


@given(st.lists(leases, unique_by=lambda lease: lease.address), GROUPS, GROUPS, st.data())
@settings(max_examples=200, deadline=None)
def test_searches_find_what_a_walk_finds(
    members: list[Lease], stops: set[int], passes: set[int], data: st.DataObject
) -> None:
    chain = LongChain(WALK, members)
    own = data.draw(st.sampled_from((None, *members)))
    expected: list[Lease] = []
    for lease in members:
        is_last = group(lease) in stops or lease is own
        if is_last or group(lease) in passes:
            expected.append(lease)
        if is_last:
            break
    assert chain.until(stops, passes, own) == expected
    assert chain.of_kinds((NAMED_KIND,)) == [
        lease for lease in members if lease.state == ACTIVE and lease.uid is not None
    ]


@given(st.lists(leases, min_size=1, unique_by=lambda lease: lease.address), st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_the_latest_and_the_first_active(members: list[Lease], count: int) -> None:
    chain = LongChain(WALK, members)
    active = [lease for lease in members if lease.state == ACTIVE]
    assert chain.latest() is max(members, key=lambda lease: (lease.state == ACTIVE, lease.ends))
    assert chain.first_of_kinds((NAMELESS_KIND, NAMED_KIND), count) == active[:count]


def test_the_tree_stays_low() -> None:
    count = 5000
    worst = 1.45 * log2(count + 2)
    ascending = LongChain(WALK, ())
    descending = LongChain(WALK, ())
    for number in range(count):
        lease = Lease(FIRST + number, FREE, cltt=number)
        ascending.insert(lease, rank_of(lease))
        lease = Lease(FIRST + number, FREE, cltt=count - number)
        descending.insert(lease, rank_of(lease))
    assert ascending.height <= worst
    assert descending.height <= worst
    for number in range(0, count, 2):
        ascending.remove(Lease(FIRST + number))
    for number in range(count // 2):
        descending.remove(Lease(FIRST + number))
    assert ascending.height <= worst - 1
    assert descending.height <= worst - 1


def test_few_leases_are_a_tuple_and_many_are_not() -> None:
    chains = Chains(WALK)
    made = [Lease(FIRST + number) for number in range(SHORT + 1)]
    for lease in made[:SHORT]:
        chains.add(KEY, lease, lease)
    assert isinstance(chains.find(KEY), tuple)
    chains.add(KEY, made[SHORT], made[SHORT])
    assert isinstance(chains.find(KEY), LongChain)
    for lease in made[2:]:
        chains.remove(KEY, lease)
    assert chains.find(KEY) == (made[1], made[0])

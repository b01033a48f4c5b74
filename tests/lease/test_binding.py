"""The table of binding states and its moves."""

import pytest

from pydhcpd.lease.binding import ALL_STATES, BINDING_STATES, STATE_CODES, is_legal_move
from pydhcpd.lease.lease import ABANDONED, ACTIVE, BACKUP, EXPIRED, FREE, RELEASED, RESET, Lease
from pydhcpd.lease.store import LeaseStore
from tests.lease.pools import address, make_pool

# What a server without partner may never bring about itself.
ONLY_WITH_PARTNER = {EXPIRED, RELEASED, RESET, BACKUP}


def test_codes_are_those_of_the_failover_protocol() -> None:
    assert STATE_CODES == {
        "free": 1,
        "active": 2,
        "expired": 3,
        "released": 4,
        "abandoned": 5,
        "reset": 6,
        "backup": 7,
    }
    assert [row.code for row in BINDING_STATES] == list(ALL_STATES)


@pytest.mark.parametrize("after", ALL_STATES)
@pytest.mark.parametrize("before", ALL_STATES)
def test_moves(before: int, after: int) -> None:
    assert is_legal_move(before, after, has_partner=True)
    alone = before == after or after not in ONLY_WITH_PARTNER
    assert is_legal_move(before, after, has_partner=False) == alone


def test_the_store_refuses_a_move_that_the_table_forbids() -> None:
    store = LeaseStore([make_pool(0, ("10.0.0.1", "10.0.0.9"))])
    with pytest.raises(AssertionError, match="move from free to backup"):
        store.put(Lease(address("10.0.0.1"), BACKUP, FREE))
    assert store.find(address("10.0.0.1")) is None

    paired = LeaseStore([make_pool(0, ("10.0.0.1", "10.0.0.9"), peer="fo")])
    paired.put(Lease(address("10.0.0.1"), BACKUP, FREE))
    assert paired.counts(0).backup == 1


def test_the_states_a_lease_passes_in_its_life() -> None:
    store = LeaseStore([make_pool(0, ("10.0.0.1", "10.0.0.9"))])
    for state in (FREE, ACTIVE, ACTIVE, FREE, ACTIVE, ABANDONED, ACTIVE, ABANDONED, FREE):
        store.put(Lease(address("10.0.0.1"), state, FREE))
    assert store.counts(0).free == 9

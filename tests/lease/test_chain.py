"""Chains of a client identifier or a hardware address, in the order observed with dhcpd."""

import pytest

from pydhcpd.lease.lease import ABANDONED, ACTIVE, EXPIRED, FREE, Lease, virgin_lease
from pydhcpd.lease.store import LeaseStore
from tests.lease.pools import address, make_pool

HARDWARE = bytes.fromhex("01020000000201")
UID = b"abc"
EARLY, LATE = 1_767_574_800, 1_767_578_400
NEXT_DECADE = 2_083_190_400


def on(number: int, state: int, ends: int, cltt: int) -> Lease:
    return Lease(
        address(f"10.0.128.{number}"),
        state,
        FREE,
        ends=ends,
        cltt=cltt,
        hardware=HARDWARE,
        uid=UID,
    )


# 10.0.128.106 has residue 0: .104 comes last in the walk, and goes before its equals.
@pytest.mark.parametrize(
    ("leases", "first"),
    [
        ([on(n, FREE, EARLY, EARLY) for n in (108, 112, 104)], 104),
        ([on(108, FREE, EARLY, EARLY), on(112, FREE, LATE, EARLY), on(104, FREE, 0, EARLY)], 104),
        ([on(108, FREE, EARLY, EARLY), on(112, FREE, EARLY, LATE), on(104, FREE, 0, EARLY)], 112),
        ([on(n, ACTIVE, NEXT_DECADE, EARLY) for n in (108, 112, 104)], 104),
        ([on(108, ACTIVE, NEXT_DECADE, EARLY), on(112, ACTIVE, NEXT_DECADE + 9, EARLY)], 112),
        ([on(108, ACTIVE, NEXT_DECADE, EARLY), on(112, FREE, LATE, LATE)], 108),
        ([on(108, FREE, LATE, LATE), on(112, EXPIRED, LATE, EARLY)], 112),
        ([on(108, ABANDONED, LATE, LATE), on(112, FREE, EARLY, EARLY)], 112),
    ],
)
def test_first_of_the_chain_at_start(leases: list[Lease], first: int) -> None:
    for stored in (leases, leases[::-1]):
        store = LeaseStore([make_pool(0, ("10.0.128.103", "10.0.128.117"))], stored)
        assert next(iter(store.by_uid(UID))).address == address(f"10.0.128.{first}")
        assert next(iter(store.by_hardware(HARDWARE))).address == address(f"10.0.128.{first}")


def test_a_lease_is_ranked_by_what_it_was_and_never_again() -> None:
    store = LeaseStore([make_pool(0, ("10.0.128.103", "10.0.128.117"))])
    # Granted and released.
    store.put(on(108, ACTIVE, LATE, EARLY))
    store.put(on(108, FREE, EARLY + 60, EARLY))
    # The new lease was never used when it came into the chain: it stays behind though active.
    store.put(on(109, ACTIVE, NEXT_DECADE, LATE))
    assert [lease.address & 255 for lease in store.by_uid(UID)] == [108, 109]
    store.put(on(109, ACTIVE, NEXT_DECADE + 600, LATE + 600))
    assert [lease.address & 255 for lease in store.by_hardware(HARDWARE)] == [108, 109]
    assert tuple(store.by_uid(UID))[1].ends == NEXT_DECADE + 600


def test_a_lease_changes_chains_with_its_client() -> None:
    store = LeaseStore([make_pool(0, ("10.0.128.103", "10.0.128.117"))])
    store.put(on(108, ACTIVE, LATE, EARLY))
    store.put(Lease(address("10.0.128.108"), FREE, FREE, hardware=b"\1other", uid=None))
    assert store.by_uid(UID) == ()
    assert store.by_hardware(HARDWARE) == ()
    assert [lease.address & 255 for lease in store.by_hardware(b"\1other")] == [108]
    store.put(virgin_lease(address("10.0.128.108")))
    assert store.by_hardware(b"\1other") == ()


def test_infiniband_without_address_is_not_indexed() -> None:
    nameless = Lease(address("10.0.128.108"), ACTIVE, FREE, hardware=bytes([32]), uid=UID)
    store = LeaseStore([make_pool(0, ("10.0.128.103", "10.0.128.117"))], [nameless])
    assert store.by_hardware(bytes([32])) == ()
    store.put(Lease(address("10.0.128.109"), ACTIVE, FREE, hardware=bytes([32]), uid=UID))
    assert store.by_hardware(bytes([32])) == ()
    assert len(store.by_uid(UID)) == 2

    ethernet = Lease(address("10.0.128.110"), ACTIVE, FREE, hardware=bytes([1]))
    store.put(ethernet)
    assert store.by_hardware(bytes([1])) == (ethernet,)

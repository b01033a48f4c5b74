"""Of very many leases a search sees those that matter: the outcome of looking at all of them."""

import random

import pytest

from pydhcpd.core.datagram import Datagram
from pydhcpd.expression.binding import Bindings
from pydhcpd.lease.lease import ABANDONED, ACTIVE, FREE, Lease
from pydhcpd.lease.longchain import LongChain
from pydhcpd.v4.client import Client
from pydhcpd.v4.members import (
    active_leases_of_hardware,
    active_leases_of_uid,
    leases_of_hardware,
    leases_of_uid,
)
from pydhcpd.v4.packet import Packet, parse_packet
from pydhcpd.v4.permit import is_permitted
from tests.v4.room import DISCOVER, Room, packet_of, room_of

CONFIGURATION = """
authoritative;
ping-check off;
shared-network one {
  subnet 10.0.0.0 netmask 255.255.255.0 {
    pool { range 10.0.0.100 10.0.0.139; }
    pool { deny unknown-clients; range 10.0.0.140 10.0.0.179; }
  }
}
subnet 10.9.0.0 netmask 255.255.255.0 { range 10.9.0.100 10.9.0.139; }
"""
UID = b"\1own"
HARDWARE = bytes.fromhex("01020000000101")


def crowded_room(seed: int) -> Room:
    """Leases of one hardware address, or one identifier, in all pools."""
    chance = random.Random(seed)
    room = room_of(CONFIGURATION)
    addresses = [
        lowest + number
        for pool in room.configuration.pools
        for lowest in (pool.ranges[0].low,)
        for number in range(40)
    ]
    for address in chance.sample(addresses, 90):
        state = chance.choices((FREE, ACTIVE, ABANDONED), (1, 9, 3))[0]
        uid = chance.choice((None, UID, b"\1other%d" % address))
        hardware = chance.choice((HARDWARE, HARDWARE, HARDWARE, b"\1other!"))
        ends = room.now + chance.randint(1, 900)
        lease = Lease(address, state, FREE, ends=ends, cltt=ends - 900, uid=uid, hardware=hardware)
        room.store.put(lease)
    return room


def client_of(room: Room, uid: bytes | None, ciaddr: str) -> Client:
    from_client = packet_of(DISCOVER, 1, () if uid is None else ((61, uid),), ciaddr=ciaddr)
    packet = parsed(room, from_client)
    return Client(packet, 0, (), (), None, Bindings())


def parsed(room: Room, payload: bytes) -> Packet:
    packet = parse_packet(Datagram(payload, room.interface, 0), room.configuration.spaces, [])
    assert packet is not None
    return packet


Outcome = tuple[Lease | None, list[Lease]]


def search_by_uid(room: Room, client: Client, leases: list[Lease]) -> Outcome:
    """The rules of the search by identifier, applied to these leases."""
    released: list[Lease] = []
    for lease in leases:
        pool = room.configuration.find_pool(lease.address)
        assert pool is not None
        is_usable = lease.state in (ACTIVE, FREE)
        if is_usable and pool.network != 0:
            continue
        if is_usable and is_permitted(pool, client, room.now):
            return lease, released
        if not client.packet.ciaddr and lease.state in (ACTIVE, ABANDONED):
            released.append(lease)
    return None, released


def search_by_hardware(room: Room, client: Client, leases: list[Lease]) -> Outcome:
    """The same for the search by hardware address."""
    uid = client.packet.client_identifier
    released: list[Lease] = []
    for lease in leases:
        pool = room.configuration.find_pool(lease.address)
        assert pool is not None
        if lease.state not in (ACTIVE, FREE) or pool.network != 0:
            continue
        if lease.state == ACTIVE and lease.uid is not None and lease.uid != uid:
            continue
        if is_permitted(pool, client, room.now):
            return lease, released
        if not client.packet.ciaddr and lease.state == ACTIVE:
            released.append(lease)
    return None, released


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("ciaddr", ["0.0.0.0", "10.0.0.100"])
def test_search_by_identifier(seed: int, ciaddr: str) -> None:
    room = crowded_room(seed)
    client = client_of(room, UID, ciaddr)
    members = room.store.by_uid(UID)
    assert isinstance(members, LongChain)
    some = list(leases_of_uid(room.core.service, client, 0, room.now))
    assert len(some) < len(members)
    assert search_by_uid(room, client, some) == search_by_uid(room, client, list(members))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("ciaddr", ["0.0.0.0", "10.0.0.100"])
@pytest.mark.parametrize("uid", [None, UID, b"\1new"])
def test_search_by_hardware(seed: int, ciaddr: str, uid: bytes | None) -> None:
    room = crowded_room(seed)
    service = room.core.service
    client = client_of(room, uid, ciaddr)
    own: Lease | None = None
    if uid is not None:
        found = search_by_uid(room, client, list(room.store.by_uid(uid)))
        own = found[0]
        for lease in found[1]:
            service.release(lease, client, room.now, room.turn)
    members = room.store.by_hardware(HARDWARE)
    assert isinstance(members, LongChain)
    some = list(leases_of_hardware(service, client, 0, room.now, own))
    chosen, released = search_by_hardware(room, client, some)
    expected, expected_released = search_by_hardware(room, client, list(members))
    if own is None:
        assert (chosen, released) == (expected, expected_released)
    else:
        # What is found does not count then; of several leases of its own only one is seen.
        nameless = [lease for lease in expected_released if lease.uid is None]
        assert released[: len(nameless)] == nameless
        assert chosen is not None
    assert len(some) <= len(members) // 2


@pytest.mark.parametrize("seed", range(10))
def test_active_leases(seed: int) -> None:
    room = crowded_room(seed)
    service = room.core.service
    held = [lease for lease in room.store.by_uid(UID) if lease.state == ACTIVE]
    assert list(active_leases_of_uid(service, UID)) == held
    here = [lease for lease in room.store.by_hardware(HARDWARE) if lease.state == ACTIVE]
    assert list(active_leases_of_hardware(service, HARDWARE, None)) == here
    by_both = active_leases_of_hardware(service, HARDWARE, UID)
    assert sorted(lease.address for lease in by_both) == sorted(
        lease.address for lease in here if lease.uid in (None, UID)
    )

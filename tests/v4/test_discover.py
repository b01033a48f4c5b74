"""DHCPDISCOVER: which address is offered (RFC 2131 section 4.3.1; order as observed)."""

from tests.v4.room import (
    DECLINE,
    DISCOVER,
    RELEASE,
    Room,
    packet_of,
    requested,
    room_of,
    serve,
)

TWO_POOLS = """
ping-check off; default-lease-time 600; abandon-lease-time 5000;
subnet 10.0.0.0 netmask 255.255.255.0 {
  pool { range 10.0.0.100 10.0.0.101; }
  pool { range 10.0.0.200 10.0.0.201; deny known-clients; }
}
"""


def offered(room: Room, *clients: int) -> list[str | None]:
    answers = [room.send(DISCOVER, client) for client in clients]
    return [None if answer is None else answer.yiaddr for answer in answers]


def test_fresh_addresses_in_order_of_their_residue() -> None:
    # 10.0.128.106 modulo 100003 is 0.
    room = room_of(
        "ping-check off; subnet 10.0.128.0 netmask 255.255.255.0 {"
        "  range 10.0.128.104 10.0.128.107; }"
        "subnet 10.0.0.0 netmask 255.255.255.0 { }"
    )
    found = [room.ask(DISCOVER, n, giaddr="10.0.128.1").yiaddr for n in range(1, 5)]
    assert found == ["10.0.128.106", "10.0.128.107", "10.0.128.104", "10.0.128.105"]


def test_never_used_addresses_come_before_used_ones_of_any_pool() -> None:
    room = room_of(TWO_POOLS)
    room.bind(1)
    room.send(RELEASE, 1, ciaddr="10.0.0.100")
    assert offered(room, 2, 3, 4, 5) == ["10.0.0.101", "10.0.0.200", "10.0.0.201", "10.0.0.100"]


def test_an_offered_address_is_nobody_elses_for_two_minutes() -> None:
    room = room_of(TWO_POOLS)
    assert len(set(offered(room, 1, 2, 3, 4))) == 4
    assert offered(room, 5) == [None]
    assert room.log == [
        "DHCPDISCOVER from 02:00:00:00:01:05 via v4s0: network 10.0.0.0/24: no free leases"
    ]
    room.wait(119)
    assert offered(room, 5) == [None]
    room.wait(1)
    assert offered(room, 5) != [None]


def test_its_own_offer_comes_again() -> None:
    room = serve()
    assert offered(room, 1, 2, 1) == ["10.0.0.100", "10.0.0.101", "10.0.0.100"]


def test_the_address_asked_for_if_it_is_free() -> None:
    room = serve()
    assert room.ask(DISCOVER, 1, (requested("10.0.0.107"),)).yiaddr == "10.0.0.107"
    assert room.ask(DISCOVER, 2, ciaddr="10.0.0.106").yiaddr == "10.0.0.106"
    room.bind(3)
    assert room.ask(DISCOVER, 4, (requested("10.0.0.100"),)).yiaddr == "10.0.0.101"
    # Of no pool at all.
    assert room.ask(DISCOVER, 5, (requested("10.0.0.7"),)).yiaddr == "10.0.0.102"


def test_abandoned_addresses_come_last_and_only_when_nothing_is_free() -> None:
    room = room_of(TWO_POOLS)
    for client, address in ((1, "10.0.0.100"), (2, "10.0.0.101"), (3, "10.0.0.200")):
        room.bind(client)
        room.send(DECLINE, client, (requested(address),))
        room.wait(1)
    assert offered(room, 4) == ["10.0.0.201"]
    # A pool whose free addresses are all offered keeps its abandoned ones; the other has none.
    assert offered(room, 5) == ["10.0.0.100"]
    assert room.log == [
        "Reclaiming abandoned lease 10.0.0.100.",
        "DHCPDISCOVER from 02:00:00:00:01:05 via v4s0",
    ]
    # It stays abandoned, so that another client may be offered the same (observed).
    assert offered(room, 6) == ["10.0.0.100"]


def test_a_client_without_identifier_gets_no_lease_of_one_with() -> None:
    room = serve()
    room.bind(1, ((61, b"id"),))
    room.send(RELEASE, 1, ((61, b"id"),), ciaddr="10.0.0.100")
    assert offered(room, 1) == ["10.0.0.101"]


def test_the_line_tells_of_the_lease_that_the_client_has() -> None:
    room = serve("default-lease-time 600;")
    typeless = packet_of(DISCOVER, htype=0, options=((61, b"abc"), (12, b"a")))
    room.send_payload(typeless)
    assert room.log == ["DHCPDISCOVER from <no identifier> via v4s0"]
    room.send_payload(typeless)
    assert room.log == ['DHCPDISCOVER from "abc" (a) via v4s0']


def test_the_line_does_not_tell_of_the_last_client_of_a_picked_address() -> None:
    room = room_of("ping-check off; subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100; }")
    room.send_payload(packet_of(DISCOVER, htype=0, options=((61, b"abc"), (12, b"a"))))
    room.wait(121)
    room.send_payload(packet_of(DISCOVER, htype=0, options=((61, b"def"), (12, b"a"))))
    assert room.log == ["DHCPDISCOVER from <no identifier> via v4s0"]

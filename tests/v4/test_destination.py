"""Where a reply goes (RFC 2131 section 4.1; first match wins, as observed)."""

import pytest

from pydhcpd.core.interface import Interface
from pydhcpd.core.turn import RAW, UDP
from tests.v4.room import (
    DISCOVER,
    RELAY,
    RELAYED_SUBNET,
    REQUEST,
    SERVER,
    Options,
    Room,
    packet_of,
    requested,
    room_of,
    serve,
)

CLIENT_MAC = bytes((2, 0, 0, 0, 1, 1))
BROADCAST_MAC = b"\xff" * 6
SERVER_OPTION = (54, SERVER)


def networks() -> Room:
    room = serve(more=RELAYED_SUBNET + "subnet 127.0.0.0 netmask 255.0.0.0 { range 127.0.0.9; }")
    room.bind(1)
    room.ask(REQUEST, 2, ciaddr="10.9.0.100")
    return room


@pytest.mark.parametrize(
    ("kind", "options", "giaddr", "flags", "destination", "port", "path", "hardware"),
    [
        (DISCOVER, (), "0.0.0.0", 0, "10.0.0.100", 68, RAW, CLIENT_MAC),
        (DISCOVER, (), "0.0.0.0", 0x8000, "255.255.255.255", 68, RAW, BROADCAST_MAC),
        (DISCOVER, (), RELAY, 0x8000, RELAY, 67, UDP, b""),
        (DISCOVER, (), "127.0.0.1", 0, "127.0.0.1", 68, UDP, b""),
        (REQUEST, (requested("10.0.0.100"),), "0.0.0.0", 0, "10.0.0.100", 68, RAW, CLIENT_MAC),
    ],
)
def test_relays_and_clients_without_an_address(
    kind: int,
    options: Options,
    giaddr: str,
    flags: int,
    destination: str,
    port: int,
    path: int,
    hardware: bytes,
) -> None:
    reply = networks().ask(kind, 1, options, giaddr=giaddr, flags=flags).reply
    found = ".".join(map(str, reply.destination.to_bytes(4, "big")))
    assert (found, reply.port, reply.path, reply.hardware) == (destination, port, path, hardware)
    assert reply.source == 0x0A000001


@pytest.mark.parametrize(
    ("client", "ciaddr", "options", "flags", "path"),
    [
        # RENEWING: straight to the client.
        (1, "10.0.0.100", (), 0, UDP),
        # The broadcast flag or option 54 on the local network: onto the wire.
        (1, "10.0.0.100", (), 0x8000, RAW),
        (1, "10.0.0.100", (SERVER_OPTION,), 0, RAW),
        # The client's network is another one: the wire does not lead there.
        (2, "10.9.0.100", (), 0x8000, UDP),
        (2, "10.9.0.100", (SERVER_OPTION,), 0, UDP),
    ],
)
def test_a_client_that_has_its_address(
    client: int, ciaddr: str, options: Options, flags: int, path: int
) -> None:
    reply = networks().ask(REQUEST, client, options, ciaddr=ciaddr, flags=flags).reply
    assert reply.path == path
    if path == UDP:
        assert reply.destination.to_bytes(4, "big") == bytes(map(int, ciaddr.split(".")))


def test_an_offer_is_never_sent_to_ciaddr() -> None:
    assert networks().ask(DISCOVER, 1, ciaddr="10.0.0.100").reply.path == RAW


@pytest.mark.parametrize("hlen", [0, 5, 8])
def test_hardware_that_is_no_ethernet_address_gets_an_ethernet_broadcast(hlen: int) -> None:
    answer = networks().send_payload(packet_of(DISCOVER, 7, hlen=hlen))
    assert answer is not None
    assert answer.reply.hardware == BROADCAST_MAC
    assert answer.reply.destination != 0xFFFFFFFF


def test_always_broadcast() -> None:
    reply = serve("always-broadcast on;").ask(DISCOVER, flags=1).reply
    assert reply.destination == 0xFFFFFFFF
    assert reply.payload[10:12] == b"\x80\x01"


def test_the_source_is_the_server_identifier() -> None:
    answer = serve("server-identifier 10.0.0.7;").ask(DISCOVER)
    assert answer.options[54] == bytes((10, 0, 0, 7))
    assert answer.reply.source == 0x0A000007
    # The address of the interface also for a relayed packet.
    assert networks().ask(DISCOVER, 5, giaddr=RELAY).options[54] == SERVER


def test_the_first_address_of_the_interface_of_arrival_counts() -> None:
    room = room_of("ping-check off; subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100; }")
    room.interface = Interface("v4s1", 2, b"\1", (0x0A000003, 0x0A000002), 0)
    answer = room.ask(DISCOVER)
    assert answer.options[54] == bytes((10, 0, 0, 3))
    assert answer.log.endswith(" via v4s1")

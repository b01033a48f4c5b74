"""DHCPNAK: its options, its text and where it goes (RFC 2131 section 4.3.2; as observed)."""

import pytest

from pydhcpd.core.turn import RAW, UDP
from tests.v4.room import (
    NAK,
    RELAY,
    RELAYED_SUBNET,
    REQUEST,
    Answer,
    Options,
    Room,
    agent,
    packet_of,
    requested,
    room_of,
    serve,
)

WRONG = requested("10.77.0.1")
NOT_AVAILABLE = b"requested address not available"


def refuse(room: Room, options: Options = (), giaddr: str = "0.0.0.0", flags: int = 0) -> Answer:
    answer = room.ask(REQUEST, 1, (WRONG, *options), giaddr=giaddr, flags=flags)
    assert answer.kind == NAK
    return answer


def test_it_is_broadcast_and_its_addresses_are_empty() -> None:
    answer = refuse(serve('server-name "srv"; filename "f"; next-server 10.0.0.9;'), flags=1)
    reply = answer.reply
    assert (reply.path, reply.destination, reply.port) == (RAW, 0xFFFFFFFF, 68)
    assert reply.hardware == b"\xff" * 6
    assert reply.payload[10:12] == b"\x80\x01"
    assert reply.payload[12:28] == bytes(16)
    assert reply.payload[44:236] == bytes(192)
    assert len(reply.payload) == 300
    assert answer.log == "DHCPNAK on 10.77.0.1 to 02:00:00:00:01:01 via v4s0"


@pytest.mark.parametrize(("relay", "port"), [(RELAY, 67), ("127.0.0.1", 68)])
def test_a_relay_gets_it_with_the_broadcast_flag(relay: str, port: int) -> None:
    room = serve(more=RELAYED_SUBNET + "subnet 127.0.0.0 netmask 255.0.0.0 { }")
    reply = refuse(room, giaddr=relay).reply
    assert (reply.path, reply.port) == (UDP, port)
    assert reply.payload[10] == 0x80
    assert reply.payload[24:28] == bytes(map(int, relay.split(".")))


def test_its_options() -> None:
    room = serve()
    assert refuse(room).order == [53, 54]
    room.ask(REQUEST, 1, (requested("10.0.0.100"),))
    # From the first look-up without success on it tells of that (observed).
    room.send(REQUEST, 2, (requested("10.0.0.100"),))
    assert refuse(room).options == {53: b"\6", 54: bytes((10, 0, 0, 1)), 56: NOT_AVAILABLE}
    assert refuse(room, ((55, bytes((1, 3, 15))),)).order == [53, 54, 56]


def test_the_identifier_of_the_client_and_of_the_relay_come_back() -> None:
    room = serve("echo-client-id on;")
    answer = refuse(room, ((61, b"id"), agent((1, b"c"), (2, b"r"))))
    assert answer.order == [53, 54, 61, 82]
    assert answer.options[61] == b"id"
    assert answer.options[82] == b"\1\1c\2\1r"
    assert 61 not in refuse(serve(), ((61, b"id"),)).options


@pytest.mark.parametrize(
    ("size", "maximum", "is_echoed"),
    [(255, 0, True), (292, 0, True), (293, 0, False), (293, 1500, True)],
)
def test_an_identifier_that_does_not_fit_is_left_out(
    size: int, maximum: int, is_echoed: bool
) -> None:
    room = serve("echo-client-id on;")
    options: Options = ((61, b"x" * size),)
    if maximum:
        options += ((57, maximum.to_bytes(2, "big")),)
    answer = refuse(room, options)
    assert answer.options.get(61) == (b"x" * size if is_echoed else None)


def test_its_server_identifier_is_that_of_the_first_subnet_and_pool() -> None:
    assert refuse(serve("server-identifier 10.0.0.7;")).options[54] == bytes((10, 0, 0, 7))
    room = serve(inner="server-identifier 10.0.0.8;")
    answer = refuse(room)
    assert answer.options[54] == bytes((10, 0, 0, 8))
    assert answer.reply.source == 0x0A000008
    room = room_of(
        "authoritative; subnet 10.0.0.0 netmask 255.255.255.0 {"
        " pool { server-identifier 10.0.0.9; range 10.0.0.100; }"
        " pool { server-identifier 10.0.0.10; range 10.0.0.101; } }"
    )
    assert refuse(room).options[54] == bytes((10, 0, 0, 9))


def test_hardware_that_is_not_ethernet_is_echoed() -> None:
    room = serve()
    answer = room.send_payload(packet_of(REQUEST, 1, (WRONG,), htype=6, hlen=0, hops=3))
    assert answer is not None
    assert answer.reply.payload[:4] == bytes((2, 6, 0, 3))

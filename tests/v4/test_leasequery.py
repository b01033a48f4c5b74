"""DHCPLEASEQUERY (RFC 4388), answered as dhcpd 4.4.3-P1 was seen to answer."""

import pytest

from pydhcpd.core.turn import UDP
from tests.v4.room import (
    LEASEACTIVE,
    LEASEQUERY,
    LEASEUNASSIGNED,
    LEASEUNKNOWN,
    RELAY,
    RELAYED_SUBNET,
    RELEASE,
    Options,
    Room,
    agent,
    packet_of,
    requested,
    serve,
)

ASKING = "10.0.0.50"
QUERY = "DHCPLEASEQUERY from 10.0.0.50"
SEVEN_EIGHTHS, HALF = 525, 300


def queried() -> Room:
    """Client 1 holds 10.0.0.100, client 2 released 10.0.0.101, 100 seconds ago."""
    room = serve(
        'default-lease-time 600; option domain-name "d";',
        "allow leasequery; option routers 10.0.0.1;",
        RELAYED_SUBNET + "host fixed { hardware ethernet 2:0:0:0:1:9; fixed-address 10.0.0.60; }",
    )
    room.bind(1, ((61, b"one"), (60, b"ven"), agent((1, b"c"))))
    room.bind(2)
    room.send(RELEASE, 2, ciaddr="10.0.0.101")
    room.wait(100)
    return room


def query(room: Room, options: Options = (), ciaddr: str = "0.0.0.0", client: int = 0) -> bytes:
    """A query by address or identifier (`client` 0), or by hardware."""
    if client:
        return packet_of(LEASEQUERY, client, options, ciaddr=ciaddr, giaddr=ASKING)
    return packet_of(LEASEQUERY, 1, options, ciaddr=ciaddr, giaddr=ASKING, htype=0, hlen=0)


def seconds(number: int) -> bytes:
    return number.to_bytes(4, "big")


def test_an_active_lease_by_its_address() -> None:
    room = queried()
    answer = room.send_payload(query(room, ((55, b"\1"),), "10.0.0.100"))
    assert answer is not None
    # The parameter request list is not looked at.
    assert answer.options == {
        53: bytes((LEASEACTIVE,)),
        54: bytes((10, 0, 0, 1)),
        51: seconds(500),
        58: seconds(HALF - 100),
        59: seconds(SEVEN_EIGHTHS - 100),
        91: seconds(100),
        60: b"ven",
        61: b"one",
        82: b"\1\1c",
    }
    assert answer.order == [53, 54, 51, 58, 59, 91, 60, 61, 82]
    reply = answer.reply
    assert reply.payload[:3] == bytes((2, 1, 6))
    assert reply.payload[12:16] == bytes((10, 0, 0, 100))
    assert reply.payload[28:34] == bytes((2, 0, 0, 0, 1, 1))
    # Not filled up to 300 bytes.
    assert len(reply.payload) == 236 + 4 + 3 + 6 * 5 + 5 + 5 + 5 + 1
    assert (reply.path, reply.destination, reply.port) == (UDP, 0x0A000032, 67)
    assert not reply.is_held
    assert room.log[-1:] == [f"{QUERY} for IP 10.0.0.100"]
    assert answer.log == "DHCPLEASEACTIVE to 10.0.0.50 for IP 10.0.0.100 (0 associated IPs)"


def test_times_that_have_passed_are_left_out() -> None:
    room = queried()
    room.wait(210)
    answer = room.send_payload(query(room, (), "10.0.0.100"))
    assert answer is not None
    assert answer.order == [53, 54, 51, 59, 91, 60, 61, 82]


@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("10.0.0.101", LEASEUNASSIGNED, "DHCPLEASEUNASSIGNED"),
        ("10.0.0.105", LEASEUNASSIGNED, "DHCPLEASEUNASSIGNED"),
        ("10.0.0.60", LEASEUNKNOWN, "DHCPLEASEUNKNOWN"),
        ("10.77.0.1", LEASEUNKNOWN, "DHCPLEASEUNKNOWN"),
    ],
)
def test_no_active_lease_is_answered_with_all_options_of_the_scope(
    address: str, kind: int, name: str
) -> None:
    room = queried()
    answer = room.send_payload(query(room, (), address))
    assert answer is not None
    assert answer.kind == kind
    assert answer.order == [53, 54, 3, 15]
    assert answer.log == f"{name} to 10.0.0.50 for IP {address} (0 associated IPs)"


def test_by_identifier_and_by_hardware() -> None:
    room = queried()
    answer = room.send_payload(query(room, ((61, b"one"),)))
    assert answer is not None
    assert answer.kind == LEASEACTIVE
    assert answer.log.startswith('DHCPLEASEACTIVE to 10.0.0.50 for client-id "one" ')
    answer = room.send_payload(query(room, client=1))
    assert answer is not None
    assert answer.reply.payload[12:16] == bytes((10, 0, 0, 100))
    assert answer.log == (
        "DHCPLEASEACTIVE to 10.0.0.50 for MAC address 02:00:00:00:01:01 (0 associated IPs)"
    )
    # A lease that is active no more is still the client's last.
    answer = room.send_payload(query(room, client=2))
    assert answer is not None
    assert answer.kind == LEASEUNASSIGNED
    assert answer.reply.payload[12:16] == bytes((10, 0, 0, 101))
    answer = room.send_payload(query(room, client=77))
    assert answer is not None
    assert answer.kind == LEASEUNKNOWN


def test_the_newest_lease_answers_and_names_the_others() -> None:
    room = queried()
    room.bind(1, ((61, b"one"),), giaddr=RELAY)
    answer = room.send_payload(query(room, ((61, b"one"),)))
    assert answer is not None
    assert answer.reply.payload[12:16] == bytes((10, 9, 0, 100))
    assert answer.options[92] == bytes((10, 0, 0, 100))
    assert answer.log.endswith("(1 associated IPs)")


def test_who_may_not_ask() -> None:
    room = queried()
    assert room.send(LEASEQUERY, ciaddr="10.0.0.100") is None
    assert room.log == [
        "DHCPLEASEQUERY from 0.0.0.0: missing giaddr, ciaddr is 10.0.0.100, no reply sent"
    ]
    for relay in (RELAY, "10.77.0.1"):
        assert room.send(LEASEQUERY, ciaddr="10.0.0.100", giaddr=relay) is None
        assert room.log == [f"DHCPLEASEQUERY from {relay}: LEASEQUERY not allowed, query ignored"]


@pytest.mark.parametrize(
    ("vendor", "identifier", "codes"),
    [
        (100, 100, [60, 61]),
        # The last option needs no less room than the others, and is split only if all of it fits.
        (168, 101, [60]),
        (200, 100, [60]),
        (300, 300, []),
        (100, 1, [60, 61]),
    ],
)
def test_values_that_do_not_fit_are_left_out(
    vendor: int, identifier: int, codes: list[int]
) -> None:
    room = queried()
    room.bind(5, ((60, b"v" * vendor), (61, b"i" * identifier)))
    answer = room.send_payload(query(room, (), "10.0.0.102"))
    assert answer is not None
    assert answer.order == [53, 54, 51, 58, 59, 91, *codes]


def test_a_longer_message_takes_more() -> None:
    room = queried()
    room.bind(5, ((60, b"v" * 200), (61, b"i" * 100)))
    answer = room.send_payload(query(room, ((57, b"\5\xdc"),), "10.0.0.102"))
    assert answer is not None
    assert answer.order[-2:] == [60, 61]


def test_long_relay_agent_information_is_split() -> None:
    room = queried()
    stored = agent((1, b"A" * 200), (2, b"B" * 48))
    room.bind(5, (stored, requested("10.0.0.102")))
    assert room.recorded[0].agent_options == ((1, b"A" * 200), (2, b"B" * 48))
    answer = room.send_payload(query(room, (), "10.0.0.102"))
    assert answer is not None
    assert answer.options[82] == stored[1]

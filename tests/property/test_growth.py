"""What a packet costs, with few leases or hosts and with very many: the same, but for a few steps.

Counted are lines of our own code that run (a compiled packet path shows none), not seconds.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from pydhcpd.expression import data
from pydhcpd.lease.lease import ACTIVE, FREE, Lease
from tests.server.room import ServerRoom, room_of
from tests.v4.room import (
    DISCOVER,
    LEASEQUERY,
    RELEASE,
    REQUEST,
    Options,
    address,
    packet_of,
    requested,
)

FEW = 1_200  # more than a lease query counts
MANY = 16_000
# Steps up and down trees that are four levels higher; all else has to be equal.
ALLOWED_LINES = 1_500

OPEN_POOL = """
authoritative; ping-check off;
shared-network one {
  subnet 10.0.0.0 netmask 255.255.0.0 { }
  subnet 10.1.0.0 netmask 255.255.0.0 { }
  pool { range 10.0.0.2 10.0.255.250; }
  pool { deny unknown-clients; range 10.1.0.2 10.1.255.250; }
}
subnet 10.2.0.0 netmask 255.255.0.0 { range 10.2.0.2 10.2.255.250; }
"""
HARDWARE = bytes.fromhex("01020000000101")
NEW: Options = ((61, b"\1new"),)
OLD: Options = ((61, b"\1old"),)


def lines_run(act: Callable[[], object], room: str = "") -> int:
    """How many lines of the package, or of one room of it, run in `act`."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if f"/pydhcpd/{room}" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


def room_with(
    count: int, first: str, state: int, uid: bytes | None, one_line: str = ""
) -> ServerRoom:
    """A room with `count` leases of one hardware address, of one identifier or of one each."""
    room = room_of(one_line + OPEN_POOL)
    base = address(first)
    for number in range(count):
        identifier = uid if uid is not None else b"\1%d" % number
        ends = room.now + 600 + number % 7
        room.store.put(
            Lease(
                base + number,
                state,
                FREE,
                ends=ends,
                cltt=room.now - number % 5,
                hardware=HARDWARE,
                uid=identifier,
            )
        )
    return room


def discover_as_new(room: ServerRoom) -> None:
    assert room.receive(packet_of(DISCOVER, 1, NEW)).replies


def request_as_old(room: ServerRoom) -> None:
    assert room.receive(packet_of(REQUEST, 1, (*OLD, requested("10.0.0.9")))).replies


def request_without_identifier(room: ServerRoom) -> None:
    assert room.receive(packet_of(REQUEST, 1, (requested("10.0.250.9"),))).replies


def discover_then_request_as_new(room: ServerRoom) -> None:
    """The lease that is offered has no identifier, so `one-lease-per-client` goes by hardware."""
    (offer,) = room.receive(packet_of(DISCOVER, 1)).replies
    asked = (50, offer.payload[16:20])
    assert room.receive(packet_of(REQUEST, 1, (*NEW, asked))).replies


def release_the_middle(room: ServerRoom) -> None:
    (change,) = room.receive(packet_of(RELEASE, 1, OLD, ciaddr="10.0.0.200")).changes
    assert change.after.state == FREE


def query(room: ServerRoom) -> None:
    payload = packet_of(LEASEQUERY, 1, OLD, giaddr="10.0.0.1")
    (reply,) = room.receive(payload).replies
    assert reply.log is not None
    assert "(1000 associated IPs)" in reply.log[1]


def expire(room: ServerRoom) -> None:
    room.now_us += 1_000_000_000
    room.handle_timer()


ONE_LEASE = "one-lease-per-client on;"


@pytest.mark.parametrize(
    ("first", "state", "uid", "statement", "act"),
    [
        # Thousands of clients behind one hardware address.
        ("10.0.0.2", ACTIVE, None, "", discover_as_new),
        ("10.0.0.2", ACTIVE, None, "", request_without_identifier),
        ("10.0.0.2", FREE, None, "", discover_as_new),
        ("10.0.0.2", ACTIVE, None, ONE_LEASE, discover_then_request_as_new),
        # Their leases lie in another network, or in a pool that does not admit them.
        ("10.2.0.2", FREE, None, "", discover_as_new),
        ("10.1.0.2", FREE, None, "", discover_as_new),
        ("10.2.0.2", ACTIVE, b"\1new", "", discover_as_new),
        ("10.1.0.2", FREE, b"\1new", "", discover_as_new),
        # A client that has got itself thousands of leases.
        ("10.0.0.2", ACTIVE, b"\1old", "", request_as_old),
        ("10.0.0.2", ACTIVE, b"\1old", "", release_the_middle),
        ("10.0.0.2", ACTIVE, b"\1old", "allow leasequery;", query),
        ("10.0.0.2", ACTIVE, b"\1old", "", expire),
    ],
)
def test_leases_of_one_client(
    first: str, state: int, uid: bytes | None, statement: str, act: Callable[[ServerRoom], None]
) -> None:
    few = room_with(FEW, first, state, uid, statement)
    many = room_with(MANY, first, state, uid, statement)
    lines = lines_run(lambda: act(few))
    more_lines = lines_run(lambda: act(many))
    if act is expire:
        # So many leases at a time, whatever there is; each goes its way through two trees.
        assert more_lines <= lines + 256 * ALLOWED_LINES
    else:
        assert more_lines <= lines + ALLOWED_LINES, lines


@pytest.mark.parametrize(
    "key", ["hardware ethernet 02:00:00:00:01:01", "option dhcp-client-identifier 1:6e:65:77"]
)
@pytest.mark.parametrize("address_of", ["fixed-address 10.2.%d.%d;", ""])
def test_hosts_of_one_client(key: str, address_of: str) -> None:
    def room(count: int) -> ServerRoom:
        hosts = [
            f"host h{number} {{ {key}; "
            + (address_of % divmod(number, 250) if address_of else "fixed-address 10.2.9.9;")
            + "}"
            for number in range(count)
        ]
        return room_of(OPEN_POOL + "\n".join(hosts))

    few, many = room(20), room(2_000)
    # The first packet walks through the list once.
    discover_as_new(few)
    discover_as_new(many)
    lines = lines_run(lambda: discover_as_new(few))
    assert lines_run(lambda: discover_as_new(many)) <= lines + ALLOWED_LINES, lines


def test_subclasses_of_one_class() -> None:
    def room(count: int) -> ServerRoom:
        subclasses = [f'subclass "c" "\\001{number:06}";' for number in range(count)]
        return room_of(
            OPEN_POOL + 'class "c" { match option dhcp-client-identifier; option domain-name "c"; }'
            'subclass "c" "\\001new" { option domain-name "new"; }' + "\n".join(subclasses)
        )

    def discover(room: ServerRoom) -> None:
        (reply,) = room.receive(packet_of(DISCOVER, 1, (*NEW, (55, b"\x0f")))).replies
        assert b"\x0f\x03new" in reply.payload

    few, many = room(10), room(100_000)
    # The first one in such a subclass folds its scopes.
    discover(few)
    discover(many)
    assert lines_run(lambda: discover(many)) == lines_run(lambda: discover(few))


CONSTANT = """
option domain-name "d"; append domain-name "e"; default-lease-time 600;
option space s; option s.one code 1 = text; option s.one "1"; vendor-option-space s;
if "a" = "a" { option root-path = concat("a", "b"); } else { log(info, "never"); }
group { option host-name "g"; host h { hardware ethernet 2:0:0:0:1:1; option nis-domain "h"; } }
class "c" { match option dhcp-client-identifier; option merit-dump "c"; }
"""
ALL: Options = ((55, bytes((1, 15, 17, 12, 40, 14, 43))),)


@pytest.mark.skipif(data.__file__.endswith(".so"), reason="compiled code shows no lines")
def test_without_conditions_nothing_is_evaluated_per_packet() -> None:
    def talk(room: ServerRoom) -> None:
        for client in (1, 2):
            (offer,) = room.receive(packet_of(DISCOVER, client, ALL)).replies
            asked = (50, offer.payload[16:20])
            (ack,) = room.receive(packet_of(REQUEST, client, (*ALL, asked))).replies
            assert b"\x0f\x02de" in ack.payload
            address_text = ".".join(map(str, offer.payload[16:20]))
            renewal = packet_of(REQUEST, client, ALL, ciaddr=address_text)
            assert room.receive(renewal, source=address_text).replies
            assert room.receive(packet_of(RELEASE, client, ciaddr=address_text)).changes

    without_class = CONSTANT[: CONSTANT.index("class")]
    room = room_of(without_class + OPEN_POOL)
    talk(room)
    assert lines_run(lambda: talk(room), "expression/") == 0
    # What does depend on the packet shows that the count counts.
    room = room_of(CONSTANT + OPEN_POOL)
    talk(room)
    assert lines_run(lambda: talk(room), "expression/") > 0

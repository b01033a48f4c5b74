"""BOOTP (RFC 951, RFC 1534): packets without a message type (as observed)."""

import pytest

from pydhcpd.core.turn import RAW, UDP
from pydhcpd.lease.lease import BOOTP as BOOTP_FLAG
from pydhcpd.lease.lease import FREE
from pydhcpd.wire.moment import NEVER
from tests.v4.room import (
    BOOTP,
    COOKIE,
    RELAY,
    RELAYED_SUBNET,
    Answer,
    Room,
    agent,
    packet_of,
    serve,
)

HOST = "host booting { hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.50, 10.9.0.50; }"
FROM = "BOOTREQUEST from 02:00:00:00:01:01 via v4s0"


def fixed(outer: str = "", inner: str = "") -> Room:
    return serve(outer, inner, RELAYED_SUBNET + HOST)


def boot(
    room: Room, *, giaddr: str = "0.0.0.0", flags: int = 0, sname: bytes = b"", file: bytes = b""
) -> Answer:
    payload = packet_of(BOOTP, 1, giaddr=giaddr, flags=flags, sname=sname, file=file)
    answer = room.send_payload(payload)
    assert answer is not None, room.log
    return answer


def test_only_requests_count() -> None:
    room = fixed()
    assert room.send_payload(packet_of(BOOTP, op=2)) is None
    assert room.log == []


def test_a_fixed_address() -> None:
    room = fixed('option domain-name "d";', "option routers 10.0.0.1;")
    answer = boot(room)
    assert answer.yiaddr == "10.0.0.50"
    # Here siaddr is this server unless next-server says otherwise.
    assert answer.reply.payload[20:24] == bytes((10, 0, 0, 1))
    assert answer.order == [1, 3, 15]
    assert room.log == [FROM]
    assert answer.log == "BOOTREPLY for 10.0.0.50 to booting (02:00:00:00:01:01) via v4s0"
    assert len(room.store) == 0


def test_the_vendor_area_of_a_client_without_cookie_comes_back() -> None:
    payload = packet_of(BOOTP)[:236] + b"vendor" + bytes(58)
    answer = fixed().send_payload(payload)
    assert answer is not None
    assert answer.reply.payload[236:] == b"vendor" + bytes(58)
    answer = fixed("always-reply-rfc1048 true;").send_payload(payload)
    assert answer is not None
    assert answer.reply.payload[236:240] == COOKIE


def test_file_and_sname() -> None:
    answer = boot(fixed(), file=b"mine", sname=b"their")
    assert answer.reply.payload[44:236] == bytes(64) + b"mine" + bytes(124)
    answer = boot(fixed('filename "boot"; server-name "srv"; next-server 10.0.0.9;'), file=b"mine")
    assert answer.reply.payload[44:236] == b"srv" + bytes(61) + b"boot" + bytes(124)
    assert answer.reply.payload[20:24] == bytes((10, 0, 0, 9))


def test_where_the_reply_goes() -> None:
    reply = boot(fixed()).reply
    assert (reply.path, reply.destination, reply.port) == (RAW, 0x0A000032, 68)
    assert reply.hardware == bytes((2, 0, 0, 0, 1, 1))
    # IP broadcast, but to the client's own hardware address.
    reply = boot(fixed(), flags=0x8000).reply
    assert (reply.path, reply.destination) == (RAW, 0xFFFFFFFF)
    assert reply.hardware == bytes((2, 0, 0, 0, 1, 1))
    answer = boot(fixed(), giaddr=RELAY)
    assert (answer.yiaddr, answer.reply.path, answer.reply.port) == ("10.9.0.50", UDP, 67)


def test_relay_agent_information_does_not_come_back() -> None:
    room = fixed()
    answer = room.send_payload(packet_of(BOOTP, 1, (agent((1, b"c")),), giaddr=RELAY))
    assert answer is not None
    assert 82 not in answer.options


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ("deny bootp;", [f"{FROM}: bootp disallowed"]),
        ("ignore bootp;", []),
        ("deny booting;", [f"{FROM}: booting disallowed"]),
        ("ignore booting;", []),
    ],
)
def test_refusals(settings: str, lines: list[str]) -> None:
    room = fixed(settings)
    assert room.send_payload(packet_of(BOOTP)) is None
    assert room.log == lines
    # DHCP has nothing to do with bootp.
    assert (room.send(1) is not None) == ("bootp" in settings)


def test_no_network_and_no_lease() -> None:
    room = fixed()
    assert room.send_payload(packet_of(BOOTP, giaddr="10.77.0.1")) is None
    assert room.log == ["BOOTREQUEST from 02:00:00:00:01:01 via 10.77.0.1: network unknown"]
    assert room.send_payload(packet_of(BOOTP, 2)) is None
    assert room.log == [
        "BOOTREQUEST from 02:00:00:00:01:02 via v4s0:"
        " BOOTP from dynamic client and no dynamic leases"
    ]


def test_a_dynamic_lease_is_for_ever() -> None:
    room = serve(inner='range dynamic-bootp 10.0.0.10; option domain-name "d";')
    answer = room.send_payload(packet_of(BOOTP, 1, (agent((1, b"c")),)))
    assert answer is not None
    assert answer.yiaddr == "10.0.0.10"
    assert answer.reply.payload[20:24] == bytes(4)
    assert answer.order == [1, 15, 82]
    assert answer.reply.is_held
    (lease,) = room.recorded
    assert (lease.ends, lease.flags) == (NEVER, BOOTP_FLAG)
    assert answer.log == "BOOTREPLY on 10.0.0.10 to 02:00:00:00:01:01 via v4s0"


def test_a_probe_frees_a_lease_of_a_pool_without_bootp() -> None:
    # An oddity that is dhcpd's own (observed).
    room = serve()
    room.bind(1)
    assert room.send_payload(packet_of(BOOTP)) is None
    assert [lease.state for lease in room.recorded] == [FREE]


@pytest.mark.parametrize(("request_size", "codes"), [(300, [1]), (560, [1, 231]), (548, [1, 231])])
def test_the_room_for_options_is_that_of_the_request(request_size: int, codes: list[int]) -> None:
    room = fixed(f'option o231 code 231 = text; option o231 "{"x" * 100}";')
    answer = room.send_payload(packet_of(BOOTP).ljust(request_size, b"\0"))
    assert answer is not None
    assert answer.order == codes

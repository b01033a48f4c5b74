"""What of a datagram is served, dropped or reported (RFC 2131; as observed with dhcpd 4.4.3-P1)."""

import pytest

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.log import DEBUG, ERR, INFO, LogLine
from pydhcpd.lease.lease import Lease
from pydhcpd.options.space import OptionSpaces
from pydhcpd.v4.packet import Packet, identifier_text, parse_packet
from tests.v4.room import BOOTP, COOKIE, DISCOVER, OFFER, SERVER_MAC, agent, packet_of

INTERFACE = Interface("v4s0", 1, SERVER_MAC, (0x0A000001,), 0)
SPACES = OptionSpaces()
TOO_LONG = "option length exceeds option buffer length."
NO_LENGTH = "code tag at end of buffer - missing length field."
HEADER = packet_of(BOOTP)[:236]


def parse(payload: bytes) -> tuple[Packet | None, list[LogLine]]:
    log: list[LogLine] = []
    return parse_packet(Datagram(payload, INTERFACE, 0), SPACES, log), log


def good(payload: bytes) -> Packet:
    packet, _ = parse(payload)
    assert packet is not None
    return packet


def test_a_payload_shorter_than_the_header_is_dropped_silently() -> None:
    assert parse(HEADER[:-1]) == (None, [])


def test_a_header_alone_is_bootp() -> None:
    assert good(HEADER).message_type == 0
    assert not good(HEADER + COOKIE[:3]).has_options
    assert not good(HEADER + b"\x63\x82\x53\x64\x35\x01\x01\xff").has_options


@pytest.mark.parametrize("hlen", [17, 255])
def test_a_longer_hlen_than_chaddr_is_dropped(hlen: int) -> None:
    assert parse(packet_of(DISCOVER, hlen=hlen)) == (
        None,
        [(INFO, "Discarding packet with bogus hlen.")],
    )


def test_hlen_of_the_whole_chaddr_is_served() -> None:
    assert len(good(packet_of(DISCOVER, hlen=16)).hardware) == 17


def test_no_address_and_no_identifier_is_served_with_a_word() -> None:
    packet, log = parse(packet_of(DISCOVER, hlen=0))
    assert packet is not None
    assert packet.hardware == b"\x01"
    text = "Received DHCPv4 packet without client-id option and empty hlen field."
    assert log == [(DEBUG, text)]


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        (b"\x0c\x05abcd", f"dhcp.<unknown> (code 12): {TOO_LONG}"),
        (b"\x0c\xff", f"dhcp.<unknown> (code 12): {TOO_LONG}"),
        (b"\xfa", f"dhcp.<unknown> (code 250): {NO_LENGTH}"),
    ],
)
def test_a_malformed_option_drops_the_packet(tail: bytes, why: str) -> None:
    payload = HEADER + COOKIE + b"\x35\x01\x01" + tail
    assert parse(payload) == (None, [(ERR, f"parse_option_buffer: malformed option {why}")])


@pytest.mark.parametrize("kind", [OFFER, 5, 6])
def test_a_malformed_option_of_a_reply_does_not(kind: int) -> None:
    packet, log = parse(HEADER + COOKIE + bytes((53, 1, kind)) + b"\x0c\x09x")
    assert packet is not None
    assert len(log) == 1


def test_end_pad_and_what_comes_behind_the_end() -> None:
    area = b"\0\0\x35\x01\x01\0\x0c\x01a\0"
    for tail in (b"", b"\xff", b"\xff\x0c\x09\x0c"):
        assert good(HEADER + COOKIE + area + tail).options == {53: b"\1", 12: b"a"}


def test_repeated_options_are_one() -> None:
    packet = good(packet_of(DISCOVER, options=((61, b"ab"), (12, b"x"), (61, b"cd"))))
    assert packet.client_identifier == b"abcd"


def test_the_first_byte_of_option_53_counts() -> None:
    assert good(HEADER + COOKIE + b"\x35\x02\x03\x01\xff").message_type == 3
    assert good(HEADER + COOKIE + b"\x35\x01\x03\x35\x01\x01\xff").message_type == 3
    assert good(HEADER + COOKIE + b"\x35\x00\xff").message_type == 0


@pytest.mark.parametrize(
    ("overload", "found"),
    [(0, {}), (1, {12: b"f"}), (2, {12: b"s"}), (3, {12: b"fs"})],
)
def test_overload_tells_where_more_options_are(overload: int, found: dict[int, bytes]) -> None:
    payload = packet_of(
        DISCOVER,
        options=((52, bytes((overload,))),),
        file=b"\x0c\x01f\xff",
        sname=b"\x0c\x01s\xff",
    )
    options = good(payload).options
    assert {code: value for code, value in options.items() if code == 12} == found


def test_an_overloaded_field_may_be_malformed_too() -> None:
    payload = packet_of(DISCOVER, options=((52, b"\1"),), file=b"\x0c\xc8x")
    assert parse(payload)[0] is None


def test_client_identifiers_of_no_and_of_one_byte() -> None:
    empty = packet_of(DISCOVER, options=((61, b""),))
    assert parse(empty) == (None, [(DEBUG, "Dropped DHCPv4 packet with zero-length client-id")])
    packet, log = parse(packet_of(DISCOVER, options=((61, b"a"),)))
    assert packet is not None
    text = (
        "Accepted DHCPv4 packet with one-character client-id"
        " - a future version of ISC DHCP will reject this"
    )
    assert log == [(DEBUG, text)]


def test_an_empty_host_name_is_none() -> None:
    packet, log = parse(packet_of(DISCOVER, options=((12, b""),)))
    assert packet is not None
    assert 12 not in packet.options
    assert log == [(DEBUG, "Ignoring empty DHO_HOST_NAME option")]


def test_nuls_behind_the_host_name_are_noticed_and_dropped() -> None:
    packet = good(packet_of(DISCOVER, options=((12, b"name\0\0"),)))
    assert packet.options[12] == b"name"
    assert packet.is_null_terminating
    # Those of another text are dropped only.
    packet = good(packet_of(DISCOVER, options=((14, b"dump\0"),)))
    assert packet.options[14] == b"dump"
    assert not packet.is_null_terminating


def test_a_malformed_suboption_does_not_drop_the_packet() -> None:
    packet, log = parse(packet_of(DISCOVER, options=((82, b"\x01\x01a\x02\x05b"),)))
    assert packet is not None
    text = f"parse_option_buffer: malformed option agent.<unknown> (code 2): {TOO_LONG}"
    assert log == [(ERR, text)]


def test_of_repeated_suboptions_the_first_counts() -> None:
    packet = good(packet_of(DISCOVER, options=(agent((1, b"a"), (2, b"r"), (1, b"b")),)))
    assert packet.agent == {1: b"a", 2: b"r"}


def test_via_is_the_relay_else_the_interface() -> None:
    assert good(packet_of(DISCOVER)).via == "v4s0"
    assert good(packet_of(DISCOVER, giaddr="10.9.0.254")).via == "10.9.0.254"


def test_how_the_sender_is_named() -> None:
    lease = Lease(1, uid=b"abc")
    assert good(packet_of(DISCOVER)).sender(lease) == "02:00:00:00:01:01"
    assert good(packet_of(DISCOVER, hlen=0)).sender(lease) == ""
    typeless = good(packet_of(DISCOVER, htype=0))
    assert typeless.sender(None) == "<no identifier>"
    assert typeless.sender(lease) == '"abc"'
    assert typeless.sender(Lease(1)) == '""'


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        (b"abc", '"abc"'),
        (b'a"\\c', '"a"\\c"'),
        (b"\0abc", "00:61:62:63"),
        (b"abc\0", "61:62:63:00"),
        (b"x" * 70, '"' + "x" * 57 + '"'),
        (b"\1" * 20, ":".join(["01"] * 20)),
        (b"\1" * 21, ""),
    ],
)
def test_identifiers_in_log_lines(identifier: bytes, text: str) -> None:
    assert identifier_text(identifier) == text

"""Messages to bytes and back; what is wrong with bytes is told in dhcpd's words."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.failover import message, option
from pydhcpd.failover.codec import decode, encode
from pydhcpd.failover.framing import Framer
from pydhcpd.failover.message import MESSAGE_ROWS, Message, MessageRow
from pydhcpd.failover.option import OPTION_ROWS, OPTIONS, OptionRow
from pydhcpd.wire.errors import WireError

TIME = 0x6B029E8F
CONNECT = bytes.fromhex(
    "0068050c6b029e8f00000000" "00160002666f" "000e00040000000a" "001300040000000a"
    "001c000c6973632d342e342e332d5031" "0014000101" "001b000100" "000f00040000001e"
    "000b0020" + "ff" * 16 + "00" * 16
)  # fmt: skip
UPDATE = bytes.fromhex(
    "004f030c6b029e9100000016" "000200040a0d25cd" "0003000102" "0004000701020000000001"
    "0005000701020000000001" "000d00046b029eaf" "001200046b029edc" "001900046b029e91"
    "000600046b029e91"
)  # fmt: skip


def test_connect_is_byte_for_byte_dhcpds() -> None:
    numbers = {
        option.MAX_UNACKED_BNDUPD: 10,
        option.RECEIVE_TIMER: 10,
        option.PROTOCOL_VERSION: 1,
        option.TLS_REQUEST: 0,
        option.MCLT: 30,
    }
    data = {
        option.RELATIONSHIP_NAME: b"fo",
        option.VENDOR_CLASS: b"isc-4.4.3-P1",
        option.HBA: b"\xff" * 16 + bytes(16),
    }
    connect = Message(message.CONNECT, TIME, 0, numbers, data)
    assert encode(connect) == CONNECT
    assert decode(CONNECT) == connect


def test_update_is_byte_for_byte_dhcpds() -> None:
    update = decode(UPDATE)
    assert update.numbers[option.ASSIGNED_IP_ADDRESS] == 0x0A0D25CD
    assert update.numbers[option.LEASE_EXPIRATION_TIME] == TIME + 32
    assert update.data[option.CLIENT_HARDWARE_ADDRESS].hex() == "01020000000001"
    assert encode(update) == UPDATE


@st.composite
def messages(draw: st.DrawFn) -> Message:
    row: MessageRow = draw(st.sampled_from(MESSAGE_ROWS))
    numbers: dict[int, int] = {}
    data: dict[int, bytes] = {}
    for code in row.options:
        size = OPTIONS[code].size
        if draw(st.booleans()):
            if size:
                numbers[code] = draw(st.integers(0, 256**size - 1))
            else:
                data[code] = draw(st.binary(max_size=200))
    word = st.integers(0, 0xFFFFFFFF)
    return Message(row.code, draw(word), draw(word), numbers, data)


@given(messages())
def test_what_is_encoded_is_decoded(sent: Message) -> None:
    assert decode(encode(sent)) == sent


@given(st.binary(max_size=80))
@settings(max_examples=300)
def test_any_options_are_a_message_or_the_one_error(options: bytes) -> None:
    for row in MESSAGE_ROWS:
        wire = (12 + len(options)).to_bytes(2, "big") + bytes((row.code, 12)) + bytes(8) + options
        with suppress(WireError):
            found = decode(wire)
            assert set(found.numbers) | set(found.data) <= set(row.options)


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_any_stream_is_cut_into_messages_or_ends(pieces: list[bytes]) -> None:
    framer = Framer()
    with suppress(WireError):
        for piece in pieces:
            framer.feed(piece)
            while framer.next_message() is not None:
                pass


def _option(code: int, data: bytes) -> bytes:
    return code.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data


def _wire(code: int, options: bytes = b"", offset: int = 12) -> bytes:
    size = (12 + len(options)).to_bytes(2, "big")
    return size + bytes((code, offset)) + TIME.to_bytes(4, "big") + bytes(4) + options


NAME = _option(option.RELATIONSHIP_NAME, b"fo")


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (_wire(13, _option(1, bytes(4))), "FAILOVER: invalid message type: 13"),
        (_wire(5, NAME + NAME), "FAILOVER: duplicate option relationship-name"),
        (_wire(5, b"\x00\x16\x00\x32fo"), "FAILOVER: message overflow at data."),
        (_wire(5, NAME + b"\x00"), "FAILOVER: message overflow at option code."),
        (_wire(5, NAME + b"\x00\x13\x00"), "FAILOVER: message overflow at length."),
        (
            _wire(5, NAME + _option(option.RECEIVE_TIMER, b"\x00\x01")),
            "FAILOVER: option size (2:4), option receive-timer",
        ),
        (
            _wire(5, _option(option.TLS_REQUEST, b"\x00\x00")),
            "FAILOVER: option size (2:1), option TLS-request",
        ),
        (_wire(5, NAME, 11), "FAILOVER: message overflow at payload offset."),
    ],
)
def test_what_is_wrong_is_told(wire: bytes, text: str) -> None:
    with pytest.raises(WireError) as error:
        decode(wire)
    assert str(error.value) == text


def test_unknown_options_and_those_of_other_messages_are_skipped() -> None:
    odd = _option(99, b"xyz") + _option(option.SERVER_STATE, b"\x06")
    assert decode(_wire(message.POOLREQ, odd)).numbers == {}


def test_header_may_be_longer() -> None:
    options = b"abcd" + NAME
    assert decode(_wire(5, options, 16)).data == {option.RELATIONSHIP_NAME: b"fo"}


def test_unknown_message_without_options_is_a_message() -> None:
    assert decode(_wire(13)).name == "13"


@pytest.mark.parametrize("size", [0, 11, 2049, 65535])
def test_length_out_of_bounds_ends_the_stream(size: int) -> None:
    framer = Framer()
    framer.feed(size.to_bytes(2, "big"))
    with pytest.raises(WireError) as error:
        framer.next_message()
    assert str(error.value) == "message length wait: unexpected error"


@pytest.mark.parametrize("cut", range(1, len(UPDATE)))
def test_messages_may_come_in_pieces(cut: int) -> None:
    framer = Framer()
    wire = UPDATE + CONNECT
    framer.feed(wire[:cut])
    assert framer.next_message() is None
    framer.feed(wire[cut:])
    assert [framer.next_message(), framer.next_message(), framer.next_message()] == [
        decode(UPDATE),
        decode(CONNECT),
        None,
    ]


def test_message_numbers_of_requests_are_those_of_4_4_3() -> None:
    assert {row.name: row.code for row in MESSAGE_ROWS}["UPDREQALL"] == 7
    assert {row.name: row.code for row in MESSAGE_ROWS}["UPDREQ"] == 9


def test_tables_are_whole() -> None:
    assert [row.code for row in MESSAGE_ROWS] == list(range(1, 13))
    assert [row.code for row in OPTION_ROWS] == list(range(1, 30))


CELLS = [(row, OPTIONS[code]) for row in MESSAGE_ROWS for code in OPTIONS]


@pytest.mark.parametrize(("row", "told"), CELLS, ids=lambda one: one.name)
def test_each_option_in_each_message(row: MessageRow, told: OptionRow) -> None:
    """Read where it means something, skipped where it does not; wrong sizes are refused there."""
    data = bytes(range(1, (told.size or 5) + 1))
    found = decode(_wire(row.code, _option(told.code, data)))
    expected: dict[int, int] = {}
    octets: dict[int, bytes] = {}
    if told.code in row.options and told.size:
        expected = {told.code: int.from_bytes(data, "big")}
    elif told.code in row.options:
        octets = {told.code: data}
    assert (found.code, found.numbers, found.data) == (row.code, expected, octets)
    if expected or octets:
        assert encode(found) == _wire(row.code, _option(told.code, data))
    if expected:
        wrong = _wire(row.code, _option(told.code, data + b"\0"))
        with pytest.raises(WireError) as error:
            decode(wrong)
        sizes = f"({told.size + 1}:{told.size})"
        assert str(error.value) == f"FAILOVER: option size {sizes}, option {told.name}"


# As dhcpd 4.4.3-P1 sends them, in this order.
SENT = {
    "POOLREQ": (),
    "POOLRESP": (1,),
    "BNDUPD": (2, 3, 4, 5, 13, 18, 25, 6, 12),
    "BNDACK": (2, 21, 16),
    "CONNECT": (22, 14, 19, 28, 20, 27, 15, 11),
    "CONNECTACK": (22, 14, 19, 28, 20, 26, 21, 16),
    "UPDREQALL": (),
    "UPDDONE": (),
    "UPDREQ": (),
    "STATE": (24, 23, 25),
    "CONTACT": (),
    "DISCONNECT": (21, 16),
}


@pytest.mark.parametrize("row", MESSAGE_ROWS, ids=lambda row: row.name)
def test_options_leave_in_the_order_of_dhcpd(row: MessageRow) -> None:
    numbers = {code: 1 for code in reversed(row.options) if OPTIONS[code].size}
    data = {code: b"x" for code in reversed(row.options) if not OPTIONS[code].size}
    wire = encode(Message(row.code, TIME, 0, numbers, data))
    order: list[int] = []
    at = 12
    while at < len(wire):
        order.append(int.from_bytes(wire[at : at + 2], "big"))
        at += 4 + int.from_bytes(wire[at + 2 : at + 4], "big")
    assert tuple(order) == SENT[row.name]

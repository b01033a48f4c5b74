"""Packing, overload and splitting, against replies of dhcpd 4.4.3-P1 to random option sets."""

import json
from pathlib import Path
from typing import TypedDict

import pytest

from pydhcpd.v4.order import order_requested, order_unrequested
from pydhcpd.v4.packing import (
    Packed,
    bootp_room,
    encode_agent,
    encode_plain,
    file_field,
    fits_plain,
    message_room,
    option_area,
    pack,
    sname_field,
)

DATA = Path(__file__).parent.parent / "data"
HEADER_SIZE = 236
LEAST_PAYLOAD = 300


class Vector(TypedDict):
    """A reply of dhcpd: what was set and asked for, and where it went (codes and lengths)."""

    set_order: list[list[int]]
    file_set: bool
    sname_set: bool
    option57: int | None
    prl: list[int] | None
    main: list[list[int]]
    file: list[list[int]]
    sname: list[list[int]]
    payload_len: int


class AgentVector(TypedDict):
    """The same with relay agent information of `agent` bytes in the request."""

    agent: int
    option57: int
    are_names_set: bool
    main: list[list[int]]
    file: list[list[int]]
    sname: list[list[int]]
    payload_len: int


def lengths(options: bytes | None) -> list[list[int]]:
    """Code and length of every option."""
    found: list[list[int]] = []
    at = 0
    while options and at < len(options):
        found.append([options[at], options[at + 1]])
        at += 2 + options[at + 1]
    return found


def main_lengths(packed: Packed) -> list[list[int]]:
    """Code and length in the main area, with option 52 where it is due."""
    overload = [[52, 1]] if packed.file or packed.sname else []
    return lengths(packed.main) + overload


def test_240_random_replies_are_packed_as_dhcpd_packed_them() -> None:
    vectors: list[Vector] = json.loads((DATA / "option-packing-vectors.json").read_text())
    assert len(vectors) == 240
    wrong = []
    for vector in vectors:
        values = {code: bytes(size) for code, size in vector["set_order"]}
        if vector["prl"] is None:
            codes = order_unrequested(values, ())
        else:
            codes = order_requested(bytes(vector["prl"]), False, False, False, True)
        room = message_room(vector["option57"] or 0, 0)
        packed = pack(codes, values, room, not vector["file_set"], not vector["sname_set"])
        size = max(LEAST_PAYLOAD, HEADER_SIZE + len(option_area(packed, b"", room)))
        found = (main_lengths(packed), lengths(packed.file), lengths(packed.sname), size)
        wanted = (vector["main"], vector["file"], vector["sname"], vector["payload_len"])
        if found != wanted:
            wrong.append((vector, found))
    assert wrong == []


def test_relay_agent_information_takes_its_room_from_the_options() -> None:
    vectors: list[AgentVector] = json.loads((DATA / "agent-packing-vectors.json").read_text())
    values = {53: b"1", 54: b"1234", 51: b"1234", 1: b"1234"}
    values |= {code: bytes(250) for code in range(224, 229)}
    codes = order_requested(bytes(range(224, 229)), False, False, False, True)
    wrong = []
    for vector in vectors:
        agent = bytes(vector["agent"])
        room = message_room(vector["option57"], len(encode_agent(agent)))
        is_free = not vector["are_names_set"]
        packed = pack(codes, values, room, is_free, is_free)
        size = max(LEAST_PAYLOAD, HEADER_SIZE + len(option_area(packed, agent, room)))
        found = (main_lengths(packed), lengths(packed.file), lengths(packed.sname), size)
        wanted = (vector["main"], vector["file"], vector["sname"], vector["payload_len"])
        if found != wanted:
            wrong.append((vector, found))
    assert wrong == []


def test_chunks_of_a_split_value_join_to_the_value() -> None:
    value = bytes(number % 251 for number in range(300))
    packed = pack([224], {224: value}, message_room(0, 0), True, True)
    joined = b""
    for area in (packed.main, packed.file or b"", packed.sname or b""):
        at = 0
        while at < len(area):
            joined += area[at + 2 : at + 2 + area[at + 1]]
            at += 2 + area[at + 1]
    assert joined == value


@pytest.mark.parametrize(
    ("option57", "room"), [(0, 308), (300, 308), (576, 308), (600, 332), (1500, 1232), (9000, 1232)]
)
def test_room_behind_the_cookie(option57: int, room: int) -> None:
    assert message_room(option57, 0) == room


def test_bootp_room() -> None:
    assert bootp_room(300) == 60
    assert bootp_room(548) == 308


def test_plain_options_need_no_packing() -> None:
    values = {53: b"\5", 54: b"\1\2\3\4", 6: b"", 15: b"x" * 100}
    codes = [53, 54, 51, 6, 15]
    plain = encode_plain(codes, values)
    assert plain == b"\x35\1\5\x36\4\1\2\3\4\x0f\x64" + b"x" * 100
    assert fits_plain(len(plain), len(plain) + 4)
    packed = pack(codes, values, 308, True, True)
    assert (packed.main, packed.file, packed.sname) == (plain, None, None)
    assert option_area(packed, b"", 308) == b"\x63\x82\x53\x63" + plain + b"\xff"


def test_a_long_value_is_not_plain() -> None:
    assert encode_plain([224], {224: bytes(256)}) is None


def test_option_82_is_last_and_split_when_it_is_long() -> None:
    packed = Packed(b"\x35\1\5", None, None)
    assert option_area(packed, b"ab", 308) == b"\x63\x82\x53\x63\x35\1\5\x52\2ab\xff"
    assert lengths(encode_agent(bytes(304))) == [[82, 255], [82, 49]]


def test_header_fields_carry_options_or_names() -> None:
    packed = Packed(b"", b"\x0f\2dn", None)
    assert file_field(packed, b"") == b"\x0f\2dn\xff" + bytes(123)
    assert sname_field(packed, b"host") == b"host" + bytes(60)
    assert file_field(Packed(b"", None, None), b"f" * 130) == b"f" * 128

"""Decoding options: what dhcpd 4.4.3-P1 was seen to make of such bytes."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.options.decode import parse_options, parse_suboptions
from pydhcpd.options.space import OptionSpace, OptionSpaces
from pydhcpd.wire.errors import WireError

SPACES = OptionSpaces()
TEXT_CODES = frozenset(SPACES.dhcp.text_codes)


def options_of(wire: bytes) -> dict[int, bytes]:
    """The options of a buffer that holds nothing else."""
    into: dict[int, bytes] = {}
    parse_options(wire, 0, into, TEXT_CODES)
    return into


def space_of(name: str) -> OptionSpace:
    """A built-in space."""
    space = SPACES.find(name)
    assert space is not None
    return space


def suboptions_of(wire: bytes, space: str = "agent") -> dict[int, bytes]:
    """The sub-options of an intact value."""
    into: dict[int, bytes] = {}
    parse_suboptions(wire, space_of(space), into)
    return into


def test_padding_end_and_what_follows_it() -> None:
    assert options_of(b"\0\0\x35\1\1\0\xff\x0c\1a") == {53: b"\1"}


def test_end_may_be_missing() -> None:
    assert options_of(b"\x35\1\1\x3d\0") == {53: b"\1", 61: b""}


def test_what_comes_before_is_not_read() -> None:
    into: dict[int, bytes] = {}
    parse_options(b"\x01\x09\x35\1\3", 2, into, TEXT_CODES)
    assert into == {53: b"\3"}


def test_repeated_options_are_joined_also_across_fields() -> None:
    into: dict[int, bytes] = {}
    parse_options(b"\3\4abcd\3\2ef", 0, into, TEXT_CODES)
    parse_options(b"\3\1g\xff", 0, into, TEXT_CODES)
    assert into == {3: b"abcdefg"}


def test_text_loses_nuls_at_its_end_and_strings_keep_them() -> None:
    wire = b"\x4d\3ab\0\x3c\2v\0\x11\2\0\0\x0c\3a\0b\x4f\3\1x\0"
    assert options_of(wire) == {77: b"ab", 60: b"v\0", 17: b"", 12: b"a\0b", 79: b"\1x"}


def test_continued_text_keeps_its_nuls() -> None:
    assert options_of(b"\x0c\3ab\0\x0c\4cd\0\0") == {12: b"abcd\0\0"}


@pytest.mark.parametrize(
    ("wire", "is_terminated"),
    [
        (b"\x0c\3ab\0", True),
        (b"\x0c\1\0", True),
        (b"\x0c\2ab", False),
        (b"\x0c\0", False),
        (b"\x4d\2a\0", False),
        (b"\x0c\1a\x0c\1\0", False),
    ],
)
def test_nuls_behind_the_host_name_are_reported(wire: bytes, is_terminated: bool) -> None:
    assert parse_options(wire, 0, {}, TEXT_CODES) is is_terminated


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (
            b"\x35\1\1\x0c\x09AA",
            "malformed option dhcp.<unknown> (code 12): "
            "option length exceeds option buffer length.",
        ),
        (
            b"\x35\1\1\xc8",
            "malformed option dhcp.<unknown> (code 200): "
            "code tag at end of buffer - missing length field.",
        ),
    ],
)
def test_broken_options(wire: bytes, text: str) -> None:
    with pytest.raises(WireError) as refusal:
        options_of(wire)
    assert str(refusal.value) == text


def test_first_value_of_a_suboption_counts() -> None:
    assert suboptions_of(b"\1\1A\2\1B\1\1C") == {1: b"A", 2: b"B"}


def test_code_zero_ends_suboptions_and_255_is_a_code() -> None:
    assert suboptions_of(b"\1\1A\0\2\1B") == {1: b"A"}
    assert suboptions_of(b"\1\1A\xff\1B") == {1: b"A", 255: b"B"}


@pytest.mark.parametrize(
    ("wire", "before", "text"),
    [
        (
            b"\1\1A\2\5B",
            {1: b"A"},
            "malformed option agent.<unknown> (code 2): "
            "option length exceeds option buffer length.",
        ),
        (
            b"\1\1A\xff",
            {1: b"A"},
            "malformed option agent.<unknown> (code 255): "
            "code tag at end of buffer - missing length field.",
        ),
    ],
)
def test_suboptions_before_the_broken_one_stay(
    wire: bytes, before: dict[int, bytes], text: str
) -> None:
    into: dict[int, bytes] = {}
    with pytest.raises(WireError) as refusal:
        parse_suboptions(wire, space_of("agent"), into)
    assert (str(refusal.value), into) == (text, before)


def test_wide_codes_and_lengths() -> None:
    assert suboptions_of(b"\0\1\0\2ab\1\x2c\0\0", "isc") == {1: b"ab", 300: b""}
    assert suboptions_of(b"\0\0\x09\xbf\1x", "vendor") == {2495: b"x"}


@settings(derandomize=True)
@given(st.binary(max_size=400))
def test_any_bytes_are_options_or_a_wire_error(wire: bytes) -> None:
    try:
        options = options_of(wire)
    except WireError:
        return
    assert sum(map(len, options.values())) + 2 * len(options) <= len(wire)


@settings(derandomize=True)
@given(st.binary(max_size=200), st.sampled_from(["agent", "isc", "vendor"]))
def test_any_bytes_are_suboptions_or_a_wire_error(wire: bytes, space: str) -> None:
    into: dict[int, bytes] = {}
    with contextlib.suppress(WireError):
        parse_suboptions(wire, space_of(space), into)
    assert sum(map(len, into.values())) <= len(wire)

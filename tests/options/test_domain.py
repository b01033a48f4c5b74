"""Domain names on the wire (RFC 1035 section 3.1 and 4.1.4)."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.options.domain import decode_names, encode_names, split_name
from pydhcpd.wire.errors import WireError

LABEL = st.binary(min_size=1, max_size=63)
NAMES = st.lists(st.lists(LABEL, max_size=3).map(tuple), max_size=5)


@settings(derandomize=True)
@given(NAMES, st.booleans())
def test_encoded_names_decode_to_themselves(
    names: list[tuple[bytes, ...]], is_compressed: bool
) -> None:
    decoded = decode_names(encode_names(names, is_compressed))
    lowered = [[label.lower() for label in labels] for labels in names]
    assert [[label.lower() for label in labels] for labels in decoded] == lowered


@settings(derandomize=True)
@given(st.binary(max_size=100))
def test_any_bytes_are_names_or_a_wire_error(wire: bytes) -> None:
    with contextlib.suppress(WireError):
        decode_names(wire)


@pytest.mark.parametrize("wire", ["c000", "0161c004", "0161000162c00a", "0561", "4061", "01"])
def test_broken_names(wire: str) -> None:
    with pytest.raises(WireError):
        decode_names(bytes.fromhex(wire))


def test_a_name_has_255_bytes_at_most() -> None:
    labels = b".".join([b"a" * 60] * 4)
    assert split_name(labels + b".123456789") is not None
    assert split_name(labels + b".1234567890") is None

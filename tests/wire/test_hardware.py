"""Hardware types and addresses as dhcpd writes them."""

import pytest

from pydhcpd.wire.errors import WireError
from pydhcpd.wire.hardware import HARDWARE_TYPE_CODES, format_hardware, hardware_type_name
from pydhcpd.wire.moment import Moment, moment_of


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (1, "ethernet"),
        (6, "token-ring"),
        (8, "fddi"),
        (32, "infiniband"),
        (0, "unknown-0"),
        (255, "unknown-255"),
    ],
)
def test_names_of_hardware_types(code: int, name: str) -> None:
    assert hardware_type_name(code) == name
    assert HARDWARE_TYPE_CODES.get(name, code) == code


@pytest.mark.parametrize(
    ("hardware", "text"),
    [
        (b"\1\2\0\0\0\1\xff", "02:00:00:00:01:ff"),
        (b"\1", ""),
        (b"\0\2\0", "<no identifier>"),
        (b"\6\1", "01"),
    ],
)
def test_addresses_in_log_lines(hardware: bytes, text: str) -> None:
    assert format_hardware(hardware) == text


def test_a_wire_error_says_where_and_why() -> None:
    assert str(WireError("malformed option", "too long")) == "malformed option: too long"
    assert str(WireError("", "too long")) == "too long"


def test_a_moment_counts_whole_seconds() -> None:
    assert Moment(1_999_999).seconds == 1
    assert moment_of(2).us == 2_000_000

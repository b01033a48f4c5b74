"""IPv4 addresses and netmasks as text and as ints."""

import pytest

from pydhcpd.wire.address import address_bytes, format_ipv4, mask_of, parse_ipv4, prefix_length_of


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0.0.0.0", 0),
        ("10.0.0.1", 0x0A000001),
        ("255.255.255.255", 0xFFFFFFFF),
        ("127.0.0.1", 0x7F000001),
    ],
)
def test_there_and_back(text: str, address: int) -> None:
    assert parse_ipv4(text) == address
    assert format_ipv4(address) == text
    assert address_bytes(address) == bytes(map(int, text.split(".")))


@pytest.mark.parametrize(
    "text",
    ["", "10", "10.0.0", "10.0.0.0.1", "10.0.0.256", "10.0.0.-1", "10.0.0.x", "10.0.0.", "1.2.3.²",
     "0010.0.0.1", " 10.0.0.1"],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    assert parse_ipv4(text) is None


@pytest.mark.parametrize(
    ("length", "mask"),
    [(0, 0), (8, 0xFF000000), (24, 0xFFFFFF00), (31, 0xFFFFFFFE), (32, 0xFFFFFFFF)],
)
def test_netmasks(length: int, mask: int) -> None:
    assert mask_of(length) == mask
    assert prefix_length_of(mask) == length


def test_the_length_of_a_mask_with_holes_is_the_number_of_its_ones() -> None:
    assert prefix_length_of(0xFF00FF00) == 16

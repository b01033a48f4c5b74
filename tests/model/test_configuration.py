"""The look-ups of the frozen configuration."""

import pytest

from pydhcpd.wire.address import format_ipv4
from tests.resolve.reading import configuration_of
from tests.v4.room import address

CONFIGURATION = configuration_of("""
subnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.5 10.0.0.9; range 10.200.0.1; }
shared-network s {
  subnet 10.9.0.0 netmask 255.255.0.0 { range 10.9.0.1 10.9.0.1; }
  subnet 10.9.9.0 netmask 255.255.255.0 { pool { range 10.9.9.5 10.9.9.6; } }
}
""")


@pytest.mark.parametrize(
    ("text", "subnet"),
    [
        ("10.0.0.1", "10.0.0.0"),
        ("10.255.255.255", "10.0.0.0"),
        # The narrowest that holds it.
        ("10.9.0.255", "10.9.0.0"),
        ("10.9.9.0", "10.9.9.0"),
        ("10.9.10.0", "10.9.0.0"),
        ("11.0.0.0", None),
        ("0.0.0.0", None),
    ],
)
def test_the_subnet_of_an_address(text: str, subnet: str | None) -> None:
    found = CONFIGURATION.find_subnet(address(text))
    assert (None if found is None else format_ipv4(found.address)) == subnet


@pytest.mark.parametrize(
    ("text", "pool"),
    [
        ("10.0.0.4", None),
        ("10.0.0.5", 0),
        ("10.0.0.9", 0),
        ("10.0.0.10", None),
        ("10.200.0.1", 0),
        ("10.9.0.1", 1),
        ("10.9.9.5", 2),
        ("10.9.9.7", None),
        ("0.0.0.0", None),
        ("255.255.255.255", None),
    ],
)
def test_the_pool_of_an_address(text: str, pool: int | None) -> None:
    found = CONFIGURATION.find_pool(address(text))
    assert (None if found is None else found.index) == pool


def test_a_lone_subnet_is_a_shared_network_by_its_prefix() -> None:
    assert [network.name for network in CONFIGURATION.shared_networks] == ["10.0.0.0/8", "s"]


def test_the_size_of_a_pool() -> None:
    assert [pool.size for pool in CONFIGURATION.pools] == [6, 1, 2]


def test_no_network_at_all() -> None:
    nothing = configuration_of("default-lease-time 600;")
    assert nothing.find_subnet(address("10.0.0.1")) is None
    assert nothing.find_pool(address("10.0.0.1")) is None

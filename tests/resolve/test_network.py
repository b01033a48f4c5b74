"""Subnets, shared networks, ranges: what belongs to what, and which warnings are given."""

import pytest

from pydhcpd.model.network import Range
from tests.resolve.reading import configuration_of, execute, messages_of, resolve

SUBNET = "subnet 10.0.0.0 netmask 255.255.255.0"


def test_a_lone_subnet_makes_a_shared_network_of_its_name() -> None:
    configuration = configuration_of(f"{SUBNET} {{ range 10.0.0.9 10.0.0.5; }}")
    (network,) = configuration.shared_networks
    assert network.name == "10.0.0.0/24"
    assert network.scope is configuration.subnets[0].scope
    assert network.pools[0].ranges == (Range(0x0A000005, 0x0A000009),)


def test_subnets_of_a_shared_network_share_its_implicit_pool() -> None:
    configuration = configuration_of(
        f"shared-network x {{ {SUBNET} {{ range 10.0.0.5; }}"
        "subnet 10.0.1.0 netmask 255.255.255.0 { range 10.0.1.5; range dynamic-bootp 10.0.1.9; } }"
    )
    plain, bootp = configuration.pools
    assert [one.low & 0xFFFF for one in plain.ranges] == [5, 0x105]
    assert [permit.kind for permit in plain.prohibits] == [5]
    assert [permit.kind for permit in bootp.permits] == [4]
    assert configuration.find_pool(0x0A000109) is bootp


def test_a_group_in_a_shared_network_does_not_pass_it_on() -> None:
    text = f"shared-network x {{ group {{ {SUBNET} {{ }} }} }}"
    assert messages_of(text)[0] == "c.conf line 1: empty shared-network decl"


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (f"authoritative; {SUBNET} {{ }}", (True, True)),
        (f"{SUBNET} {{ }} authoritative;", (False, False)),
        (f"{SUBNET} {{ authoritative; }}", (True, True)),
        (f"authoritative; {SUBNET} {{ not authoritative; }}", (False, False)),
        (f"shared-network x {{ {SUBNET} {{ authoritative; }} }}", (False, True)),
        (f"shared-network x {{ authoritative; {SUBNET} {{ }} }}", (True, True)),
        (f"group {{ authoritative; {SUBNET} {{ }} }}", (True, True)),
    ],
)
def test_authoritative_reaches_bodies_that_open_after_it(
    text: str, flags: tuple[bool, bool]
) -> None:
    configuration = configuration_of(text)
    network, subnet = configuration.shared_networks[0], configuration.subnets[0]
    assert (network.is_authoritative, subnet.is_authoritative) == flags


def test_overlaps_are_warned_of_but_accepted() -> None:
    text = (
        "subnet 10.0.0.0 netmask 255.255.0.0 { } subnet 10.0.1.0 netmask 255.255.255.0 { }"
        "subnet 10.0.1.128 netmask 255.255.255.128 { }"
    )
    assert messages_of(text) == [
        "Warning: subnet 10.0.1.0/24 overlaps subnet 10.0.0.0/16",
        "Warning: subnet 10.0.1.128/25 overlaps subnet 10.0.1.0/24",
    ]
    assert len(configuration_of(text).subnets) == 3


def test_a_range_outside_its_subnet_is_fatal_at_once() -> None:
    resolution = resolve(f"foo bar; {SUBNET} {{ range 10.0.0.5 10.0.1.9; }} foo bar;")
    assert resolution.fatal == (
        "bad range, address 10.0.1.9 not in subnet 10.0.0.0 netmask 255.255.255.0"
    )
    assert len(resolution.messages) == 3


def test_huge_ranges_are_never_spelled_out() -> None:
    text = (
        "subnet 10.0.0.0 netmask 255.0.0.0 {"
        "range 10.0.0.0 10.127.255.255; range 10.128.0.0 10.255.255.255; range 10.9.9.9; }"
    )
    assert messages_of(text)[0] == "c.conf line 1: lease 10.9.9.9 is declared twice!"


def test_interfaces_of_a_lone_subnet_are_those_of_its_network() -> None:
    configuration = configuration_of(f'{SUBNET} {{ interface "eth1"; }}')
    assert configuration.subnets[0].interfaces == ("eth1",)
    assert configuration.shared_networks[0].interfaces == ("eth1",)


def test_statements_behind_a_subnet_still_apply_to_it() -> None:
    configuration = configuration_of(f"{SUBNET} {{ }} default-lease-time 5;")
    assert execute(configuration.subnets[0].scope).server == {1: b"\0\0\0\5"}


def test_inner_scopes_win() -> None:
    configuration = configuration_of(
        "max-lease-time 1; shared-network x { max-lease-time 2; "
        f"{SUBNET} {{ max-lease-time 3; pool {{ max-lease-time 4; range 10.0.0.1; }} }} }}"
    )
    scopes = (
        configuration.scope,
        configuration.shared_networks[0].scope,
        configuration.subnets[0].scope,
        configuration.pools[0].scope,
    )
    assert [execute(scope).server[2] for scope in scopes] == [
        number.to_bytes(4, "big") for number in (1, 2, 3, 4)
    ]

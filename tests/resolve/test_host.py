"""Hosts and groups: keys, addresses, scopes, lookups."""

from pydhcpd.model.host import HostIdentifier
from tests.resolve.reading import configuration_of, execute, messages_of


def test_a_host_is_found_by_everything_that_recognises_it() -> None:
    configuration = configuration_of(
        "host a { hardware ethernet 0:11:22:a:b:c; } host b { uid 1:ff; }"
        'host c { option dhcp-client-identifier "c"; }'
        'host d { host-identifier option agent.remote-id "r"; }'
        'host e { host-identifier option host-name "e"; hardware token-ring 1; }'
    )
    hosts = configuration.hosts
    assert configuration.hosts_by_hardware == {
        b"\1\0\x11\x22\n\x0b\x0c": (hosts["a"],),
        b"\6\1": (hosts["e"],),
    }
    assert configuration.hosts_by_client_identifier == {
        b"\1\xff": (hosts["b"],),
        b"c": (hosts["c"],),
    }
    assert hosts["d"].identifier == HostIdentifier("agent", 2, b"r")
    assert configuration.hosts_by_identifier == (
        ("dhcp", 12, {b"e": (hosts["e"],)}),
        ("agent", 2, {b"r": (hosts["d"],)}),
    )


def test_hosts_with_the_same_key_keep_their_order() -> None:
    configuration = configuration_of(
        "host b { hardware ethernet 1; fixed-address 10.0.0.1; } host a { hardware ethernet 1; }"
    )
    assert [host.name for host in configuration.hosts_by_hardware[b"\1\1"]] == ["b", "a"]


def test_a_host_may_have_addresses_and_names() -> None:
    configuration = configuration_of(
        "host a { fixed-address 10.0.0.9, two.example.org, ns.example.org; }"
    )
    assert configuration.hosts["a"].fixed_addresses == (
        0x0A000009,
        0x0A000001,
        0x0A000002,
        0x0A000035,
    )


def test_a_name_without_address_is_logged_and_gives_no_address() -> None:
    text = "host a { fixed-address nowhere.example.org; }"
    assert messages_of(text) == ["nowhere.example.org: host unknown."]
    assert configuration_of(text).hosts["a"].fixed_addresses == ()


def test_uid_wins_over_the_option() -> None:
    text = 'host a { option dhcp-client-identifier 1:2; uid "x"; }'
    assert messages_of(text) == [
        "Warning, host declaration 'a' already has uid '\"x\"', "
        "ignoring dhcp-client-identifier '01:02'"
    ]
    assert list(configuration_of(text).hosts_by_client_identifier) == [b"x"]


def test_hosts_are_global_and_dhcpd_says_so_once() -> None:
    text = (
        "subnet 10.0.0.0 netmask 255.255.255.0 { group { host a { } } host b { } }"
        "subnet 10.0.1.0 netmask 255.255.255.0 { host c { } }"
    )
    assert messages_of(text) == [
        "WARNING: Host declarations are global.  "
        "They are not limited to the scope you declared them in."
    ]
    assert list(configuration_of(text).hosts) == ["a", "b", "c"]


def test_a_host_inherits_the_groups_around_it_even_what_follows() -> None:
    configuration = configuration_of(
        'group { option host-name "g"; host a { filename "h"; } filename "g"; }'
    )
    state = execute(configuration.hosts["a"].scope)
    assert (state.dhcp, state.server) == ({12: b"g"}, {15: b"h"})


def test_a_named_group_takes_the_place_of_the_groups_around_the_host() -> None:
    configuration = configuration_of(
        'min-lease-time 1; group { option root-path "o"; '
        'group n { filename "n"; server-name "n"; option host-name "n"; } }'
        'group { filename "g"; server-name "g"; option domain-name "g";'
        'host a { group n; filename "h"; } }'
    )
    state = execute(configuration.hosts["a"].scope)
    assert state.server == {3: b"\0\0\0\1", 15: b"h", 16: b"n"}
    assert state.dhcp == {17: b"o", 12: b"n"}
    assert tuple(configuration.groups) == ("n",)


def test_a_second_declaration_of_a_group_takes_its_name_away() -> None:
    group = 'group n {{ option host-name "{}"; }}'
    configuration = configuration_of(
        group.format("1") + "host a { group n; }" + group.format("2") + group.format("3") + "#\n"
        "host b { group n; }"
    )
    hosts = configuration.hosts
    assert execute(hosts["a"].scope).dhcp == {12: b"1"}
    assert execute(hosts["b"].scope).dhcp == {12: b"3"}
    (message,) = [
        text
        for text in messages_of(group.format("1") + group.format("2") + "host c { group n; }")
        if "unknown group" in text
    ]
    assert message.endswith("unknown group n in host c")


def test_a_deleted_host_is_gone() -> None:
    assert list(configuration_of("host a { deleted; } host a { dynamic; }").hosts) == ["a"]
    configuration = configuration_of("host a { uid 1; } host a { deleted; }")
    assert configuration.hosts == {}
    assert configuration.hosts_by_client_identifier == {}


def test_hardware_may_be_a_type_alone() -> None:
    assert configuration_of("host a { hardware unknown-7; }").hosts["a"].hardware == b"\7"

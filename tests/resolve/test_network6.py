"""Declarations of DHCPv6: what the model keeps of them, and in which mode they stand."""

import pytest

from pydhcpd.model.host import HostIdentifier
from pydhcpd.model.network6 import PrefixRange6, Range6
from pydhcpd.model.permit import UNKNOWN_CLIENTS, Permit
from pydhcpd.resolve.machine import NO_MACHINE
from pydhcpd.resolve.resolution import Resolution, resolve_configuration
from tests.config.reading import parse
from tests.resolve.reading import execute

NET = 0x20010DB8 << 96
WIRE = """
shared-network wire {
  interface eth0;
  subnet6 2001:db8::/64 {
    authoritative;
    range6 2001:db8::20 2001:db8::10;
    range6 2001:db8::ff00/120 temporary;
    pool6 {
      range6 2001:db8::1:0/112;
      prefix6 2001:db8:8:: 2001:db8:f:: /48;
      allow unknown clients;
      option dhcp6.preference 7;
    }
  }
  subnet6 2001:db8:0:1::/64 { interface eth1; range6 2001:db8:0:1:: temporary; }
}
subnet6 2001:db8:0:2::/80 { }
"""


def resolve6(text: str) -> Resolution:
    """What DHCPv6 mode makes of a file."""
    return resolve_configuration(parse(text), None, NO_MACHINE, 6)


def test_subnets_belong_to_networks_and_interfaces() -> None:
    configuration = resolve6(WIRE).configuration
    assert configuration is not None
    shown = [
        (subnet.address - NET, subnet.length, subnet.network, subnet.interfaces)
        for subnet in configuration.subnets6
    ]
    assert shown == [
        (0, 64, 0, ("eth0",)),
        (1 << 64, 64, 0, ("eth1",)),
        (2 << 64, 80, 1, ()),
    ]
    assert [subnet.is_authoritative for subnet in configuration.subnets6] == [True, False, False]
    wire, lone = configuration.shared_networks
    assert wire.subnets6 == configuration.subnets6[:2]
    assert (lone.name, lone.subnets6) == ("2001:db8:0:2::/80", configuration.subnets6[2:])


def test_ranges_outside_pools_share_the_pool_without_access_list() -> None:
    configuration = resolve6(WIRE).configuration
    assert configuration is not None
    common, own = configuration.pools6
    assert common.ranges == (
        Range6(0, NET + 0x10, NET + 0x20, False),
        Range6(0, NET + 0xFF00, NET + 0xFFFF, True),
        Range6(1, NET + (1 << 64), NET + (2 << 64) - 1, True),
    )
    assert (common.permits, common.prohibits, common.prefixes) == ((), (), ())
    assert own.ranges == (Range6(0, NET + 0x10000, NET + 0x1FFFF, False),)
    assert own.prefixes == (PrefixRange6(0, NET + (8 << 80), NET + (15 << 80), 48),)
    assert own.permits == (Permit(UNKNOWN_CLIENTS),)
    assert execute(own.scope).others == {"dhcp6": {7: b"\7"}}
    assert configuration.shared_networks[0].pools6 == (common, own)


def test_a_host_has_addresses_prefixes_and_what_its_relay_says() -> None:
    configuration = resolve6(
        "host a { fixed-address6 2001:db8::1, 2001:db8::2; fixed-prefix6 2001:db8:1::/48;"
        " fixed-prefix6 2001:db8:2::/56; host-identifier v6relopt 1 dhcp6.interface-id 1:2; }"
    ).configuration
    assert configuration is not None
    host = configuration.hosts["a"]
    assert host.fixed_addresses6 == (NET + 1, NET + 2)
    assert host.fixed_prefixes6 == ((NET + (1 << 80), 48), (NET + (2 << 80), 56))
    assert host.identifier == HostIdentifier("dhcp6", 18, b"\1\2", 1)
    # Nothing of a DHCPv4 request recognises it.
    assert configuration.hosts_by_identifier == ()


@pytest.mark.parametrize(
    ("statement", "mode"),
    [
        ("range6 2001:db8::1 2001:db8::2;", "range6"),
        ("prefix6 2001:db8:8:: 2001:db8:f:: /48;", "prefix6"),
        ("pool6 { range6 2001:db8::1 2001:db8::2; }", "range6"),
    ],
)
def test_dhcpv4_mode_names_the_other_mode(statement: str, mode: str) -> None:
    text = f"subnet 10.0.0.0 netmask 255.255.255.0 {{ {statement} }}"
    resolution = resolve_configuration(parse(text), None)
    assert resolution.messages[0][1] == (
        f"c.conf line 1: {mode} statement is only supported in DHCPv6 mode."
    )


def test_subnets_of_both_families_are_refused_together() -> None:
    # dhcpd ends with an internal error.
    text = "subnet6 2001:db8::/64 { }\nsubnet 10.0.0.0 netmask 255.0.0.0 { }"
    assert resolve6(text).messages[0][1] == (
        "c.conf line 2: subnets of DHCPv4 and DHCPv6 in one configuration"
    )


def test_a_subnet_is_compared_with_the_one_before_it_only() -> None:
    text = "".join(
        f"subnet6 {net} {{ }}"
        for net in ("2001:db8:1::/48", "2001:db8:0:1::/64", "2001:db8::/32", "2001:db8::/32")
    )
    # Observed: lengths beyond 32 bits are shown as 32.
    assert [line for _, line in resolve6(text).messages] == [
        "Warning: subnet 2001:db8::/32 overlaps subnet 2001:db8:0:1::/32",
        "Warning: subnet 2001:db8::/32 overlaps subnet 2001:db8::/32",
    ]

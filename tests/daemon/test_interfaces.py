"""Which interfaces are served: rules and lines observed with dhcpd 4.4.3-P1."""

import subprocess
import sys

import pytest

from pydhcpd.config.parser import parse_configuration
from pydhcpd.core.log import ERR, LogLine
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.interfaces import (
    Match,
    SystemInterface,
    match_interfaces,
    no_subnet_lines,
    system_interfaces,
)
from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.resolution import resolve_configuration
from pydhcpd.wire.address import parse_ipv4
from tests.daemon.namespace import run_in_namespace

NETS = """
subnet 10.0.0.0 netmask 255.255.255.0 { }
subnet 10.1.0.0 netmask 255.255.255.0 { }
shared-network two {
  subnet 10.2.0.0 netmask 255.255.255.0 { }
  subnet 10.3.0.0 netmask 255.255.255.0 { }
}
"""


def no_file(path: str) -> bytes:
    raise FileNotFoundError(path)


def configure(text: str) -> Configuration:
    tree = parse_configuration("dhcpd.conf", text.encode(), no_file)
    configuration = resolve_configuration(tree, None).configuration
    assert configuration is not None
    return configuration


def interface(name: str, index: int, *addresses: str, is_eligible: bool = True) -> SystemInterface:
    numbers = [parse_ipv4(address) for address in addresses]
    return SystemInterface(name, index, tuple([n for n in numbers if n is not None]), is_eligible)


LO = interface("lo", 1, "127.0.0.1", is_eligible=False)
ETH0 = interface("eth0", 2, "10.0.0.1")
ETH1 = interface("eth1", 3, "10.1.0.1")
ETH2 = interface("eth2", 4, "192.168.0.1", "10.2.0.1", "10.3.0.1")
BARE = interface("bare", 5)


def match(
    system: list[SystemInterface], named: list[str], text: str = NETS
) -> tuple[list[tuple[str, str | None]], list[LogLine]]:
    """Names with their shared networks, and the lines."""
    configuration = configure(text)
    lines: list[LogLine] = []
    found = match_interfaces(system, named, configuration, lines)
    networks = configuration.shared_networks
    return [
        (entry.name, None if entry.network is None else networks[entry.network].name)
        for entry in found
    ], lines


def test_unnamed_all_that_can_broadcast_are_wanted_last_first() -> None:
    assert match([LO, ETH0, BARE, ETH1, ETH2], []) == (
        [("eth2", "two"), ("eth1", "10.1.0.0/24"), ("bare", None), ("eth0", "10.0.0.0/24")],
        [],
    )


def test_named_ones_are_wanted_last_first_whatever_they_are() -> None:
    assert match([LO, ETH0, ETH1], ["eth0", "lo", "nope", "eth0"])[0] == [
        ("eth0", "10.0.0.0/24"),
        ("nope", None),
        ("lo", None),
    ]


def test_two_interfaces_on_one_subnet_are_told_and_served() -> None:
    label = interface("eth0:1", 2, "10.0.0.9")
    other = interface("eth5", 7, "10.3.0.5", "10.0.0.5")
    found, lines = match([ETH0, interface("eth3", 3, "10.2.0.7"), ETH2, label], [])
    assert [name for name, _ in found] == ["eth0:1", "eth2", "eth3", "eth0"]
    assert lines == [
        (ERR, "Multiple interfaces match the same subnet: eth0 eth0:1"),
        (ERR, "Multiple interfaces match the same shared network: eth0 eth0:1"),
        (ERR, "Multiple interfaces match the same subnet: eth3 eth2"),
        (ERR, "Multiple interfaces match the same shared network: eth3 eth2"),
        (ERR, "Multiple interfaces match the same shared network: eth3 eth2"),
    ]
    with pytest.raises(Fatal) as refusal:
        match([ETH0, other], ["eth0"])  # also when nobody asked for it
    assert refusal.value.lines == ("Interface eth5 matches multiple shared networks",)


def test_interface_statement_names_interface_and_network() -> None:
    text = 'subnet 10.9.0.0 netmask 255.255.255.0 { interface "eth0"; }'
    assert match([ETH0, ETH1], [], text) == ([("eth0", "10.9.0.0/24")], [])
    found, _ = match([ETH0, ETH1], ["eth1"], text)
    assert found == [("eth0", "10.9.0.0/24"), ("eth1", None)]


def test_interface_statement_with_an_unknown_name_is_fatal() -> None:
    lines: list[LogLine] = []
    configuration = configure('subnet 10.9.0.0 netmask 255.255.255.0 { interface "nope"; }')
    with pytest.raises(Fatal) as refusal:
        match_interfaces([ETH0], [], configuration, lines)
    assert lines == [(ERR, "nope missing an interface address")]
    assert refusal.value.lines == ("Failed to get interface index: No such device",)


def test_advice_names_the_first_address_or_says_that_there_is_none() -> None:
    with_address = no_subnet_lines(Match("eth1", 3, (0xC0A80001, 1), None))
    assert [text for _, text in with_address] == [
        "",
        "No subnet declaration for eth1 (192.168.0.1).",
        "** Ignoring requests on eth1.  If this is not what",
        "   you want, please write a subnet declaration",
        "   in your dhcpd.conf file for the network segment",
        "   to which interface eth1 is attached. **",
        "",
    ]
    without = no_subnet_lines(Match("eth1", 3, (), None))
    assert without[1] == (ERR, "No subnet declaration for eth1 (no IPv4 addresses).")


def test_system_is_asked_for_flags_addresses_and_order() -> None:
    # Whatever this machine has: loopback is up, known by its address, and never served unasked.
    found = {entry.name: entry for entry in system_interfaces()}
    assert 0x7F000001 in found["lo"].addresses
    assert not found["lo"].is_eligible
    assert [entry.index for entry in found.values() if ":" not in entry.name] == sorted(
        entry.index for entry in found.values() if ":" not in entry.name
    )


def test_an_interface_without_a_carrier_is_up() -> None:
    # The other end is down, as when a cable is pulled: dhcpd starts, and serves later.
    setup = """
        link add v0 type veth peer name v1
        link add v2 type veth peer name v3
        address add 10.0.0.1/24 dev v0
        link set v0 up
        address add 10.1.0.1/24 dev v2
    """

    # In a process of its own: of a thread's namespace psutil would not know.
    look = (
        "from pydhcpd.daemon.interfaces import system_interfaces\n"
        "for one in system_interfaces():\n"
        "    print(one.name, one.addresses, one.is_eligible)\n"
    )

    def run() -> None:
        done = subprocess.run([sys.executable, "-c", look], capture_output=True, check=True)
        assert done.stdout == b"v0 (167772161,) True\n"

    run_in_namespace(setup, run)

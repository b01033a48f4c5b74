"""Which host declaration a client matches, and which of its addresses applies (observed).

The first list found decides: by client identifier, else by hardware, else by host-identifier.
"""

from typing import Final, final

from pydhcpd.model.configuration import Configuration
from pydhcpd.model.host import Host
from pydhcpd.model.network import Subnet
from pydhcpd.v4.packet import Packet

NO_HOSTS: Final[tuple[Host, ...]] = ()


@final
class FixedAddress:
    """A host's address inside the client's shared network."""

    __slots__ = ("address", "host", "subnet")

    def __init__(self, host: Host, address: int, subnet: Subnet) -> None:
        self.host = host
        self.address = address
        self.subnet = subnet


def matching_hosts(configuration: Configuration, packet: Packet) -> tuple[Host, ...]:
    """The declarations that share the client's first matching key, in order of declaration."""
    identifier = packet.client_identifier
    if identifier is not None:
        hosts = configuration.hosts_by_client_identifier.get(identifier)
        if hosts is not None:
            return hosts
    hosts = configuration.hosts_by_hardware.get(packet.hardware)
    if hosts is not None:
        return hosts
    return _hosts_by_option(configuration, packet)


def find_fixed_address(
    configuration: Configuration, hosts: tuple[Host, ...], network: int
) -> FixedAddress | None:
    """The first address of the first host that lies in the shared network."""
    for host in hosts:
        for address in host.fixed_addresses:
            subnet = configuration.find_subnet(address)
            if subnet is not None and subnet.network == network:
                return FixedAddress(host, address, subnet)
    return None


def find_host_without_address(configuration: Configuration, packet: Packet) -> Host | None:
    """The first matching host without fixed-address: it lends its options to a pool lease."""
    identifier = packet.client_identifier
    if identifier is not None:
        for host in configuration.hosts_by_client_identifier.get(identifier, NO_HOSTS):
            if not host.fixed_addresses:
                return host
    for host in configuration.hosts_by_hardware.get(packet.hardware, NO_HOSTS):
        if not host.fixed_addresses:
            return host
    for host in _hosts_by_option(configuration, packet):
        if not host.fixed_addresses:
            return host
    return None


def _hosts_by_option(configuration: Configuration, packet: Packet) -> tuple[Host, ...]:
    for space, code, hosts_by_value in configuration.hosts_by_identifier:
        if space == "agent":
            value = packet.agent_option(code)
        else:
            value = packet.options.get(code) if space == "dhcp" else None
        if value is not None:
            hosts = hosts_by_value.get(value)
            if hosts is not None:
                return hosts
    return NO_HOSTS

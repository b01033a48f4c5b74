"""Which host declaration a client matches, and which of its addresses applies (observed).

The first list found decides: by client identifier, else by hardware, else by host-identifier.
"""

from typing import Final, final

from pydhcpd.model.configuration import Configuration
from pydhcpd.model.host import Host
from pydhcpd.model.network import Subnet
from pydhcpd.v4.packet import Packet

NO_HOSTS: Final[tuple[Host, ...]] = ()
KNOWN_LISTS_LIMIT: Final = 10_000


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


@final
class HostLists:
    """What is looked for among the declarations that share a key.

    A list is walked through once for each network; then its outcome is known, so that it does
    not matter how many declarations share the key.
    """

    __slots__ = ("_configuration", "_fixed", "_without_address")

    def __init__(self, configuration: Configuration) -> None:
        self._configuration: Final = configuration
        # By first declaration (and network): the list, and what was found in it.
        self._fixed: Final[
            dict[tuple[Host, int], tuple[tuple[Host, ...], FixedAddress | None]]
        ] = {}
        self._without_address: Final[dict[Host, tuple[tuple[Host, ...], Host | None]]] = {}

    def fixed_address(self, hosts: tuple[Host, ...], network: int) -> FixedAddress | None:
        """The first address of the first host that lies in the shared network."""
        if not hosts:
            return None
        key = (hosts[0], network)
        known = self._fixed.get(key)
        # Two keys may have lists that begin alike.
        if known is not None and known[0] is hosts:
            return known[1]
        found = self._find_fixed_address(hosts, network)
        if len(self._fixed) >= KNOWN_LISTS_LIMIT:
            self._fixed.clear()
        self._fixed[key] = (hosts, found)
        return found

    def host_without_address(self, packet: Packet) -> Host | None:
        """The first matching host without fixed-address: it lends its options to a pool lease."""
        configuration = self._configuration
        identifier = packet.client_identifier
        if identifier is not None:
            hosts = configuration.hosts_by_client_identifier.get(identifier, NO_HOSTS)
            found = self._find_without_address(hosts)
            if found is not None:
                return found
        found = self._find_without_address(
            configuration.hosts_by_hardware.get(packet.hardware, NO_HOSTS)
        )
        if found is not None:
            return found
        return self._find_without_address(_hosts_by_option(configuration, packet))

    def _find_fixed_address(self, hosts: tuple[Host, ...], network: int) -> FixedAddress | None:
        for host in hosts:
            for address in host.fixed_addresses:
                subnet = self._configuration.find_subnet(address)
                if subnet is not None and subnet.network == network:
                    return FixedAddress(host, address, subnet)
        return None

    def _find_without_address(self, hosts: tuple[Host, ...]) -> Host | None:
        if not hosts:
            return None
        known = self._without_address.get(hosts[0])
        if known is not None and known[0] is hosts:
            return known[1]
        found: Host | None = None
        for host in hosts:
            if not host.fixed_addresses:
                found = host
                break
        if len(self._without_address) >= KNOWN_LISTS_LIMIT:
            self._without_address.clear()
        self._without_address[hosts[0]] = (hosts, found)
        return found


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

"""What a configuration asks for in a trial: which network, the server's place in it, its clients.

Reservations come first: a client for each host declaration whose fixed address lies in the
network, then clients that nobody knows.
"""

from dataclasses import dataclass
from typing import Final

from pydhcpd.model.configuration import Configuration
from pydhcpd.model.host import Host
from pydhcpd.model.network import SharedNetwork, Subnet
from pydhcpd.trial.client import ETHERNET, SimulatedClient
from pydhcpd.trial.refusal import TrialRefusal
from pydhcpd.wire.address import format_ipv4, prefix_length_of

FIRST_XID: Final = 0x70640000
# Locally administered, so that no card anywhere has them.
FIRST_HARDWARE: Final = 0x02_00_00_00_00_01
INTERFACE: Final = "eth0"


@dataclass(frozen=True, slots=True)
class Plan:
    """`server_address` carries its prefix length; `reservations` are the names by hardware."""

    interface: str
    server_address: str
    subnet: str
    clients: tuple[SimulatedClient, ...]
    reservations: dict[bytes, str]


def plan_trial(configuration: Configuration, client_count: int) -> Plan:
    """The trial of the first network that has addresses to give and one left for the server."""
    network, subnet, address = _place_server(configuration)
    prefix_length = prefix_length_of(subnet.mask)
    reserved = _reserved_hosts(configuration, network)[:client_count]
    names = {host.hardware[1:]: host.name for host in reserved if host.hardware}
    hardware = list(names)
    known = {host.hardware[1:] for host in configuration.hosts.values() if host.hardware}
    candidate = FIRST_HARDWARE
    while len(hardware) < client_count:
        if (stranger := candidate.to_bytes(6, "big")) not in known:
            hardware.append(stranger)
        candidate += 1
    clients = tuple(
        SimulatedClient(own, f"client{number + 1}", FIRST_XID + number)
        for number, own in enumerate(hardware)
    )
    interfaces = subnet.interfaces or network.interfaces or (INTERFACE,)
    return Plan(
        interfaces[0],
        f"{format_ipv4(address)}/{prefix_length}",
        f"{format_ipv4(subnet.address)}/{prefix_length}",
        clients,
        names,
    )


def _place_server(configuration: Configuration) -> tuple[SharedNetwork, Subnet, int]:
    networks = configuration.shared_networks
    if not any(network.subnets for network in networks):
        raise TrialRefusal("The configuration declares no subnet: there is nothing to serve.")
    with_pools = [network for network in networks if network.pools]
    for network in with_pools or networks:
        for subnet in network.subnets:
            address = _free_address(configuration, subnet)
            if address is not None:
                return network, subnet, address
    raise TrialRefusal(
        "Every address of every subnet is in a range or reserved, and the server needs one."
    )


def _free_address(configuration: Configuration, subnet: Subnet) -> int | None:
    """The first address of a subnet that is in no range and reserved for no host."""
    fixed = {address for host in configuration.hosts.values() for address in host.fixed_addresses}
    broadcast = subnet.address | ~subnet.mask & 0xFFFFFFFF
    address = subnet.address + 1
    while address < broadcast:
        pool = configuration.find_pool(address)
        if pool is not None:
            high = [held.high for held in pool.ranges if held.low <= address <= held.high]
            address = max(high) + 1
        elif address in fixed:
            address += 1
        else:
            return address
    return None


def _reserved_hosts(configuration: Configuration, network: SharedNetwork) -> list[Host]:
    return [
        host
        for host in configuration.hosts.values()
        if host.hardware is not None
        and host.hardware[0] == ETHERNET
        and len(host.hardware) == 7
        and any(
            address & subnet.mask == subnet.address
            for address in host.fixed_addresses
            for subnet in network.subnets
        )
    ]

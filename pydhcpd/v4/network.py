"""Which shared network a packet belongs to (RFC 3527, RFC 3011; order observed with dhcpd).

First present wins: link selection, subnet selection, giaddr, the receiving interface.
"""

from pydhcpd.model.configuration import Configuration
from pydhcpd.v4.message import LINK_SELECTION, SUBNET_SELECTION
from pydhcpd.v4.packet import Packet


def find_selector(packet: Packet) -> bytes | None:
    """The value of link selection, else of subnet selection."""
    selector = packet.agent_option(LINK_SELECTION)
    if selector is None:
        selector = packet.options.get(SUBNET_SELECTION)
    return selector


def locate_network(configuration: Configuration, packet: Packet) -> int | None:
    """The index of the shared network, or None: a selector never falls through to giaddr."""
    address = packet.giaddr
    selector = None
    if packet.agent or SUBNET_SELECTION in packet.options:
        selector = find_selector(packet)
    if selector is not None:
        address = int.from_bytes(selector, "big") if len(selector) == 4 else 0
    elif not address:
        return packet.interface.network
    subnet = configuration.find_subnet(address) if address else None
    return None if subnet is None else subnet.network

"""The server identifier of a reply (RFC 2132 section 9.7): configured, else the interface's."""

from pydhcpd.core.command import NO_ADDRESS
from pydhcpd.core.interface import Interface
from pydhcpd.core.turn import Turn
from pydhcpd.model.network import Pool
from pydhcpd.v4.client import Client
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.message import SERVER_IDENTIFIER
from pydhcpd.v4.outcome import hand_over
from pydhcpd.v4.service import Service


def server_identifier(effective: Effective, interface: Interface) -> int:
    """Option 54 of the scope when it is four bytes, else the interface's first address."""
    configured = effective.dhcp.get(SERVER_IDENTIFIER)
    if configured is not None and len(configured) == 4:
        return int.from_bytes(configured, "big")
    return interface.addresses[0] if interface.addresses else 0


def nak_server_identifier(service: Service, client: Client, turn: Turn) -> int:
    """For a NAK there is no lease: the first pool's or subnet's scope of the network counts."""
    scope = service.configuration.scope
    network = client.network
    pool: Pool | None = None
    if network is not None:
        shared_network = service.configuration.shared_networks[network]
        if shared_network.subnets:
            scope = shared_network.subnets[0].scope
        if shared_network.pools:
            pool = shared_network.pools[0]
    effective = service.scopes.effective(scope, pool, (), None, client.context)
    hand_over(client.context, NO_ADDRESS, turn)
    return server_identifier(effective, client.packet.interface)

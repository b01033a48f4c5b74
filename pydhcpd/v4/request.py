"""DHCPREQUEST in all four client states (RFC 2131 section 4.3.2): here the NAK is decided.

SELECTING, INIT-REBOOT, RENEWING and REBINDING are not told apart except by which of option 50,
option 54 and ciaddr are there; the table of outcomes is dhcpd's (observed).
"""

from pydhcpd.core.log import INFO
from pydhcpd.core.turn import Turn
from pydhcpd.model.network import Subnet
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.client import Client
from pydhcpd.v4.grant import grant_lease
from pydhcpd.v4.lookup import NOTHING_FOUND, find_lease
from pydhcpd.v4.nak import send_nak
from pydhcpd.v4.partner import REFUSED, SERVED, judge_request
from pydhcpd.v4.service import Service
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.moment import Moment


def serve_request(service: Service, client: Client, moment: Moment, turn: Turn) -> None:
    """ACK, NAK or silence."""
    packet = client.packet
    asked_option = packet.requested_address
    asked = asked_option if asked_option is not None else packet.ciaddr
    subnet = service.configuration.find_subnet(asked) if asked else None
    lookup = NOTHING_FOUND
    if subnet is not None:
        lookup = find_lease(service, client, subnet.network, moment.seconds, turn)
    found = lookup.found
    lease = None if found is None else found.lease
    prefix = loglines.request(
        asked,
        _server_part(client),
        packet.sender(lease),
        loglines.host_part(lease.client_hostname) if lease is not None else "",
        packet.via,
    )
    if _is_wrong_network(service, client, asked, subnet, prefix, moment, turn):
        return
    if found is None:
        if lookup.is_ours:
            reason = f"{prefix}: lease {format_ipv4(asked)} unavailable."
            turn.log.append((INFO, reason))
            send_nak(service, client, asked, turn)
        else:
            turn.log.append((INFO, f"{prefix}: unknown lease {format_ipv4(asked)}."))
        return
    if service.partners and found.pool is not None:
        partner = service.partners.get(found.pool.index)
        if partner is not None:
            verdict = judge_request(partner, found.lease, packet, prefix, moment.seconds, turn)
            if verdict == REFUSED:
                send_nak(service, client, asked, turn)
            if verdict != SERVED:
                return
    grant_lease(service, client, found, message.ACK, prefix, moment, turn)


def _server_part(client: Client) -> str:
    """` (10.0.0.1)`: option 54 as the request line shows it."""
    server = client.packet.options.get(message.SERVER_IDENTIFIER)
    if server is None or len(server) != 4:
        return ""
    return f" ({format_ipv4(int.from_bytes(server, 'big'))})"


def _is_wrong_network(
    service: Service,
    client: Client,
    asked: int,
    subnet: Subnet | None,
    prefix: str,
    moment: Moment,
    turn: Turn,
) -> bool:
    """The address does not fit the network that the client is on: NAK, if there is authority."""
    packet = client.packet
    if client.network is None:
        if subnet is None:
            turn.log.append((INFO, f"{prefix}: ignored (unknown subnet)."))
            return True
        return _refuse(service, client, asked, subnet.is_authoritative, prefix, turn)
    # A renewing client on the local wire may be on another network for a good reason.
    is_bound_here = (packet.giaddr and packet.ciaddr) or (
        packet.requested_address is not None and not packet.ciaddr
    )
    if not is_bound_here or (subnet is not None and subnet.network == client.network):
        return False
    authoritative = service.configuration.shared_networks[client.network].is_authoritative
    return _refuse(service, client, asked, authoritative, prefix, turn)


def _refuse(
    service: Service, client: Client, asked: int, authoritative: bool, prefix: str, turn: Turn
) -> bool:
    if not authoritative:
        turn.log.append((INFO, f"{prefix}: ignored (not authoritative)."))
        return True
    turn.log.append((INFO, f"{prefix}: wrong network."))
    send_nak(service, client, asked, turn)
    return True

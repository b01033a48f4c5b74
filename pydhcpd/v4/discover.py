"""DHCPDISCOVER (RFC 2131 section 4.3.1): the client's own lease, else a free one, is offered."""

from pydhcpd.core.log import ERR, INFO
from pydhcpd.core.turn import Turn
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.allocate import allocate_lease
from pydhcpd.v4.client import Client
from pydhcpd.v4.grant import grant_lease
from pydhcpd.v4.lookup import find_lease
from pydhcpd.v4.service import Service
from pydhcpd.wire.moment import Moment


def serve_discover(service: Service, client: Client, moment: Moment, turn: Turn) -> None:
    """Offer a lease, or log why not."""
    packet = client.packet
    via = packet.via
    if client.network is None:
        line = loglines.unknown_segment("DHCPDISCOVER", packet.sender(None), via)
        turn.log.append((INFO, line))
        return
    now = moment.seconds
    found = find_lease(service, client, client.network, now, turn).found
    if found is not None:
        host = loglines.host_part(found.lease.client_hostname)
        prefix = loglines.discover(packet.sender(found.lease), host, via)
    else:
        # What a lease that is picked for the client says of its last one is not told.
        prefix = loglines.discover(packet.sender(None), "", via)
        found = allocate_lease(service, client, client.network, now, turn)
    if found is None:
        name = service.configuration.shared_networks[client.network].name
        turn.log.append((ERR, loglines.no_free_leases(prefix, name)))
        return
    grant_lease(service, client, found, message.OFFER, prefix, moment, turn)

"""DHCPDISCOVER (RFC 2131 section 4.3.1): the client's own lease, else a free one, is offered."""

from pydhcpd.core.log import ERR, INFO
from pydhcpd.core.turn import Turn
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.allocate import allocate_lease
from pydhcpd.v4.client import Client
from pydhcpd.v4.grant import grant_lease
from pydhcpd.v4.lookup import Found, find_lease
from pydhcpd.v4.partner import leaves_to_partner, may_keep, no_lease
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
    if service.partners and found is not None and not _may_keep(service, found, now):
        found = None
    if found is not None:
        host = loglines.host_part(found.lease.client_hostname)
        prefix = loglines.discover(packet.sender(found.lease), host, via)
    else:
        # What a lease that is picked for the client says of its last one is not told.
        prefix = loglines.discover(packet.sender(None), "", via)
        found = allocate_lease(service, client, client.network, now, turn)
    if found is None:
        turn.log.append((ERR, no_lease(service, client.network, prefix)))
        return
    if service.partners and found.pool is not None:
        partner = service.partners.get(found.pool.index)
        if partner is not None and leaves_to_partner(
            service, client, found.pool, partner, prefix, turn
        ):
            return
    grant_lease(service, client, found, message.OFFER, prefix, moment, turn)


def _may_keep(service: Service, found: Found, now: int) -> bool:
    """May the client be offered the lease that it is known by, as far as failover goes?"""
    partner = None if found.pool is None else service.partners.get(found.pool.index)
    return partner is None or may_keep(partner, found.lease, now)

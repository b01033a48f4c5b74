"""DHCPRELEASE (RFC 2131 section 4.3.4): the client gives its lease back."""

from pydhcpd.core.log import INFO
from pydhcpd.core.turn import Turn
from pydhcpd.v4 import loglines
from pydhcpd.v4.client import Client
from pydhcpd.v4.service import Service
from pydhcpd.wire.moment import Moment


def serve_release(service: Service, client: Client, moment: Moment, turn: Turn) -> None:
    """Free the lease of ciaddr if the hardware is its client's."""
    packet = client.packet
    if client.network is None:
        line = loglines.unknown_segment("DHCPRELEASE", packet.sender(None), packet.via)
        turn.log.append((INFO, line))
        return
    if packet.requested_address is not None:
        line = loglines.release_with_requested_address(packet.sender(None))
        turn.log.append((INFO, line))
    lease = service.store.find(packet.ciaddr)
    if lease is not None and lease.hardware != packet.hardware:
        lease = None
    host = loglines.host_part(lease.client_hostname) if lease is not None else ""
    found = "found" if lease is not None else "not found"
    line = loglines.release(packet.ciaddr, packet.sender(lease), host, packet.via, found)
    partner = None if lease is None else service.partner_at(lease.address)
    if partner is not None and partner.refusal_reason():
        turn.log.append((INFO, loglines.ignored(line, partner.refusal_reason())))
        return
    if lease is not None:
        service.release(lease, client, moment.seconds, turn)
    turn.log.append((INFO, line))

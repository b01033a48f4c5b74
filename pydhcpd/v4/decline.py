"""DHCPDECLINE (RFC 2131 section 4.3.3): the address is in use by somebody else, abandon it."""

from pydhcpd.core.command import NO_ADDRESS
from pydhcpd.core.log import ERR, INFO
from pydhcpd.core.turn import Turn
from pydhcpd.lease.event import Variables
from pydhcpd.lease.lease import ACTIVE, Lease
from pydhcpd.lease.transition import abandon
from pydhcpd.v4 import loglines
from pydhcpd.v4.client import Client
from pydhcpd.v4.event import run_expiry
from pydhcpd.v4.outcome import hand_over
from pydhcpd.v4.parameters import ALLOW, IGNORE
from pydhcpd.v4.service import Service
from pydhcpd.wire.moment import Moment


def serve_decline(service: Service, client: Client, moment: Moment, turn: Turn) -> None:
    """Abandon the lease; dhcpd does not check that the sender holds it (observed)."""
    packet = client.packet
    asked = packet.requested_address
    if client.network is None:
        line = loglines.unknown_segment("DHCPDECLINE", packet.sender(None), packet.via)
        turn.log.append((INFO, line))
        return
    if asked is None:
        return
    pool = service.configuration.find_pool(asked)
    lease = service.store.lease_of(asked) if pool is not None else None
    host = loglines.host_part(lease.client_hostname) if lease is not None else ""
    partner = service.partner_at(asked)
    if partner is not None and partner.refusal_reason():
        line = loglines.decline(asked, packet.sender(lease), host, packet.via, "")
        turn.log.append((INFO, loglines.ignored(line, partner.refusal_reason())))
        return
    declines = _declines_flag(service, client, lease, turn)
    if declines == IGNORE:
        return
    if declines != ALLOW:
        status = ": ignored"
    elif lease is None:
        status = ": not found"
    else:
        abandon_lease(service, lease, "declined.", moment.seconds, turn)
        status = ": abandoned"
    line = loglines.decline(asked, packet.sender(lease), host, packet.via, status)
    turn.log.append((INFO, line))


def abandon_lease(service: Service, lease: Lease, reason: str, now: int, turn: Turn) -> None:
    """Keep an address out of use for `abandon-lease-time`."""
    turn.log.append((ERR, loglines.abandoning(lease.address, reason)))
    ends = now + service.abandon_lease_time
    variables: Variables = ()
    if lease.state == ACTIVE and lease.events.expiry is not None:
        bare = Lease(lease.address, ends=ends, events=lease.events)
        variables = run_expiry(bare, now, turn)
    after = abandon(lease, ends, variables)
    partner = service.partner_at(lease.address)
    if partner is not None:
        after = partner.abandon(lease, after)
    service.apply(lease, after, True, turn)


def _declines_flag(service: Service, client: Client, lease: Lease | None, turn: Turn) -> int:
    """`declines` of the address's own subnet and the classes: no pool or host counts (observed).

    For an address that is in no pool only the scopes of the classes are looked at.
    """
    scope = service.configuration.scope
    if lease is not None:
        subnet = service.configuration.find_subnet(lease.address)
        assert subnet is not None, "every range lies in a subnet"
        scope = subnet.scope
    elif not client.classes:
        return ALLOW
    effective = service.scopes.effective(scope, None, client.classes, None, client.context)
    hand_over(client.context, NO_ADDRESS, turn)
    return effective.parameters.declines

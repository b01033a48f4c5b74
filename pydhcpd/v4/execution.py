"""The scopes that are in force for a client, executed: their statements, then the options."""

from pydhcpd.core.command import NO_ADDRESS
from pydhcpd.core.turn import Turn
from pydhcpd.lease.event import bindings_of, variables_of
from pydhcpd.lease.lease import ACTIVE
from pydhcpd.model.host import Host
from pydhcpd.model.network import Subnet
from pydhcpd.v4 import message
from pydhcpd.v4.client import Client
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.event import Kept
from pydhcpd.v4.lookup import Found
from pydhcpd.v4.outcome import hand_over
from pydhcpd.v4.service import Service
from pydhcpd.wire.address import address_bytes


def execute_scopes(
    service: Service,
    client: Client,
    found: Found,
    subnet: Subnet,
    kept: Kept,
    now: int,
    turn: Turn,
) -> tuple[Effective, Kept]:
    """What is in force for the lease, and what the lease keeps of it besides.

    Nothing is executed where nothing depends on the packet.
    """
    folded = service.scopes.kept(subnet.scope, found.pool, client.classes, found.host)
    if folded is not None:
        return folded, kept
    context = client.context
    lease = found.lease
    context.is_static = found.pool is None
    context.leased_address = address_bytes(lease.address)
    context.lease_ends = lease.ends
    context.now = now
    # The lease gets its host only when it is granted (observed).
    is_granted = found.pool is None or lease.state == ACTIVE
    context.host_name = name_of(found.host) if is_granted else None
    context.variables = bindings_of(kept.variables)
    effective = service.scopes.effective(
        subnet.scope, found.pool, client.classes, found.host, context
    )
    if not effective.is_constant:
        events = kept.events.with_blocks(context.events)
        kept = Kept(variables_of(context.variables), events)
        if effective.added:
            client.classes += effective.added
    hand_over(context, lease.address, turn)
    return effective, kept


def finish_options(service: Service, client: Client, effective: Effective, turn: Turn) -> None:
    """Evaluate the options for the reply; the lease's variables are not seen (observed)."""
    context = client.context
    context.variables = service.variables
    effective.finish(context, client.packet.options.get(message.PARAMETER_REQUEST_LIST))
    hand_over(context, NO_ADDRESS, turn)


def name_of(host: Host | None) -> bytes | None:
    """The name of a host declaration, as expressions see it."""
    return None if host is None else host.name.encode("latin-1")

"""Events of leases in DHCPv4: when their blocks run, and what they see (dhcp-eval(5) `on`).

`on commit` runs for each DHCPACK and BOOTREPLY, also for fixed addresses and for leases that are
confirmed as they stand, once it is clear that the client gets the lease. `on release` sees the
packet on whose account the lease ends; `on expiry` sees none. All observed.
"""

from typing import Final, final

from pydhcpd.core.turn import Turn
from pydhcpd.expression.context import Context
from pydhcpd.lease.event import (
    NO_EVENTS,
    Events,
    Variables,
    context_without_packet,
    run_event,
)
from pydhcpd.lease.lease import Lease
from pydhcpd.v4.outcome import hand_over
from pydhcpd.wire.address import address_bytes


@final
class Kept:
    """What a lease keeps of the statements that were executed for it."""

    __slots__ = ("events", "variables")

    def __init__(self, variables: Variables, events: Events) -> None:
        self.variables: Final = variables
        self.events: Final = events


NOTHING_KEPT: Final = Kept((), NO_EVENTS)


def kept_of(lease: Lease, is_offered: bool, now: int) -> Kept:
    """What the lease has kept so far: nothing, when it has ended and is offered anew."""
    if is_offered and lease.ends < now:
        return NOTHING_KEPT
    if not lease.variables and lease.events is NO_EVENTS:
        return NOTHING_KEPT
    return Kept(lease.variables, lease.events)


def run_commit(context: Context, kept: Kept, address: int, ends: int, now: int, turn: Turn) -> Kept:
    """`on commit` of a lease that will end at `ends`; it is forgotten then."""
    block = kept.events.commit
    if block is None:
        return kept
    context.leased_address = address_bytes(address)
    context.lease_ends = ends
    context.now = now
    variables = run_event(block, context, kept.variables)
    events = kept.events.with_blocks(context.events).after_commit()
    hand_over(context, address, turn)
    return Kept(variables, events)


def run_release(lease: Lease, packet: Context, now: int, turn: Turn) -> None:
    """`on release`, seen from the packet that ends the lease; its variables are lost."""
    block = lease.events.release
    if block is None:
        return
    context = Context(packet.options, packet.spaces, packet.hardware)
    context.packet = packet.packet
    context.is_known = packet.is_known
    context.is_in_class = packet.is_in_class
    context.leased_address = address_bytes(lease.address)
    if lease.host_name is not None:
        context.host_name = lease.host_name.encode("latin-1")
    context.lease_ends = lease.ends
    context.now = now
    run_event(block, context, lease.variables)
    hand_over(context, lease.address, turn)


def run_expiry(lease: Lease, now: int, turn: Turn) -> Variables:
    """`on expiry`; the variables that the lease has then."""
    block = lease.events.expiry
    if block is None:
        return lease.variables
    context = context_without_packet(lease.address, lease.hardware, lease.ends, now)
    variables = run_event(block, context, lease.variables)
    hand_over(context, lease.address, turn)
    return variables

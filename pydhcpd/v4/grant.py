"""Granting a lease: from the lease found to the OFFER, ACK or dynamic BOOTREPLY.

RFC 2131 sections 4.3.1 and 4.3.2; refusals, billing, times, reuse and records as observed with
dhcpd: an OFFER changes the lease in memory only, an ACK is recorded before it leaves, a lease
younger than `dhcp-cache-threshold` is confirmed without a record.
"""

from typing import Final

from pydhcpd.core.command import NO_ADDRESS
from pydhcpd.core.log import DEBUG, INFO, LogLine
from pydhcpd.core.turn import Turn
from pydhcpd.lease.event import Variables, bindings_of, variables_of
from pydhcpd.lease.lease import (
    ABANDONED,
    ACTIVE,
    BOOTP,
    FREE,
    RESERVED,
    AgentOptions,
    Billing,
    Lease,
)
from pydhcpd.model.host import Host
from pydhcpd.model.network import Subnet
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.billing import choose_billing, pays
from pydhcpd.v4.client import Client
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.event import Kept, kept_of, run_commit
from pydhcpd.v4.granted import Granted
from pydhcpd.v4.identity import server_identifier
from pydhcpd.v4.lease_time import grant_end, requested_lease_time
from pydhcpd.v4.lookup import Found
from pydhcpd.v4.members import active_leases_of_hardware, active_leases_of_uid
from pydhcpd.v4.outcome import hand_over
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.parameters import Parameters
from pydhcpd.v4.ping import PendingOffer
from pydhcpd.v4.refusal import is_refused
from pydhcpd.v4.reply import build_reply
from pydhcpd.v4.service import Service
from pydhcpd.v4.threshold import check_threshold
from pydhcpd.wire.address import address_bytes
from pydhcpd.wire.moment import Moment

OFFER_HOLD_S: Final = 120
VENDOR_CLASS_VARIABLE: Final = "vendor-class-identifier"
INFINITE_LEASE_TIME: Final = 0xFFFFFFFF
REPLY_NAMES: Final[dict[int, str]] = {
    message.OFFER: "DHCPOFFER",
    message.ACK: "DHCPACK",
    message.BOOTP: "BOOTREPLY",
}


def grant_lease(
    service: Service,
    client: Client,
    found: Found,
    kind: int,
    prefix: str,
    moment: Moment,
    turn: Turn,
) -> None:
    """Answer with an OFFER, ACK or BOOTREPLY (`kind`), or refuse; `prefix` is the request line."""
    lease = found.lease
    if service.pings.is_pending(lease.address):
        return
    packet = client.packet
    subnet = found.fixed.subnet if found.fixed else service.configuration.find_subnet(lease.address)
    assert subnet is not None, "every range lies in a subnet"
    now = moment.seconds
    kept = kept_of(lease, kind == message.OFFER, now)
    effective, kept = execute_scopes(service, client, found, subnet, kept, now, turn)
    parameters = effective.parameters
    if kind == message.ACK and parameters.one_lease_per_client:
        _release_others(service, client, found, parameters, now, turn)
    if (
        kind == message.ACK
        and parameters.server_id_check
        and _is_for_other_server(packet, effective)
    ):
        turn.log.append((DEBUG, f"{prefix}: not our server id"))
        return
    if not parameters.is_open and is_refused(packet, parameters, found.host, prefix, turn):
        return
    billing: Billing | None = None
    if found.pool is not None:
        if lease.billing is not None and not pays(client.classes, lease.billing):
            found = _give_bill_back(service, found, turn)
            lease = found.lease
        billing, full_class = choose_billing(service.bills, lease, client.classes)
        if full_class is not None:
            turn.log.append((INFO, loglines.no_billing(prefix, full_class)))
            return
    ends = grant_end(packet, parameters, lease, found.pool, service.store, now, turn)
    if found.pool is not None and message.VENDOR_CLASS_IDENTIFIER in packet.options:
        kept = Kept(_with_vendor_class(kept.variables, packet), kept.events)
    if kind != message.OFFER and kept.events.commit is not None:
        client.context.host_name = _host_name(found.host)
        kept = run_commit(client.context, kept, lease.address, ends, now, turn)
    after = _change_lease(service, client, found, kind, billing, ends, kept, parameters, now, turn)
    if parameters.log_threshold_high and kind == message.ACK and found.pool is not None:
        # Counted before this lease becomes active (observed).
        check_threshold(service, found.pool, after.address, parameters, turn)
    turn.log.append((INFO, prefix))
    if found.pool is not None:
        if after is lease:
            ends = lease.ends
        else:
            service.apply_granted(lease, after, kind != message.OFFER, turn)
    if not effective.is_finished:
        client.context.lease_ends = after.ends
        client.context.host_name = _host_name(found.host)
        finish_options(service, client, effective, turn)
    granted = Granted(kind, after, ends, subnet, found.host, effective)
    _answer(service, packet, found, granted, moment, turn)


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
    context.host_name = _host_name(found.host) if is_granted else None
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


def _give_bill_back(service: Service, found: Found, turn: Turn) -> Found:
    """The packet is of no class that pays for the lease: from here on nobody does, even when the
    lease is refused or merely offered, and it is not reused as it stands (observed)."""
    lease = found.lease
    unbilled = _remember(lease, lease.ends, None, Kept(lease.variables, lease.events), True)
    service.apply(lease, unbilled, False, turn)
    return Found(unbilled, found.pool, found.host, found.fixed)


def _host_name(host: Host | None) -> bytes | None:
    return None if host is None else host.name.encode("latin-1")


def finish_options(service: Service, client: Client, effective: Effective, turn: Turn) -> None:
    """Evaluate the options for the reply; the lease's variables are not seen (observed)."""
    context = client.context
    context.variables = service.variables
    effective.finish(context, client.packet.options.get(message.PARAMETER_REQUEST_LIST))
    hand_over(context, NO_ADDRESS, turn)


def _is_for_other_server(packet: Packet, effective: Effective) -> bool:
    """`server-id-check`: the client chose the offer of another server."""
    chosen = packet.options.get(message.SERVER_IDENTIFIER)
    if chosen is None:
        return False
    return chosen != address_bytes(server_identifier(effective, packet.interface))


def _release_others(
    service: Service,
    client: Client,
    found: Found,
    parameters: Parameters,
    now: int,
    turn: Turn,
) -> None:
    """`one-lease-per-client`: the client's other active leases end, on any network."""
    packet = client.packet
    granted = found.lease
    host = found.host
    is_by_hardware = granted.uid is None or (
        host is not None and host.client_identifier is None and not parameters.duplicates
    )
    uid = packet.client_identifier
    # By what the lease itself knew of its client before this request (observed).
    if not is_by_hardware and granted.uid is not None:
        if uid is not None and uid != granted.uid:
            return
        others = active_leases_of_uid(service, granted.uid)
    elif granted.hardware is not None:
        others = active_leases_of_hardware(service, granted.hardware, uid)
    else:
        return
    for lease in others:
        if lease.address != granted.address and lease.state == ACTIVE and _is_of(lease, packet):
            service.release(lease, client, now, turn)


def _is_of(lease: Lease, packet: Packet) -> bool:
    """The lease is this client's own.

    dhcpd does not look: it frees what the last client of the granted address holds by now, and
    may then give that away while it is in use.
    """
    if lease.uid is not None and packet.client_identifier is not None:
        return lease.uid == packet.client_identifier
    return lease.hardware == packet.hardware


def _change_lease(
    service: Service,
    client: Client,
    found: Found,
    kind: int,
    billing: Billing | None,
    ends: int,
    kept: Kept,
    parameters: Parameters,
    now: int,
    turn: Turn,
) -> Lease:
    """The lease as it will be: the very same object when it is reused unaltered."""
    packet = client.packet
    before = found.lease
    uid = None if parameters.ignore_client_uids else packet.client_identifier
    if found.pool is None:
        return before
    hostname = packet.options.get(message.HOST_NAME)
    if hostname is not None and b"\0" in hostname:
        # What stands behind a NUL is lost (observed).
        hostname = hostname.partition(b"\0")[0]
    flags = before.flags & RESERVED
    if kind == message.BOOTP:
        flags |= BOOTP
    if parameters.infinite_is_reserved and requested_lease_time(packet) == INFINITE_LEASE_TIME:
        flags |= RESERVED
        turn.log.append((INFO, loglines.infinite_reservation(before.address)))
    if (before.state == ACTIVE or flags & RESERVED) and _may_reuse(
        found, uid, hostname, billing, flags, packet, parameters, now, turn
    ):
        if kept.variables != before.variables or kept.events is not before.events:
            remembered = _remember(before, before.ends, before.billing, kept, before.cannot_reuse)
            service.apply(before, remembered, False, turn)
        return before
    agent_options: AgentOptions = ()
    if packet.agent and parameters.stash_agent_options:
        agent_options = tuple(packet.agent.items())
    host_name = None if found.host is None else found.host.name
    is_offer = kind == message.OFFER
    if is_offer:
        held_until = now + OFFER_HOLD_S
        ends = before.ends if before.ends > held_until else held_until
    # By position: this is made for every packet, and keywords cost as much as the object.
    return Lease(
        before.address,
        before.state if is_offer else ACTIVE,
        before.next_state if is_offer else FREE,
        before.rewind_state if is_offer else FREE,
        now,
        ends,
        0,
        0,
        0,
        now,
        before.flags if is_offer else flags,
        before.billing if is_offer else billing,
        packet.hardware,
        uid,
        kept.variables,
        agent_options,
        hostname,
        kept.events,
        host_name,
        is_offer,
    )


def _with_vendor_class(variables: Variables, packet: Packet) -> Variables:
    """The variables with `vendor-class-identifier` set from option 60."""
    vendor_class = packet.options.get(message.VENDOR_CLASS_IDENTIFIER)
    if not vendor_class:
        return variables
    for at, (name, value) in enumerate(variables):
        if name == VENDOR_CLASS_VARIABLE:
            if value == vendor_class:
                return variables
            changed = (VENDOR_CLASS_VARIABLE, vendor_class)
            return (*variables[:at], changed, *variables[at + 1 :])
    return ((VENDOR_CLASS_VARIABLE, vendor_class), *variables)


def _may_reuse(
    found: Found,
    uid: bytes | None,
    hostname: bytes | None,
    billing: Billing | None,
    flags: int,
    packet: Packet,
    parameters: Parameters,
    now: int,
    turn: Turn,
) -> bool:
    """`dhcp-cache-threshold`: a young lease of the same client is confirmed as it stands."""
    lease = found.lease
    threshold = parameters.cache_threshold
    if lease.cannot_reuse or not threshold:
        return False
    if flags & RESERVED and not lease.flags & RESERVED:
        turn.log.append((DEBUG, "Cannot reuse: lease is changing to RESERVED"))
        return False
    if (
        lease.state != ACTIVE
        or lease.hardware != packet.hardware
        or lease.uid != uid
        or lease.billing != billing
        or (hostname is not None and hostname != lease.client_hostname)
    ):
        return False
    host_name = None if found.host is None else found.host.name
    if lease.host_name is not None and lease.host_name != host_name:
        return False
    age_s = now - lease.starts
    if age_s > (lease.ends - lease.starts) * threshold // 100:
        return False
    turn.log.append((DEBUG, loglines.reuse(age_s, threshold, lease.address)))
    return True


def not_reusable(lease: Lease, ends: int) -> Lease:
    """The same lease until `ends`, which the next ACK must record anew."""
    return _remember(lease, ends, lease.billing, Kept(lease.variables, lease.events), True)


def _remember(
    lease: Lease, ends: int, billing: Billing | None, kept: Kept, cannot_reuse: bool
) -> Lease:
    """The same lease with other things remembered of it in memory."""
    return Lease(
        lease.address,
        lease.state,
        lease.next_state,
        lease.rewind_state,
        lease.starts,
        ends,
        lease.tstp,
        lease.tsfp,
        lease.atsfp,
        lease.cltt,
        lease.flags,
        billing,
        lease.hardware,
        lease.uid,
        kept.variables,
        lease.agent_options,
        lease.client_hostname,
        kept.events,
        lease.host_name,
        cannot_reuse,
    )


def _answer(
    service: Service, packet: Packet, found: Found, granted: Granted, moment: Moment, turn: Turn
) -> None:
    """Send the reply, or hold an OFFER until nobody answers a ping of its address."""
    lease = granted.lease
    line: LogLine = (
        INFO,
        loglines.reply(
            REPLY_NAMES[granted.kind],
            lease.address,
            packet.hardware_text,
            loglines.host_part(lease.client_hostname),
            packet.via,
        ),
    )
    is_held = granted.kind != message.OFFER and found.pool is not None
    reply = build_reply(service, packet, granted, moment.seconds, is_held, line, turn)
    parameters = granted.effective.parameters
    if granted.kind == message.OFFER and _needs_ping(packet, found, parameters, moment.seconds):
        due_us = moment.us + parameters.ping_timeout_us
        service.pings.add(PendingOffer(lease.address, due_us, reply))
        turn.pings.append(lease.address)
    else:
        turn.replies.append(reply)


def _needs_ping(packet: Packet, found: Found, parameters: Parameters, now: int) -> bool:
    """Nobody is known to have held the address lately (as it was before this offer)."""
    before = found.lease
    if not parameters.ping_check or found.pool is None or before.state == ACTIVE:
        return False
    if before.state == ABANDONED or not before.cltt or _is_other_client(before, packet):
        return True
    return now - before.cltt > parameters.ping_cltt


def _is_other_client(lease: Lease, packet: Packet) -> bool:
    if lease.uid is not None or packet.client_identifier is not None:
        return lease.uid != packet.client_identifier
    return lease.hardware != packet.hardware

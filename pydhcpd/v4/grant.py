"""Granting a lease: from the lease found to the OFFER, ACK or dynamic BOOTREPLY.

RFC 2131 sections 4.3.1 and 4.3.2; refusals, billing, times, reuse and records as observed with
dhcpd: an OFFER changes the lease in memory only, an ACK is recorded before it leaves, a lease
younger than `dhcp-cache-threshold` is confirmed without a record.
"""

from typing import Final

from pydhcpd.core.log import DEBUG, INFO, LogLine
from pydhcpd.core.partner import Partner
from pydhcpd.core.turn import Turn
from pydhcpd.lease.event import NO_EVENTS, Variables
from pydhcpd.lease.expiry import expire
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
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.billing import choose_billing, pays
from pydhcpd.v4.client import Client
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.event import NOTHING_KEPT, Kept, kept_of, run_commit
from pydhcpd.v4.execution import execute_scopes, finish_options, name_of
from pydhcpd.v4.granted import Granted
from pydhcpd.v4.identity import server_identifier
from pydhcpd.v4.lease_time import INFINITE, grant_end, requested_lease_time
from pydhcpd.v4.lookup import Found
from pydhcpd.v4.members import active_leases_of_hardware, active_leases_of_uid
from pydhcpd.v4.memory import not_reusable, remembered
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.parameters import Parameters
from pydhcpd.v4.ping import PendingOffer
from pydhcpd.v4.refusal import is_refused
from pydhcpd.v4.reply import build_reply
from pydhcpd.v4.reuse import may_reuse
from pydhcpd.v4.service import Service
from pydhcpd.v4.threshold import check_threshold
from pydhcpd.v4.values import is_site_space_unknown
from pydhcpd.wire.address import address_bytes
from pydhcpd.wire.moment import Moment

OFFER_HOLD_S: Final = 120
VENDOR_CLASS_VARIABLE: Final = "vendor-class-identifier"
NO_HARDWARE: Final = '""'
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
    if kept is NOTHING_KEPT and (lease.variables or lease.events is not NO_EVENTS):
        found = _forget(service, found)
    effective, kept = execute_scopes(service, client, found, subnet, kept, now, turn)
    if kind == message.ACK and effective.parameters.one_lease_per_client:
        _release_others(service, client, found.lease, now, turn)
    if _is_denied(packet, found, kind, effective, prefix, turn):
        return
    billing: Billing | None = None
    if found.pool is not None:
        if found.lease.billing is not None and not pays(client.classes, found.lease.billing):
            found = _give_bill_back(service, found, turn)
        billing, full_class = choose_billing(service.bills, found.lease, client.classes)
        if full_class is not None:
            turn.log.append((INFO, loglines.no_billing(prefix, full_class)))
            return
        if _is_reservation(packet, effective.parameters):
            turn.log.append((INFO, loglines.infinite_reservation(lease.address)))
        if message.VENDOR_CLASS_IDENTIFIER in packet.options:
            kept = Kept(_with_vendor_class(kept.variables, packet), kept.events)
    after, ends = _decide_lease(service, client, found, kind, billing, kept, effective, now, turn)
    lease = found.lease
    if is_site_space_unknown(service, effective.parameters, turn):
        if found.pool is not None and after is not lease:
            # Granted in memory only (observed); whoever gets it confirmed later is recorded.
            service.apply_granted(lease, not_reusable(after, after.ends), False, turn)
        return
    turn.log.append((INFO, prefix))
    if found.pool is not None:
        after = _apply_lease(service, lease, after, found.pool.index, kind, now, turn)
    if not effective.is_finished:
        client.context.lease_ends = after.ends
        client.context.host_name = name_of(found.host)
        finish_options(service, client, effective, turn)
    granted = Granted(kind, after, ends, subnet, found.host, effective)
    _answer(service, packet, found, granted, moment, turn)


def _is_denied(
    packet: Packet, found: Found, kind: int, effective: Effective, prefix: str, turn: Turn
) -> bool:
    """Do the parameters that are in force forbid an answer?"""
    parameters = effective.parameters
    is_checked = kind == message.ACK and parameters.server_id_check
    if is_checked and _is_for_other_server(packet, effective):
        turn.log.append((DEBUG, f"{prefix}: not our server id"))
        return True
    return not parameters.is_open and is_refused(packet, parameters, found.host, prefix, turn)


def _decide_lease(
    service: Service,
    client: Client,
    found: Found,
    kind: int,
    billing: Billing | None,
    kept: Kept,
    effective: Effective,
    now: int,
    turn: Turn,
) -> tuple[Lease, int]:
    """The lease as it will be, and until when the client is told that it has it."""
    lease, pool = found.lease, found.pool
    parameters = effective.parameters
    wanted_end = ends = grant_end(client.packet, parameters, lease, pool, service.store, now, turn)
    partner: Partner | None = None
    if pool is not None:
        if parameters.log_threshold_high and kind == message.ACK:
            # Counted before this lease becomes active (observed).
            check_threshold(service, pool, lease.address, parameters, turn)
        partner = service.partners.get(pool.index)
    # A BOOTP client would never ask for more than the mclt allows (so dhcpd, too).
    if partner is not None and kind != message.BOOTP:
        ends = now + partner.lease_time(lease, ends - now, now)
    if kind != message.OFFER and kept.events.commit is not None:
        client.context.host_name = name_of(found.host)
        kept = run_commit(client.context, kept, lease.address, ends, now, turn)
    after = _change_lease(service, client, found, kind, billing, ends, kept, effective, now, turn)
    if after is lease:
        return after, ends if pool is None else lease.ends
    if partner is None:
        return after, ends
    if kind == message.OFFER:
        return partner.offer(lease, after), ends
    return partner.grant(lease, after, wanted_end - now, now), ends


def _apply_lease(
    service: Service, lease: Lease, after: Lease, pool_index: int, kind: int, now: int, turn: Turn
) -> Lease:
    """Change the lease, in memory for an OFFER, else recorded; what has become of it."""
    if after is lease:
        partner = service.partners.get(pool_index)
        if kind == message.ACK and partner is not None and partner.records_confirmations():
            service.record(lease, service.store.lease_of(lease.address), turn)
        return lease
    is_over = kind != message.OFFER and after.ends < now
    if is_over:
        # Before it began: granted, but recorded as free.
        after = expire(after, now, after.variables)
    service.apply_granted(lease, after, kind != message.OFFER, turn)
    if is_over:
        # That sets off the timer of the pool; then it is recorded again (observed).
        for late in service.store.take_late(pool_index):
            service.end(late, now, turn)
        service.apply(after, after, True, turn)
    return after


def _forget(service: Service, found: Found) -> Found:
    """What is known of the last client is nothing to the next: a DISCOVER wipes it out, even one
    that is refused; a request that takes the lease at once keeps it (observed)."""
    lease = found.lease
    blank = remembered(
        lease, lease.ends, lease.cltt, lease.billing, NOTHING_KEPT, lease.cannot_reuse
    )
    service.store.remember(blank)
    return Found(blank, found.pool, found.host, found.fixed)


def _give_bill_back(service: Service, found: Found, turn: Turn) -> Found:
    """The packet is of no class that pays for the lease: from here on nobody does, even when the
    lease is refused or merely offered, and it is not reused as it stands (observed)."""
    lease = found.lease
    kept = Kept(lease.variables, lease.events)
    unbilled = remembered(lease, lease.ends, lease.cltt, None, kept, True)
    service.apply(lease, unbilled, False, turn)
    return Found(unbilled, found.pool, found.host, found.fixed)


def _is_for_other_server(packet: Packet, effective: Effective) -> bool:
    """`server-id-check`: the client chose the offer of another server."""
    chosen = packet.options.get(message.SERVER_IDENTIFIER)
    if chosen is None:
        return False
    return chosen != address_bytes(server_identifier(effective, packet.interface))


def _release_others(service: Service, client: Client, granted: Lease, now: int, turn: Turn) -> None:
    """`one-lease-per-client`: the client's other active leases end, on any network."""
    packet = client.packet
    uid = packet.client_identifier
    # By what the lease itself knew of its client before this request (observed).
    others: list[Lease] = []
    if granted.uid is not None and (uid is None or uid == granted.uid):
        others.extend(active_leases_of_uid(service, granted.uid))
    if granted.uid is None and granted.hardware is not None:
        others.extend(active_leases_of_hardware(service, granted.hardware, uid))
    released = {granted.address}
    for lease in others:
        if lease.address in released or lease.state != ACTIVE or not _is_of(lease, packet):
            continue
        released.add(lease.address)
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
    effective: Effective,
    now: int,
    turn: Turn,
) -> Lease:
    """The lease as it will be: the very same object when it is reused unaltered."""
    packet = client.packet
    parameters = effective.parameters
    before = found.lease
    uid = None if parameters.ignore_client_uids else packet.client_identifier
    if found.pool is None:
        return before
    hostname = packet.options.get(message.HOST_NAME)
    if hostname is not None and b"\0" in hostname:
        # What stands behind a NUL is lost (observed).
        hostname = hostname.partition(b"\0")[0]
    is_offer = kind == message.OFFER
    # An address once leased by BOOTP keeps the mark (observed).
    flags = before.flags
    if kind == message.BOOTP:
        flags |= BOOTP
    if _is_reservation(packet, parameters):
        flags |= RESERVED
    if (before.state == ACTIVE or flags & RESERVED) and may_reuse(
        found, uid, hostname, billing, flags, packet, parameters, now, turn
    ):
        _reuse(service, before, kept, now)
        return before
    host_name = None if found.host is None else found.host.name
    if is_offer:
        held_until = now + OFFER_HOLD_S
        ends = before.ends if before.ends > held_until else held_until
    # By position: this is made for every packet, and keywords cost as much as the object.
    return Lease(
        before.address,
        before.state if is_offer else ACTIVE,
        FREE,
        before.rewind_state,
        now,
        ends,
        0,
        0,
        0,
        now,
        flags,
        # An offer bills nobody, unless the client holds the lease already (observed).
        before.billing if is_offer and before.state != ACTIVE else billing,
        packet.hardware,
        uid,
        kept.variables,
        _relay_to_keep(packet, before, is_offer, effective),
        hostname,
        kept.events,
        host_name,
        is_offer,
    )


def _reuse(service: Service, lease: Lease, kept: Kept, now: int) -> None:
    """The lease stays as it is, but for what is remembered of it."""
    is_known = kept.variables == lease.variables and kept.events is lease.events
    if not is_known or lease.cltt != now:
        service.store.remember(
            remembered(lease, lease.ends, now, lease.billing, kept, lease.cannot_reuse)
        )


def _relay_to_keep(
    packet: Packet, before: Lease, is_offer: bool, effective: Effective
) -> AgentOptions:
    """`stash-agent-options`: what the relay agent said goes with the lease."""
    parameters = effective.parameters
    if not packet.agent:
        # As if confirmed as it stands (observed).
        is_kept = before.state == ACTIVE and parameters.cache_threshold
        return before.agent_options if is_kept else ()
    # A lease that is not active forgets its relay, so an offer of a free one keeps nothing.
    if not parameters.stash_agent_options or (is_offer and before.state != ACTIVE):
        return ()
    # What the configuration sets instead of the relay is not kept (observed).
    configured = effective.others.get("agent", {})
    return tuple([(code, value) for code, value in packet.agent.items() if code not in configured])


def _is_reservation(packet: Packet, parameters: Parameters) -> bool:
    """`infinite-is-reserved`: the client asks for its address for ever."""
    return (
        parameters.infinite_is_reserved
        and packet.message_type != message.BOOTP
        and requested_lease_time(packet) == INFINITE
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


def _answer(
    service: Service, packet: Packet, found: Found, granted: Granted, moment: Moment, turn: Turn
) -> None:
    """Send the reply, or hold an OFFER until nobody answers a ping of its address."""
    lease = granted.lease
    line = _reply_line(packet, granted, packet.hardware_text)
    is_held = granted.kind != message.OFFER and found.pool is not None
    reply = build_reply(service, packet, granted, moment.seconds, is_held, line, turn)
    parameters = granted.effective.parameters
    if granted.kind == message.OFFER and _needs_ping(packet, found, parameters, moment.seconds):
        due_us = moment.us + parameters.ping_timeout_us
        nameless = _reply_line(packet, granted, NO_HARDWARE)
        service.pings.add(PendingOffer(lease.address, due_us, reply, nameless), moment.us)
        turn.pings.append(lease.address)
    else:
        turn.replies.append(reply)


def _reply_line(packet: Packet, granted: Granted, hardware: str) -> LogLine:
    lease = granted.lease
    host = loglines.host_part(lease.client_hostname)
    name = REPLY_NAMES[granted.kind]
    return (INFO, loglines.reply(name, lease.address, hardware, host, packet.via))


def _needs_ping(packet: Packet, found: Found, parameters: Parameters, now: int) -> bool:
    """Nobody is known to have held the address lately (as it was before this offer)."""
    before = found.lease
    if not parameters.ping_check or found.pool is None or before.state == ACTIVE:
        return False
    if found.host is not None:
        return True  # whoever has a host declaration is never the same (observed)
    if before.state == ABANDONED or not before.cltt or _is_other_client(before, packet):
        return True
    return now - before.cltt > parameters.ping_cltt


def _is_other_client(lease: Lease, packet: Packet) -> bool:
    return lease.uid != packet.client_identifier or lease.hardware != packet.hardware

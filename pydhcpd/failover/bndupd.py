"""BNDUPD: what the partner says of a lease is checked, stored, and acknowledged or rejected.

The checks and their order are dhcpd's (observed). Expired, released and reset leases are stored
as free at once: with this both servers know that nobody holds them.
"""

from dataclasses import dataclass
from typing import Final

from pydhcpd.core.log import ERR
from pydhcpd.core.turn import Turn
from pydhcpd.failover import loglines, option, reject
from pydhcpd.failover.binding import (
    NOT_NORMAL,
    PRIMARY_NORMAL,
    SECONDARY_NORMAL,
    is_acceptable,
    is_mine_better,
)
from pydhcpd.failover.lease import is_client_untold, prolonged
from pydhcpd.failover.message import BNDACK, Message
from pydhcpd.failover.pools import hand_to_secondary
from pydhcpd.failover.relationship import Relationship
from pydhcpd.failover.times import LARGEST_TIME_OFFSET_S
from pydhcpd.failover.update import queue_ack, send_updates
from pydhcpd.lease.binding import STATE_NAMES
from pydhcpd.lease.event import NO_EVENTS
from pydhcpd.lease.lease import (
    ABANDONED,
    ACTIVE,
    BACKUP,
    BOOTP,
    EXPIRED,
    FREE,
    RELEASED,
    RESERVED,
    RESET,
    Lease,
)
from pydhcpd.lease.peerstate import NORMAL
from pydhcpd.lease.untold import WAITING
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.hardware import is_hardware
from pydhcpd.wire.moment import NEVER, Moment

LESS_CRITICAL: Final = "incoming update is less critical than outgoing update"
# What a partner says of a lease when it has not heard of its client, or not of its renewal.
_STALE_STATES: Final = (FREE, BACKUP, EXPIRED, ABANDONED)
_DENYING_STATES: Final = (FREE, BACKUP, EXPIRED, RELEASED, ABANDONED)
_CLIENT_STATES: Final = (ACTIVE, EXPIRED, RELEASED)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a BNDUPD is not accepted: option 21 and option 16."""

    reason: int
    text: str


def receive_update(peer: Relationship, message: Message, moment: Moment, turn: Turn) -> None:
    """A BNDUPD came over the link."""
    address = message.numbers.get(option.ASSIGNED_IP_ADDRESS, 0)
    link = peer.link
    assert link is not None, "a BNDUPD came over a link"
    link.updates_us.append(moment.us)
    verdict = _judge(peer, message, address, moment.seconds, turn)
    if isinstance(verdict, Rejection):
        numbers = {
            option.ASSIGNED_IP_ADDRESS: address,
            option.REJECT_REASON: verdict.reason,
        }
        data = {option.MESSAGE: verdict.text.encode("latin-1")}
        peer.answer(link, BNDACK, message.xid, numbers, data, False, moment, turn)
        if verdict.reason == reject.LESS_CRITICAL:
            _keep_longer_promise(peer, message, moment, turn)
            _tell_of_client(peer, message, moment, turn)
        return
    # Whatever was under way about the lease has lost.
    peer.queue.forget(address)
    before = peer.store.lease_of(address)
    is_longer_here = _is_promised_longer(before, verdict, moment.seconds)
    if is_longer_here:
        verdict = prolonged(verdict, before.ends, before.tstp)
    if before.state == ACTIVE and verdict.state == ACTIVE and not _is_same_client(before, verdict):
        peer.info(loglines.lease_conflict(address), turn)
    peer.replace(before, verdict, turn)
    queue_ack(peer, address, message.xid, moment, turn)
    if is_longer_here:
        peer.queue.push(address)
        send_updates(peer, moment, turn)
    if message.numbers[option.BINDING_STATUS] in WAITING:
        hand_to_secondary(peer, verdict, moment, turn)
        if peer.queue.is_waiting(address):
            send_updates(peer, moment, turn)


def _judge(
    peer: Relationship, message: Message, address: int, now: int, turn: Turn
) -> Lease | Rejection:
    numbers = message.numbers
    state = numbers.get(option.BINDING_STATUS)
    if state is None or option.ASSIGNED_IP_ADDRESS not in numbers:
        return Rejection(reject.MISSING_BINDING, "binding update lacks required options")
    pool = peer.store.pool_of(address)
    if pool is None:
        return Rejection(reject.ILLEGAL_ADDRESS, "unknown IP address")
    if pool.failover_peer != peer.name:
        return Rejection(
            reject.ILLEGAL_ADDRESS,
            "IP address is covered by a different failover relationship state",
        )
    lease = peer.store.lease_of(address)
    if address in peer.queue.in_flight:
        cltt = numbers.get(option.CLTT, 0)
        if is_mine_better(lease, peer.peer.is_primary, state, cltt):
            return Rejection(reject.LESS_CRITICAL, LESS_CRITICAL)
    return (
        _client_rejection(message, state)
        or _flags_rejection(peer, lease, numbers.get(option.IP_FLAGS, 0), turn)
        or _state_rejection(peer, lease, state, message, now, turn)
        or _stored(lease, state, message)
    )


def _keep_longer_promise(peer: Relationship, message: Message, moment: Moment, turn: Turn) -> None:
    """My update wins, but the partner may have promised the same client more.

    dhcpd forgets that, and may give the address to another client too early.
    """
    numbers = message.numbers
    lease = peer.store.lease_of(numbers[option.ASSIGNED_IP_ADDRESS])
    if lease.state != ACTIVE or numbers[option.BINDING_STATUS] != ACTIVE:
        return
    theirs = _stored(lease, ACTIVE, message)
    if theirs.ends > lease.ends and _is_same_client(lease, theirs):
        after = prolonged(lease, theirs.ends, max(lease.tstp, theirs.tsfp))
        peer.replace(lease, after, turn)
        peer.queue.push(lease.address)
        send_updates(peer, moment, turn)


def _tell_of_client(peer: Relationship, message: Message, moment: Moment, turn: Turn) -> None:
    """The partner thinks that there is no client, and must hear of it."""
    numbers = message.numbers
    address = numbers[option.ASSIGNED_IP_ADDRESS]
    is_denied = numbers[option.BINDING_STATUS] in _DENYING_STATES
    if is_denied and peer.store.lease_of(address).state == ACTIVE and not peer.queue.has(address):
        peer.queue.push(address)
        send_updates(peer, moment, turn)


def _is_promised_longer(mine: Lease, theirs: Lease, now: int) -> bool:
    """Did I promise the same client more than the partner knows of?"""
    return (
        theirs.state == ACTIVE
        and mine.ends > theirs.ends
        and is_client_untold(mine, now)
        and _is_same_client(mine, theirs)
    )


def _client_rejection(message: Message, state: int) -> Rejection | None:
    hardware = message.data.get(option.CLIENT_HARDWARE_ADDRESS)
    if state == ABANDONED:
        if hardware is not None:
            return Rejection(reject.UNKNOWN_REASON, "BNDUPD to ABANDONED with a CHADDR")
        if option.CLIENT_IDENTIFIER in message.data:
            return Rejection(reject.UNKNOWN_REASON, "BNDUPD to ABANDONED with client-id")
        return None
    if hardware is None:
        if state in _CLIENT_STATES:
            return Rejection(reject.MISSING_BINDING, "BNDUPD without CHADDR")
        return None
    if not is_hardware(hardware):
        return Rejection(reject.UNKNOWN_REASON, "database update failed")
    return None


def _flags_rejection(peer: Relationship, lease: Lease, flags: int, turn: Turn) -> Rejection | None:
    if lease.state == peer.my_free_state and not lease.flags & RESERVED:
        if flags & option.IP_FLAG_RESERVED:
            return Rejection(reject.NOT_RESERVED, "Address is not reserved.")
        if flags & option.IP_FLAG_BOOTP:
            return Rejection(reject.UNKNOWN_REASON, "Address is not allocated to BOOTP.")
    if flags & ~option.IP_FLAGS_KNOWN:
        peer.info(loglines.unknown_ip_flags(flags), turn)
    return None


def _state_rejection(
    peer: Relationship, lease: Lease, state: int, message: Message, now: int, turn: Turn
) -> Rejection | None:
    if state not in STATE_NAMES:
        turn.log.append((ERR, loglines.bogus_binding_state(state)))
        return Rejection(reject.UNKNOWN_REASON, "database update failed")
    situation = NOT_NORMAL
    if peer.my_state == NORMAL:
        situation = PRIMARY_NORMAL if peer.peer.is_primary else SECONDARY_NORMAL
    # A time by the partner's clock; in dhcpd it lies ahead if that clock does.
    ahead_s = max(0, min(message.time - now, LARGEST_TIME_OFFSET_S))
    potential_expiration = message.numbers.get(option.POTENTIAL_EXPIRATION_TIME, 0) - ahead_s
    if is_acceptable(situation, lease, state, potential_expiration, now):
        # dhcpd lets such an update pass if the lease has no more than 65 seconds left.
        if state in _STALE_STATES and is_client_untold(lease, now):
            ended = _time(message.numbers, option.LEASE_EXPIRATION_TIME, 0)
            if state != EXPIRED or ended < lease.ends:
                return Rejection(reject.LESS_CRITICAL, LESS_CRITICAL)
        if _is_older_than_client(peer, lease, state, message, now):
            return Rejection(reject.LESS_CRITICAL, LESS_CRITICAL)
        return None
    names = f"{STATE_NAMES[lease.state]} to {STATE_NAMES[state]}"
    text = f"{format_ipv4(lease.address)}: invalid state transition: {names}"
    return Rejection(reject.FATAL_CONFLICT, text)


def _is_older_than_client(
    peer: Relationship, lease: Lease, state: int, message: Message, now: int
) -> bool:
    """Does the partner speak of a time before the client that holds the lease here?

    The client came back here after it gave the lease back at the partner's; or the partner calls
    the lease free because it has lost its file.
    """
    if lease.state != ACTIVE or lease.ends <= now:
        return False
    ended = _time(message.numbers, option.LEASE_EXPIRATION_TIME, NEVER)
    if state == RELEASED:
        assert peer.link is not None, "a BNDUPD came over a link"
        return lease.cltt >= ended - peer.link.clock_ahead_s
    return state in (FREE, BACKUP) and lease.starts > ended


def _stored(lease: Lease, state: int, message: Message) -> Lease:
    """The lease as the partner tells it; what it does not tell stays with the same client."""
    numbers = message.numbers
    hardware = message.data.get(option.CLIENT_HARDWARE_ADDRESS)
    if hardware is None and state != ABANDONED:
        hardware = lease.hardware
    uid = message.data.get(option.CLIENT_IDENTIFIER) or None
    if uid is None and state in (FREE, BACKUP, RESET):
        uid = lease.uid
    stored_state = FREE if state in WAITING else state
    next_state = stored_state
    if stored_state == ACTIVE:
        next_state = EXPIRED
    elif stored_state == ABANDONED:
        next_state = FREE
    ends = _time(numbers, option.LEASE_EXPIRATION_TIME, lease.ends)
    tstp = lease.tstp
    if stored_state in (FREE, BACKUP) and (lease.state == ACTIVE or lease.state in WAITING):
        tstp = ends
    tsfp = _time(numbers, option.POTENTIAL_EXPIRATION_TIME, lease.tsfp)
    is_same = hardware == lease.hardware and uid == lease.uid
    is_bound = stored_state == ACTIVE and is_same
    return Lease(
        lease.address,
        stored_state,
        next_state,
        stored_state,
        _time(numbers, option.START_TIME_OF_STATE, lease.starts),
        ends,
        tstp,
        tsfp,
        tsfp,
        lease.cltt,
        numbers.get(option.IP_FLAGS, 0) & (RESERVED | BOOTP),
        lease.billing if is_bound else None,
        hardware,
        uid,
        lease.variables if is_same else (),
        lease.agent_options if is_bound else (),
        lease.client_hostname if is_bound else None,
        lease.events if is_bound else NO_EVENTS,
        lease.host_name if is_bound else None,
    )


def _time(numbers: dict[int, int], code: int, otherwise: int) -> int:
    """A time of the message; none is later than the end of dhcpd's calendar."""
    return min(numbers.get(code, otherwise), NEVER)


def _is_same_client(one: Lease, other: Lease) -> bool:
    if one.uid is not None and other.uid is not None:
        return one.uid == other.uid
    return one.hardware == other.hardware

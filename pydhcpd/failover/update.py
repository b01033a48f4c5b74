"""Telling the partner: BNDUPDs as the window allows, BNDACKs in batches, requests for updates.

BNDUPD and BNDACK are held: what they speak of is on disk before they leave.
"""

from typing import Final

from pydhcpd.core.turn import Turn
from pydhcpd.failover import loglines, option
from pydhcpd.failover.lease import sent
from pydhcpd.failover.message import BNDACK, BNDUPD, UPDDONE, UPDREQ, UPDREQALL
from pydhcpd.failover.relationship import Relationship, after_us
from pydhcpd.failover.times import ACK_DELAY_S
from pydhcpd.lease.lease import BOOTP, RESERVED, Lease
from pydhcpd.wire.moment import Moment

_FLAGS: Final = RESERVED | BOOTP
# A partner may announce any window; clients are served between so many updates.
SENT_AT_ONCE: Final = 256


def send_updates(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """Send what waits, as far as the partner's window is open; BNDACKs go first."""
    peer.has_more = False
    link = peer.link
    if link is None:
        return
    flush_acks(peer, moment, turn)
    queue = peer.queue
    for _ in range(min(link.max_unacked - len(queue.in_flight), SENT_AT_ONCE)):
        address = queue.take()
        if address is None:
            return
        _send_update(peer, address, moment, turn)
    peer.has_more = len(queue.in_flight) < link.max_unacked


def tell_unknown(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """In normal the partner hears of everything that it does not know."""
    peer.queue.push_unknown()
    if not peer.queue.is_working:
        _begin_telling(peer, moment, turn)


def go_on(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """Do the next part of what was too much at once, and send what it has brought up."""
    queue = peer.queue
    if queue.is_working:
        _work(peer, moment, turn)
    send_updates(peer, moment, turn)


def _work(peer: Relationship, moment: Moment, turn: Turn) -> None:
    queue = peer.queue
    queue.work()
    if queue.is_done:
        send_update_done(peer, moment, turn)
    elif queue.done_xid is None and not queue.is_working:
        _begin_telling(peer, moment, turn)


def _begin_telling(peer: Relationship, moment: Moment, turn: Turn) -> None:
    if not peer.queue.is_empty:
        peer.info(loglines.sending_updates(peer.name), turn)
        send_updates(peer, moment, turn)


def _send_update(peer: Relationship, address: int, moment: Moment, turn: Turn) -> None:
    lease = peer.store.lease_of(address)
    if lease.rewind_state != lease.state:
        after = sent(lease)
        peer.amend(lease, after, turn)
        lease = after
    numbers, data = update_options(lease)
    xid = peer.send(BNDUPD, numbers, data, True, moment, turn)
    peer.queue.in_flight[address] = xid


def update_options(lease: Lease) -> tuple[dict[int, int], dict[int, bytes]]:
    """The options of the BNDUPD about a lease."""
    numbers = {
        option.ASSIGNED_IP_ADDRESS: lease.address,
        option.BINDING_STATUS: lease.state,
        option.LEASE_EXPIRATION_TIME: lease.ends,
        option.POTENTIAL_EXPIRATION_TIME: lease.tstp,
        option.START_TIME_OF_STATE: lease.starts,
    }
    if lease.cltt:
        numbers[option.CLTT] = lease.cltt
    if lease.flags & _FLAGS:
        numbers[option.IP_FLAGS] = lease.flags & _FLAGS
    data: dict[int, bytes] = {}
    if lease.uid is not None:
        data[option.CLIENT_IDENTIFIER] = lease.uid
    if lease.hardware is not None:
        data[option.CLIENT_HARDWARE_ADDRESS] = lease.hardware
    return numbers, data


def queue_ack(peer: Relationship, address: int, xid: int, moment: Moment, turn: Turn) -> None:
    """A BNDUPD was accepted: acknowledge it with others.

    dhcpd waits for half of the partner's own window or two seconds; a partner that may not send
    any more is not kept waiting here.
    """
    link = peer.link
    assert link is not None, "a BNDUPD came over a link"
    peer.acks.append((address, xid))
    peer.ack_flush_us = after_us(moment, ACK_DELAY_S)
    pending = len(peer.acks)
    if pending >= link.max_unacked // 2 or pending >= peer.peer.max_unacked_updates:
        flush_acks(peer, moment, turn)


def flush_acks(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """Send all BNDACKs that wait."""
    peer.ack_flush_us = None
    if not peer.acks:
        return
    link = peer.link
    assert link is not None, "BNDACKs are dropped with their link"
    for address, xid in peer.acks:
        numbers = {option.ASSIGNED_IP_ADDRESS: address}
        peer.answer(link, BNDACK, xid, numbers, {}, True, moment, turn)
    peer.acks = []


def request_all(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """Ask for every lease."""
    peer.requested = UPDREQALL
    if peer.link is None:
        return
    peer.send(UPDREQALL, {}, {}, True, moment, turn)
    peer.info(loglines.sent_update_request_all(peer.name), turn)


def request(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """Ask for what I don't know; for everything, if I asked for that and it never came."""
    if peer.requested == UPDREQALL:
        request_all(peer, moment, turn)
        return
    peer.requested = UPDREQ
    if peer.link is None:
        return
    peer.send(UPDREQ, {}, {}, True, moment, turn)
    peer.info(loglines.sent_update_request(peer.name), turn)


def serve_request(peer: Relationship, xid: int, is_all: bool, moment: Moment, turn: Turn) -> None:
    """UPDREQ or UPDREQALL: send what is wanted, then UPDDONE."""
    if peer.queue.done_xid is not None:
        peer.info(loglines.request_discarded(), turn)
    if peer.queue.request(xid, is_all):
        peer.info(loglines.update_request(peer.name, is_all, True), turn)
        send_updates(peer, moment, turn)
    else:
        send_update_done(peer, moment, turn)
        peer.info(loglines.update_request(peer.name, is_all, False), turn)


def send_update_done(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """All that the partner asked for has been answered."""
    link = peer.link
    xid = peer.queue.done_xid
    assert link is not None, "a request came over a link"
    assert xid is not None, "no request to answer"
    peer.answer(link, UPDDONE, xid, {}, {}, True, moment, turn)
    peer.queue.finish_request()
    peer.info(loglines.sent_update_done(peer.name), turn)

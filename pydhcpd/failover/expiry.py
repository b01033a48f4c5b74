"""Leases whose time is over, in a pool with a partner.

In normal only the primary ends an active lease: it becomes expired, and free when the secondary
has acknowledged that. In every other state either server does (observed for each). In
partner-down a lease that waits for the partner becomes free by itself, when the partner can't
have promised it any longer.

A server that does not serve says so in its file, but tells the partner in normal only, or when it
is asked: the partner may know better, and dhcpd believes what comes up to 65 seconds early.
"""

from heapq import heappop
from typing import Final

from pydhcpd.core.turn import Turn
from pydhcpd.failover.lease import abandoned_no_more, expired, freed, held, is_client_known
from pydhcpd.failover.relationship import Relationship
from pydhcpd.failover.state import is_silent
from pydhcpd.lease.event import Variables
from pydhcpd.lease.expiry import expire
from pydhcpd.lease.lease import ABANDONED, ACTIVE, FREE, Lease
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    NORMAL,
    PARTNER_DOWN,
)
from pydhcpd.lease.untold import WAITING
from pydhcpd.wire.moment import MICROSECONDS, Moment

# Some milliseconds' work.
ENDED_AT_ONCE: Final = 256


def may_end(peer: Relationship, lease: Lease) -> bool:
    """May a lease whose time is over change now? If not it is remembered until it may."""
    if lease.state in WAITING:
        # It waits for the partner's acknowledgement, or for the end of what may be promised.
        return False
    # In startup that hangs on the state before.
    is_primarys = peer.state_before_startup == NORMAL and not peer.peer.is_primary
    if is_primarys and lease.state == ACTIVE:
        peer.waiting[lease.address] = None
        return False
    return True


def end_lease(peer: Relationship, lease: Lease, now: int, variables: Variables) -> Lease:
    """What a lease becomes whose time is over, and that may change."""
    mine = peer.my_state
    # Who does not serve writes as if the partner were told at once, link or not.
    is_sent = peer.tells_at_once() or is_silent(mine)
    if lease.state == ABANDONED:
        return abandoned_no_more(expire(lease, now, variables), is_sent)
    assert lease.state == ACTIVE, f"state {lease.state} has no end"
    if mine == COMMUNICATIONS_INTERRUPTED and lease.rewind_state == peer.my_free_state:
        # The partner never heard of the client.
        return freed(lease, peer.my_free_state, lease.rewind_state)
    tsfp = lease.tsfp
    if mine == PARTNER_DOWN:
        tsfp = peer.add_takeover(lease)
    return expired(lease, is_sent, tsfp, variables)


def expire_waiting(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """My state has changed: leases may move that had to wait, the first of them at once."""
    peer.ending.extend(peer.waiting)
    peer.waiting.clear()
    expire_some(peer, ENDED_AT_ONCE, moment, turn)


def expire_some(peer: Relationship, limit: int, moment: Moment, turn: Turn) -> None:
    """The next of them, `limit` at most."""
    for _ in range(min(len(peer.ending), limit)):
        lease = peer.store.lease_of(peer.ending.popleft())
        if lease.state in (ACTIVE, ABANDONED) and lease.ends <= moment.seconds:
            peer.keeper.end(lease, moment.seconds, turn)


def keep_some(peer: Relationship, limit: int, moment: Moment, turn: Turn) -> None:
    """Of the leases whose clients the partner has forgotten, hold the next for them."""
    for _ in range(min(len(peer.keeping), limit)):
        address, _ = peer.keeping.popitem(last=False)
        lease = peer.store.lease_of(address)
        until = peer.promised_until(lease)
        if is_client_known(lease) and until > max(lease.ends, moment.seconds):
            peer.replace(lease, held(lease, until), turn)
            peer.queue.push(address)
            peer.has_news = True


def next_takeover_us(peer: Relationship) -> int | None:
    """When the next lease that waits for a partner who is down becomes free."""
    if not peer.due_takeovers:
        return None
    return peer.due_takeovers[0][0] * MICROSECONDS


def take_over_due(peer: Relationship, limit: int, moment: Moment, turn: Turn) -> None:
    """In partner-down: free the leases that nobody can hold any more, `limit` at most."""
    due = peer.due_takeovers
    while due and due[0][0] <= moment.seconds and limit > 0:
        _, _, address = heappop(due)
        lease = peer.store.lease_of(address)
        if peer.my_state != PARTNER_DOWN or lease.state not in WAITING:
            continue
        if peer.promised_until(lease) > moment.seconds:
            # Its client has had it again meanwhile.
            peer.add_takeover(lease)
        else:
            peer.replace(lease, freed(lease, FREE, lease.rewind_state), turn)
            peer.queue.push(address)
            peer.has_news = True
            limit -= 1

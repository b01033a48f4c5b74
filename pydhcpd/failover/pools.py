"""Balancing the free leases of a pool between the servers (dhcpd.conf(5), max-lease-misbalance).

The primary allocates from the free leases, the secondary from the backup leases. In normal each
gives the other of its own when it has too many: first those whose last client is the other's by
the hash, then the oldest. Who is far too short of them asks (POOLREQ).
"""

from dataclasses import dataclass
from typing import Final

from pydhcpd.core.log import ERR, INFO
from pydhcpd.core.turn import Turn
from pydhcpd.failover import loglines, option
from pydhcpd.failover.balancing import Balancing
from pydhcpd.failover.lease import given
from pydhcpd.failover.link import Link
from pydhcpd.failover.message import POOLREQ, POOLRESP
from pydhcpd.failover.relationship import Relationship, after_us
from pydhcpd.failover.scan import Scan
from pydhcpd.failover.update import send_updates
from pydhcpd.lease.lease import BOOTP, FREE, RESERVED, Lease
from pydhcpd.lease.peerstate import NORMAL
from pydhcpd.lease.queue import QUEUE_OF_STATE, queue_of
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.network import Pool
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.wire.moment import Moment

# Some milliseconds' work.
STEPS_AT_ONCE: Final = 256
# So many requests are answered by one balancing; a partner that goes on asking is not heard.
MOST_REQUESTS: Final = 16
# By this a log line tells a pool: any number will do, dhcpd has the address of its structure.
_POOL_NUMBER: Final = 0x550000000000
_POOL_STEP: Final = 0x100


@dataclass(frozen=True, slots=True)
class Balance:
    """Counts of a pool: `lts` are the leases to send to the partner, negative to get."""

    free: int
    backup: int
    lts: int
    threshold: int
    hold: int


def balance_of(store: LeaseStore, pool: Pool, peer: FailoverPeer) -> Balance:
    """How a pool stands."""
    counts = store.counts(pool.index)
    free, backup = counts.free, counts.backup
    surplus = free - backup if peer.is_primary else backup - free
    # Toward zero, as C divides.
    lts = surplus // 2 if surplus >= 0 else -(-surplus // 2)
    total = free + backup
    threshold = (total * peer.max_lease_misbalance + 50) // 100
    hold = (total * peer.max_lease_ownership + 50) // 100
    return Balance(free, backup, lts, threshold, hold)


def balance_pools(peer: Relationship, is_scheduled: bool, moment: Moment, turn: Turn) -> None:
    """Give the partner what it should have, now and, if that is much, in later Turns.

    On schedule the partner is asked where it has far too many.
    """
    if peer.my_state == NORMAL and peer.balancing is None:
        _begin(peer, is_scheduled)
        go_on_balancing(peer, moment, turn)


def _begin(peer: Relationship, is_scheduled: bool) -> Balancing:
    queue = QUEUE_OF_STATE[peer.my_free_state]

    def fits(lease: Lease) -> bool:
        return queue_of(lease) == queue and peer.is_for_partner(lease)

    peer.balancing = Balancing(is_scheduled, Scan(peer.store, peer.pools, fits))
    return peer.balancing


def balance_again(peer: Relationship, before: Balancing) -> None:
    """Begin a balancing anew whose leases count no more; those who asked for it still wait."""
    work = _begin(peer, before.is_scheduled)
    work.given = before.given
    work.requests.extend(before.requests)


def go_on_balancing(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """Do the next part of a balancing."""
    work = peer.balancing
    assert work is not None, "no balancing to go on with"
    if work.scan is not None:
        if not work.scan.work():
            return
        work.found = work.scan.found()
        work.following = next(work.found, None)
        work.scan = None
    for _ in range(STEPS_AT_ONCE):
        if work.place == len(peer.pools):
            _end(peer, work, moment, turn)
            return
        _step(peer, work, moment, turn)


def _step(peer: Relationship, work: Balancing, moment: Moment, turn: Turn) -> None:
    """Give one lease, or pass one over, or go to the next pool."""
    pool = peer.pools[work.place]
    balance = balance_of(peer.store, pool, peer.peer)
    if not work.is_begun:
        work.is_begun = True
        # Counted down, not divided again: after an odd difference that is one less.
        work.lts = balance.lts
        _log_begin(peer, work, pool, balance, turn)
    following = work.following
    if following is not None and following[0] == work.place:
        work.following = next(work.found, None)
        lease = peer.store.lease_of(following[4])
        is_mine = lease.state == peer.my_free_state and peer.is_for_partner(lease)
        if is_mine and work.lts > -balance.hold:
            _give(peer, work, lease, moment, turn)
        return
    is_primary = peer.peer.is_primary
    store = peer.store
    head = store.free_head(pool.index) if is_primary else store.backup_head(pool.index)
    if head is not None and work.lts > (balance.hold if _was_used(head) else 0):
        _give(peer, work, head, moment, turn)
        return
    line = loglines.balanced(
        _number_of(pool),
        peer.networks[work.place],
        pool.size,
        balance.free,
        balance.backup,
        work.lts,
        balance.threshold,
    )
    turn.log.append((ERR if work.lts > balance.threshold else INFO, line))
    work.place += 1
    work.is_begun = False


def _give(peer: Relationship, work: Balancing, lease: Lease, moment: Moment, turn: Turn) -> None:
    give_lease(peer, lease, moment, turn)
    work.given += 1
    work.lts -= 1


def _log_begin(
    peer: Relationship, work: Balancing, pool: Pool, balance: Balance, turn: Turn
) -> None:
    asks = work.is_scheduled and balance.lts < (-2 * balance.threshold or -1)
    work.is_short = work.is_short or asks
    line = loglines.balancing(
        _number_of(pool),
        peer.networks[work.place],
        pool.size,
        balance.free,
        balance.backup,
        balance.lts,
        balance.hold,
        asks,
    )
    turn.log.append((INFO, line))


def _number_of(pool: Pool) -> int:
    return _POOL_NUMBER + pool.index * _POOL_STEP


def _end(peer: Relationship, work: Balancing, moment: Moment, turn: Turn) -> None:
    peer.balancing = None
    peer.last_balance = moment.seconds
    peer.balance_us = None
    for pool in peer.pools:
        schedule_balance(peer, pool, moment)
    if work.is_short and peer.link is not None:
        peer.send(POOLREQ, {}, {}, False, moment, turn)
    for link, xid in work.requests:
        _answer_request(peer, link, xid, work.given, moment, turn)


def give_lease(peer: Relationship, lease: Lease, moment: Moment, turn: Turn) -> None:
    """A free lease of mine is the partner's from now on."""
    after = given(lease, peer.partner_free_state, moment.seconds)
    peer.replace(lease, after, turn)
    peer.queue.push(after.address)
    peer.has_news = True


def _was_used(lease: Lease) -> bool:
    return lease.hardware is not None or lease.uid is not None


def hand_to_secondary(peer: Relationship, lease: Lease, moment: Moment, turn: Turn) -> None:
    """A lease has just become free: its last client may be the secondary's to serve.

    Not if the secondary hoards leases.
    """
    if not peer.peer.is_primary or lease.state != FREE or lease.flags & (RESERVED | BOOTP):
        return
    if not peer.is_for_partner(lease):
        return
    pool = peer.store.pool_of(lease.address)
    assert pool is not None, "a stored lease has a pool"
    balance = balance_of(peer.store, pool, peer.peer)
    if balance.lts > -balance.hold:
        give_lease(peer, lease, moment, turn)


def receive_pool_request(peer: Relationship, xid: int, moment: Moment, turn: Turn) -> None:
    """POOLREQ: balance, answer with the number of leases given, then send them."""
    link = peer.link
    assert link is not None, "POOLREQ came over a link"
    if peer.my_state != NORMAL:
        _answer_request(peer, link, xid, 0, moment, turn)
    elif peer.balancing is None:
        _begin(peer, False).requests.append((link, xid))
        go_on_balancing(peer, moment, turn)
    elif len(peer.balancing.requests) < MOST_REQUESTS:
        peer.balancing.requests.append((link, xid))
    send_updates(peer, moment, turn)


def _answer_request(
    peer: Relationship, link: Link, xid: int, given: int, moment: Moment, turn: Turn
) -> None:
    if not given:
        peer.info(loglines.pool_request_in_vain(peer.name), turn)
    numbers = {option.ADDRESSES_TRANSFERRED: given}
    peer.answer(link, POOLRESP, xid, numbers, {}, True, moment, turn)


def schedule_balance(peer: Relationship, pool: Pool, moment: Moment) -> None:
    """A free lease of the pool has come or gone: it may be time to balance earlier.

    The longer free leases have not been used, the less does it matter who has them.
    """
    if peer.my_state != NORMAL:
        return
    settings = peer.peer
    store = peer.store
    free_age = _age(store.free_head(pool.index), moment.seconds)
    backup_age = _age(store.backup_head(pool.index), moment.seconds)
    if settings.is_primary:
        free_age *= 2
    else:
        backup_age *= 2
    delay = min(
        min(free_age, backup_age) * settings.max_lease_misbalance // 100, settings.max_balance
    )
    earliest = peer.last_balance + settings.min_balance
    delay = max(delay, earliest - moment.seconds, 0) + peer.jitter_s()
    due_us = after_us(moment, delay)
    if peer.balance_us is None or due_us < peer.balance_us:
        peer.balance_us = due_us


def _age(lease: Lease | None, now: int) -> int:
    return 0 if lease is None else max(now - lease.ends, 0)


def reschedule(peer: Relationship, moment: Moment) -> None:
    """Free leases have come or gone."""
    if peer.touched:
        for pool in peer.touched.values():
            schedule_balance(peer, pool, moment)
        peer.touched.clear()

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
from pydhcpd.failover.lease import given
from pydhcpd.failover.message import POOLREQ, POOLRESP
from pydhcpd.failover.relationship import Relationship, after_us
from pydhcpd.failover.update import send_updates
from pydhcpd.lease.lease import BOOTP, FREE, RESERVED, Lease
from pydhcpd.lease.peerstate import NORMAL
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.network import Pool
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.wire.moment import Moment

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


def balance_pools(peer: Relationship, is_scheduled: bool, moment: Moment, turn: Turn) -> int:
    """Give the partner what it should have; how many leases that were.

    On schedule the partner is asked where it has far too many.
    """
    if peer.my_state != NORMAL:
        return 0
    given_leases = 0
    is_short = False
    for pool, network in zip(peer.pools, peer.networks, strict=True):
        before = balance_of(peer.store, pool, peer.peer)
        asks = is_scheduled and before.lts < (-2 * before.threshold or -1)
        is_short = is_short or asks
        number = _POOL_NUMBER + pool.index * _POOL_STEP
        line = loglines.balancing(
            number,
            network,
            pool.size,
            before.free,
            before.backup,
            before.lts,
            before.hold,
            asks,
        )
        turn.log.append((INFO, line))
        given_leases += _give(peer, pool, moment, turn)
        after = balance_of(peer.store, pool, peer.peer)
        line = loglines.balanced(
            number, network, pool.size, after.free, after.backup, after.lts, after.threshold
        )
        level = ERR if after.lts > after.threshold else INFO
        turn.log.append((level, line))
    peer.last_balance = moment.seconds
    peer.balance_us = None
    for pool in peer.pools:
        schedule_balance(peer, pool, moment)
    if is_short and peer.link is not None:
        peer.send(POOLREQ, {}, {}, False, moment, turn)
    return given_leases


def _give(peer: Relationship, pool: Pool, moment: Moment, turn: Turn) -> int:
    """Give leases of one pool to the partner."""
    store = peer.store
    is_primary = peer.peer.is_primary
    count = 0
    mine = store.free_leases(pool.index) if is_primary else store.backup_leases(pool.index)
    for lease in mine:
        balance = balance_of(store, pool, peer.peer)
        if balance.lts <= -balance.hold:
            break
        if peer.is_for_partner(lease):
            give_lease(peer, lease, moment, turn)
            count += 1
    while True:
        balance = balance_of(store, pool, peer.peer)
        head = store.free_head(pool.index) if is_primary else store.backup_head(pool.index)
        if head is None or balance.lts <= (balance.hold if _was_used(head) else 0):
            return count
        give_lease(peer, head, moment, turn)
        count += 1


def give_lease(peer: Relationship, lease: Lease, moment: Moment, turn: Turn) -> None:
    """A free lease of mine is the partner's from now on."""
    after = given(lease, peer.partner_free_state, moment.seconds)
    peer.replace(lease, after, turn)
    peer.queue.push(after.address)


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
    count = balance_pools(peer, False, moment, turn)
    if not count:
        peer.info(loglines.pool_request_in_vain(peer.name), turn)
    numbers = {option.ADDRESSES_TRANSFERRED: count}
    peer.answer(link, POOLRESP, xid, numbers, {}, True, moment, turn)
    send_updates(peer, moment, turn)


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
    if not peer.touched:
        return
    for pool in peer.pools:
        if pool.index in peer.touched:
            schedule_balance(peer, pool, moment)
    peer.touched.clear()

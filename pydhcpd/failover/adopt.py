"""A new configuration is read: relationships that stay as they were go on where they are.

A relationship stays if its block and the ranges of its pools do. What is known of leases comes
from the leases file, where all of it is; states, link, timers and what is under way are taken
from the old relationship. What walks through many leases begins anew: an update that the partner
asked for, a balancing.
"""

from pydhcpd.core.turn import Turn
from pydhcpd.failover.expiry import expire_waiting
from pydhcpd.failover.pools import balance_again
from pydhcpd.failover.relationship import Relationship
from pydhcpd.failover.transition import await_takeovers
from pydhcpd.lease.peerstate import PARTNER_DOWN
from pydhcpd.wire.moment import Moment


def is_unchanged(new: Relationship, old: Relationship) -> bool:
    """May the new relationship go on with what the old one had?"""
    return new.peer == old.peer and _ranges(new) == _ranges(old)


def adopt(new: Relationship, old: Relationship, moment: Moment, turn: Turn) -> None:
    """Go on in the place of the old relationship, which is of no use from now on."""
    new.addresses = old.addresses
    new.my_state, new.my_since = old.my_state, old.my_since
    new.partner_state, new.partner_since = old.partner_state, old.partner_since
    new.saved_state = old.saved_state
    new.mclt, new.hba = old.mclt, old.hba
    new.link = old.link
    new.has_ended = old.has_ended
    new.told_at = old.told_at
    new.is_handing_back = old.is_handing_back
    new.requested = old.requested
    new.acks = old.acks
    new.last_balance = old.last_balance
    new.startup_us = old.startup_us
    new.redial_us = old.redial_us
    new.recover_wait_us = old.recover_wait_us
    new.auto_partner_down_us = old.auto_partner_down_us
    new.balance_us = old.balance_us
    new.ack_flush_us = old.ack_flush_us
    new.has_more = old.has_more
    new.keeping.update(old.keeping)
    new.queue.adopt(old.queue)
    if old.balancing is not None:
        balance_again(new, old.balancing)
    if new.my_state == PARTNER_DOWN:
        await_takeovers(new)
    expire_waiting(new, moment, turn)


def _ranges(peer: Relationship) -> list[tuple[int, int]]:
    return [(one.low, one.high) for pool in peer.pools for one in pool.ranges]

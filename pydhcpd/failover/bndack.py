"""BNDACK: the partner knows of a lease, or rejects what it was told.

With this a lease that waited as expired, released or reset becomes free.
"""

from typing import Final

from pydhcpd.core.turn import Turn
from pydhcpd.failover import loglines, option
from pydhcpd.failover.lease import acknowledged, freed
from pydhcpd.failover.message import Message
from pydhcpd.failover.pools import hand_to_secondary
from pydhcpd.failover.reject import reason_text
from pydhcpd.failover.relationship import Relationship
from pydhcpd.failover.update import send_update_done, send_updates
from pydhcpd.lease.lease import BACKUP, FREE, RESERVED, Lease
from pydhcpd.lease.untold import WAITING
from pydhcpd.wire.moment import Moment

NO_SUCH_LEASE: Final = "no such lease."
XID_MISMATCH: Final = "xid mismatch."


def receive_ack(peer: Relationship, message: Message, moment: Moment, turn: Turn) -> None:
    """A BNDACK came over the link."""
    address = message.numbers.get(option.ASSIGNED_IP_ADDRESS, 0)
    pool = peer.store.pool_of(address)
    if pool is None or pool.failover_peer != peer.name:
        peer.info(loglines.ack_refused(address, peer.name, NO_SUCH_LEASE), turn)
        return
    reason = message.numbers.get(option.REJECT_REASON)
    if reason is not None:
        text = message.data.get(option.MESSAGE)
        shown = reason_text(reason) if text is None else printable(text)
        peer.info(loglines.update_rejected(address, peer.name, shown), turn)
        peer.queue.acknowledge(address, message.xid)
    elif peer.queue.acknowledge(address, message.xid):
        if address not in peer.keeping:
            _settle(peer, peer.store.lease_of(address), moment, turn)
    elif address in peer.queue.in_flight or peer.queue.is_waiting(address):
        peer.info(loglines.ack_refused(address, peer.name, XID_MISMATCH), turn)
        return
    # Else the partner's update has won meanwhile, or the BNDACK comes twice.
    if peer.queue.is_done_by(address):
        send_update_done(peer, moment, turn)
    send_updates(peer, moment, turn)


def _settle(peer: Relationship, lease: Lease, moment: Moment, turn: Turn) -> None:
    after = acknowledged(lease)
    if lease.state not in WAITING:
        peer.amend(lease, after, turn)
        return
    state = FREE
    if lease.flags & RESERVED and not peer.peer.is_primary:
        state = BACKUP
    after = freed(after, state, state)
    peer.replace(lease, after, turn)
    hand_to_secondary(peer, after, moment, turn)


def printable(text: bytes) -> str:
    """A partner's text on one line of the log."""
    return "".join([chr(octet) if 0x20 <= octet < 0x7F else f"\\{octet:03o}" for octet in text])

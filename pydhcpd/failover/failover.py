"""The failover core: links, bytes, timers in; Turns out. One object for all relationships.

It knows no socket: the daemon dials, listens, reads and writes, and tells what happened. Times
come as arguments.
"""

from collections.abc import Callable, Mapping
from typing import Final, final

from pydhcpd.core.log import ERR
from pydhcpd.core.partner import LeaseKeeper
from pydhcpd.core.turn import LinkClose, LinkDial, Turn
from pydhcpd.failover import loglines, message, option
from pydhcpd.failover.adopt import adopt, is_unchanged
from pydhcpd.failover.bndack import receive_ack
from pydhcpd.failover.bndupd import receive_update
from pydhcpd.failover.connect import (
    LARGEST_WINDOW,
    receive_connect,
    receive_connectack,
    send_connect,
)
from pydhcpd.failover.expiry import (
    ENDED_AT_ONCE,
    expire_some,
    keep_some,
    next_takeover_us,
    take_over_due,
)
from pydhcpd.failover.link import Link
from pydhcpd.failover.machine import REQUESTABLE
from pydhcpd.failover.message import Message
from pydhcpd.failover.pools import (
    balance_pools,
    go_on_balancing,
    receive_pool_request,
    reschedule,
)
from pydhcpd.failover.relationship import Relationship, after_us
from pydhcpd.failover.times import REDIAL_AFTER_LOCAL_FAILURE_S, REDIAL_S
from pydhcpd.failover.transition import (
    go_on_alone,
    hand_back,
    has_told_all,
    lose_link,
    move_to,
    receive_state,
    receive_update_done,
    start,
    wait_is_over,
)
from pydhcpd.failover.update import flush_acks, go_on, send_updates, serve_request
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    PARTNER_DOWN,
    RECOVER_WAIT,
    PeerState,
)
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.configuration import Configuration
from pydhcpd.wire.errors import WireError
from pydhcpd.wire.moment import MICROSECONDS, Moment

TAKEOVERS_PER_TURN: Final = 256
# Connections that have not finished their handshake, of all partners together.
MOST_YOUNG_LINKS: Final = 64
# A clock that goes back further than this was set.
SLEW_US: Final = MICROSECONDS


@final
class Failover:
    """`peers` are the relationships by name."""

    __slots__ = ("_latest_us", "_links", "peers")

    def __init__(
        self,
        configuration: Configuration,
        store: LeaseStore,
        keeper: LeaseKeeper,
        saved: Mapping[str, PeerState],
        jitter_s: Callable[[], int],
        now: int,
    ) -> None:
        networks = configuration.shared_networks
        self.peers: Final[dict[str, Relationship]] = {}
        for name, peer in configuration.peers.items():
            pools = [pool for pool in configuration.pools if pool.failover_peer == name]
            names = [networks[pool.network].name for pool in pools]
            self.peers[name] = Relationship(
                peer, pools, names, store, keeper, saved.get(name), jitter_s, now
            )
        self._links: Final[dict[int, tuple[Link, Relationship]]] = {}
        self._latest_us = 0

    # -- Events

    def start(self, moment: Moment, turn: Turn) -> None:
        """The server starts."""
        for peer in self.peers.values():
            start(peer, moment, turn)
            self._dial(peer, turn)

    def go_on(self, old: "Failover", moment: Moment, turn: Turn) -> None:
        """The configuration was read again: go on with what stayed, start what did not.

        Whatever was being dialled has to be dialled again.
        """
        for name, peer in self.peers.items():
            before = old.peers.get(name)
            if before is None or not is_unchanged(peer, before):
                start(peer, moment, turn)
                self._dial(peer, turn)
                continue
            adopt(peer, before, moment, turn)
            for number, (link, owner) in old._links.items():
                if owner is before:
                    self._links[number] = (link, peer)
            if before.is_dialling:
                self._dial(peer, turn)
        for number in old._links.keys() - self._links.keys():
            turn.links.append(LinkClose(number))

    def resolved(self, name: str, addresses: tuple[int, ...]) -> None:
        """The partner's host name has these addresses now."""
        self.peers[name].addresses = addresses

    def accepted(self, number: int, remote: int, moment: Moment, turn: Turn) -> None:
        """Somebody has connected to me."""
        for peer in self.peers.values():
            if remote in peer.addresses:
                self._open(number, remote, peer, moment, turn)
                return
        turn.log.append((ERR, loglines.no_matching_state()))
        turn.links.append(LinkClose(number))

    def dialled(self, number: int, name: str, remote: int, moment: Moment, turn: Turn) -> None:
        """My connection to a partner is there."""
        peer = self.peers[name]
        peer.is_dialling = False
        self._open(number, remote, peer, moment, turn)

    def dial_failed(self, name: str, reason: str | None, moment: Moment, turn: Turn) -> None:
        """My connection to a partner did not come about; `reason` if it could not be tried."""
        peer = self.peers[name]
        peer.is_dialling = False
        peer.has_ended = False
        if reason is None:
            peer.redial_us = after_us(moment, REDIAL_S)
        else:
            turn.log.append((ERR, loglines.dial_failed(name, reason)))
            peer.redial_us = after_us(moment, REDIAL_AFTER_LOCAL_FAILURE_S)

    def dial_refused(self, name: str, moment: Moment) -> None:
        """The partner's host is there, but nobody listens: its server does not run."""
        peer = self.peers[name]
        peer.is_dialling = False
        peer.redial_us = after_us(moment, REDIAL_S)

    def received(self, number: int, data: bytes, moment: Moment, turn: Turn) -> None:
        """Bytes have come over a link; what comes after its end is not looked at."""
        found = self._links.get(number)
        if found is None:
            return
        link, _ = found
        link.framer.feed(data)
        while not link.is_closed:
            try:
                incoming = link.framer.next_message()
            except WireError as error:
                turn.log.append((ERR, str(error)))
                if error.where == "FAILOVER":
                    turn.log.append((ERR, loglines.protocol_error()))
                self._drop(link, moment, turn)
                return
            if incoming is None:
                return
            link.hear(incoming.time, moment)
            self._receive(link, incoming, moment, turn)

    def closed(self, number: int, moment: Moment, turn: Turn) -> None:
        """The partner has closed a link, behind all that it had sent."""
        found = self._links.get(number)
        if found is not None:
            link, peer = found
            had_told_all = peer.link is link and has_told_all(peer, link, moment)
            self.broken(number, moment, turn)
            peer.has_ended = had_told_all

    def broken(self, number: int, moment: Moment, turn: Turn) -> None:
        """A link is lost, and with it what was under way: the partner may have gone on."""
        found = self._links.get(number)
        if found is not None:
            link, _ = found
            link.is_closed = True
            self._drop(link, moment, turn)

    def set_state(self, name: str, state: int, moment: Moment, turn: Turn) -> bool:
        """The admin moves me to another state; False if that is none to be set."""
        peer = self.peers.get(name)
        if peer is None or state not in REQUESTABLE:
            return False
        move_to(peer, state, moment, turn)
        return True

    def commit_failed(self, moment: Moment, turn: Turn) -> None:
        """The disk fails: what was held has not left, so no link can go on as if it had."""
        for link, _ in list(self._links.values()):
            self._drop(link, moment, turn)

    def flush(self, moment: Moment, turn: Turn) -> None:
        """After other events: send what they changed."""
        for peer in self.peers.values():
            if peer.has_news:
                peer.has_news = False
                send_updates(peer, moment, turn)
            hand_back(peer, moment, turn)
            reschedule(peer, moment)

    # -- Timers

    def next_timer_us(self) -> int | None:
        """When `handle_timer` wants to be called (microseconds since the epoch), None: never."""
        due: list[int] = []
        for peer in self.peers.values():
            if _has_work(peer):
                return 0
            due.extend([at for at in _timers(peer) if at is not None])
            if peer.link is not None:
                due.append(peer.link.contact_due_us())
                due.append(_silence_ends_us(peer, peer.link))
        for link, _ in self._links.values():
            if not link.is_up:
                due.append(link.startup_ends_us())
        return min(due) if due else None

    def handle_timer(self, moment: Moment, turn: Turn) -> None:
        """Whatever is due."""
        now_us = moment.us
        if now_us < self._latest_us - SLEW_US:
            self._set_back(self._latest_us - now_us)
        self._latest_us = now_us
        for link, peer in list(self._links.values()):
            if not link.is_up:
                if link.startup_ends_us() <= now_us:
                    turn.log.append((ERR, loglines.link_startup_timeout()))
                    self._drop(link, moment, turn)
            elif _silence_ends_us(peer, link) <= now_us:
                peer.info(loglines.timeout(peer.name), turn)
                self._drop(link, moment, turn)
        for peer in self.peers.values():
            self._handle_timers(peer, moment, turn)

    def _set_back(self, by_us: int) -> None:
        """Somebody has set the clock back: what was due soon is not due hours later.

        In dhcpd it is.
        """
        for peer in self.peers.values():
            peer.set_timers_back(by_us)
        for link, _ in self._links.values():
            link.set_back(by_us)

    def _handle_timers(self, peer: Relationship, moment: Moment, turn: Turn) -> None:
        now_us = moment.us
        if _is_due(peer.startup_us, now_us):
            peer.startup_us = None
            go_on_alone(peer, moment, turn)
        if _is_due(peer.recover_wait_us, now_us):
            peer.recover_wait_us = None
            if peer.my_state == RECOVER_WAIT:
                wait_is_over(peer, moment, turn)
        if _is_due(peer.auto_partner_down_us, now_us):
            peer.auto_partner_down_us = None
            if peer.my_state == COMMUNICATIONS_INTERRUPTED:
                move_to(peer, PARTNER_DOWN, moment, turn)
        if _is_due(peer.balance_us, now_us):
            peer.balance_us = None
            balance_pools(peer, True, moment, turn)
            send_updates(peer, moment, turn)
        if _is_due(peer.ack_flush_us, now_us):
            flush_acks(peer, moment, turn)
        take_over_due(peer, TAKEOVERS_PER_TURN, moment, turn)
        _work(peer, moment, turn)
        if _is_due(peer.redial_us, now_us):
            self._dial(peer, turn)
        link = peer.link
        if link is not None and link.contact_due_us() <= now_us:
            peer.send(message.CONTACT, {}, {}, False, moment, turn)

    # -- Links

    def _dial(self, peer: Relationship, turn: Turn) -> None:
        peer.redial_us = None
        if peer.link is None and not peer.is_dialling:
            peer.is_dialling = True
            turn.links.append(LinkDial(peer.name))

    def _open(
        self, number: int, remote: int, peer: Relationship, moment: Moment, turn: Turn
    ) -> None:
        young = sum(1 for link, _ in self._links.values() if not link.is_up)
        if young >= MOST_YOUNG_LINKS:
            turn.links.append(LinkClose(number))
            return
        link = Link(number, remote, moment.us, min(peer.peer.max_unacked_updates, LARGEST_WINDOW))
        self._links[number] = (link, peer)
        if peer.peer.is_primary:
            send_connect(peer, link, moment, turn)

    def _drop(self, link: Link, moment: Moment, turn: Turn) -> None:
        """A link is over."""
        found = self._links.pop(link.number, None)
        if found is None:
            return
        peer = found[1]
        peer.close(link, turn)
        peer.has_ended = False
        if peer.link is link:
            lose_link(peer, moment, turn)
        if peer.link is None and peer.redial_us is None and not peer.is_dialling:
            peer.redial_us = after_us(moment, REDIAL_S)

    # -- Messages

    def _receive(self, link: Link, incoming: Message, moment: Moment, turn: Turn) -> None:
        peer = self._links[link.number][1]
        code = incoming.code
        if code == message.CONNECT:
            if link.is_up:
                self._drop(link, moment, turn)
                return
            owner = receive_connect(self.peers, peer, link, incoming, moment, turn)
            if owner is None:
                self._drop(link, moment, turn)
            else:
                self._links[link.number] = (link, owner)
        elif code == message.CONNECTACK:
            if not link.has_sent_connect:
                turn.log.append((ERR, loglines.before_connect(peer.name, incoming.name)))
                self._drop(link, moment, turn)
            elif not receive_connectack(peer, link, incoming, moment, turn):
                self._drop(link, moment, turn)
        elif code == message.DISCONNECT:
            reason = incoming.numbers.get(option.REJECT_REASON, 0)
            if reason:
                peer.info(loglines.disconnect_received(peer.name, reason), turn)
            self._drop(link, moment, turn)
        elif not link.is_up:
            if code in message.MESSAGES:
                turn.log.append((ERR, loglines.before_connect(peer.name, incoming.name)))
                self._drop(link, moment, turn)
        else:
            _serve(peer, incoming, moment, turn)


def _serve(peer: Relationship, incoming: Message, moment: Moment, turn: Turn) -> None:
    code, xid = incoming.code, incoming.xid
    if code == message.BNDUPD:
        receive_update(peer, incoming, moment, turn)
    elif code == message.BNDACK:
        receive_ack(peer, incoming, moment, turn)
    elif code == message.STATE:
        state = incoming.numbers.get(option.SERVER_STATE)
        flags = incoming.numbers.get(option.SERVER_FLAGS, 0)
        if state is not None:
            receive_state(peer, state, bool(flags & option.STARTUP_FLAG), moment, turn)
    elif code in (message.UPDREQ, message.UPDREQALL):
        serve_request(peer, xid, code == message.UPDREQALL, moment, turn)
    elif code == message.UPDDONE:
        receive_update_done(peer, moment, turn)
    elif code == message.POOLREQ:
        receive_pool_request(peer, xid, moment, turn)
    elif code == message.POOLRESP:
        count = incoming.numbers.get(option.ADDRESSES_TRANSFERRED, 0)
        peer.info(loglines.pool_response(count), turn)


def _has_work(peer: Relationship) -> bool:
    """Is there more to do than one Turn should?"""
    is_working = peer.balancing is not None or peer.queue.is_working or peer.has_more
    return is_working or bool(peer.ending) or bool(peer.keeping)


def _work(peer: Relationship, moment: Moment, turn: Turn) -> None:
    if peer.balancing is not None:
        go_on_balancing(peer, moment, turn)
    if peer.keeping:
        keep_some(peer, ENDED_AT_ONCE, moment, turn)
        send_updates(peer, moment, turn)
    if peer.queue.is_working or peer.has_more:
        go_on(peer, moment, turn)
    expire_some(peer, ENDED_AT_ONCE, moment, turn)


def _timers(peer: Relationship) -> tuple[int | None, ...]:
    return (
        peer.startup_us,
        peer.redial_us,
        peer.recover_wait_us,
        peer.auto_partner_down_us,
        peer.balance_us,
        peer.ack_flush_us,
        next_takeover_us(peer),
    )


def _is_due(timer_us: int | None, now_us: int) -> bool:
    return timer_us is not None and timer_us <= now_us


def _silence_ends_us(peer: Relationship, link: Link) -> int:
    return link.last_received_us + peer.peer.max_response_delay * MICROSECONDS

"""A relationship with one partner: both states, the link, what is to be told, the timers.

Data and the few primitives that every part of the protocol needs: sending, recording, changing
a lease. Times of timers are microseconds since the epoch, None while a timer is off.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from heapq import heappush
from typing import Final, final

from pydhcpd.core.log import INFO
from pydhcpd.core.partner import LeaseKeeper
from pydhcpd.core.turn import LinkClose, LinkSend, PeerStateChange, Turn
from pydhcpd.failover.balance import HBA_SIZE, hba_of_split, is_primarys, key_of_lease
from pydhcpd.failover.balancing import Balancing
from pydhcpd.failover.codec import encode
from pydhcpd.failover.link import Link
from pydhcpd.failover.message import BNDUPD, Message
from pydhcpd.failover.queue import UpdateQueue
from pydhcpd.failover.times import takeover_time
from pydhcpd.lease.change import LeaseChange
from pydhcpd.lease.lease import BACKUP, FREE, Lease
from pydhcpd.lease.peerstate import RECOVER, STARTUP, UNKNOWN, PeerState
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.network import Pool
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.wire.address import parse_ipv4
from pydhcpd.wire.moment import MICROSECONDS, Moment

# What the servers share out between them.
_BALANCED: Final = (FREE, BACKUP)


@final
class Relationship:
    """`saved_state` is mine before the restart, for as long as my state is startup.

    `addresses` are those that the partner may connect from. `acks` are the BNDACKs that wait to
    be sent, address and xid. `requested` is the message code of my update request without an
    answer. `waiting` are leases whose time is over but which may not move, `due_takeovers` the
    heap of those that move in partner-down, by epoch second. `jitter_s` gives at random what is
    added to the time of the next balancing; `has_news` says that a lease has changed that is to be
    told at once, `has_more` that more may be sent than one Turn should. `touched` are the
    pools, by index, that may need balancing earlier. `ending` are leases that waited and may move
    now, `keeping` those of clients that the partner may have forgotten.
    `has_ended` says that the partner's process has ended with the link, as far as can be seen: its
    host closed the connection, and refuses new ones since; it had nothing to tell that was older,
    for from `told_at` on everything has been told, if we are both in normal.
    While `is_handing_back` I am in partner-down, the partner has recovered, and must hear of the
    last of what I gave.
    """

    __slots__ = (
        "ack_flush_us",
        "acks",
        "addresses",
        "auto_partner_down_us",
        "balance_us",
        "balancing",
        "due_takeovers",
        "ending",
        "has_ended",
        "has_more",
        "has_news",
        "hba",
        "is_dialling",
        "is_handing_back",
        "jitter_s",
        "keeper",
        "keeping",
        "last_balance",
        "link",
        "mclt",
        "my_since",
        "my_state",
        "networks",
        "next_tie",
        "partner_since",
        "partner_state",
        "peer",
        "pools",
        "queue",
        "recover_wait_us",
        "redial_us",
        "requested",
        "saved_state",
        "startup_us",
        "store",
        "told_at",
        "touched",
        "waiting",
    )

    def __init__(
        self,
        peer: FailoverPeer,
        pools: Sequence[Pool],
        networks: Sequence[str],
        store: LeaseStore,
        keeper: LeaseKeeper,
        saved: PeerState | None,
        jitter_s: Callable[[], int],
        now: int,
    ) -> None:
        self.peer: Final = peer
        self.pools: Final = tuple(pools)
        self.networks: Final = tuple(networks)  # the name of each pool's network
        self.store: Final = store
        self.keeper: Final = keeper
        self.jitter_s: Final = jitter_s
        address = parse_ipv4(peer.peer_address)
        self.addresses: tuple[int, ...] = () if address is None else (address,)
        self.my_state = RECOVER if saved is None else saved.my_state
        self.my_since = now if saved is None else saved.my_since
        self.partner_state = UNKNOWN if saved is None else saved.partner_state
        self.partner_since = now if saved is None else saved.partner_since
        self.saved_state = self.my_state
        self.mclt = peer.mclt
        if not peer.is_primary and saved is not None and saved.mclt:
            self.mclt = saved.mclt
        self.hba = peer.hba
        if self.hba is None and peer.split is not None:
            self.hba = hba_of_split(peer.split)
        self.queue: Final = UpdateQueue(store, self.pools)
        self.link: Link | None = None
        self.is_dialling = False
        self.requested = 0
        self.has_news = False
        self.has_more = False
        self.has_ended = False
        self.told_at = 0
        self.is_handing_back = False
        self.acks: list[tuple[int, int]] = []
        self.waiting: Final[dict[int, None]] = {}
        self.ending: Final[deque[int]] = deque()
        self.keeping: Final[OrderedDict[int, None]] = OrderedDict()
        self.touched: Final[dict[int, Pool]] = {}
        self.due_takeovers: Final[list[tuple[int, int, int]]] = []
        self.next_tie = 0
        self.last_balance = 0
        self.balancing: Balancing | None = None
        self.startup_us: int | None = None
        self.redial_us: int | None = None
        self.recover_wait_us: int | None = None
        self.auto_partner_down_us: int | None = None
        self.balance_us: int | None = None
        self.ack_flush_us: int | None = None

    def set_timers_back(self, by_us: int) -> None:
        """The clock was set back by so much; waits for the ends of promises go by the clock."""
        self.startup_us = _set_back(self.startup_us, by_us)
        self.redial_us = _set_back(self.redial_us, by_us)
        self.auto_partner_down_us = _set_back(self.auto_partner_down_us, by_us)
        self.balance_us = _set_back(self.balance_us, by_us)
        self.ack_flush_us = _set_back(self.ack_flush_us, by_us)

    @property
    def name(self) -> str:
        """The name in the configuration, which both servers must use."""
        return self.peer.name

    @property
    def is_starting(self) -> bool:
        """Is my state startup?"""
        return self.my_state == STARTUP

    @property
    def state_before_startup(self) -> int:
        """My state, or the one before the restart: what the partner and the file are told."""
        return self.saved_state if self.my_state == STARTUP else self.my_state

    @property
    def my_free_state(self) -> int:
        """The binding state of leases that are mine to allocate."""
        return FREE if self.peer.is_primary else BACKUP

    @property
    def partner_free_state(self) -> int:
        """The binding state of leases that are the partner's to allocate."""
        return BACKUP if self.peer.is_primary else FREE

    def is_for_partner(self, lease: Lease) -> bool:
        """Does the hash give the last client of a lease to the partner?"""
        key = key_of_lease(lease)
        if key is None or self.hba is None:
            return False
        return is_primarys(self.hba, key) != self.peer.is_primary

    def tells_at_once(self) -> bool:
        """Will a change now be told to the partner in this turn?

        Then dhcpd writes what the partner knows into the record of the change itself.
        """
        link = self.link
        if link is None:
            return False
        return len(self.queue.in_flight) + len(self.queue) < link.max_unacked

    def promised_until(self, lease: Lease) -> int:
        """Until when the partner, who is down now, may have promised a lease unseen.

        That is the mclt more than it knew, if it may have served after the link was lost; dhcpd
        only waits for the mclt since partner-down.
        """
        if self.has_ended:
            return self.my_since + self.mclt
        return takeover_time(lease, self.my_since, self.mclt)

    def add_takeover(self, lease: Lease) -> int:
        """In partner-down the lease will become free; of several at a time the last added first,
        as they stand on dhcpd's queue. The lease's tsfp from now on."""
        until = self.promised_until(lease)
        heappush(self.due_takeovers, (max(until, lease.ends), self.next_tie, lease.address))
        self.next_tie -= 1
        # With the mclt in it, as dhcpd has it, where there is no more to wait for.
        return until if self.has_ended else lease.tsfp

    # -- Primitives

    def info(self, line: str, turn: Turn) -> None:
        """Log at level info, as dhcpd logs nearly everything about failover."""
        turn.log.append((INFO, line))

    def send(
        self,
        code: int,
        numbers: dict[int, int],
        data: dict[int, bytes],
        is_held: bool,
        moment: Moment,
        turn: Turn,
    ) -> int:
        """Send a message of mine over the link; its xid."""
        link = self.link
        assert link is not None, "no link to send over"
        xid = link.take_xid(code != BNDUPD)
        self.answer(link, code, xid, numbers, data, is_held, moment, turn)
        return xid

    def answer(
        self,
        link: Link,
        code: int,
        xid: int,
        numbers: dict[int, int],
        data: dict[int, bytes],
        is_held: bool,
        moment: Moment,
        turn: Turn,
    ) -> None:
        """Send a message with an xid that the partner chose."""
        payload = encode(Message(code, moment.seconds, xid, numbers, data))
        turn.links.append(LinkSend(link.number, payload, is_held))
        link.last_sent_us = moment.us

    def close(self, link: Link, turn: Turn) -> None:
        """Close a link; what becomes of the relationship is the caller's care."""
        if not link.is_closed:
            link.is_closed = True
            turn.links.append(LinkClose(link.number))

    def state_to_record(self) -> PeerState:
        """Both states as the leases file has them."""
        return PeerState(
            self.name,
            self.state_before_startup,
            self.my_since,
            self.partner_state,
            self.partner_since,
            None if self.peer.is_primary else self.mclt,
        )

    def record(self, turn: Turn) -> None:
        """Both states to the leases file."""
        state = self.state_to_record()
        turn.peer_states.append(PeerStateChange(len(turn.changes), state))

    def amend(self, before: Lease, after: Lease, turn: Turn) -> None:
        """Change what is known of a lease, which keeps its turn; recorded."""
        if self.store.find(after.address) is not None:
            self.store.remember(after)
        # Else it was never used, and there is nothing to remember of it.
        turn.changes.append(LeaseChange(before, after, True))

    def replace(self, before: Lease, after: Lease, turn: Turn) -> None:
        """Change a lease; recorded."""
        self.keeper.replace(before, after, turn)
        self.touch(before, after)

    def touch(self, before: Lease, after: Lease) -> None:
        """The balance of a pool has changed if a free lease has come or gone."""
        if before.state in _BALANCED or after.state in _BALANCED:
            pool = self.store.pool_of(after.address)
            assert pool is not None, "a stored lease has a pool"
            self.touched[pool.index] = pool


def _set_back(timer_us: int | None, by_us: int) -> int | None:
    return None if timer_us is None else timer_us - by_us


def after_us(moment: Moment, seconds: int) -> int:
    """The moment that many seconds from now."""
    return moment.us + seconds * MICROSECONDS


def is_valid_hba(hba: bytes | None) -> bool:
    """Is this a map of all buckets?"""
    return hba is not None and len(hba) == HBA_SIZE

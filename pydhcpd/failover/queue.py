"""What the partner must still be told: leases by address, each once, in the order of their changes.

Up to the partner's max-unacked-bndupd of them are under way; an acknowledgement makes room for
the next. A full update (UPDREQALL) is a walk through the pools that goes on as there is room, so
that even a /8 is not written down. UPDDONE follows the acknowledgement of the lease that was
last when the update was asked for.
"""

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, final

from pydhcpd.lease.queue import FREE_QUEUE
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.untold import is_unknown_to_partner
from pydhcpd.lease.virgin import VirginCursor
from pydhcpd.model.network import Pool


@final
class Walk:
    """The addresses of pools in dhcpd's order: queue by queue, never-used ones among the free.

    Free leases whose `ends` is 0 stand before the never-used addresses, the others behind.
    """

    __slots__ = (
        "_addresses",
        "_at",
        "_later",
        "_number",
        "_placed",
        "_pools",
        "_store",
        "_virgins",
    )

    def __init__(self, store: LeaseStore, pools: Sequence[Pool]) -> None:
        self._store: Final = store
        self._pools: Final = pools
        self._number = 0
        self._addresses: array[int] = array("I")
        self._at = 0
        self._virgins: VirginCursor | None = None
        # Of the pool at hand, what comes behind its never-used addresses.
        self._later: array[int] = array("I")
        # Its addresses that stand elsewhere; one that gets a lease meanwhile keeps its place.
        self._placed: set[int] = set()

    def take(self) -> int | None:
        """The next address, None behind the last one."""
        while True:
            if self._at < len(self._addresses):
                self._at += 1
                return self._addresses[self._at - 1]
            virgins = self._virgins
            if virgins is not None:
                address = virgins.address
                if address >= 0:
                    virgins.advance()
                    if address not in self._placed:
                        return address
                    continue
                self._virgins = None
                self._addresses = self._later
                self._at = 0
            elif self._number < len(self._pools):
                self._open(self._pools[self._number])
                self._number += 1
            else:
                return None

    def _open(self, pool: Pool) -> None:
        queues = self._store.queues_of(pool.index)
        free = queues[FREE_QUEUE]
        first = [lease.address for lease in free if lease.ends <= 0]
        later = [lease.address for lease in free if lease.ends > 0]
        for queue in queues[FREE_QUEUE + 1 :]:
            later.extend([lease.address for lease in queue])
        self._addresses = array("I", first)
        self._later = array("I", later)
        self._placed = set(first)
        self._placed.update(later)
        self._at = 0
        self._virgins = self._store.never_used(pool.index)


@final
class UpdateQueue:
    """`in_flight` are the addresses whose BNDUPD waits for its BNDACK, with its xid.

    `returned` are those that wait to be sent again while the first BNDACK may still come.
    """

    __slots__ = (
        "_next",
        "_pools",
        "_store",
        "_tail",
        "_waiting",
        "_walk",
        "_walked",
        "done_xid",
        "in_flight",
        "returned",
    )

    def __init__(self, store: LeaseStore, pools: Sequence[Pool]) -> None:
        self._store: Final = store
        self._pools: Final = pools
        # In order of insertion; the values mean nothing. A plain dict slows down when it is
        # emptied from its beginning.
        self._waiting: OrderedDict[int, None] = OrderedDict()
        self.in_flight: Final[dict[int, int]] = {}
        self.returned: Final[dict[int, int]] = {}
        self._walk: Walk | None = None
        self._next: int | None = None  # what the walk gives next
        self._walked: array[int] = array("I")  # what it gave
        self._tail: int | None = None
        # The xid of the partner's request that is being answered.
        self.done_xid: int | None = None

    @property
    def is_empty(self) -> bool:
        """Is there nothing left to send?"""
        return not self._waiting and self._next is None

    def __len__(self) -> int:
        """How many updates wait for their turn, those of a walk not counted."""
        return len(self._waiting)

    def is_waiting(self, address: int) -> bool:
        """Has the lease changed since it was sent last?"""
        return address in self._waiting

    def push(self, address: int) -> None:
        """The lease has changed; what is under way about it counts no more."""
        self.in_flight.pop(address, None)
        self.returned.pop(address, None)
        self._waiting[address] = None

    def push_unknown(self) -> None:
        """Everything that the partner does not know, unless it is under way."""
        for pool in self._pools:
            for queue in self._store.queues_of(pool.index):
                for lease in queue:
                    if is_unknown_to_partner(lease) and lease.address not in self.in_flight:
                        self._waiting[lease.address] = None

    def take(self) -> int | None:
        """The next address to send, None if there is none."""
        if self._waiting:
            address, _ = self._waiting.popitem(last=False)
            self.returned.pop(address, None)
            return address
        while self._next is not None:
            address = self._next
            self._advance()
            if address not in self.in_flight:
                self._walked.append(address)
                return address
        return None

    def forget(self, address: int) -> None:
        """The partner's update of the lease has won over mine."""
        self.in_flight.pop(address, None)

    def acknowledge(self, address: int, xid: int) -> bool:
        """A BNDACK has come; False if it belongs to no BNDUPD that counts."""
        if self.in_flight.get(address) == xid:
            del self.in_flight[address]
            return True
        if self.returned.get(address) == xid:
            del self.returned[address]
            self._waiting.pop(address, None)
            return True
        return False

    def put_back(self) -> None:
        """My state changes: what is under way is sent again, first of all, if no BNDACK comes."""
        waiting = OrderedDict.fromkeys(self.in_flight)
        waiting.update(self._waiting)
        self._waiting = waiting
        self.returned.update(self.in_flight)
        self.in_flight.clear()

    def disconnect(self) -> None:
        """Requests of the partner end with the link; no BNDACK will come any more."""
        self.put_back()
        self.returned.clear()
        self.done_xid = None
        self._tail = None
        self._walk = None
        self._next = None
        self._walked = array("I")

    def request(self, xid: int, is_all: bool) -> bool:
        """The partner wants an update; False if there is nothing to send."""
        if not is_all:
            self.push_unknown()
        elif self._walk is not None:
            # The walk goes on; what it gave, and was acknowledged, comes again.
            for address in self._walked:
                if address not in self.in_flight:
                    self._waiting[address] = None
            self._walked = array("I")
        else:
            self._walk = Walk(self._store, self._pools)
            self._walked = array("I")
            self._advance()
        self.done_xid = xid
        if self._next is None:
            self._tail = next(reversed(self._waiting), None)
        return not self.is_empty

    def is_done_by(self, address: int) -> bool:
        """Does the answer about this lease complete the partner's request?"""
        return self.done_xid is not None and self._next is None and self._tail == address

    def finish_request(self) -> None:
        """UPDDONE is sent."""
        self.done_xid = None
        self._tail = None

    def _advance(self) -> None:
        walk = self._walk
        assert walk is not None, "no walk to go on with"
        last = self._next
        following = walk.take()
        while following is not None and (following in self.in_flight or following in self._waiting):
            following = walk.take()
        self._next = following
        if following is None:
            self._walk = None
            if last is not None:
                self._tail = last

"""What the partner must still be told: leases by address, each once, in the order of their changes.

Up to the partner's max-unacked-bndupd of them are under way; an acknowledgement makes room for
the next. A full update (UPDREQALL) is a walk through the pools that goes on as there is room, so
that even a /8 is not written down. UPDDONE follows the acknowledgement of the lease that was
last when the update was asked for.

What takes long with many leases is done a slice at a time: `work` goes on while it `is_working`.
"""

from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, final

from pydhcpd.failover.scan import Placed, Scan
from pydhcpd.failover.walk import PASSED_AT_ONCE, Walk
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.untold import is_unknown_to_partner
from pydhcpd.model.network import Pool

# Some milliseconds' work.
PUSHED_AT_ONCE: Final = 4096


@final
class UpdateQueue:
    """`in_flight` are the addresses whose BNDUPD waits for its BNDACK, with its xid.

    `returned` are those that wait to be sent again while the first BNDACK may still come.
    """

    __slots__ = (
        "_found",
        "_last",
        "_next",
        "_pools",
        "_search",
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
        # The search for what the partner does not know, and what is left of its outcome.
        self._search: Scan | None = None
        self._found: Iterator[Placed] | None = None
        self._walk: Walk | None = None
        self._next: int | None = None  # what the walk gives next
        self._last: int | None = None  # what it gave last
        self._walked: array[int] = array("I")  # what it gave
        self._tail: int | None = None
        # The xid of the partner's request that is being answered.
        self.done_xid: int | None = None

    @property
    def is_empty(self) -> bool:
        """Is there nothing left to send, nor to be found?"""
        return not self._waiting and self._next is None and not self.is_working

    @property
    def is_working(self) -> bool:
        """Is there more to send than was found so far?"""
        return (
            self._search is not None
            or self._found is not None
            or (self._walk is not None and self._next is None)
        )

    def __len__(self) -> int:
        """How many updates wait for their turn, those of a walk not counted."""
        return len(self._waiting)

    def is_waiting(self, address: int) -> bool:
        """Has the lease changed since it was sent last?"""
        return address in self._waiting

    def has(self, address: int) -> bool:
        """Is the lease under way, or waits for its turn?"""
        return address in self.in_flight or address in self._waiting

    def push(self, address: int) -> None:
        """The lease has changed; what is under way about it counts no more."""
        self.in_flight.pop(address, None)
        self.returned.pop(address, None)
        self._waiting[address] = None

    def push_unknown(self) -> None:
        """Everything that the partner does not know, unless it is under way."""
        self._search = Scan(self._store, self._pools, is_unknown_to_partner)
        self._found = None
        self.work()

    def work(self) -> None:
        """Go on with a search or with a walk that paused."""
        if self._search is not None:
            if not self._search.work():
                return
            self._found = self._search.found()
            self._search = None
        if self._found is not None:
            placed = list(islice(self._found, PUSHED_AT_ONCE))
            for _, _, _, _, address in placed:
                if address not in self.in_flight:
                    self._waiting[address] = None
            if len(placed) < PUSHED_AT_ONCE:
                self._found = None
        if self._walk is not None and self._next is None:
            self._advance()
        self._find_tail()

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
        for address in reversed(self.in_flight):
            self._waiting[address] = None
            self._waiting.move_to_end(address, last=False)
        self.returned.update(self.in_flight)
        self.in_flight.clear()

    def disconnect(self) -> None:
        """Requests of the partner end with the link; no BNDACK will come any more."""
        self.put_back()
        self.returned.clear()
        self.done_xid = None
        self._tail = None
        self._search = None
        self._found = None
        self._walk = None
        self._next = None
        self._walked = array("I")

    def request(self, xid: int, is_all: bool) -> bool:
        """The partner wants an update; False if there is nothing to send."""
        self.done_xid = xid
        self._tail = None
        if self._walk is None:
            self._last = None
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
        self._find_tail()
        return not self.is_empty

    def adopt(self, other: "UpdateQueue") -> None:
        """Go on with what another queue over the same addresses had to send."""
        self._waiting.update(other._waiting)
        self.in_flight.update(other.in_flight)
        self.returned.update(other.returned)
        self.done_xid = other.done_xid
        self._tail = other._tail
        self._last = other._last
        # Searches and walks under way know only the old leases.
        if other._search is not None or other._found is not None:
            self._search = Scan(self._store, self._pools, is_unknown_to_partner)
        if other._walk is not None or other._next is not None:
            self._walk = Walk(self._store, self._pools)

    def is_done_by(self, address: int) -> bool:
        """Does the answer about this lease complete the partner's request?"""
        return self._tail == address and self.is_done

    @property
    def is_done(self) -> bool:
        """Has the partner acknowledged all that it asked for?"""
        return (
            self.done_xid is not None
            and self._next is None
            and not self.is_working
            and self._tail not in self.in_flight
            and self._tail not in self._waiting
        )

    def finish_request(self) -> None:
        """UPDDONE is sent."""
        self.done_xid = None
        self._tail = None

    def _advance(self) -> None:
        """Find what the walk gives next; nothing for now if it needs a pause."""
        walk = self._walk
        assert walk is not None, "no walk to go on with"
        if self._next is not None:
            self._last = self._next
        self._next = None
        for _ in range(PASSED_AT_ONCE):
            following = walk.take()
            if following is None:
                break
            if following not in self.in_flight and following not in self._waiting:
                self._next = following
                break
        if walk.is_over:
            self._walk = None
            self._find_tail()

    def _find_tail(self) -> None:
        """With nothing left to be found it is known what the partner must acknowledge last."""
        if self.done_xid is None or self._tail is not None:
            return
        if self._next is None and not self.is_working:
            self._tail = self._last
            if self._tail is None:
                self._tail = next(reversed(self._waiting), None)

"""Every address of some pools in dhcpd's order: queue by queue, never-used ones among the free.

Never-used addresses may be millions: they are counted up, not written down.
"""

from collections.abc import Iterator, Sequence
from typing import Final, final

from pydhcpd.failover.scan import NEVER_USED, Placed, Scan
from pydhcpd.lease.lease import Lease
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.virgin import VirginCursor
from pydhcpd.model.network import Pool

# Addresses that stand elsewhere: so many are passed over before a pause.
PASSED_AT_ONCE: Final = 4096


@final
class Walk:
    """`take` gives nothing at the end, when it `is_over`, and when it needs a pause."""

    __slots__ = (
        "_found",
        "_next",
        "_place",
        "_placed",
        "_pools",
        "_scan",
        "_store",
        "_virgins",
        "is_over",
    )

    def __init__(self, store: LeaseStore, pools: Sequence[Pool]) -> None:
        self._store: Final = store
        self._pools: Final = pools
        # Addresses that stand elsewhere; one that gets a lease meanwhile keeps its place.
        self._placed: Final[set[int]] = set()
        self._scan: Scan | None = Scan(store, pools, self._note)
        self._found: Iterator[Placed] = iter(())
        self._next: Placed | None = None
        # The place of the pool whose never-used addresses come next.
        self._place = 0
        self._virgins: VirginCursor | None = None
        self.is_over = False

    def take(self) -> int | None:
        """The next address."""
        if self._scan is not None:
            if not self._scan.work():
                return None
            self._found = self._scan.found()
            self._scan = None
            self._next = next(self._found, None)
        for _ in range(PASSED_AT_ONCE):
            following = self._next
            if self._place < len(self._pools) and (
                following is None or following[:2] > (self._place, NEVER_USED)
            ):
                address = self._take_never_used()
                if address is not None:
                    return address
            elif following is not None:
                self._next = next(self._found, None)
                return following[4]
            else:
                self.is_over = True
                return None
        return None

    def _take_never_used(self) -> int | None:
        """The next of a pool, None if it stands elsewhere or there are no more."""
        if self._virgins is None:
            self._virgins = self._store.never_used(self._pools[self._place].index)
        address = self._virgins.address
        if address < 0:
            self._virgins = None
            self._place += 1
            return None
        self._virgins.advance()
        return None if address in self._placed else address

    def _note(self, lease: Lease) -> bool:
        self._placed.add(lease.address)
        return True

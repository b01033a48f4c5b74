"""The never-used addresses of a pool, in the order in which dhcpd hands them out.

A /8 has sixteen million of them, so none is written down: this cursor computes the next one.

dhcpd 4.4.3-P1 keeps its leases in a hash of RESIDUES buckets and builds the queues at start by
walking it. A lease goes behind the one placed just before if that went into the same queue with
the same `ends`, else before its equals. What comes of it (observed):

- The walk meets addresses by residue (address modulo 100003) ascending. Among those that share
  a residue come first the leases of the leases file, the one read last before the others; then
  the never-used addresses, the last declared range first, and within one range the highest.
- A *run* is a part of the walk that stays among the never-used addresses of one pool. It keeps
  the order of the walk. Runs come out last run first: an address of another pool and a lease of
  the file (in whatever state) end a run.

So with 10.0.128.106 to .117 (residues 0 to 11) and a lease on .108 in the file the order is
.109 to .117, then .106, .107.

A range is cut into segments of addresses with the same quotient by 100003; residues between two
neighbouring segment bounds see the same segments and form a stretch.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, final

from pydhcpd.model.network import Pool

RESIDUES: Final = 100003
# An address has a place: the residue above, then the rank of its segment.
RESIDUE_SHIFT: Final = 40
_RANGE_SHIFT: Final = 17
_QUOTIENTS: Final = (1 << _RANGE_SHIFT) - 1
_RANK_MASK: Final = (1 << RESIDUE_SHIFT) - 1


@final
class Segment:
    """The addresses of a range that share the quotient by RESIDUES."""

    __slots__ = ("base", "first", "last", "pool", "rank")

    def __init__(self, low: int, high: int, quotient: int, rank: int, pool: int) -> None:
        self.base: Final = quotient * RESIDUES
        self.first: Final = max(low - self.base, 0)
        self.last: Final = min(high - self.base, RESIDUES - 1)
        self.rank: Final = rank << _RANGE_SHIFT | (_QUOTIENTS - quotient)
        self.pool: Final = pool


@final
class Stretch:
    """Residues `first` to `last` that all meet the same segments, in order of rank."""

    __slots__ = ("bases", "everything", "first", "last", "pools", "ranks")

    def __init__(self, first: int, last: int, segments: Sequence[Segment]) -> None:
        self.first: Final = first
        self.last: Final = last
        self.ranks: Final = tuple(segment.rank for segment in segments)
        self.bases: Final = tuple(segment.base for segment in segments)
        self.pools: Final = tuple(segment.pool for segment in segments)
        self.everything: Final = tuple(range(len(segments)))


@final
class Walk:
    """The addresses of all pools in the order of the walk.

    `used` are the places of the leases of the file, ascending.
    """

    __slots__ = ("_firsts", "_highs", "_lows", "_pools", "_ranks", "stretches", "used")

    def __init__(self, pools: Sequence[Pool]) -> None:
        declared = [(pool.index, part) for pool in pools for part in pool.ranges]
        by_low = sorted(
            (part.low, part.high, index, len(declared) - number)
            for number, (index, part) in enumerate(declared)
        )
        self._lows: Final = [low for low, _, _, _ in by_low]
        self._highs: Final = [high for _, high, _, _ in by_low]
        self._pools: Final = [index for _, _, index, _ in by_low]
        self._ranks: Final = [rank for _, _, _, rank in by_low]
        segments = [
            Segment(low, high, quotient, rank, index)
            for low, high, index, rank in by_low
            for quotient in range(low // RESIDUES, high // RESIDUES + 1)
        ]
        self.stretches: Final = _cut_stretches(segments)
        self._firsts: Final = [stretch.first for stretch in self.stretches]
        self.used = array("Q")

    def pool_of(self, address: int) -> int:
        """The index of the pool that has the address, -1 if none has it."""
        at = bisect_right(self._lows, address) - 1
        if at < 0 or address > self._highs[at]:
            return -1
        return self._pools[at]

    def place_of(self, address: int) -> int:
        """The place of an address of a pool."""
        rank = self._ranks[bisect_right(self._lows, address) - 1]
        quotient, residue = divmod(address, RESIDUES)
        return residue << RESIDUE_SHIFT | rank << _RANGE_SHIFT | (_QUOTIENTS - quotient)

    def virgins_at(self, stretch: Stretch, residue: int) -> tuple[int, ...]:
        """The segments whose address at that residue no lease of the file has."""
        used = self.used
        at = bisect_left(used, residue << RESIDUE_SHIFT)
        if at == len(used) or used[at] >> RESIDUE_SHIFT != residue:
            return stretch.everything
        taken = set()
        while at < len(used) and used[at] >> RESIDUE_SHIFT == residue:
            taken.add(used[at] & _RANK_MASK)
            at += 1
        return tuple(n for n in stretch.everything if stretch.ranks[n] not in taken)

    def last_used_before(self, residue: int) -> int:
        """The nearest lower residue at which the file has a lease, -1 if there is none."""
        at = bisect_left(self.used, residue << RESIDUE_SHIFT) - 1
        return -1 if at < 0 else self.used[at] >> RESIDUE_SHIFT

    def first_of_full(self, stretch: Stretch, residue: int) -> int:
        """The lowest residue from which on, up to this one, the file has every address's lease."""
        width = len(stretch.everything)
        end = bisect_left(self.used, residue + 1 << RESIDUE_SHIFT)
        # If all are used from one residue on, so are they from any higher one.
        low, high = stretch.first, residue
        while low < high:
            middle = (low + high) // 2
            begin = bisect_left(self.used, middle << RESIDUE_SHIFT)
            if end - begin == width * (residue - middle + 1):
                high = middle
            else:
                low = middle + 1
        return low

    def is_next(self, residue: int, following: int) -> bool:
        """Does the walk go from the leases at one residue straight to those at the other?"""
        if residue == following:
            return True
        at = bisect_right(self._firsts, residue) - 1
        stretch = self.stretches[at]
        if self.virgins_at(stretch, residue):
            return False
        if residue < stretch.last:
            return following == residue + 1
        return following == self.stretches[at + 1].first


def _cut_stretches(segments: list[Segment]) -> list[Stretch]:
    """Cut the residues wherever a segment begins or ends."""
    bounds = sorted({bound for part in segments for bound in (part.first, part.last + 1)})
    beginning = sorted(segments, key=lambda part: part.first, reverse=True)
    found: list[Stretch] = []
    present: list[Segment] = []
    for first, bound in pairwise(bounds):
        present = [part for part in present if part.last >= first]
        while beginning and beginning[-1].first == first:
            present.append(beginning.pop())
        present.sort(key=lambda part: part.rank)
        if present:
            found.append(Stretch(first, bound - 1, present))
    return found


@final
class VirginCursor:
    """Steps through the addresses of one pool that had no lease at start, in dhcpd's order.

    It does not know what was leased since: its user skips that. `_virgins` are the segments of
    the present residue that count, `_number` is the present one's number among them.
    """

    __slots__ = (
        "_number",
        "_pool",
        "_residue",
        "_run_end",
        "_run_start",
        "_stretch",
        "_virgins",
        "_walk",
        "address",
    )

    def __init__(self, walk: Walk, pool: int) -> None:
        self._walk: Final = walk
        self._pool: Final = pool
        self._stretch = len(walk.stretches)
        self._residue = RESIDUES
        self._virgins: tuple[int, ...] = ()
        self._number = 0
        # Stretch, residue and number: where the run began that was found last, where it ends.
        self._run_start = (self._stretch, self._residue, 0)
        self._run_end = self._run_start
        # The address under the cursor, -1 behind the last one.
        self.address = -1
        self._find_run()
        self._look()

    def advance(self) -> None:
        """Go to the next address."""
        if self._stretch < 0:
            return
        if self._place() == self._run_end:
            self._find_run()
        else:
            self._number += 1
            while self._number == len(self._virgins):
                stretch = self._stretch
                residue = self._residue + 1
                if residue > self._walk.stretches[stretch].last:
                    stretch += 1
                    residue = self._walk.stretches[stretch].first
                self._go_to(stretch, residue)
        self._look()

    def _look(self) -> None:
        if self._stretch < 0:
            self.address = -1
        else:
            bases = self._walk.stretches[self._stretch].bases
            self.address = bases[self._virgins[self._number]] + self._residue

    def _place(self) -> tuple[int, int, int]:
        return self._stretch, self._residue, self._number

    def _go_to(self, stretch: int, residue: int) -> None:
        self._stretch = stretch
        self._residue = residue
        self._virgins = self._walk.virgins_at(self._walk.stretches[stretch], residue)
        self._number = 0

    def _go_back(self) -> bool:
        """Go to the residue before; False if there is none."""
        stretch = self._stretch
        residue = self._residue - 1
        if stretch == len(self._walk.stretches) or residue < self._walk.stretches[stretch].first:
            stretch -= 1
            if stretch < 0:
                return False
            residue = self._walk.stretches[stretch].last
        self._go_to(stretch, residue)
        return True

    def _find_run(self) -> None:
        """Put the cursor on the first address of the last run before the present one."""
        stretch, residue, number = self._run_start
        if stretch < len(self._walk.stretches):
            self._go_to(stretch, residue)
        self._number = number
        while not self._step_back():
            if self._stretch < len(self._walk.stretches) and not self._virgins:
                here = self._walk.stretches[self._stretch]
                self._go_to(self._stretch, self._walk.first_of_full(here, self._residue))
            if not self._go_back():
                self._stretch = -1
                return
            self._number = len(self._virgins)
        self._run_end = self._place()
        while self._extend():
            pass
        self._run_start = self._place()

    def _step_back(self) -> bool:
        """Go to the nearest own address before, at this residue; False if there is none."""
        if self._stretch == len(self._walk.stretches):
            return False
        pools = self._walk.stretches[self._stretch].pools
        while self._number:
            self._number -= 1
            if pools[self._virgins[self._number]] == self._pool:
                return True
        return False

    def _extend(self) -> bool:
        """Move the start of the run towards its beginning; False when it is there."""
        walk = self._walk
        stretch = walk.stretches[self._stretch]
        pools = stretch.pools
        if self._number:
            if pools[self._virgins[self._number - 1]] != self._pool:
                return False
            self._number -= 1
            return True
        if len(self._virgins) < len(stretch.everything):
            # Leases of the file come before.
            return False
        if self._residue > stretch.first and all(index == self._pool for index in pools):
            # Nothing but this pool's addresses: go straight to where the file has a lease.
            residue = max(walk.last_used_before(self._residue), stretch.first)
            self._go_to(self._stretch, residue)
            if not self._virgins:
                self._go_to(self._stretch, residue + 1)
                return False
            return True
        here = (self._stretch, self._residue)
        if self._go_back() and self._virgins:
            last = len(self._virgins) - 1
            if walk.stretches[self._stretch].pools[self._virgins[last]] == self._pool:
                self._number = last
                return True
        self._go_to(*here)
        return False

"""The leases of a client that has very many of them: every step is O(log n).

One hardware address may stand for thousands of clients (a dial-in server that asks for all its
users), and a hostile client can name itself anew in every packet. The order is that of
lease/chain.py: a lease is put before the first member that is not better than it. Members are
replaced where they stand, whatever their rank is by then, so the order is *not* sorted by rank,
and no sorted container can keep it.

It is kept in a balanced binary tree (Adelson-Velsky and Landis) in which every node knows the
least rank below it: the first member of at most a given rank is then found from the root. In the
same way every node knows which *groups* of leases are below it, so that a search passes over
the thousands that cannot matter to whoever searches. A group is a pool and a kind: what is
there for anybody, held by a client without identifier, held by one with an identifier.
"""

from collections.abc import Iterable, Iterator
from typing import Final, final

from pydhcpd.lease.lease import ABANDONED, ACTIVE, BACKUP, FREE, Lease
from pydhcpd.lease.rank import rank_of
from pydhcpd.lease.virgin import Walk

# Kinds. What is expired, released or reset is in no group: nobody looks for it.
FREE_KIND: Final = 0
NAMELESS_KIND: Final = 1
NAMED_KIND: Final = 2
_KIND_BITS: Final = 2
# Abandoned leases are one group, whatever their pool is.
ABANDONED_GROUP: Final = 3
_NO_GROUP: Final = -1
# Above every time.
_ACTIVE_SHIFT: Final = 40


def group_of(pool_index: int, kind: int) -> int:
    """The number of a group."""
    return pool_index << _KIND_BITS | kind


def _lease_group(lease: Lease, pool_index: int) -> int:
    state = lease.state
    if state == ACTIVE:
        return group_of(pool_index, NAMELESS_KIND if lease.uid is None else NAMED_KIND)
    if state in (FREE, BACKUP):
        return group_of(pool_index, FREE_KIND)
    return ABANDONED_GROUP if state == ABANDONED else _NO_GROUP


@final
class _Node:
    """A member. `bit` is that of its group; `least` rank, `latest` end (of an active lease
    if there is one), `bits`, `height` and `size` are of the whole subtree."""

    __slots__ = (
        "bit",
        "bits",
        "height",
        "latest",
        "lease",
        "least",
        "left",
        "rank",
        "right",
        "size",
        "up",
    )

    def __init__(self, lease: Lease, bit: int) -> None:
        self.lease = lease
        self.rank = rank_of(lease)
        self.bit = bit
        self.up: _Node | None = None
        self.left: _Node | None = None
        self.right: _Node | None = None
        self.least = self.rank
        self.latest = _lateness(lease)
        self.bits = bit
        self.height = 1
        self.size = 1


@final
class LongChain:
    """Many leases of one key; `walk` knows the pools of their addresses."""

    __slots__ = ("_group_bits", "_nodes", "_root", "_walk")

    def __init__(self, walk: Walk, members: Iterable[Lease]) -> None:
        self._walk: Final = walk
        self._nodes: Final[dict[int, _Node]] = {}
        self._root: _Node | None = None
        # Groups get their bits as they turn up, so the numbers stay small.
        self._group_bits: Final[dict[int, int]] = {}
        last: _Node | None = None
        for lease in members:
            node = self._make_node(lease)
            self._attach(node, last, False)
            last = node

    def __len__(self) -> int:
        return len(self._nodes)

    @property
    def height(self) -> int:
        """How many steps it takes at most from the first member to the last."""
        return _height(self._root)

    def __iter__(self) -> Iterator[Lease]:
        return iter(self.members())

    def members(self) -> list[Lease]:
        """All members in order: as many steps as there are members."""
        found: list[Lease] = []
        node = _first(self._root, -1)
        while node is not None:
            found.append(node.lease)
            node = _next(node, -1)
        return found

    # -- Searches

    def until(self, stops: Iterable[int], passes: Iterable[int], own: Lease | None) -> list[Lease]:
        """The members in order as far as the first that is in one of the groups `stops` or is
        `own`, and it; of those before it only such as are in one of the groups `passes`."""
        stop_bits = self._bits_of(stops)
        wanted = stop_bits | self._bits_of(passes)
        own_node = None if own is None else self._nodes.get(own.address)
        own_place = len(self._nodes) if own_node is None else _place(own_node)
        found: list[Lease] = []
        node = _first(self._root, wanted) if wanted else None
        while node is not None and _place(node) < own_place:
            found.append(node.lease)
            if node.bit & stop_bits:
                return found
            node = _next(node, wanted)
        if own_node is not None:
            found.append(own_node.lease)
        return found

    def of_kinds(self, kinds: Iterable[int]) -> list[Lease]:
        """The members of these kinds in order, in any pool."""
        groups = [group for group in self._group_bits if group & ABANDONED_GROUP in kinds]
        return self.until((), groups, None)

    def first_of_kinds(self, kinds: Iterable[int], count: int) -> list[Lease]:
        """At most so many of these kinds, the first ones in order, in any pool."""
        groups = [group for group in self._group_bits if group & ABANDONED_GROUP in kinds]
        wanted = self._bits_of(groups)
        found: list[Lease] = []
        node = _first(self._root, wanted) if wanted else None
        while node is not None and len(found) < count:
            found.append(node.lease)
            node = _next(node, wanted)
        return found

    def latest(self) -> Lease:
        """The active member that ends last, or any if none is active; of equals the first."""
        node = self._root
        assert node is not None, "a chain has members"
        latest = node.latest
        while True:
            left = node.left
            if left is not None and left.latest == latest:
                node = left
            elif _lateness(node.lease) == latest:
                return node.lease
            else:
                right = node.right
                assert right is not None, "the latest is somewhere below"
                node = right

    # -- Changes

    def insert(self, lease: Lease, rank: int) -> None:
        """Put a lease before the first member whose rank is `rank` or less, else behind all."""
        above: _Node | None = None
        is_left = False
        at = self._root
        while at is not None:
            above = at
            left = at.left
            is_left = at.rank <= rank or (left is not None and left.least <= rank)
            at = left if is_left else at.right
        self._attach(self._make_node(lease), above, is_left)

    def replace(self, before: Lease, after: Lease) -> None:
        """Exchange a lease for its successor in the same place."""
        node = self._nodes[before.address]
        node.lease = after
        node.rank = rank_of(after)
        node.bit = self._bit_of(after)
        self._retrace(node)

    def remove(self, lease: Lease) -> None:
        """Take a lease out."""
        nodes = self._nodes
        node = nodes.pop(lease.address)
        if node.left is not None and node.right is not None:
            # The next one takes its place in the tree, and leaves its own.
            following = _next(node, -1)
            assert following is not None, "there are nodes to the right"
            node.lease = following.lease
            node.rank = following.rank
            node.bit = following.bit
            nodes[node.lease.address] = node
            node = following
        below = node.right if node.left is None else node.left
        up = node.up
        self._hang(below, up, up is not None and up.left is node)
        self._retrace(up)

    # -- The tree

    def _make_node(self, lease: Lease) -> _Node:
        node = _Node(lease, self._bit_of(lease))
        self._nodes[lease.address] = node
        return node

    def _bit_of(self, lease: Lease) -> int:
        """The bit of a lease's group; 1 stands for no group."""
        group = _lease_group(lease, self._walk.pool_of(lease.address))
        if group == _NO_GROUP:
            return 1
        bits = self._group_bits
        bit = bits.get(group)
        if bit is None:
            bit = bits[group] = 2 << len(bits)
        return bit

    def _bits_of(self, groups: Iterable[int]) -> int:
        wanted = 0
        for group in groups:
            wanted |= self._group_bits.get(group, 0)
        return wanted

    def _attach(self, node: _Node, up: _Node | None, is_left: bool) -> None:
        self._hang(node, up, is_left)
        self._retrace(up)

    def _hang(self, node: _Node | None, up: _Node | None, is_left: bool) -> None:
        """Make `node` the root, or the left or right child of `up`."""
        if node is not None:
            node.up = up
        if up is None:
            self._root = node
        elif is_left:
            up.left = node
        else:
            up.right = node

    def _retrace(self, node: _Node | None) -> None:
        """Set right what a change below has altered, from here to the root."""
        while node is not None:
            lean = _height(node.left) - _height(node.right)
            if lean > 1:
                node = self._lean_back(node, node.left, True)
            elif lean < -1:
                node = self._lean_back(node, node.right, False)
            else:
                _refresh(node)
            node = node.up

    def _lean_back(self, node: _Node, tall: _Node | None, is_left: bool) -> _Node:
        """Rotate a node whose child `tall` is too high; the new top of the subtree."""
        assert tall is not None, "a high child is there"
        inner, outer = (tall.right, tall.left) if is_left else (tall.left, tall.right)
        if inner is not None and inner.height > _height(outer):
            self._lift(inner)
            tall = inner
        self._lift(tall)
        return tall

    def _lift(self, node: _Node) -> None:
        """Exchange a node and the one above it, order kept."""
        under = node.up
        assert under is not None, "the root cannot rise"
        up = under.up
        is_left = up is not None and up.left is under
        if under.left is node:
            self._hang(node.right, under, True)
            node.right = under
        else:
            self._hang(node.left, under, False)
            node.left = under
        under.up = node
        self._hang(node, up, is_left)
        _refresh(under)
        _refresh(node)


def _lateness(lease: Lease) -> int:
    """A greater number for a lease that ends later; active ones are above all others."""
    return (lease.state == ACTIVE) << _ACTIVE_SHIFT | lease.ends


def _height(node: _Node | None) -> int:
    return 0 if node is None else node.height


def _refresh(node: _Node) -> None:
    """Say of a subtree what its two halves say."""
    height = 0
    size = 1
    least = node.rank
    latest = _lateness(node.lease)
    bits = node.bit
    for child in (node.left, node.right):
        if child is not None:
            height = max(height, child.height)
            size += child.size
            least = min(least, child.least)
            latest = max(latest, child.latest)
            bits |= child.bits
    node.height = height + 1
    node.size = size
    node.least = least
    node.latest = latest
    node.bits = bits


def _first(node: _Node | None, wanted: int) -> _Node | None:
    """The first node of a subtree with one of the wanted bits."""
    while node is not None and node.bits & wanted:
        left = node.left
        if left is not None and left.bits & wanted:
            node = left
        elif node.bit & wanted:
            return node
        else:
            node = node.right
    return None


def _next(node: _Node, wanted: int) -> _Node | None:
    """The next node behind this one with one of the wanted bits."""
    found = _first(node.right, wanted)
    while found is None:
        up = node.up
        if up is None:
            return None
        if up.left is node:
            if up.bit & wanted:
                return up
            found = _first(up.right, wanted)
        node = up
    return found


def _place(node: _Node) -> int:
    """How many members are before this one."""
    place = 0 if node.left is None else node.left.size
    while node.up is not None:
        up = node.up
        if up.right is node:
            place += up.size - node.size
        node = up
    return place

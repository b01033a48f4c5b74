"""All leases of one client identifier, or of one hardware address, in dhcpd's order.

A lease that gets a key is put before the first member that it is at least as good as
(lease/rank.py). dhcpd ranks it by what it was *before* the change that gave it the key, and again
with each offer or grant, but not when it is released or expires; at start it is ranked by the
values of the leases file (observed).
"""

from typing import Final, final

from pydhcpd.lease.lease import Lease
from pydhcpd.lease.longchain import LongChain
from pydhcpd.lease.rank import rank_of
from pydhcpd.lease.virgin import Walk

# Up to so many leases are a plain list: little memory, and few enough to be walked through.
SHORT: Final = 12

# The leases of a key, preferred first.
Members = tuple[Lease, ...] | LongChain


@final
class Chains:
    """Leases by key; nearly every key has just one, which is stored without a list.

    `walk` knows the pools of the addresses.
    """

    __slots__ = ("_members", "_walk")

    def __init__(self, walk: Walk) -> None:
        self._walk: Final = walk
        self._members: Final[dict[bytes, Lease | list[Lease] | LongChain]] = {}

    def find(self, key: bytes) -> Members:
        """The leases of a key: a few as a tuple, many as they are kept."""
        found = self._members.get(key)
        if found is None:
            return ()
        if isinstance(found, Lease):
            return (found,)
        if isinstance(found, list):
            return tuple(found)
        return found

    def sole(self, key: bytes) -> Lease | None:
        """The lease of a key that has just one."""
        found = self._members.get(key)
        return found if isinstance(found, Lease) else None

    def keys(self) -> tuple[bytes, ...]:
        """All keys that have leases."""
        return tuple(self._members)

    def move(
        self,
        old_key: bytes | None,
        key: bytes | None,
        before: Lease,
        after: Lease,
        is_ranked_anew: bool,
    ) -> None:
        """Exchange a lease for its successor, which may have another key."""
        if old_key != key:
            if old_key is not None:
                self.remove(old_key, before)
            if key is not None:
                self.add(key, after, before)
        elif key is not None:
            if isinstance(self._members[key], Lease):
                self._members[key] = after
                return
            self.replace(key, before, after)
            if is_ranked_anew:
                self.rank_anew(key, after, before)

    def add(self, key: bytes, lease: Lease, ranked_as: Lease) -> None:
        """Put a lease that was not under this key in its place."""
        members = self._members
        found = members.get(key)
        if found is None:
            members[key] = lease
            return
        rank = rank_of(ranked_as)
        if isinstance(found, Lease):
            members[key] = [lease, found] if rank >= rank_of(found) else [found, lease]
        elif isinstance(found, LongChain):
            found.insert(lease, rank)
        else:
            _insert(found, lease, rank)
            if len(found) > SHORT:
                members[key] = LongChain(self._walk, found)

    def replace(self, key: bytes, before: Lease, after: Lease) -> None:
        """Exchange a lease for its successor in the same place."""
        found = self._members[key]
        if isinstance(found, Lease):
            self._members[key] = after
        elif isinstance(found, LongChain):
            found.replace(before, after)
        else:
            found[found.index(before)] = after

    def rank_anew(self, key: bytes, lease: Lease, ranked_as: Lease) -> None:
        """Give a lease of this key the place that its rank deserves."""
        found = self._members[key]
        if isinstance(found, Lease):
            return
        found.remove(lease)
        rank = rank_of(ranked_as)
        if isinstance(found, LongChain):
            found.insert(lease, rank)
        else:
            _insert(found, lease, rank)

    def remove(self, key: bytes, lease: Lease) -> None:
        """Take a lease out."""
        found = self._members[key]
        if isinstance(found, Lease):
            del self._members[key]
            return
        found.remove(lease)
        if isinstance(found, LongChain):
            if len(found) <= SHORT // 2:
                self._members[key] = found.members()
        elif len(found) == 1:
            self._members[key] = found[0]


def _insert(members: list[Lease], lease: Lease, rank: int) -> None:
    for at, other in enumerate(members):
        if rank >= rank_of(other):
            members.insert(at, lease)
            return
    members.append(lease)

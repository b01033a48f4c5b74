"""All leases of one client identifier, or of one hardware address, in dhcpd's order.

A lease that gets a key is put before the first member that it is at least as good as: active
(later end first), then expired and released, then free, backup and reset (later cltt first),
then abandoned. dhcpd ranks it by what it was *before* the change that gave it the key, and again
with each offer or grant, but not when it is released or expires; at start it is ranked by the
values of the leases file (observed).
"""

from typing import Final, final

from pydhcpd.lease.lease import ACTIVE, Lease

# By binding state: abandoned 0, free, reset, backup 1, expired, released 2, active 3.
_GRADES: Final = (0, 1, 3, 2, 2, 0, 1, 1)


def is_preferred(lease: Lease, other: Lease) -> bool:
    """Does `lease` go before `other`? Equals do."""
    grade = _GRADES[lease.state]
    other_grade = _GRADES[other.state]
    if grade != other_grade:
        return grade > other_grade
    if lease.state == ACTIVE:
        return lease.ends >= other.ends
    return lease.cltt >= other.cltt


@final
class Chains:
    """Leases by key; nearly every key has just one, which is stored without a list."""

    __slots__ = ("_members",)

    def __init__(self) -> None:
        self._members: Final[dict[bytes, Lease | list[Lease]]] = {}

    def members(self, key: bytes) -> tuple[Lease, ...]:
        """The leases of a key, preferred first."""
        found = self._members.get(key)
        if found is None:
            return ()
        if isinstance(found, list):
            return tuple(found)
        return (found,)

    def keys(self) -> tuple[bytes, ...]:
        """All keys that have leases."""
        return tuple(self._members)

    def add(self, key: bytes, lease: Lease, ranked_as: Lease) -> None:
        """Put a lease that was not under this key in its place."""
        members = self._members
        found = members.get(key)
        if found is None:
            members[key] = lease
        elif isinstance(found, list):
            for at, other in enumerate(found):
                if is_preferred(ranked_as, other):
                    found.insert(at, lease)
                    return
            found.append(lease)
        elif is_preferred(ranked_as, found):
            members[key] = [lease, found]
        else:
            members[key] = [found, lease]

    def replace(self, key: bytes, before: Lease, after: Lease) -> None:
        """Exchange a lease for its successor in the same place."""
        found = self._members[key]
        if isinstance(found, list):
            found[found.index(before)] = after
        else:
            self._members[key] = after

    def rank_anew(self, key: bytes, lease: Lease, ranked_as: Lease) -> None:
        """Give a lease of this key the place that its rank deserves."""
        found = self._members[key]
        if isinstance(found, list):
            found.remove(lease)
            for at, other in enumerate(found):
                if is_preferred(ranked_as, other):
                    found.insert(at, lease)
                    return
            found.append(lease)

    def remove(self, key: bytes, lease: Lease) -> None:
        """Take a lease out."""
        found = self._members[key]
        if not isinstance(found, list):
            del self._members[key]
            return
        found.remove(lease)
        if len(found) == 1:
            self._members[key] = found[0]

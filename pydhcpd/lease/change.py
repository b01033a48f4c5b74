"""A change of one lease: the only way in which any room alters the store."""

from typing import Final, final

from pydhcpd.lease.lease import Lease


@final
class LeaseChange:
    """`before` gives way to `after`; both have the same address.

    `is_recorded` is False for what dhcpd keeps in memory only (an address that was merely
    offered): such a change is not appended to the leases file.
    """

    __slots__ = ("after", "before", "is_recorded")

    def __init__(self, before: Lease, after: Lease, is_recorded: bool) -> None:
        self.before: Final = before
        self.after: Final = after
        self.is_recorded: Final = is_recorded

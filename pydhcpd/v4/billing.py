"""Billing: leases count against the `lease limit` of a class (dhcpd.conf(5) PER-CLASS LIMITS)."""

from typing import final

from pydhcpd.lease.lease import Billing, Lease
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.client_class import Subclass
from pydhcpd.v4.classify import class_name_of
from pydhcpd.v4.effective import AnyClass


@final
class Bills:
    """How many leases are billed to each class and subclass."""

    __slots__ = ("_counts",)

    def __init__(self, store: LeaseStore) -> None:
        self._counts: dict[Billing, int] = {}
        for lease in store.leases():
            self.moved(None, lease.billing)

    def moved(self, before: Billing | None, after: Billing | None) -> None:
        """A lease left one bill for another."""
        if before is not None:
            count = self._counts[before] - 1
            if count:
                self._counts[before] = count
            else:
                del self._counts[before]
        if after is not None:
            self._counts[after] = self._counts.get(after, 0) + 1

    def has_room(self, billing: Billing, lease_limit: int) -> bool:
        """One more lease fits under the limit."""
        return self._counts.get(billing, 0) < lease_limit


def billing_of(client_class: AnyClass) -> Billing:
    """The bill of a class or subclass."""
    key = client_class.key if isinstance(client_class, Subclass) else None
    return Billing(class_name_of(client_class), key)


def pays(classes: tuple[AnyClass, ...], billing: Billing) -> bool:
    """Is the bill that of one of these classes?"""
    return any(billing_of(client_class) == billing for client_class in classes)


def choose_billing(
    bills: Bills, lease: Lease, classes: tuple[AnyClass, ...]
) -> tuple[Billing | None, str | None]:
    """The bill for a lease, and the name of the last full class when it may not be leased.

    A lease keeps its bill; otherwise the first class in order of match that has a limit and room
    takes it.
    """
    if lease.billing is not None or not classes:
        return lease.billing, None
    limited = [client_class for client_class in classes if client_class.lease_limit]
    for client_class in limited:
        billing = billing_of(client_class)
        if bills.has_room(billing, client_class.lease_limit):
            return billing, None
    return None, class_name_of(limited[-1]) if limited else None

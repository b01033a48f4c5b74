"""Whom the leases of a file may still be billed to (dhcpd.conf(5) PER-CLASS LIMITS).

At its start dhcpd lets the leases bill their classes anew, one by one in the order of its hash
of addresses, before it looks which of them have ended. A bill for which there is no room, or
whose class has no limit, is dropped (observed).
"""

from collections.abc import Mapping

from pydhcpd.lease.lease import Billing, Lease
from pydhcpd.lease.virgin import RESIDUES
from pydhcpd.model.client_class import ClientClass


def settle_bills(
    leases: Mapping[int, Lease], classes: Mapping[str, ClientClass]
) -> dict[int, Lease]:
    """The leases, in the same order, without the bills that are not paid.

    `leases` are by address, in the order in which their records were read; `classes` by name.
    """
    settled = dict(leases)
    billed = [
        (address % RESIDUES, -number, lease)
        for number, (address, lease) in enumerate(leases.items())
        if lease.billing is not None
    ]
    billed.sort(key=lambda row: row[:2])
    counts: dict[Billing, int] = {}
    for _, _, lease in billed:
        billing = lease.billing
        assert billing is not None, "only leases with bills are here"
        count = counts.get(billing, 0)
        if count < limit_of(billing, classes):
            counts[billing] = count + 1
        else:
            settled[lease.address] = unbilled(lease)
    return settled


def limit_of(billing: Billing, classes: Mapping[str, ClientClass]) -> int:
    """The lease limit behind a bill; a subclass that nobody declared has its class's."""
    client_class = classes.get(billing.class_name)
    if client_class is None:
        return 0
    subclass = None if billing.key is None else client_class.subclasses.get(billing.key)
    return client_class.lease_limit if subclass is None else subclass.lease_limit


def unbilled(lease: Lease) -> Lease:
    """The same lease without its bill."""
    return Lease(
        lease.address,
        lease.state,
        lease.next_state,
        lease.rewind_state,
        lease.starts,
        lease.ends,
        lease.tstp,
        lease.tsfp,
        lease.atsfp,
        lease.cltt,
        lease.flags,
        None,
        lease.hardware,
        lease.uid,
        lease.variables,
        lease.agent_options,
        lease.client_hostname,
        lease.events,
        lease.host_name,
        lease.cannot_reuse,
    )

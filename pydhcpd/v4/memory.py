"""A lease with other things remembered of it, in memory only."""

from pydhcpd.lease.lease import Billing, Lease
from pydhcpd.v4.event import Kept


def not_reusable(lease: Lease, ends: int) -> Lease:
    """The same lease until `ends`, which the next ACK must record anew."""
    kept = Kept(lease.variables, lease.events)
    return remembered(lease, ends, lease.cltt, lease.billing, kept, True)


def remembered(
    lease: Lease, ends: int, cltt: int, billing: Billing | None, kept: Kept, cannot_reuse: bool
) -> Lease:
    """The same lease with other things remembered of it in memory."""
    return Lease(
        lease.address,
        lease.state,
        lease.next_state,
        lease.rewind_state,
        lease.starts,
        ends,
        lease.tstp,
        lease.tsfp,
        lease.atsfp,
        cltt,
        lease.flags,
        billing,
        lease.hardware,
        lease.uid,
        kept.variables,
        lease.agent_options,
        lease.client_hostname,
        kept.events,
        lease.host_name,
        cannot_reuse,
    )

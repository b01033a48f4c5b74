"""The end of a lease's time, for a server alone: every lease becomes free.

What is kept was observed with dhcpd 4.4.3-P1: identity and variables survive (so that the client
may get its address again), what belonged to the binding does not.
"""

from pydhcpd.lease.event import NO_EVENTS, Variables
from pydhcpd.lease.lease import ACTIVE, FREE, Lease


def expire(lease: Lease, now: int, variables: Variables) -> Lease:
    """The lease after its time is over; where it was active, `on expiry` was run before and
    left these variables.

    The next binding state of a former failover lease may be expired or released; dhcpd goes on
    from there to free at once when it has no partner.
    """
    assert lease.ends <= now, "the time of the lease is not over"
    was_active = lease.state == ACTIVE
    return Lease(
        lease.address,
        FREE,
        FREE,
        lease.rewind_state,
        starts=lease.starts,
        ends=lease.ends,
        tstp=lease.ends if was_active else lease.tstp,
        tsfp=lease.tsfp,
        atsfp=lease.atsfp,
        cltt=lease.cltt,
        flags=lease.flags,
        hardware=lease.hardware,
        uid=lease.uid,
        variables=variables,
        agent_options=() if was_active else lease.agent_options,
        client_hostname=None if was_active else lease.client_hostname,
        events=NO_EVENTS if was_active else lease.events,
    )

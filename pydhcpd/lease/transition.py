"""A lease that ends before its time: RELEASE, DECLINE, an answered ping (RFC 2131 4.3.3, 4.3.4).

What is kept and what is dropped was observed with dhcpd 4.4.3-P1.
"""

from pydhcpd.lease.event import NO_EVENTS, Variables
from pydhcpd.lease.lease import ABANDONED, ACTIVE, FREE, Lease


def release(lease: Lease, now: int) -> Lease:
    """The lease given back at once; `on release` is run before, and leaves no variables."""
    return Lease(
        lease.address,
        FREE,
        FREE,
        lease.rewind_state,
        starts=lease.starts,
        ends=now,
        tstp=now,
        tsfp=lease.tsfp,
        atsfp=lease.atsfp,
        cltt=lease.cltt,
        flags=lease.flags,
        hardware=lease.hardware,
        uid=lease.uid,
        agent_options=() if lease.state == ACTIVE else lease.agent_options,
        client_hostname=None if lease.state == ACTIVE else lease.client_hostname,
    )


def abandon(lease: Lease, ends: int, variables: Variables = ()) -> Lease:
    """The address kept out of use until `ends`: whoever uses it is not the client.

    Where the lease was active, `on expiry` is run after its variables were dropped, on the lease
    as this makes it; `variables` are those that it sets then.
    """
    was_active = lease.state == ACTIVE
    return Lease(
        lease.address,
        ABANDONED,
        FREE,
        lease.rewind_state,
        starts=lease.starts,
        ends=ends,
        tstp=ends if was_active else lease.tstp,
        tsfp=lease.tsfp,
        atsfp=lease.atsfp,
        cltt=lease.cltt,
        flags=lease.flags,
        variables=variables,
        agent_options=() if was_active else lease.agent_options,
        client_hostname=None if was_active else lease.client_hostname,
        events=NO_EVENTS if was_active else lease.events,
    )

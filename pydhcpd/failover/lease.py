"""What becomes of a lease when the partner acknowledges, updates or gets it.

Times are as dhcpd.leases(5) has them: tstp is what I announced, tsfp until when both know that
the lease may last, atsfp is 0 as long as the partner must still hear of a change.
"""

from pydhcpd.lease.event import Variables
from pydhcpd.lease.lease import ACTIVE, EXPIRED, FREE, RELEASED, Lease
from pydhcpd.lease.untold import is_waiting
from pydhcpd.wire.moment import NEVER


def is_client_untold(lease: Lease, now: int) -> bool:
    """Does a client hold the lease of which the partner knows nothing, or not that much?

    What the partner says of the lease as of a free one is out of date then.
    """
    return lease.state == ACTIVE and lease.ends > now and lease.tstp > lease.atsfp


def is_client_known(lease: Lease) -> bool:
    """Has the lease a client who may hold it still?"""
    return lease.state == ACTIVE or is_waiting(lease)


def held(lease: Lease, until: int) -> Lease:
    """The client may hold the lease until then, whatever it has become here."""
    # No more than that is announced, by which it is known again.
    return _bound(lease, ACTIVE, EXPIRED, lease.rewind_state, until, until, lease.tsfp, 0)


def is_held(lease: Lease) -> bool:
    """Has `held` set the lease's end, here or at the partner's? A grant announces a later one."""
    return lease.state == ACTIVE and max(lease.tstp, lease.tsfp) <= lease.ends < NEVER


def prolonged(lease: Lease, ends: int, tstp: int) -> Lease:
    """A lease that lasts longer than the partner knows."""
    return _bound(
        lease, lease.state, lease.next_state, lease.rewind_state, ends, tstp, lease.tsfp, 0
    )


def sent(lease: Lease) -> Lease:
    """The partner may know the state from now on."""
    return _same(lease, lease.state, lease.tstp, lease.tsfp, lease.atsfp)


def acknowledged(lease: Lease) -> Lease:
    """The partner knows all that was announced."""
    return _same(lease, lease.state, lease.tstp, lease.tstp, lease.tstp)


def freed(lease: Lease, state: int, rewind_state: int) -> Lease:
    """A lease that nobody holds any more; `state` is FREE or BACKUP."""
    return Lease(
        lease.address,
        state,
        state,
        rewind_state,
        lease.starts,
        lease.ends,
        lease.ends,
        lease.tsfp,
        lease.atsfp,
        lease.cltt,
        lease.flags,
        hardware=lease.hardware,
        uid=lease.uid,
        variables=lease.variables,
    )


def expired(lease: Lease, is_sent: bool, tsfp: int, variables: Variables) -> Lease:
    """A lease whose time is over, which the partner must acknowledge; it may last until `tsfp`.

    Here and below `is_sent` says that the partner is told at once.
    """
    rewind_state = EXPIRED if is_sent else lease.rewind_state
    return _without_binding(lease, EXPIRED, rewind_state, lease.tstp, tsfp, lease.ends, variables)


def released(lease: Lease, is_sent: bool, now: int) -> Lease:
    """A lease that its client gave back, which the partner must acknowledge."""
    rewind_state = RELEASED if is_sent else lease.rewind_state
    return _without_binding(lease, RELEASED, rewind_state, now, lease.tsfp, now, ())


def offered(before: Lease, after: Lease) -> Lease:
    """An offer changes nothing that the partner must hear of.

    Nor does it prolong what a client holds: the partner would say in vain that it has expired.
    Of a lease that is over the partner hears when that was.
    """
    if is_waiting(before):
        return _same(before, before.rewind_state, before.tstp, before.tsfp, before.atsfp)
    ends = before.ends if before.state == ACTIVE else after.ends
    return _bound(
        after,
        before.state,
        before.next_state,
        before.rewind_state,
        ends,
        before.tstp,
        before.tsfp,
        before.atsfp,
    )


def granted(before: Lease, after: Lease, tstp: int) -> Lease:
    """A lease as it is granted, with what is announced to the partner."""
    tsfp = min(before.tsfp, tstp)
    return _bound(after, ACTIVE, EXPIRED, before.rewind_state, after.ends, tstp, tsfp, 0)


def abandoned(before: Lease, after: Lease, is_sent: bool) -> Lease:
    """A lease whose address somebody else has."""
    rewind_state = after.state if is_sent else before.rewind_state
    return _same(after, rewind_state, before.tstp, before.tsfp, 0)


def abandoned_no_more(lease: Lease, is_sent: bool) -> Lease:
    """A lease that is free after it was abandoned, which the partner must acknowledge."""
    rewind_state = lease.state if is_sent else lease.rewind_state
    return _same(lease, rewind_state, lease.tstp, lease.tsfp, 0)


def given(lease: Lease, state: int, now: int) -> Lease:
    """A free lease in the hands of the other server: `state` is FREE or BACKUP."""
    return Lease(
        lease.address,
        state,
        state,
        lease.state,
        now,
        lease.ends,
        now,
        lease.tsfp,
        0,
        lease.cltt,
        lease.flags,
        hardware=lease.hardware,
        uid=lease.uid,
        variables=lease.variables,
    )


def taken_over(lease: Lease, tsfp: int) -> Lease:
    """A lease that waits for a partner who is down: it may last until `tsfp`."""
    return _same(lease, lease.rewind_state, lease.tstp, tsfp, lease.atsfp)


def _same(lease: Lease, rewind_state: int, tstp: int, tsfp: int, atsfp: int) -> Lease:
    return _bound(lease, lease.state, lease.next_state, rewind_state, lease.ends, tstp, tsfp, atsfp)


def _bound(
    lease: Lease,
    state: int,
    next_state: int,
    rewind_state: int,
    ends: int,
    tstp: int,
    tsfp: int,
    atsfp: int,
) -> Lease:
    """The same client's lease with other states and times."""
    return Lease(
        lease.address,
        state,
        next_state,
        rewind_state,
        lease.starts,
        ends,
        tstp,
        tsfp,
        atsfp,
        lease.cltt,
        lease.flags,
        lease.billing,
        lease.hardware,
        lease.uid,
        lease.variables,
        lease.agent_options,
        lease.client_hostname,
        lease.events,
        lease.host_name,
        lease.cannot_reuse,
    )


def _without_binding(
    lease: Lease,
    state: int,
    rewind_state: int,
    tstp: int,
    tsfp: int,
    ends: int,
    variables: Variables,
) -> Lease:
    return Lease(
        lease.address,
        state,
        FREE,
        rewind_state,
        lease.starts,
        ends,
        tstp,
        tsfp,
        0,
        lease.cltt,
        lease.flags,
        hardware=lease.hardware,
        uid=lease.uid,
        variables=variables,
        agent_options=() if lease.state == ACTIVE else lease.agent_options,
        client_hostname=None if lease.state == ACTIVE else lease.client_hostname,
    )

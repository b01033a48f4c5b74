"""How long a lease may be: the maximum client lead time (draft-ietf-dhc-failover-12 section 5.2).

No client is promised more than the mclt beyond what the partner has acknowledged (tsfp), so that
a partner on its own knows when a lease that it never heard of must be over.
"""

from typing import Final

from pydhcpd.lease.lease import Lease
from pydhcpd.wire.moment import NEVER


def limited_time(time: int, tsfp: int, mclt: int, now: int) -> int:
    """The lease time in seconds that may be given where `time` is wanted."""
    if time <= mclt:
        return time
    if tsfp <= now:
        return mclt
    if now + time > tsfp + mclt:
        return tsfp - now + mclt
    return time


def potential_expiration(wanted: int, given: int, now: int) -> int:
    """tstp: what is announced to the partner, so that the next time may be the wanted one."""
    return min(now + wanted + given // 2, NEVER)


def takeover_time(lease: Lease, since: int, mclt: int) -> int:
    """From when on a server in partner-down (`since`) may take a lease that was the partner's.

    Until then the partner may have promised it to a client, unseen.
    """
    end = lease.tsfp if lease.tsfp >= since else since
    return end + mclt


STARTUP_S: Final = 15
LINK_STARTUP_S: Final = 15
REDIAL_S: Final = 5
REDIAL_AFTER_LOCAL_FAILURE_S: Final = 90
ACK_DELAY_S: Final = 2
SHORTEST_CONTACT_S: Final = 1
CONTACTS_PER_RECEIVE_TIMER: Final = 3
LARGEST_TIME_OFFSET_S: Final = 60

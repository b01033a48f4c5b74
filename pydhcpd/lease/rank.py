"""How good a lease is for its client, by which the leases of one client are put in order.

Active (later end first), then expired and released, then free, backup and reset (later cltt
first), then abandoned (observed with dhcpd).
"""

from typing import Final

from pydhcpd.lease.lease import ACTIVE, Lease

# By binding state: abandoned 0, free, reset, backup 1, expired, released 2, active 3.
_GRADES: Final = (0, 1, 3, 2, 2, 0, 1, 1)
# Times end at NEVER, which has 31 bits.
_GRADE_SHIFT: Final = 32


def rank_of(lease: Lease) -> int:
    """A greater number for a better lease; equals are equally good."""
    state = lease.state
    return _GRADES[state] << _GRADE_SHIFT | (lease.ends if state == ACTIVE else lease.cltt)

"""Which leases a failover partner must still hear of, by what their records say."""

from typing import Final

from pydhcpd.lease.lease import EXPIRED, RELEASED, RESET, Lease

# A lease in these states waits for the partner to know that nobody holds it.
WAITING: Final = (EXPIRED, RELEASED, RESET)


def is_waiting(lease: Lease) -> bool:
    """Does the lease wait for the partner to know that nobody holds it?"""
    return lease.state in WAITING


def is_unknown_to_partner(lease: Lease) -> bool:
    """Has something changed that the partner did not acknowledge?"""
    return lease.tstp > lease.atsfp or is_waiting(lease)

"""MCLT arithmetic, with the figures of a pair with mclt 30 and default-lease-time 60."""

import pytest

from pydhcpd.failover.times import limited_time, potential_expiration, takeover_time
from pydhcpd.lease.lease import Lease
from pydhcpd.wire.moment import NEVER

NOW = 1_000_000


@pytest.mark.parametrize(
    ("wanted", "tsfp", "given"),
    [
        (20, 0, 20),  # not more than mclt: as wanted
        (60, 0, 30),  # the partner knows nothing
        (60, NOW, 30),
        (60, NOW + 75, 60),
        (60, NOW + 10, 40),  # what it knows, and mclt
        (60, NOW + 30, 60),
        (60, NOW + 29, 59),
    ],
)
def test_lease_time(wanted: int, tsfp: int, given: int) -> None:
    assert limited_time(wanted, tsfp, 30, NOW) == given


@pytest.mark.parametrize(
    ("wanted", "given", "announced"), [(60, 30, 75), (60, 60, 90), (61, 31, 76)]
)
def test_announced_time(wanted: int, given: int, announced: int) -> None:
    assert potential_expiration(wanted, given, NOW) == NOW + announced


def test_infinite_leases_announce_the_end_of_time() -> None:
    assert potential_expiration(NEVER - NOW, 30, NOW) == NEVER


def test_takeover_waits_for_what_the_partner_may_have_promised() -> None:
    assert takeover_time(Lease(1, tsfp=NOW - 1), NOW, 30) == NOW + 30
    assert takeover_time(Lease(1, tsfp=NOW + 5), NOW, 30) == NOW + 35

"""What a lease keeps and loses at its end: the records that dhcpd 4.4.3-P1 wrote."""

import pytest

from pydhcpd.lease.expiry import expire
from pydhcpd.lease.lease import Lease
from pydhcpd.lease.reader import read_leases
from pydhcpd.lease.transition import abandon, release
from tests.lease.pools import make_configuration, make_pool, make_writer

START = 1_767_571_200  # 2026-01-05 00:00:00
EVENTS = """\
  on expiry {
    log (info, "e");
  }
  on release {
    log (info, "r");
  }
"""
ACTIVE = f"""\
lease 10.0.128.106 {{
  starts 1 2026/01/05 00:00:00;
  ends 1 2026/01/05 00:10:00;
  cltt 1 2026/01/05 00:00:00;
  binding state active;
  next binding state free;
  rewind binding state free;
  billing class "b1";
  hardware ethernet 02:00:00:00:01:01;
  uid "\\001ci1";
  set myvar = "pc";
  set vendor-class-identifier = "vend";
  option agent.circuit-id "cA";
  client-hostname "pc";
{EVENTS}}}
"""
RELEASED = """\
lease 10.0.128.106 {
  starts 1 2026/01/05 00:00:00;
  ends 1 2026/01/05 00:00:10;
  tstp 1 2026/01/05 00:00:10;
  cltt 1 2026/01/05 00:00:00;
  binding state free;
  hardware ethernet 02:00:00:00:01:01;
  uid "\\001ci1";
}
"""
EXPIRED = """\
lease 10.0.128.106 {
  starts 1 2026/01/05 00:00:00;
  ends 1 2026/01/05 00:10:00;
  tstp 1 2026/01/05 00:10:00;
  cltt 1 2026/01/05 00:00:00;
  binding state free;
  hardware ethernet 02:00:00:00:01:01;
  uid "\\001ci1";
  set vendor-class-identifier = "vend";
  set myvar = "pc";
}
"""
DECLINED = """\
lease 10.0.128.106 {
  starts 1 2026/01/05 00:00:00;
  ends 1 2026/01/05 00:16:50;
  tstp 1 2026/01/05 00:16:50;
  cltt 1 2026/01/05 00:00:00;
  binding state abandoned;
  next binding state free;
  rewind binding state free;
}
"""
OFFERED = f"""\
lease 10.0.128.108 {{
  starts 1 2026/01/05 00:00:00;
  ends 1 2026/01/05 00:02:00;
  cltt 1 2026/01/05 00:00:00;
  binding state free;
  hardware ethernet 02:00:00:00:01:01;
  uid "\\001ci1";
  set vendor-class-identifier = "vend";
  client-hostname "pc";
{EVENTS}}}
"""
OFFERED_AND_DECLINED = f"""\
lease 10.0.128.108 {{
  starts 1 2026/01/05 00:00:00;
  ends 1 2026/01/05 00:16:40;
  tstp 1 2026/01/05 00:02:00;
  cltt 1 2026/01/05 00:00:00;
  binding state abandoned;
  next binding state free;
  rewind binding state free;
  client-hostname "pc";
{EVENTS}}}
"""
NEVER_USED_AND_DECLINED = """\
lease 10.0.128.106 {
  ends 1 2026/01/05 00:16:40;
  binding state abandoned;
  next binding state free;
  rewind binding state free;
}
"""
NEVER_USED_AND_BACK = """\
lease 10.0.128.106 {
  ends 1 2026/01/05 00:16:40;
  binding state free;
}
"""
WITHOUT_REWIND = """\
lease 10.0.0.100 {
  ends 5 2030/01/03 00:00:00;
  cltt 5 2020/01/03 00:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:01:64;
}
"""
WITHOUT_REWIND_RELEASED = """\
lease 10.0.0.100 {
  ends 1 2026/01/05 00:00:10;
  tstp 1 2026/01/05 00:00:10;
  cltt 5 2020/01/03 00:00:00;
  binding state free;
  rewind binding state active;
  hardware ethernet 02:00:00:00:01:64;
}
"""
WITHOUT_REWIND_DECLINED = """\
lease 10.0.0.100 {
  ends 1 2026/01/05 00:16:50;
  tstp 1 2026/01/05 00:16:50;
  cltt 5 2020/01/03 00:00:00;
  binding state abandoned;
  next binding state free;
  rewind binding state active;
}
"""


def lease_of(text: str) -> Lease:
    pool = make_pool(0, ("10.0.0.1", "10.0.255.255"))
    read = read_leases("x", [text.encode()], make_configuration([pool], ["b1"]), START)
    (lease,) = read.leases.values()
    assert read.messages == []
    return lease


def text_of(lease: Lease) -> str:
    return make_writer().record(lease, START)


@pytest.mark.parametrize(
    ("before", "after"), [(ACTIVE, RELEASED), (WITHOUT_REWIND, WITHOUT_REWIND_RELEASED)]
)
def test_release(before: str, after: str) -> None:
    assert text_of(release(lease_of(before), START + 10)) == after


@pytest.mark.parametrize(
    ("before", "ends", "after"),
    [
        (ACTIVE, START + 1010, DECLINED),
        (OFFERED, START + 1000, OFFERED_AND_DECLINED),
        (WITHOUT_REWIND, START + 1010, WITHOUT_REWIND_DECLINED),
    ],
)
def test_abandon(before: str, ends: int, after: str) -> None:
    assert text_of(abandon(lease_of(before), ends)) == after


def test_expiry() -> None:
    assert text_of(expire(lease_of(ACTIVE), START + 600, lease_of(ACTIVE).variables)) == EXPIRED


def test_an_address_that_was_only_declined_comes_back() -> None:
    declined = abandon(Lease(lease_of(ACTIVE).address), START + 1000)
    assert text_of(declined) == NEVER_USED_AND_DECLINED
    assert text_of(expire(declined, START + 1000, declined.variables)) == NEVER_USED_AND_BACK


def test_a_lease_whose_time_is_not_over_does_not_expire() -> None:
    with pytest.raises(AssertionError):
        expire(lease_of(ACTIVE), START + 599, ())

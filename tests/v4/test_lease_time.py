"""How long a lease lasts (dhcpd.conf(5) default-lease-time and kin), as dhcpd was seen to do."""

import pytest

from pydhcpd.wire.moment import NEVER
from tests.v4.room import DISCOVER, START_S, packet_of, serve

INFINITE = b"\xff\xff\xff\xff"


def asked(seconds: int) -> tuple[int, bytes]:
    return 51, seconds.to_bytes(4, "big")


@pytest.mark.parametrize(
    ("settings", "options", "seconds"),
    [
        ("", (), 43200),
        ("", (asked(100_000),), 86400),
        ("", (asked(10),), 300),
        ("default-lease-time 600; max-lease-time 1000;", (), 600),
        ("default-lease-time 600; max-lease-time 1000;", (asked(700),), 700),
        ("default-lease-time 600; max-lease-time 1000;", (asked(5000),), 1000),
        ("default-lease-time 600; max-lease-time 1000;", (asked(0x80000000),), 1000),
        ("default-lease-time 600; max-lease-time 1000;", ((51, INFINITE),), 1000),
        ("default-lease-time 2000; max-lease-time 1000;", (), 1000),
        # An option 51 that is not four bytes counts as absent.
        ("default-lease-time 600;", ((51, b"\1\2"),), 600),
        # The minimum gives way to a smaller maximum, unless it is written.
        ("max-lease-time 100;", (), 100),
        ("max-lease-time 100; min-lease-time 200;", (), 200),
        ("min-lease-time 100;", (asked(0),), 100),
        # Infinite is what is left of the calendar.
        ("max-lease-time 4294967295;", ((51, INFINITE),), NEVER - START_S),
    ],
)
def test_requested_default_maximum_and_minimum(
    settings: str, options: tuple[tuple[int, bytes], ...], seconds: int
) -> None:
    answer = serve(settings).bind(1, options)
    assert answer.lease_time == seconds


def test_an_infinite_lease_is_recorded_so() -> None:
    room = serve("max-lease-time 4294967295;")
    room.bind(1, ((51, INFINITE),))
    assert [lease.ends for lease in room.recorded] == [NEVER]


@pytest.mark.parametrize(
    ("lease_time", "renewal", "rebinding"),
    [
        (600, 200, 500),
        (501, 200, 500),
        # T2 must be below the lease time, T1 below T2, or where that is gone the lease time.
        (500, 200, None),
        (201, 200, None),
        (200, None, None),
    ],
)
def test_t1_and_t2_are_sent_where_they_make_sense(
    lease_time: int, renewal: int | None, rebinding: int | None
) -> None:
    room = serve("min-lease-time 10; option dhcp-renewal-time 200; option dhcp-rebinding-time 500;")
    options = room.ask(DISCOVER, 1, (asked(lease_time),)).options
    found = [options.get(58), options.get(59)]
    wanted = [None if time is None else time.to_bytes(4, "big") for time in (renewal, rebinding)]
    assert found == wanted


def test_t1_and_t2_are_not_sent_unasked() -> None:
    options = serve().ask(DISCOVER).options
    assert 58 not in options
    assert 59 not in options


def test_a_full_pool_gives_its_shortest_leases() -> None:
    room = serve("dhcp-cache-threshold 0;", "adaptive-lease-time-threshold 20;", "")
    assert room.bind(1).lease_time == 43200
    assert "Adap-lease: Total: 10, Free: 10, Ends: 120, Adaptive: 300, Fill: 0, Threshold: 20" in (
        room.log
    )
    assert room.bind(2).lease_time == 43200
    # Two of ten are used before this one.
    assert room.bind(3).lease_time == 300
    assert "Pool over threshold, time for 10.0.0.102 reduced from 43200 to 300." in room.log
    # Who has a lease keeps its end.
    room.wait(1000)
    assert room.bind(1).lease_time == 42200


@pytest.mark.parametrize(
    ("settings", "ends"),
    [
        ("", NEVER),
        ("dynamic-bootp-lease-length 1000;", START_S + 1000),
        ("dynamic-bootp-lease-cutoff 1700003600;", START_S + 3600),
    ],
)
def test_bootp_leases_last_for_ever_unless_bounded(settings: str, ends: int) -> None:
    room = serve(settings, "range dynamic-bootp 10.0.0.10;")
    room.send_payload(packet_of(0))
    assert [lease.ends for lease in room.recorded] == [ends]

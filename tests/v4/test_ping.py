"""Echo requests before offers (dhcpd.conf(5) ping-check; conditions as observed)."""

import pytest

from pydhcpd.core.log import DEBUG, ERR
from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import ABANDONED
from pydhcpd.wire.moment import Moment
from tests.v4.room import DECLINE, DISCOVER, RELEASE, REQUEST, Room, requested, room_of

NETWORK = """
authoritative; {} default-lease-time 600;
subnet 10.0.0.0 netmask 255.255.255.0 {{ range 10.0.0.100 10.0.0.101; }}
host fixed {{ hardware ethernet 02:00:00:00:01:09; fixed-address 10.0.0.50; }}
"""
HUNDRED = 0x0A000064


def pinging(settings: str = "") -> Room:
    return room_of(NETWORK.format(settings))


def bind(room: Room, client: int, *options: tuple[int, bytes]) -> None:
    room.send(DISCOVER, client, options)
    room.wait(1)
    (reply,) = room.turn.replies
    asked = (50, reply.payload[16:20])
    room.ask(REQUEST, client, (asked, *options))


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ("", 1.0),
        ("ping-timeout 3;", 3.0),
        ("ping-timeout-ms 200;", 0.2),
        ("ping-timeout 3; ping-timeout-ms 0;", 3.0),
    ],
)
def test_the_offer_waits_for_the_ping(settings: str, seconds: float) -> None:
    room = pinging(settings)
    assert room.send(DISCOVER) is None
    assert room.turn.pings == [HUNDRED]
    assert room.log == ["DHCPDISCOVER from 02:00:00:00:01:01 via v4s0"]
    assert room.wait(seconds - 0.01).replies == []
    (reply,) = room.wait(0.01).replies
    assert reply.log == (6, "DHCPOFFER on 10.0.0.100 to 02:00:00:00:01:01 via v4s0")
    assert not reply.is_held


def test_an_offer_leaves_when_the_clock_is_set_back() -> None:
    room = pinging()
    room.send(DISCOVER)
    room.now_us -= 3_600_000_000
    room.send(DISCOVER, 2)
    # In dhcpd no reply comes before the old time has come again, whatever the client sends.
    assert [reply.payload[19] for reply in room.wait(0).replies] == [100]
    assert room.wait(0.99).replies == []
    assert [reply.payload[19] for reply in room.wait(0.01).replies] == [101]


def test_an_offer_leaves_with_the_next_timer_when_the_clock_is_set_back() -> None:
    room = pinging()
    room.send(DISCOVER)
    room.now_us -= 3_600_000_000
    room.turn = Turn()
    room.core.handle_timer(Moment(room.now_us), room.turn)
    assert [reply.payload[19] for reply in room.turn.replies] == [100]


def test_an_address_that_answers_is_abandoned_and_nobody_is_told() -> None:
    room = pinging("abandon-lease-time 1000;")
    room.send(DISCOVER)
    turn = room.echo("10.0.0.100")
    assert turn.log == [
        (DEBUG, "ICMP Echo reply while lease 10.0.0.100 valid."),
        (ERR, "Abandoning IP address 10.0.0.100: pinged before offer"),
    ]
    (lease,) = room.recorded
    assert (lease.state, lease.ends, lease.hardware) == (ABANDONED, room.now + 1000, None)
    assert room.wait(5).replies == []
    room.send(DISCOVER)
    assert room.turn.pings == [HUNDRED + 1]


def test_an_offer_of_an_address_that_was_declined_meanwhile_names_nobody() -> None:
    room = pinging()
    room.send(DISCOVER)
    room.send(DECLINE, 1, (requested("10.0.0.100"),))
    (reply,) = room.wait(1).replies
    assert reply.log == (6, 'DHCPOFFER on 10.0.0.100 to "" via v4s0')
    assert reply.hardware == b"\xff" * 6
    assert reply.payload[:4] == bytes((2, 1, 255, 0))
    assert reply.payload[28:34] == bytes((2, 0, 0, 0, 1, 1))


def test_echo_replies_that_nobody_waits_for() -> None:
    room = pinging()
    room.send(DISCOVER)
    assert room.echo("10.0.0.101").log == [
        (DEBUG, "ICMP Echo Reply for 10.0.0.101 late or spurious.")
    ]
    assert room.echo("10.0.0.7").log == [(DEBUG, "unexpected ICMP Echo Reply from 10.0.0.7")]


def test_echo_replies_mean_nothing_while_no_offer_waits() -> None:
    room = pinging()
    assert room.echo("10.0.0.100").log == []
    assert room.echo("10.0.0.7").log == []
    assert len(room.store) == 0


def test_another_discover_during_the_wait_is_dropped_silently() -> None:
    room = pinging()
    room.send(DISCOVER)
    assert room.send(DISCOVER) is None
    assert (room.log, room.turn.pings) == ([], [])
    assert len(room.wait(2).replies) == 1


def test_no_ping_where_it_makes_no_sense() -> None:
    # Switched off; a fixed address; a lease that the client holds.
    assert pinging("ping-check off;").send(DISCOVER) is not None
    room = pinging()
    assert room.send(DISCOVER, 9) is not None
    bind(room, 1)
    assert room.send(DISCOVER, 1) is not None
    # A REQUEST is never delayed.
    assert room.send(REQUEST, 2, (requested("10.0.0.101"),)) is not None


def test_the_same_client_is_pinged_for_again_after_ping_cltt_secs() -> None:
    room = pinging()
    bind(room, 1)
    room.send(RELEASE, 1, ciaddr="10.0.0.100")
    room.wait(59)
    assert room.send(DISCOVER, 1) is not None
    room.wait(60)
    assert room.send(DISCOVER, 1) is not None
    room.wait(61)
    assert room.send(DISCOVER, 1) is None
    assert room.turn.pings == [HUNDRED]


def test_another_client_is_always_pinged_for() -> None:
    room = pinging()
    bind(room, 1)
    bind(room, 2)
    room.send(RELEASE, 1, ciaddr="10.0.0.100")
    room.wait(1)
    room.send(DISCOVER, 3)
    assert room.turn.pings == [HUNDRED]
    # Another machine is another client, even with the same identifier.
    room = pinging()
    bind(room, 1, (61, b"abc"))
    room.send(RELEASE, 1, ((61, b"abc"),), ciaddr="10.0.0.100")
    assert room.send(DISCOVER, 2, ((61, b"abc"),)) is None
    assert room.turn.pings == [HUNDRED]


def test_a_client_with_a_host_declaration_is_pinged_for_every_time() -> None:
    room = pinging("host h { hardware ethernet 02:00:00:00:01:01; }")
    room.send(DISCOVER)
    room.wait(2)
    assert room.send(DISCOVER) is None
    assert room.turn.pings == [HUNDRED]


def test_an_abandoned_address_is_pinged_before_it_is_reclaimed() -> None:
    room = pinging()
    for client, address in ((1, "10.0.0.100"), (2, "10.0.0.101")):
        bind(room, client)
        room.send(DECLINE, client, (requested(address),))
        room.wait(1)
    room.send(DISCOVER, 1)
    assert room.turn.pings == [HUNDRED]
    assert room.turn.log[0] == (ERR, "Reclaiming abandoned lease 10.0.0.100.")

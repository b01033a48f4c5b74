"""DHCPDECLINE (RFC 2131 section 4.3.3)."""

import pytest

from pydhcpd.core.log import ERR, INFO
from pydhcpd.lease.lease import ABANDONED, FREE
from tests.v4.room import DECLINE, DISCOVER, requested, serve

FROM = "from 02:00:00:00:01:01"


def test_the_address_rests_until_abandon_lease_time_is_over() -> None:
    room = serve("abandon-lease-time 400;")
    room.bind(1, ((12, b"name"), (61, b"id"), (60, b"v")))
    assert room.send(DECLINE, 1, (requested("10.0.0.100"),)) is None
    assert room.turn.log == [
        (ERR, "Abandoning IP address 10.0.0.100: declined."),
        (INFO, f"DHCPDECLINE of 10.0.0.100 {FROM} (name) via v4s0: abandoned"),
    ]
    (lease,) = room.recorded
    assert (lease.state, lease.ends) == (ABANDONED, room.now + 400)
    # Whoever uses it is not the client.
    assert (lease.hardware, lease.uid, lease.variables) == (None, None, ())
    assert room.ask(DISCOVER, 1).yiaddr == "10.0.0.101"
    room.wait(400)
    assert [lease.state for lease in room.recorded] == [FREE]


def test_it_is_accepted_from_anyone() -> None:
    room = serve()
    room.bind(1)
    room.send(DECLINE, 2, (requested("10.0.0.100"),))
    assert room.lease("10.0.0.100").state == ABANDONED


@pytest.mark.parametrize("address", ["10.0.0.7", "10.0.0.50", "10.77.0.1"])
def test_an_address_of_no_pool_is_not_found(address: str) -> None:
    host = "host fixed { hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.50; }"
    room = serve(more=host)
    assert room.send(DECLINE, 1, (requested(address),)) is None
    assert room.log == [f"DHCPDECLINE of {address} {FROM} via v4s0: not found"]
    assert room.recorded == []


def test_without_option_50_nothing_is_said() -> None:
    room = serve()
    room.bind(1)
    assert room.send(DECLINE, 1, ciaddr="10.0.0.100") is None
    assert (room.log, room.recorded) == ([], [])


def test_declines_may_be_denied_or_ignored() -> None:
    room = serve(inner="deny declines;")
    room.bind(1)
    room.send(DECLINE, 1, (requested("10.0.0.100"),))
    assert room.log == [f"DHCPDECLINE of 10.0.0.100 {FROM} via v4s0: ignored"]
    room = serve("ignore declines;")
    room.bind(1)
    room.send(DECLINE, 1, (requested("10.0.0.100"),))
    assert (room.log, room.recorded) == ([], [])


def test_from_an_unknown_network() -> None:
    room = serve()
    room.send(DECLINE, 1, (requested("10.0.0.100"),), giaddr="10.77.0.1")
    assert room.log == [f"DHCPDECLINE {FROM} via 10.77.0.1: unknown network segment"]

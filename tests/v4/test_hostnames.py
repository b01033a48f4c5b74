"""`get-lease-hostnames`: names come from the resolver, and nobody waits for it."""

import pytest

from pydhcpd.core.log import ERR
from pydhcpd.v4.hostnames import KEPT_S, NAMES_LIMIT, HostNames
from pydhcpd.wire.moment import Moment
from tests.v4.room import DISCOVER, REQUEST, Room, address, requested, serve

ASKED = address("10.0.0.100")


def answer(room: Room, name: bytes) -> None:
    """The resolver's answer for the first address of the range."""
    room.core.name_found(ASKED, name, Moment(room.now_us))


def test_the_offer_asks_and_the_ack_knows() -> None:
    room = serve("get-lease-hostnames on;")
    offered = room.ask(DISCOVER)
    assert (offered.yiaddr, room.turn.lookups) == ("10.0.0.100", [ASKED])
    assert 12 not in offered.options
    answer(room, b"pc100.example.org")
    taken = room.ask(REQUEST, 1, (requested("10.0.0.100"), (54, offered.options[54])))
    assert taken.options[12] == b"pc100.example.org"
    assert room.turn.lookups == []


def test_an_address_without_name_is_logged_each_time() -> None:
    room = serve("get-lease-hostnames on;")
    room.ask(DISCOVER)
    answer(room, b"")
    assert 12 not in room.ask(DISCOVER).options
    assert (ERR, "No hostname for 10.0.0.100") in room.turn.log
    assert room.turn.lookups == []


@pytest.mark.parametrize("text", ["", 'get-lease-hostnames on; option host-name "configured";'])
def test_nobody_is_asked_without_need(text: str) -> None:
    room = serve(text)
    room.ask(DISCOVER)
    assert room.turn.lookups == []


def test_names_are_forgotten_after_a_while_and_beyond_a_limit() -> None:
    names = HostNames()
    names.learn(1, b"one", 1000)
    assert names.find(1, 1000 + KEPT_S - 1) == b"one"
    assert names.find(1, 1000 + KEPT_S) is None
    for number in range(2, NAMES_LIMIT + 2):
        names.learn(number, b"", 2000)
    assert names.find(1, 1000) is None
    assert names.find(2, 2000) == b""

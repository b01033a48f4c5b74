"""Relay agent information (RFC 3046): echoed, stored, and presented again at renewal."""

import pytest

from pydhcpd.lease.lease import FREE
from tests.v4.room import (
    DISCOVER,
    RELAY,
    RELAYED_SUBNET,
    RELEASE,
    REQUEST,
    Options,
    Room,
    agent,
    requested,
    serve,
)

PRL = (55, bytes((15,)))
PORT = agent((2, b"rem"), (1, b"p1"), (9, b"\x00\x01"))
CLASS = 'class "p1" { match if option agent.circuit-id = "p1"; option domain-name "port"; }'


def relayed(settings: str = "", inner: str = "") -> Room:
    return serve(f"dhcp-cache-threshold 0; {settings}", inner, RELAYED_SUBNET + CLASS)


def test_it_comes_back_last_and_as_it_was() -> None:
    answer = relayed().ask(DISCOVER, 1, (PORT, PRL), giaddr=RELAY)
    assert answer.order == [53, 54, 51, 15, 1, 82]
    assert answer.options[82] == PORT[1]
    # Without a relay, too.
    assert relayed().ask(DISCOVER, 1, (PORT,)).options[82] == PORT[1]


@pytest.mark.parametrize(
    ("value", "echoed"),
    [
        # Of repeats the first counts; an empty sub-option, and an empty option, are not sent.
        (agent((1, b"a"), (1, b"b"), (2, b"c")), b"\1\1a\2\1c"),
        (agent((1, b""), (2, b"x")), b"\2\1x"),
        ((82, b""), None),
        # Malformed from the first sub-option on.
        ((82, b"\1\5ab"), None),
    ],
)
def test_odd_information(value: tuple[int, bytes], echoed: bytes | None) -> None:
    assert relayed().ask(DISCOVER, 1, (value,), giaddr=RELAY).options.get(82) == echoed


def test_a_suboption_of_the_configuration_takes_the_place_of_the_received_one() -> None:
    room = relayed(inner='option agent.circuit-id "ours";')
    assert room.ask(DISCOVER, 1, (PORT,)).options[82] == b"\2\3rem\1\4ours\x09\2\0\1"
    # And is sent to those that came without (observed).
    assert room.ask(DISCOVER, 2).options[82] == b"\1\4ours"


def test_a_configured_value_that_no_length_byte_can_tell_is_left_out() -> None:
    room = relayed(inner=f'option agent.circuit-id "{"x" * 300}";')
    assert room.ask(DISCOVER, 1, (agent((2, b"r")),)).options[82] == b"\2\1r"


def test_renewals_are_served_by_what_was_stored_and_it_is_not_echoed() -> None:
    room = relayed()
    address = room.bind(1, (PORT, PRL), giaddr=RELAY).yiaddr
    answer = room.ask(REQUEST, 1, (PRL,), ciaddr=address)
    assert answer.options[15] == b"port"
    assert 82 not in answer.options
    # It stays stored.
    assert room.recorded[0].agent_options == ((2, b"rem"), (1, b"p1"), (9, b"\0\1"))
    assert room.ask(REQUEST, 1, (PRL,), ciaddr=address).options[15] == b"port"


@pytest.mark.parametrize(
    ("client", "options", "giaddr"),
    [
        # Another client, by identifier; a relayed packet; one with information of its own.
        (1, ((61, b"other"),), "0.0.0.0"),
        (1, ((61, b"id"),), RELAY),
        (1, ((61, b"id"), agent((2, b"x"))), "0.0.0.0"),
    ],
)
def test_when_the_stored_information_does_not_speak_for_a_client(
    client: int, options: Options, giaddr: str
) -> None:
    room = relayed()
    address = room.bind(1, (PORT, PRL, (61, b"id")), giaddr=RELAY).yiaddr
    answer = room.send(REQUEST, client, (*options, PRL), ciaddr=address, giaddr=giaddr)
    assert answer is None or 15 not in answer.options


def test_it_is_not_stored_when_that_is_off() -> None:
    room = relayed("stash-agent-options off;")
    address = room.bind(1, (PORT, PRL), giaddr=RELAY).yiaddr
    assert room.recorded[0].agent_options == ()
    assert 15 not in room.ask(REQUEST, 1, (PRL,), ciaddr=address).options


def test_it_goes_when_the_lease_ends() -> None:
    room = relayed()
    address = room.bind(1, (PORT, PRL), giaddr=RELAY).yiaddr
    room.send(RELEASE, 1, ciaddr=address)
    (lease,) = room.recorded
    assert (lease.state, lease.agent_options) == (FREE, ())
    answer = room.ask(REQUEST, 1, (requested(address), PRL), giaddr=RELAY)
    assert 15 not in answer.options


@pytest.mark.parametrize(("last", "is_echoed"), [(200, True), (203, True), (204, False)])
def test_more_than_1013_bytes_are_not_sent_at_all(last: int, is_echoed: bool) -> None:
    sizes = (200, 200, 200, 200, last)
    value = agent(*((code, b"x" * size) for code, size in enumerate(sizes, 20)))
    answer = relayed().ask(DISCOVER, 1, (value, (57, b"\5\xdc")))
    assert answer.options.get(82) == (value[1] if is_echoed else None)

"""`log(fatal, ...)` reached by a packet: dhcpd ends there, in the middle of what it does.

conformance/scenarios/event-fatal.txt shows the same against dhcpd.
"""

import pytest

from tests.v4.room import (
    BOOTP,
    DECLINE,
    DISCOVER,
    INFORM,
    LEASEQUERY,
    RELEASE,
    REQUEST,
    Room,
    requested,
    serve,
)

BAD = ((12, b"bad"),)


def ends(room: Room, text: str) -> None:
    """The last turn ends the server, and promises and changes nothing."""
    assert room.turn.fatal == text
    assert room.turn.replies == []
    assert room.turn.changes == []


@pytest.mark.parametrize("kind", [DISCOVER, REQUEST, INFORM, DECLINE, LEASEQUERY, BOOTP])
def test_no_message_is_answered_behind_it(kind: int) -> None:
    outer = 'allow leasequery; if option host-name = "bad" { log(fatal, "scope"); }'
    room = serve(outer, more="host h { hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.50; }")
    relay = "10.0.0.254" if kind == LEASEQUERY else "0.0.0.0"
    source = "10.0.0.77" if kind == INFORM else "0.0.0.0"
    asked = (requested("10.0.0.100"), *BAD)
    assert room.send(kind, 1, asked, giaddr=relay, source=source) is None
    ends(room, "scope")


def test_what_comes_before_it_is_done_and_nothing_behind_it() -> None:
    room = serve(
        inner="""
        define last(given) { log(fatal, given); execute("/bin/second"); return given; }
        log(info, "first"); execute("/bin/first");
        set lost = last("end");
        log(info, "second"); execute("/bin/third");
        """
    )
    assert room.send(DISCOVER) is None
    ends(room, "end")
    assert "second" not in room.log
    assert [command.words for command in room.turn.commands] == [(b"/bin/first",)]


def test_commit_grants_nothing() -> None:
    room = serve('on commit { log(fatal, "commit"); }')
    room.ask(DISCOVER)
    assert room.send(REQUEST, 1, (requested("10.0.0.100"),)) is None
    ends(room, "commit")


def test_release_and_expiry_leave_the_lease_as_it_was() -> None:
    events = 'on release { log(fatal, "release"); } on expiry { log(fatal, "expiry"); }'
    room = serve(f"{events} default-lease-time 600;")
    room.bind()
    bound = room.lease("10.0.0.100")
    room.send(RELEASE, ciaddr="10.0.0.100")
    ends(room, "release")
    assert room.lease("10.0.0.100") is bound
    room.send(DECLINE, 1, (requested("10.0.0.100"),))
    ends(room, "expiry")
    room.bind(2)
    room.wait(600)
    ends(room, "expiry")
    assert room.lease("10.0.0.100") is bound

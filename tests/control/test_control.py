"""Requests of the control socket and their answers, without a socket."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydhcpd.control.control import LONGEST_REQUEST, NO_REQUEST, answer_request
from pydhcpd.lease.peerstate import NORMAL, PARTNER_DOWN
from pydhcpd.wire.moment import Moment
from tests.failover.pair import Pair
from tests.failover.side import Side, configuration_text, side_of
from tests.resolve.reading import configuration_of
from tests.server.room import ServerRoom

NOW_US = 1_795_333_775_000_000
ALONE = "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.2 10.0.0.9; }"


def ask(side: Side, request: object) -> dict[str, object]:
    """The answer to a request, which changes nothing."""
    answer = answer_request(json.dumps(request).encode(), side.server, side.moment)
    assert answer.turn is None
    value = json.loads(answer.text)
    assert isinstance(value, dict)
    return value


def test_status_tells_both_states_and_the_pools() -> None:
    pair = Pair()
    pair.wait(100)
    since = pair.secondary.peer.my_since
    expected = {
        "name": "fo",
        "role": "secondary",
        "my_state": "normal",
        "my_since": since,
        "partner_state": "normal",
        "partner_since": since,
        "connected": True,
        "unacknowledged": 0,
        "pools": [
            {
                "network": "10.13.37.0/24",
                "ranges": ["10.13.37.200 - 10.13.37.209"],
                "size": 10,
                "free": 5,
                "backup": 5,
            }
        ],
    }
    assert ask(pair.secondary, {"command": "failover-status"}) == {"peers": [expected]}


def test_new_state_is_recorded_before_the_answer_leaves() -> None:
    pair = Pair()
    pair.wait(100)
    pair.primary.journal = ""
    request = {"command": "set-failover-state", "peer": "fo", "state": "partner-down"}
    answer = answer_request(json.dumps(request).encode(), pair.primary.server, pair.primary.moment)
    assert json.loads(answer.text) == {"done": True}
    assert "error" in json.loads(answer.failure)
    assert answer.turn is not None
    pair.primary.take(answer.turn)
    assert "my state partner-down at" in pair.primary.journal
    assert pair.primary.peer.my_state == PARTNER_DOWN


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ([], NO_REQUEST),
        ({}, "the commands are failover-status, set-failover-state"),
        ({"command": ["failover-status"]}, "the commands are failover-status, set-failover-state"),
        ({"command": "set-failover-state", "peer": "fo"}, "peer and state are needed"),
        (
            {"command": "set-failover-state", "peer": "of", "state": "normal"},
            "there is no such failover peer",
        ),
        # startup is the start's own, and unknown-state nobody's.
        *(
            (
                {"command": "set-failover-state", "peer": "fo", "state": state},
                "that is no state to be set",
            )
            for state in ("startup", "unknown-state", "down", "")
        ),
    ],
)
def test_what_makes_no_sense_is_refused(request_: object, why: str) -> None:
    pair = Pair()
    pair.wait(100)
    assert ask(pair.primary, request_) == {"error": why}
    assert pair.primary.peer.my_state == NORMAL


def test_server_without_failover_has_no_peers() -> None:
    room = ServerRoom(configuration_of(ALONE))
    answers = [
        answer_request(json.dumps(request).encode(), room.server, Moment(room.now_us)).text
        for request in (
            {"command": "failover-status"},
            {"command": "set-failover-state", "peer": "fo", "state": "partner-down"},
        )
    ]
    assert answers == [b'{"peers": []}\n', b'{"error": "there is no such failover peer"}\n']


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_have_one_line_as_their_answer(line: bytes) -> None:
    side = side_of(configuration_text(True), NOW_US)
    text = answer_request(line, side.server, side.moment).text
    assert text.endswith(b"\n")
    assert text.count(b"\n") == 1
    assert "error" in json.loads(text)


@pytest.mark.parametrize(
    "line", [b"[" * LONGEST_REQUEST, b"1" * LONGEST_REQUEST, b'{"a":' * (LONGEST_REQUEST // 5)]
)
def test_deep_and_long_requests_are_refused(line: bytes) -> None:
    side = side_of(configuration_text(True), NOW_US)
    assert json.loads(answer_request(line, side.server, side.moment).text) == {"error": NO_REQUEST}

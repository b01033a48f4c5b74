"""Which address a client gets: nearly a thousand steps whose outcome dhcpd 4.4.3-P1 gave.

Clients with and without client identifier discover, request, release and decline in a pool of
seven addresses while the clock jumps.
"""

import json
from pathlib import Path

import pytest

from tests.v4.room import (
    ACK,
    CACHE_THRESHOLD_OFF,
    DECLINE,
    DEFAULT_LEASE_TIME_600,
    DISCOVER,
    NAK,
    OFFER,
    PING_CHECK_OFF,
    RELEASE,
    REQUEST,
    Answer,
    Room,
    one_subnet,
    requested,
)

VECTORS = sorted((Path(__file__).parents[1] / "data" / "vectors").glob("lease-selection-*.json"))
OPERATIONS = {"discover": DISCOVER, "request": REQUEST, "decline": DECLINE, "release": RELEASE}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_every_step_has_the_reference_s_outcome(path: Path) -> None:
    statements = (PING_CHECK_OFF, CACHE_THRESHOLD_OFF, DEFAULT_LEASE_TIME_600)
    room = Room(one_subnet(statements, "10.0.128.103", "10.0.128.109"))
    for number, step in enumerate(json.loads(path.read_text())):
        room.pass_to(step["t"])
        is_release = step["op"] == "release"
        options: list[tuple[int, bytes]] = []
        if step["ip"] and not is_release:
            options.append(requested(step["ip"]))
        if step["cid"]:
            options.append((61, step["cid"].encode()))
        answer = room.send(
            OPERATIONS[step["op"]],
            step["hw"],
            tuple(options),
            ciaddr=step["ip"] if is_release else "0.0.0.0",
        )
        assert (number, outcome(answer)) == (number, step["result"])


def test_the_vectors_are_there() -> None:
    assert len(VECTORS) == 4


def outcome(answer: Answer | None) -> str | None:
    if answer is None:
        return None
    return {OFFER: answer.yiaddr, ACK: "ACK", NAK: "NAK"}[answer.kind]

"""The control protocol of pydhcpctl(8): one line of JSON in, one line of JSON out.

    {"command": "failover-status"}
    {"peers": [{"name": "fo", "role": "primary", "my_state": "normal", ...}]}

    {"command": "set-failover-state", "peer": "fo", "state": "partner-down"}
    {"done": true}

A request that makes no sense is answered {"error": "why"}, and changes nothing. Dates are epoch
seconds; texts have a character for each byte, as in the configuration.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final, final

from pydhcpd.core.peer_report import PeerControl
from pydhcpd.core.turn import Turn
from pydhcpd.failover.machine import REQUESTABLE
from pydhcpd.lease.peerstate import SERVER_STATE_CODES
from pydhcpd.listing.peers import peer_object
from pydhcpd.wire.moment import Moment

# A request has no more bytes than this, its line end included.
LONGEST_REQUEST: Final = 16 * 1024

NO_REQUEST: Final = "this is no request"
NOT_ON_DISK: Final = (
    "the state has changed but could not be recorded: see the server's log; "
    "the record follows when the disk takes it"
)

Fields = Mapping[object, object]


@final
class Answer:
    """`text` leaves when what `turn` records is on disk, `failure` if the disk fails."""

    __slots__ = ("failure", "text", "turn")

    def __init__(self, text: bytes, turn: Turn | None = None) -> None:
        self.text: Final = text
        self.turn: Final = turn
        self.failure: Final = _line({"error": NOT_ON_DISK})


def answer_request(line: bytes, server: PeerControl, moment: Moment) -> Answer:
    """Do what a request asks for; any bytes have an answer."""
    try:
        request: object = json.loads(line)
    except (ValueError, RecursionError):  # RecursionError: too many brackets
        return refusal(NO_REQUEST)
    if not isinstance(request, dict):
        return refusal(NO_REQUEST)
    word = request.get("command")
    command = COMMANDS.get(word) if isinstance(word, str) else None
    if command is None:
        return refusal(f"the commands are {', '.join(COMMANDS)}")
    return command(request, server, moment)


def refusal(why: str) -> Answer:
    """Nothing has been done."""
    return Answer(_line({"error": why}))


def _status(request: Fields, server: PeerControl, moment: Moment) -> Answer:
    return Answer(_line({"peers": [peer_object(one, int) for one in server.peer_reports()]}))


def _set_state(request: Fields, server: PeerControl, moment: Moment) -> Answer:
    peer, name = request.get("peer"), request.get("state")
    if not isinstance(peer, str) or not isinstance(name, str):
        return refusal("peer and state are needed")
    state = SERVER_STATE_CODES.get(name)
    if state not in REQUESTABLE:
        return refusal("that is no state to be set")
    turn = server.set_peer_state(peer, state, moment)
    if turn is None:
        return refusal("there is no such failover peer")
    return Answer(_line({"done": True}), turn)


COMMANDS: Final[Mapping[str, Callable[[Fields, PeerControl, Moment], Answer]]] = {
    "failover-status": _status,
    "set-failover-state": _set_state,
}


def _line(value: object) -> bytes:
    return json.dumps(value).encode("ascii") + b"\n"

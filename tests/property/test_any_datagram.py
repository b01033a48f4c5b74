"""Any bytes may come as a datagram: they are answered or not, and service goes on."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.core.turn import Turn
from tests.property.configuration import CONFIGURATION
from tests.property.packets import any_payloads
from tests.server.room import ServerRoom
from tests.v4.room import ACK, INFORM, decode, packet_of


def check(turn: Turn) -> None:
    for reply in turn.replies:
        assert len(reply.payload) >= 240
        assert reply.payload[0] == 2
        assert 0 < reply.destination <= 0xFFFFFFFF
    for _, text in turn.log:
        assert "\n" not in text


@given(st.lists(any_payloads, min_size=1, max_size=4))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_any_bytes_are_answered_or_not(payloads: list[bytes]) -> None:
    room = ServerRoom(CONFIGURATION)
    for payload in payloads:
        check(room.receive(payload))
        check(room.wait(0.5))
    (reply,) = room.receive(packet_of(INFORM, 9, ciaddr="10.9.0.77")).replies
    assert decode(reply).kind == ACK
    room.restart()

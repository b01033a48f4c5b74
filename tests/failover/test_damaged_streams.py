"""What real servers sent, damaged on its way: refused with a line, and clients are served on.

Every recorded stream of messages is taken as either role would get it, with bits flipped, parts
left out, doubled, or replaced by parts of other streams, in pieces of any size.
"""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.failover import message
from pydhcpd.failover.codec import LONGEST_MESSAGE, decode
from pydhcpd.failover.failover import MOST_YOUNG_LINKS
from pydhcpd.failover.state import SERVER_STATES
from pydhcpd.lease.load import load_leases
from pydhcpd.v4.message import DISCOVER
from tests.failover.side import Side, configuration_text
from tests.failover.trace import CLIENT, FOLDER, TCP, Line, read_trace
from tests.resolve.reading import configuration_of
from tests.v4.room import packet_of

POOL = "range 10.13.37.200 10.13.37.209;"
CONFIGURATIONS = {
    is_primary: configuration_of(configuration_text(is_primary, pool=POOL))
    for is_primary in (True, False)
}
REMOTE = {True: "10.13.37.60", False: "10.13.37.5"}
LINK = 1
PIECES = 40
# Type and offset of the one message that may close a link without a line, if it gives no reason.
DISCONNECT = b"\x0c\x0c"


def _streams() -> list[tuple[bool, int, bytes]]:
    """Of each connection and direction: who gets it, the time of the first message, the bytes."""
    found: list[tuple[bool, int, bytes]] = []
    for path in sorted(FOLDER.glob("*.txt")):
        connections: dict[tuple[frozenset[str], str], list[Line]] = defaultdict(list)
        for line in read_trace(path.stem):
            if line.kind != CLIENT and line.kind not in TCP:
                connections[line.connection, line.source].append(line)
        for lines in connections.values():
            is_from_primary = any(line.kind == "CONNECT" for line in lines)
            wire = b"".join([line.wire for line in lines])
            found.append((not is_from_primary, lines[0].time, wire))
    return found


STREAMS = _streams()
WIRES = [wire for _, _, wire in STREAMS]


@st.composite
def damages(draw: st.DrawFn) -> tuple[bool, int, list[bytes]]:
    """A stream, damaged, in pieces."""
    is_primary, time, wire = draw(st.sampled_from(STREAMS))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(wire)))
        kind = draw(st.sampled_from(("flip", "drop", "double", "splice", "noise")))
        size = draw(st.integers(1, 300))
        if kind == "flip" and at < len(wire):
            wire = wire[:at] + bytes((wire[at] ^ 1 << size % 8,)) + wire[at + 1 :]
        elif kind == "drop":
            wire = wire[:at] + wire[at + size :]
        elif kind == "double":
            wire = wire[: at + size] + wire[at:]
        elif kind == "splice":
            other = draw(st.sampled_from(WIRES))
            begin = draw(st.integers(0, len(other)))
            wire = wire[:at] + other[begin : begin + 10 * size] + wire[at:]
        elif kind == "noise":
            wire = wire[:at] + draw(st.binary(max_size=64)) + wire[at:]
    size = draw(st.integers(len(wire) // PIECES + 1, len(wire) + 1))
    return is_primary, time, [wire[at : at + size] for at in range(0, len(wire), size)]


def _check(side: Side) -> None:
    """Nothing has grown beyond what it may, and the leases are what they were counted to be."""
    counts = side.store.counts(0)
    assert sum(counts.by_queue) == counts.total == 10
    assert min(counts.by_queue) >= 0
    assert len(side.store) <= 10
    peer = side.peer
    assert peer.my_state in SERVER_STATES
    assert peer.partner_state in SERVER_STATES
    assert len(peer.queue) <= 10
    assert len(peer.queue.in_flight) <= 10
    assert len(peer.acks) <= 64


def _play(is_primary: bool, time: int, pieces: list[bytes]) -> Side:
    side = Side(CONFIGURATIONS[is_primary], time * 1_000_000, REMOTE[not is_primary])
    side.start()
    side.accepted(LINK, REMOTE[is_primary])
    for piece in pieces:
        lines = len(side.log)
        is_open = LINK not in side.closed
        side.received(LINK, piece)
        if is_open and LINK in side.closed and DISCONNECT not in piece:
            assert len(side.log) > lines
        side.wait(0.2)
        _check(side)
    return side


@given(damages())
@settings(max_examples=250, deadline=None)
def test_damaged_streams_of_either_role_do_no_harm(damage: tuple[bool, int, list[bytes]]) -> None:
    is_primary, time, pieces = damage
    side = _play(is_primary, time, pieces)
    # The link ends, if not for another reason then because nobody speaks any more.
    side.wait(60)
    _check(side)
    lines = len(side.log)
    for client in range(1, 4):
        side.packet(packet_of(DISCOVER, client, secs=60), "0.0.0.0")
    assert len(side.log) > lines
    for _, sent in side.sent:
        assert sent.code in message.MESSAGES
    # Whatever was recorded can be read.
    chunks = [side.journal.encode("latin-1")]
    loaded = load_leases("dhcpd.leases", chunks, side.configuration, side.now_us // 1_000_000)
    assert loaded.messages == []


@pytest.mark.parametrize("number", range(len(STREAMS)))
def test_each_stream_cut_short_is_only_a_lost_link(number: int) -> None:
    """At every message, one byte before its end: what came before counts, the rest does not."""
    is_primary, time, wire = STREAMS[number]
    at = 0
    sizes: list[int] = []
    while at < len(wire):
        sizes.append(int.from_bytes(wire[at : at + 2], "big"))
        at += sizes[-1]
    step = max(len(sizes) // 5, 1)
    for count in range(step, len(sizes) + 1, step):
        end = sum(sizes[:count])
        assert decode(wire[end - sizes[count - 1] : end]).code in message.MESSAGES
        side = _play(is_primary, time, [wire[: end - 1]])
        was_up = side.peer.link is not None
        side.lost(LINK)
        assert side.peer.link is None
        assert not was_up or any(line == "peer fo: disconnected" for line in side.log)
        _check(side)


def test_flood_of_half_open_connections_is_bounded_and_ends() -> None:
    """Each begins a message and falls silent; then a partner connects as if nothing had been."""
    side = Side(CONFIGURATIONS[False], 1_795_333_775_000_000, REMOTE[True])
    side.start()
    begun = LONGEST_MESSAGE.to_bytes(2, "big") + b"\x05\x0c" + bytes(2000)
    for link in range(1, 201):
        side.accepted(link, REMOTE[False])
        side.received(link, begun)
    assert len(side.closed) == 200 - MOST_YOUNG_LINKS
    side.wait(16)
    assert len(side.closed) == 200
    assert side.log.count("failover: link startup timeout") == MOST_YOUNG_LINKS
    is_primary, _, wire = next(one for one in STREAMS if not one[0])
    side.accepted(201, REMOTE[is_primary])
    side.received(201, wire[: int.from_bytes(wire[:2], "big")])
    assert [one.name for link, one in side.sent if link == 201] == ["CONNECTACK", "STATE"]

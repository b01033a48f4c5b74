"""A batch under overload: who is served first, and who is not served again."""

from pydhcpd.core.datagram import Datagram
from pydhcpd.server.batch import DISCOVERS_PER_BATCH, ORDERLY_SIZE, order_batch
from pydhcpd.server.overload import HEADROOM, INTERVAL_US, Overload
from pydhcpd.wire.moment import Moment
from tests.server.room import INTERFACE, room_of
from tests.v4.room import ACK, DISCOVER, OFFER, RELEASE, REQUEST, decode, packet_of, requested

NETWORK = """
authoritative; ping-check off;
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.250; }
"""


def datagrams(*payloads: bytes) -> list[Datagram]:
    return [Datagram(payload, INTERFACE, 0) for payload in payloads]


def discovers(clients: range) -> list[bytes]:
    return [packet_of(DISCOVER, client) for client in clients]


def order(*payloads: bytes) -> list[bytes]:
    ordered = order_batch(datagrams(*payloads), Overload(), Moment(0))
    return [datagram.payload for datagram in ordered]


def test_a_small_batch_keeps_the_order_of_arrival() -> None:
    batch = [*discovers(range(1, ORDERLY_SIZE)), packet_of(REQUEST, 1)]
    assert order(*batch) == batch
    assert order(*batch, packet_of(REQUEST, 2)) != [*batch, packet_of(REQUEST, 2)]


def test_requests_go_before_discovers_each_in_order_of_arrival() -> None:
    asking = discovers(range(1, ORDERLY_SIZE))
    request, release, other = (
        packet_of(REQUEST, 201),
        packet_of(RELEASE, 202),
        packet_of(REQUEST, 203),
    )
    found = order(asking[0], request, *asking[1:40], release, *asking[40:], other)
    assert found == [request, release, other, *asking]


def test_a_discover_is_stale_when_its_sender_went_on() -> None:
    asking = discovers(range(1, ORDERLY_SIZE + 1))
    request = packet_of(REQUEST, 5)
    assert order(*asking, request) == [request, *asking[:4], *asking[5:]]
    # One that comes behind the REQUEST is not.
    assert order(request, *asking) == [request, *asking]


def test_of_repeated_discovers_the_last_is_served() -> None:
    asking = discovers(range(1, ORDERLY_SIZE + 1))
    again = packet_of(DISCOVER, 5, secs=4)
    assert order(*asking, again) == [*asking[:4], *asking[5:], again]


def many_discovers(count: int) -> list[bytes]:
    """More than `discovers`, which is for one byte's worth of clients, can make."""
    head, tail = packet_of(DISCOVER, 1)[:28], packet_of(DISCOVER, 1)[34:]
    return [head + number.to_bytes(6, "big") + tail for number in range(count)]


def test_of_too_many_discovers_the_latest_are_served() -> None:
    asking = many_discovers(DISCOVERS_PER_BATCH + 10)
    request = packet_of(REQUEST, 1)
    assert order(request, *asking) == [request, *asking[10:]]


def test_fewer_are_let_in_while_some_are_left_out() -> None:
    room = room_of(NETWORK)
    assert room.server.next_timer_us() is None
    room.receive(*many_discovers(4 * DISCOVERS_PER_BATCH))
    assert room.server.discover_share == 1
    assert room.server.next_timer_us() == room.now_us + INTERVAL_US
    room.wait(0.05)
    assert room.server.discover_share == HEADROOM / 4
    room.receive(*many_discovers(DISCOVERS_PER_BATCH))
    room.wait(0.4)
    assert room.server.discover_share == 1
    assert room.server.next_timer_us() is None


def test_senders_that_repeat_themselves_are_no_overload() -> None:
    room = room_of(NETWORK)
    room.receive(*discovers(range(1, 100)) * 4)
    assert room.server.next_timer_us() is None


def test_requests_of_one_client_are_all_served() -> None:
    requests = [packet_of(REQUEST, 5, secs=n) for n in range(ORDERLY_SIZE + 1)]
    assert order(*requests) == requests


def test_every_client_of_an_overloaded_batch_is_answered_once() -> None:
    room = room_of(NETWORK)
    for client in range(1, 41):
        room.receive(packet_of(DISCOVER, client))
    batch = discovers(range(1, 101))
    for client in range(1, 41):
        batch.append(packet_of(REQUEST, client, (requested(f"10.0.0.{9 + client}"),)))
    turn = room.receive(*batch)
    kinds = [decode(reply).kind for reply in turn.replies]
    assert kinds == [ACK] * 40 + [OFFER] * 60
    assert len(turn.changes) == 40


def test_payloads_too_short_for_a_type_do_no_harm() -> None:
    room = room_of(NETWORK)
    turn = room.receive(*(bytes(size) for size in range(0, 300, 2)), packet_of(DISCOVER, 1))
    assert [decode(reply).yiaddr for reply in turn.replies] == ["10.0.0.10"]

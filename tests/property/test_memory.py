"""Packets that nobody is answered for leave nothing behind, however many there are."""

import gc
import random
import tracemalloc
from collections.abc import Callable

import pytest

from tests.server.room import ServerRoom, room_of
from tests.v4.room import DISCOVER, REQUEST, packet_of, requested

# Four addresses, bound by as many clients; a class and a pool whose state a stranger may touch.
FULL_POOL = """
authoritative;
ping-check off;
class "port" { spawn with option agent.circuit-id; lease limit 1; }
subnet 10.0.0.0 netmask 255.255.255.0 {
  range 10.0.0.100 10.0.0.103;
  if exists host-name { option host-name = option host-name; }
}
"""
WARM_UP = 600
PACKETS = 1200
# Per packet; one forgotten dict entry alone takes more.
ALLOWED_BYTES = 20


def full_room(text: str = FULL_POOL) -> ServerRoom:
    room = room_of(text)
    for number in range(4):
        asked = requested(f"10.0.0.{100 + number}")
        (reply,) = room.receive(packet_of(REQUEST, number + 1, (asked,))).replies
        assert reply.is_held
    return room


def random_discover(chance: random.Random) -> bytes:
    """A new client each time, with options of its own."""
    payload = bytearray(
        packet_of(
            DISCOVER,
            1,
            (
                (61, chance.randbytes(chance.randint(1, 200))),
                (12, chance.randbytes(9)),
                (55, chance.randbytes(40)),
                (60, chance.randbytes(9)),
            ),
        )
    )
    payload[28:34] = chance.randbytes(6)
    return bytes(payload)


def malformed(chance: random.Random) -> bytes:
    payload = random_discover(chance)
    return payload[: chance.randint(0, len(payload) - 20)] + chance.randbytes(12)


def unavailable_request(chance: random.Random) -> bytes:
    payload = bytearray(packet_of(REQUEST, 1, (requested("10.0.0.100"),)))
    payload[28:34] = chance.randbytes(6)
    return bytes(payload)


def unknown_network(chance: random.Random) -> bytes:
    payload = bytearray(random_discover(chance))
    payload[24:28] = b"\x0b\0\0" + chance.randbytes(1)
    return bytes(payload)


@pytest.mark.parametrize("make", [random_discover, malformed, unavailable_request, unknown_network])
def test_memory_does_not_grow_with_unanswered_packets(
    make: Callable[[random.Random], bytes],
) -> None:
    chance = random.Random(17)
    room = full_room()
    for _ in range(WARM_UP):
        room.receive(make(chance))
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(PACKETS):
            room.receive(make(chance))
        gc.collect()
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < PACKETS * ALLOWED_BYTES
    assert len(room.store) == 4


def test_offers_take_no_more_than_the_pool_and_their_pings_end() -> None:
    chance = random.Random(17)
    room = room_of(FULL_POOL.replace("ping-check off;", ""))
    offers = 0
    for _ in range(500):
        room.receive(random_discover(chance))
        offers += len(room.wait(0.01).replies)
    offers += len(room.wait(2).replies)
    # An address that is offered is not offered to another one for two minutes.
    assert offers == 4
    assert len(room.store) == 4
    expiry = room.store.next_expiry()
    assert room.server.next_timer_us() == (None if expiry is None else expiry * 1_000_000)

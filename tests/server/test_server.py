"""The composed server: commits that fail, the same Turn for the same events, no shared state."""

import pytest

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import ACTIVE
from pydhcpd.wire.moment import Moment
from tests.server.room import INTERFACE, ServerRoom, room_of
from tests.v4.room import (
    DECLINE,
    DISCOVER,
    RELEASE,
    REQUEST,
    address,
    agent,
    decode,
    packet_of,
    requested,
)

NETWORK = """
authoritative; ping-check off; default-lease-time 600; {}
class "c" {{ spawn with option host-name; lease limit 2; }}
subnet 10.0.0.0 netmask 255.255.255.0 {{ range 10.0.0.100 10.0.0.109; }}
"""


def network(settings: str = "") -> ServerRoom:
    return room_of(NETWORK.format(settings))


def ask(room: ServerRoom, client: int, text: str, *options: tuple[int, bytes]) -> Turn:
    return room.receive(packet_of(REQUEST, client, (requested(text), *options)))


def record_count(room: ServerRoom, text: str) -> int:
    return room.journal.count(f"lease {text} {{".encode())


# -- Commits


def test_nothing_is_written_for_offers_and_reused_leases() -> None:
    room = network()
    room.receive(packet_of(DISCOVER, 1))
    assert room.journal == b""
    ask(room, 1, "10.0.0.100")
    assert record_count(room, "10.0.0.100") == 1
    ask(room, 1, "10.0.0.100")
    assert record_count(room, "10.0.0.100") == 1


def test_a_lease_is_not_confirmed_from_memory_when_its_record_failed() -> None:
    room = network()
    room.is_disk_full = True
    (reply,) = ask(room, 1, "10.0.0.100").replies
    assert reply.is_held
    # It is young enough for reuse, but would be recorded nowhere.
    turn = ask(room, 1, "10.0.0.100")
    assert len(turn.changes) == 1
    assert room.journal == b""
    room.is_disk_full = False
    ask(room, 1, "10.0.0.100")
    assert record_count(room, "10.0.0.100") == 1
    # Now it is on disk.
    assert ask(room, 1, "10.0.0.100").changes == []


def test_records_of_failed_commits_come_with_the_next_one() -> None:
    room = network()
    ask(room, 1, "10.0.0.100")
    room.is_disk_full = True
    ask(room, 2, "10.0.0.101")
    room.receive(packet_of(RELEASE, 1, ciaddr="10.0.0.100"))
    room.receive(packet_of(DECLINE, 3, (requested("10.0.0.105"),)))
    assert room.server.has_unwritten
    room.is_disk_full = False
    ask(room, 4, "10.0.0.104")
    assert not room.server.has_unwritten
    store = room.restart()
    states = {lease.address & 0xFF: lease.state for lease in store.leases()}
    assert states == {100: 1, 101: ACTIVE, 104: ACTIVE, 105: 5}


def test_they_come_without_any_new_change_too() -> None:
    room = network()
    room.is_disk_full = True
    ask(room, 1, "10.0.0.100")
    room.is_disk_full = False
    room.commit(Turn())
    assert record_count(room, "10.0.0.100") == 1
    assert not room.server.has_unwritten


def test_each_address_comes_once_and_new_records_last() -> None:
    room = network("dhcp-cache-threshold 0;")
    room.is_disk_full = True
    for _ in range(3):
        ask(room, 1, "10.0.0.100")
        ask(room, 2, "10.0.0.101")
    room.is_disk_full = False
    ask(room, 1, "10.0.0.100")
    assert record_count(room, "10.0.0.100") == 1
    assert record_count(room, "10.0.0.101") == 1
    assert room.journal.index(b"10.0.0.101") < room.journal.index(b"10.0.0.100")


def test_a_failed_renewal_does_not_shorten_what_was_promised_before() -> None:
    room = network("min-lease-time 10;")
    ask(room, 1, "10.0.0.100", (51, (5000).to_bytes(4, "big")))
    room.is_disk_full = True
    ask(room, 1, "10.0.0.100", (51, (20).to_bytes(4, "big")), (12, b"new"))
    room.wait(30)
    room.is_disk_full = False
    # The client was never told of the shorter time.
    (reply,) = ask(room, 2, "10.0.0.100").replies
    assert decode(reply).kind == 6
    assert room.store.lease_of(address("10.0.0.100")).ends == room.now - 30 + 5000


def test_a_mistake_of_ours_in_one_packet_loses_no_record_of_the_others() -> None:
    room = network()
    impossible = Interface("v4s9", 9, b"\1", (), 9)
    batch = [
        Datagram(packet_of(REQUEST, 1, (requested("10.0.0.100"),)), INTERFACE, 0),
        Datagram(packet_of(DISCOVER, 2), impossible, 0),
    ]
    with pytest.raises(IndexError):
        room.server.receive(batch, Moment(room.now_us))
    assert room.server.has_unwritten
    # The client was not answered, and asks again.
    turn = ask(room, 1, "10.0.0.100")
    assert len(turn.changes) == 1
    assert [lease.state for lease in room.restart().leases()] == [ACTIVE]


def test_a_fatal_statement_ends_the_batch_behind_what_was_granted_before() -> None:
    room = network('if option host-name = "bad" { log(fatal, "the end"); }')
    turn = room.receive(
        packet_of(REQUEST, 1, (requested("10.0.0.100"),)),
        packet_of(DISCOVER, 2, ((12, b"bad"),)),
        packet_of(REQUEST, 3, (requested("10.0.0.101"),)),
    )
    assert turn.fatal == "the end"
    # The first client was promised its lease before: it is answered, and the record is kept.
    assert [decode(reply).yiaddr for reply in turn.replies] == ["10.0.0.100"]
    assert [lease.address for lease in room.restart().leases()] == [address("10.0.0.100")]


def test_expiries_are_recorded() -> None:
    room = network()
    ask(room, 1, "10.0.0.100")
    room.wait(601)
    assert record_count(room, "10.0.0.100") == 2
    assert [lease.state for lease in room.restart().leases()] == [1]


def test_time_that_was_slept_through_is_made_up_for_in_bounded_turns() -> None:
    room = room_of(
        "authoritative; ping-check off; default-lease-time 600; dhcp-cache-threshold 0;"
        "subnet 10.0.0.0 netmask 255.255.0.0 { range 10.0.0.1 10.0.1.244; }"
    )
    for number in range(1, 501):
        payload = bytearray(
            packet_of(REQUEST, 1, ((50, (0x0A000000 + number).to_bytes(4, "big")),))
        )
        payload[28:34] = number.to_bytes(6, "big")
        room.receive(bytes(payload))
    room.now_us += 10_000_000_000
    turn = room.handle_timer()
    assert 0 < len(turn.changes) < 500
    assert len(turn.changes) + len(room.wait(0).changes) == 500


# -- The same events make the same Turn


def conversation(room: ServerRoom) -> list[Turn]:
    options = ((12, b"name"), (61, b"id"), (55, bytes((1, 3, 15))), agent((1, b"c")))
    turns = [
        room.receive(packet_of(DISCOVER, 1, options), packet_of(DISCOVER, 2)),
        room.receive(packet_of(DISCOVER, 3, giaddr="10.77.0.1"), b"", bytes(300)),
        room.wait(2),
        ask(room, 1, "10.0.0.100", *options),
        ask(room, 2, "10.0.0.100"),
        room.receive(packet_of(DECLINE, 2, (requested("10.0.0.100"),))),
        room.echo("10.0.0.101"),
        room.wait(90000),
    ]
    return turns


def everything(turn: Turn) -> object:
    """A Turn as plain values."""

    def values(thing: object) -> tuple[object, ...]:
        names = sorted(name for name in dir(thing) if not name.startswith("_"))
        # The interface is the room's own, and compares by identity.
        return tuple(getattr(thing, name) for name in names if name != "interface")

    return (
        turn.log,
        [values(change.after) for change in turn.changes],
        [values(reply) for reply in turn.replies],
        turn.pings,
    )


@pytest.mark.parametrize("settings", ["", "ping-check on;", "lease-id-format hex;"])
def test_the_same_events_make_the_same_turns_and_records(settings: str) -> None:
    text = NETWORK.replace("ping-check off;", "").format(settings)
    one, two = room_of(text), room_of(text)
    turns = conversation(one)
    assert [everything(turn) for turn in conversation(two)] == [everything(turn) for turn in turns]
    assert one.journal == two.journal != b""
    assert any(turn.replies for turn in turns)


def test_two_servers_in_one_process_know_nothing_of_each_other() -> None:
    alone = network()
    turns = conversation(alone)
    one, two = network(), network('option domain-name "other"; abandon-lease-time 50;')
    # Each event goes to both in turn.
    both: list[Turn] = []
    for number, payload in enumerate(packet_of(DISCOVER, client) for client in (1, 2, 3, 1, 2, 3)):
        room = (one, two)[number % 2]
        both.append(room.receive(payload))
    offered = [decode(turn.replies[0]).yiaddr for turn in both]
    assert offered == [
        *("10.0.0.100", "10.0.0.100", "10.0.0.101", "10.0.0.101", "10.0.0.102", "10.0.0.102"),
    ]
    conversation(two)
    fresh = network()
    assert [everything(turn) for turn in conversation(fresh)] == [
        everything(turn) for turn in turns
    ]

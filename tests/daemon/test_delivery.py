"""Turns carried out: what leaves, in which order, and what never leaves."""

import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pydhcpd.core.interface import Interface
from pydhcpd.core.log import INFO
from pydhcpd.core.turn import RAW, UDP, PeerStateChange, Reply, Turn
from pydhcpd.daemon.database import Database
from pydhcpd.daemon.delivery import Delivery
from pydhcpd.daemon.frame import build_frame
from pydhcpd.daemon.journal import Journal
from pydhcpd.daemon.log import Log
from pydhcpd.lease.change import LeaseChange
from pydhcpd.lease.lease import Lease, virgin_lease
from pydhcpd.wire.moment import moment_of
from tests.daemon.disk import Disk, failure

NOW = moment_of(1_767_571_200)
OWN = bytes.fromhex("020000000001")
CLIENT = bytes.fromhex("020000000101")
ETH0 = Interface("eth0", 1, b"\x01" + OWN, (0x0A000001,), 0)


class Text:
    def chunks(self) -> Iterator[bytes]:
        yield b"new\n"

    def lines_to_log(self) -> list[str]:
        return []


class Source:
    def leases_text(self, seconds: int) -> Text:
        return Text()


class World:
    """Everything around a Delivery, recorded in one list in the order of events."""

    def __init__(self, folder: Path) -> None:
        self.events: list[str] = []
        self.disk = Disk()
        self.error = 0
        self.sends_one_by_one = False
        self.failed: list[LeaseChange] = []
        self.said = folder / "stderr"
        self.said.touch()
        self.log = Log("dhcpd", os.open(self.said, os.O_WRONLY | os.O_APPEND), "/nowhere")
        database = Database("/nowhere", Journal(self, True), Source(), NOW.seconds, self.log)
        self.delivery = Delivery(self.log, database, {"eth0": Link(self)}, Udp(self), self, 67)

    # The disk, with its syncs among the events
    def size(self) -> int:
        return self.disk.size()

    def append(self, data: bytes) -> int:
        return self.disk.append(data)

    def sync(self) -> None:
        self.disk.sync()
        self.events.append("sync")

    def truncate(self, size: int) -> None:
        self.disk.truncate(size)

    def read_at(self, offset: int, size: int) -> bytes:
        return self.disk.read_at(offset, size)

    def has_name(self, path: str) -> bool:
        return self.disk.has_name(path)

    def close(self) -> None:
        raise AssertionError("nobody closes the disk")

    # The network
    def leave(self, what: str) -> None:
        if self.error:
            raise failure(self.error)
        self.events.append(what)

    def ping(self, address: int) -> None:
        self.leave(f"ping {address:#x}")

    # The server
    def record_text(
        self, changes: Sequence[LeaseChange], states: Sequence[PeerStateChange] = ()
    ) -> bytes:
        return b"".join(b"lease %x\n" % change.after.address for change in changes)

    def commit_failed(
        self, changes: Sequence[LeaseChange], states: Sequence[PeerStateChange] = ()
    ) -> None:
        self.failed += changes

    def committed(self) -> None:
        self.events.append("committed")

    @property
    def lines(self) -> list[str]:
        return self.said.read_text().splitlines()


class Link:
    def __init__(self, world: World) -> None:
        self.world = world

    def send(self, frame: bytes) -> None:
        self.world.leave(f"frame {frame.hex()}")


class Udp:
    def __init__(self, world: World) -> None:
        self.world = world

    def send(self, payload: bytes, address: int, port: int) -> None:
        self.world.leave(f"udp {payload.decode()} to {address:#x}:{port}")

    def send_alike(self, payloads: Sequence[bytes], address: int, port: int) -> None:
        if self.world.sends_one_by_one:
            raise failure(errno.EIO)
        names = " ".join(payload.decode() for payload in payloads)
        self.world.leave(f"udp {names} to {address:#x}:{port}")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def reply(name: str, is_held: bool, path: int = UDP) -> Reply:
    return Reply(
        name.encode(), ETH0, path, 0x0A000064, 68, 0x0A000001, CLIENT, is_held,
        (INFO, f"DHCP{name}"), "dhcp.c:4164",
    )  # fmt: skip


def change(address: int) -> LeaseChange:
    return LeaseChange(virgin_lease(address), Lease(address, cltt=1), True)


def turn(replies: list[Reply], changes: list[LeaseChange]) -> Turn:
    made = Turn()
    made.log.append((INFO, "DHCPREQUEST"))
    made.replies.extend(replies)
    made.changes.extend(changes)
    return made


def test_records_are_on_disk_before_a_held_reply_leaves(world: World) -> None:
    acks = [reply("ACK1", True), reply("ACK2", True)]
    assert world.delivery.carry_out(world, turn(acks, [change(1), change(2)]), NOW)
    assert world.events == [
        "sync",
        "committed",
        "udp ACK1 ACK2 to 0xa000064:68",
    ]
    assert world.disk.synced == b"lease 1\nlease 2\n"
    assert world.lines == ["DHCPREQUEST", "DHCPACK1", "DHCPACK2"]


def test_nothing_held_leaves_when_the_disk_fails(world: World) -> None:
    world.disk.room = 0
    changes = [change(1)]
    replies = [reply("ACK", True), reply("OFFER", False)]
    assert not world.delivery.carry_out(world, turn(replies, changes), NOW)
    assert world.events == ["udp OFFER to 0xa000064:68"]
    assert world.failed == changes
    assert world.lines == [
        "DHCPREQUEST",
        "commit_leases: unable to commit, fflush(): No space left on device",
        "DHCPOFFER",
    ]
    world.disk.room = 1000
    assert world.delivery.carry_out(world, turn([reply("ACK", True)], changes), NOW)
    assert world.events[1:] == ["sync", "committed", "udp ACK to 0xa000064:68"]


def test_nothing_is_written_without_a_change(world: World) -> None:
    world.delivery.carry_out(world, turn([reply("OFFER", False)], []), NOW)
    assert world.events == ["udp OFFER to 0xa000064:68"]


def test_replies_of_one_size_to_one_relay_leave_together(world: World) -> None:
    replies = [reply(f"{number:03}", False) for number in range(66)]
    replies.insert(1, reply("ACK", False, RAW))
    replies.insert(2, reply("OFFER", False))
    world.delivery.carry_out(world, turn(replies, []), NOW)
    assert world.events[0].startswith("frame ")
    assert world.events[1:] == [
        f"udp {' '.join(f'{number:03}' for number in range(64))} to 0xa000064:68",
        "udp 064 065 to 0xa000064:68",
        "udp OFFER to 0xa000064:68",
    ]


def test_big_replies_leave_in_smaller_lots(world: World) -> None:
    replies = [reply("x" * 6_000, False) for _ in range(11)]
    world.delivery.carry_out(world, turn(replies, []), NOW)
    assert [event.count("x" * 6_000) for event in world.events] == [10, 1]


def test_replies_leave_one_by_one_where_the_kernel_does_not_cut(world: World) -> None:
    world.sends_one_by_one = True
    world.delivery.carry_out(world, turn([reply("OFFER", False)] * 3, []), NOW)
    assert world.events == ["udp OFFER to 0xa000064:68"] * 3


def test_raw_reply_leaves_as_a_frame(world: World) -> None:
    world.delivery.carry_out(world, turn([reply("OFFER", False, RAW)], []), NOW)
    frame = build_frame(CLIENT, OWN, 0x0A000001, 0x0A000064, 67, 68, b"OFFER")
    assert world.events == [f"frame {frame.hex()}"]


# Lines observed with dhcpd 4.4.3-P1
@pytest.mark.parametrize(
    ("path", "error", "lines"),
    [
        (
            UDP,
            errno.ENETUNREACH,
            [
                "send_packet: Network is unreachable",
                "send_packet: please consult README file regarding broadcast address.",
                "dhcp.c:4164: Failed to send 5 byte long packet over fallback interface.",
            ],
        ),
        (
            RAW,
            errno.ENETDOWN,
            [
                "send_packet: Network is down",
                "dhcp.c:4164: Failed to send 5 byte long packet over eth0 interface.",
            ],
        ),
    ],
)
def test_failed_send_is_told(world: World, path: int, error: int, lines: list[str]) -> None:
    world.error = error
    world.delivery.carry_out(world, turn([reply("OFFER", False, path)], []), NOW)
    assert world.lines == ["DHCPREQUEST", "DHCPOFFER", *lines]


def test_full_buffers_drop_and_count(world: World) -> None:
    world.error = errno.EAGAIN
    offers = [reply("OFFER", False)] * 3
    world.delivery.carry_out(world, turn(offers, []), NOW)
    assert world.lines[-1] == "3 replies dropped: socket buffers are full"
    told = len(world.lines)
    world.delivery.carry_out(world, turn(offers, []), NOW)
    assert len(world.lines) == told + 4  # one such line a second
    world.delivery.carry_out(world, turn(offers, []), moment_of(NOW.seconds + 1))
    assert world.lines[-1] == "6 replies dropped: socket buffers are full"


def test_ping_that_cannot_leave_is_told(world: World) -> None:
    probing = Turn()
    probing.pings.append(0x0A000064)
    world.delivery.carry_out(world, probing, NOW)
    assert world.events == ["ping 0xa000064"]
    world.error = errno.ENETUNREACH
    world.delivery.carry_out(world, probing, NOW)
    assert world.lines == ["icmp_echorequest 10.0.0.100: Network is unreachable"]


def test_retry_is_silent_until_the_disk_takes_the_records(world: World) -> None:
    class Pending(World):
        def record_text(
            self, changes: Sequence[LeaseChange], states: Sequence[PeerStateChange] = ()
        ) -> bytes:
            return b"lease 1\n"

    pending = Pending(world.said.parent)
    pending.disk.room = 0
    assert not pending.delivery.retry(pending)
    pending.disk.room = 1000
    assert pending.delivery.retry(pending)
    assert pending.disk.synced == b"lease 1\n"
    assert pending.lines == []

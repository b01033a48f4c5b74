"""Failover links on the loopback: dialling, listening, bytes both ways, the ends of links."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from pydhcpd.core.turn import LinkClose, LinkDial, LinkSend, Turn
from pydhcpd.daemon.failover_links import FailoverLinks, Listeners
from pydhcpd.daemon.log import Log
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.wire.moment import Moment
from tests.failover.side import configuration_text
from tests.resolve.reading import configuration_of

LOOPBACK = "127.0.0.1"
PATIENCE_S = 5.0


class Core:
    """Notes what happens; `answers` are sent for what comes in."""

    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []
        self.answer: Callable[[int, bytes], Turn] = lambda link, data: Turn()

    def link_accepted(self, link: int, remote: int, moment: Moment) -> Turn:
        self.events.append(("accepted", link, remote))
        return Turn()

    def link_dialled(self, link: int, peer: str, remote: int, moment: Moment) -> Turn:
        self.events.append(("dialled", link, peer, remote))
        return Turn()

    def dial_failed(self, peer: str, reason: str | None, moment: Moment) -> Turn:
        self.events.append(("failed", peer, reason))
        return Turn()

    def link_received(self, link: int, data: bytes, moment: Moment) -> Turn:
        self.events.append(("received", link, data))
        return self.answer(link, data)

    def link_closed(self, link: int, moment: Moment) -> Turn:
        self.events.append(("closed", link))
        return Turn()

    def peer_resolved(self, peer: str, addresses: tuple[int, ...]) -> None:
        self.events.append(("resolved", peer, addresses))


class World:
    """A loop, a core, the links between them, and a partner's listening socket."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.core = Core()
        self.partner = socket.create_server((LOOPBACK, 0))
        peer = configuration_of(configuration_text(True)).peers["fo"]
        self.peer: FailoverPeer = replace(
            peer,
            address=LOOPBACK,
            port=0,
            peer_address=LOOPBACK,
            peer_port=self.partner.getsockname()[1],
        )
        self.listeners = Listeners([self.peer])
        self.port = self.listeners.sockets[0].getsockname()[1]
        self.links = FailoverLinks(
            self.loop,
            self.listeners,
            {"fo": self.peer},
            self.core,
            lambda turn, moment: self.links.do(turn.links, True),
            lambda: Moment(0),
            Log("dhcpd"),
        )
        self.links.listen()

    def until(self, is_done: Callable[[], bool]) -> None:
        """Run the loop until something is so."""

        async def wait() -> None:
            for _ in range(int(PATIENCE_S * 200)):
                if is_done():
                    return
                await asyncio.sleep(0.005)
            raise AssertionError(f"only {self.core.events}")

        self.loop.run_until_complete(wait())

    def has(self, kind: str) -> Callable[[], bool]:
        return lambda: any(event[0] == kind for event in self.core.events)

    def connect(self) -> tuple[socket.socket, int]:
        """A partner that has connected, and the number of its link."""
        partner = socket.create_connection((LOOPBACK, self.port), PATIENCE_S)
        self.until(self.has("accepted"))
        (event,) = [event for event in self.core.events if event[0] == "accepted"]
        assert event[2] == 0x7F000001
        assert isinstance(event[1], int)
        return partner, event[1]


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.links.change_core(made.core, {})
    for listener in made.listeners.sockets:
        made.loop.remove_reader(listener.fileno())
        listener.close()
    made.partner.close()
    made.loop.close()


def test_partner_connects_and_is_answered(world: World) -> None:
    def answer(link: int, data: bytes) -> Turn:
        turn = Turn()
        turn.links.extend([LinkSend(link, b"one", False), LinkSend(link, b"two", True)])
        return turn

    world.core.answer = answer
    partner, link = world.connect()
    partner.sendall(b"hello")
    world.until(world.has("received"))
    assert ("received", link, b"hello") in world.core.events
    world.until(lambda: True)
    assert partner.recv(100) == b"onetwo"
    partner.close()
    world.until(world.has("closed"))
    assert world.core.events[-1] == ("closed", link)


def test_what_is_held_stays_when_the_disk_fails(world: World) -> None:
    partner, link = world.connect()
    world.links.do([LinkSend(link, b"held", True), LinkSend(link, b"free", False)], False)
    world.until(lambda: True)
    assert partner.recv(100) == b"free"
    partner.close()


def test_last_bytes_leave_before_the_link_is_closed(world: World) -> None:
    partner, link = world.connect()
    world.links.do([LinkSend(link, b"x" * 500_000, False), LinkClose(link)], True)
    partner.setblocking(False)
    taken = bytearray()

    def is_read() -> bool:
        try:
            data = partner.recv(65536)
        except BlockingIOError:
            return False
        taken.extend(data)
        return not data

    world.until(is_read)
    assert len(taken) == 500_000
    # Who closes is not told of it.
    assert not world.has("closed")()
    partner.close()


def test_partner_that_reads_nothing_is_given_up(world: World) -> None:
    partner, link = world.connect()
    for _ in range(20):
        world.links.do([LinkSend(link, b"x" * 1_000_000, False)], True)
    world.until(world.has("closed"))
    partner.close()


def test_dialling_reaches_the_partner(world: World) -> None:
    world.links.do([LinkDial("fo")], True)
    world.until(world.has("dialled"))
    assert world.core.events == [("dialled", 1, "fo", 0x7F000001)]
    accepted, _ = world.partner.accept()
    accepted.close()


def test_partner_that_does_not_listen_is_told(world: World) -> None:
    world.partner.close()
    world.links.do([LinkDial("fo")], True)
    world.until(world.has("failed"))
    assert world.core.events == [("failed", "fo", None)]


def test_name_of_a_partner_is_resolved(world: World) -> None:
    world.links.change_core(world.core, {"fo": replace(world.peer, peer_address="localhost")})
    world.links.do([LinkDial("fo")], True)
    world.until(world.has("dialled"))
    assert world.core.events[0] == ("resolved", "fo", (0x7F000001,))


def test_unusable_local_address_is_a_local_failure(world: World) -> None:
    world.links.change_core(world.core, {"fo": replace(world.peer, address="192.0.2.1")})
    world.links.do([LinkDial("fo")], True)
    world.until(world.has("failed"))
    assert world.core.events == [("failed", "fo", "address not available")]


def test_new_core_begins_without_links(world: World) -> None:
    partner, link = world.connect()
    successor = Core()
    world.links.change_core(successor, {"fo": world.peer})
    assert partner.recv(1) == b""
    world.links.do([LinkSend(link, b"late", False)], True)
    assert successor.events == []
    partner.close()


def test_ports_in_use_are_refused() -> None:
    taken = socket.create_server((LOOPBACK, 0))
    peer = configuration_of(configuration_text(True)).peers["fo"]
    with pytest.raises(OSError, match="in use"):
        Listeners([replace(peer, address=LOOPBACK, port=taken.getsockname()[1])])
    taken.close()

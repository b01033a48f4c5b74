"""Failover links on the loopback: dialling, listening, bytes both ways, the ends of links."""

import asyncio
import os
import select
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from pydhcpd.core.turn import LinkClose, LinkDial, LinkSend, Turn
from pydhcpd.daemon.failover_links import FailoverLinks
from pydhcpd.daemon.listeners import Listeners
from pydhcpd.daemon.log import Log
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.wire.moment import Moment
from tests.daemon.namespace import run_in_namespace
from tests.daemon.shortage import no_descriptors, no_threads
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

    def dial_refused(self, peer: str, moment: Moment) -> Turn:
        self.events.append(("refused", peer))
        return Turn()

    def link_received(self, link: int, data: bytes, moment: Moment) -> Turn:
        self.events.append(("received", link, data))
        return self.answer(link, data)

    def link_closed(self, link: int, moment: Moment) -> Turn:
        self.events.append(("closed", link))
        return Turn()

    def link_broken(self, link: int, moment: Moment) -> Turn:
        self.events.append(("broken", link))
        return Turn()

    def peer_resolved(self, peer: str, addresses: tuple[int, ...]) -> None:
        self.events.append(("resolved", peer, addresses))


class World:
    """A loop, a core, the links between them, and a partner's listening socket.

    `lines` is the log.
    """

    def __init__(self, port: int = 0) -> None:
        self.loop = asyncio.new_event_loop()
        self.lines, sender = os.pipe()
        self.log = Log("dhcpd", sender, "/nowhere")
        self.sender = sender
        self.core = Core()
        self.partner = socket.create_server((LOOPBACK, 0))
        peer = configuration_of(configuration_text(True)).peers["fo"]
        self.peer: FailoverPeer = replace(
            peer,
            address=LOOPBACK,
            port=port,
            peer_address=LOOPBACK,
            peer_port=self.partner.getsockname()[1],
        )
        self.listeners = Listeners(self.log)
        self.links = FailoverLinks(
            self.loop,
            self.listeners,
            {"fo": self.peer},
            self.core,
            lambda turn, moment: self.links.do(turn.links, True),
            lambda: Moment(0),
            self.log,
            0.01,
            0.1,
        )
        self.links.listen()

    @property
    def port(self) -> int:
        (listener,) = self.listeners.sockets.values()
        port = listener.getsockname()[1]
        assert isinstance(port, int)
        return port

    def said(self) -> bytes:
        """All that was logged."""
        return os.read(self.lines, 65536) if select.select([self.lines], [], [], 0)[0] else b""

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

    def close(self) -> None:
        for link in range(10):
            self.links.do([LinkClose(link)], True)
        self.links.change_core(self.core, {})
        self.partner.close()
        self.loop.close()
        os.close(self.lines)
        os.close(self.sender)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


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


def test_partner_waits_while_there_are_no_descriptors(world: World) -> None:
    with socket.create_connection((LOOPBACK, world.port), PATIENCE_S):
        with no_descriptors():
            world.loop.run_until_complete(asyncio.sleep(0.02))
        # Once, not for ever and ever.
        assert world.said() == b"failover: can't accept a connection: Too many open files\n"
        assert world.core.events == []
        world.until(world.has("accepted"))


def test_a_reset_is_told_from_an_end(world: World) -> None:
    """What the partner sent before it closed has come; of what a reset took nobody knows."""
    partner, link = world.connect()
    partner.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    partner.close()
    world.until(world.has("broken"))
    assert world.core.events[-1] == ("broken", link)


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
    world.until(world.has("broken"))
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
    world.until(world.has("refused"))
    assert world.core.events == [("refused", "fo")]


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


@pytest.mark.parametrize(
    ("address", "partner", "why"),
    [
        # As observed with dhcpd.
        ("127.0.0.1", "10.0.0.2", "invalid argument"),
        ("10.0.0.1", "192.0.2.1", "network unreachable"),
    ],
)
def test_what_keeps_a_dial_from_being_tried(address: str, partner: str, why: str) -> None:
    def body() -> None:
        world = World()
        peer = replace(world.peer, address=address, peer_address=partner)
        world.links.change_core(world.core, {"fo": peer})
        world.links.do([LinkDial("fo")], True)
        world.links.dial()  # no turn of the loop is needed
        assert world.core.events == [("failed", "fo", why)]
        world.close()

    run_in_namespace(
        """link set lo up
        link add e0 type veth peer name e1
        link set e0 up
        link set e1 up
        addr add 10.0.0.1/24 dev e0""",
        body,
    )


def test_name_of_a_partner_is_told_unresolved_without_a_thread(world: World) -> None:
    world.links.change_core(world.core, {"fo": replace(world.peer, peer_address="localhost")})
    with no_threads():
        world.links.do([LinkDial("fo")], True)
        world.until(world.has("failed"))
    assert world.said() == b"localhost: temporary name server failure\n"
    world.links.do([LinkDial("fo")], True)
    world.until(world.has("dialled"))


def test_name_without_an_address_is_told_in_dhcpds_words(world: World) -> None:
    world.links.change_core(world.core, {"fo": replace(world.peer, peer_address="a..invalid")})
    world.links.do([LinkDial("fo")], True)
    world.until(world.has("failed"))
    assert world.core.events == [("failed", "fo", "unexpected error")]
    assert world.said() == b"a..invalid: host unknown.\n"


def test_new_core_says_which_connections_are_closed(world: World) -> None:
    partner, link = world.connect()
    successor = Core()
    world.links.change_core(successor, {"fo": world.peer})
    partner.sendall(b"hello")
    world.until(lambda: bool(successor.events))
    assert successor.events == [("received", link, b"hello")]
    world.links.do([LinkClose(link)], True)
    assert partner.recv(1) == b""
    partner.close()


def test_new_core_hears_nothing_of_what_the_old_one_dialled(world: World) -> None:
    named = {"fo": replace(world.peer, peer_address="localhost")}
    world.links.change_core(world.core, named)
    world.links.do([LinkDial("fo")], True)
    world.links.dial()
    successor = Core()
    world.links.change_core(successor, named)
    world.links.do([LinkDial("fo")], True)
    world.until(lambda: len(successor.events) == 2)
    assert [event[0] for event in successor.events] == ["resolved", "dialled"]
    assert world.core.events == []


def test_listeners_follow_the_configuration(world: World) -> None:
    before = world.port
    world.links.change_core(world.core, {"fo": replace(world.peer, address="127.0.0.2")})
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, before), PATIENCE_S)
    partner = socket.create_connection(("127.0.0.2", world.port), PATIENCE_S)
    world.until(world.has("accepted"))
    partner.close()


def test_port_in_use_is_told_once_and_taken_when_it_is_free() -> None:
    taken = socket.create_server((LOOPBACK, 0))
    port = taken.getsockname()[1]
    world = World(port)
    line = f"failover: can't listen on 127.0.0.1 port {port}: Address already in use\n"
    assert world.said() == line.encode()
    world.links.listen()
    assert world.said() == b""
    taken.close()
    world.until(lambda: bool(world.listeners.sockets))
    assert world.port == port
    world.close()


def test_port_is_cut_to_sixteen_bits() -> None:
    free = socket.create_server((LOOPBACK, 0))
    port = free.getsockname()[1]
    free.close()
    # dhcpd takes any number, and so listens where htons(3) leads.
    world = World(65536 + port)
    assert world.port == port
    world.close()

"""TCP between two simulated servers: in order, late, cut, half-open, reset."""

from collections.abc import Callable
from random import Random
from typing import Protocol

from pydhcpd.core.turn import LinkAction, LinkDial, LinkSend
from tests.failover.process import Process

SECOND_US = 1_000_000
# What daemon/failover_links.py waits for an answer to a SYN.
DIAL_TIMEOUT_US = 20 * SECOND_US
END = b""  # FIN
RESET = b"RST"


class World(Protocol):
    """What a network needs: time, chance, and processes that may die of what they hear."""

    chance: Random
    nodes: list[Process]

    def after(self, delay_us: int, act: Callable[[], None]) -> None:
        """Do something later."""

    def at_node(self, number: int, act: Callable[[], None]) -> None:
        """Let something happen to a process."""


class Pipe:
    """One direction of a connection: what waits in it, and when the last of it arrives."""

    def __init__(self, source: int, target: int) -> None:
        self.source = source
        self.target = target
        self.stalled: list[bytes] = []
        self.last_us = 0


class Connection:
    """`links` are the numbers at both ends (None: closed there), by the number of the node."""

    def __init__(self, links: dict[int, int | None]) -> None:
        self.links = links
        self.pipes = {number: Pipe(number, 1 - number) for number in links}
        self.is_strangled = False  # a firewall has forgotten it, and drops what comes


class Network:
    """`is_up` says by sender whether anything passes; delays are in microseconds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.is_up = [True, True]
        self.is_powered = [True, True]
        self.slowest_us = SECOND_US // 5
        self.local_failure: str | None = None
        self.connections: list[Connection] = []
        self.next_link = 0
        self.segments = 0

    def do(self, number: int, action: LinkAction) -> None:
        """What a server wants done."""
        if isinstance(action, LinkDial):
            self._dial(number)
            return
        connection = self._find(number, action.link)
        if connection is None:
            return
        if isinstance(action, LinkSend):
            self._push(connection, number, action.payload)
        else:
            self.close(connection, number)

    def _find(self, number: int, link: int) -> Connection | None:
        for connection in self.connections:
            if connection.links.get(number) == link:
                return connection
        return None

    def _delay_us(self) -> int:
        return self.world.chance.randrange(100, self.slowest_us)

    # -- Connecting

    def _dial(self, number: int) -> None:
        life = self.world.nodes[number].life
        other = 1 - number
        if self.local_failure is not None:
            reason = self.local_failure
            self.world.after(100, lambda: self._dial_failed(number, life, reason))
        elif not all(self.is_up) or not self.is_powered[other]:
            self.world.after(DIAL_TIMEOUT_US, lambda: self._dial_failed(number, life, None))
        else:
            self.world.after(self._delay_us(), lambda: self._knock(number, life))

    def _dial_failed(self, number: int, life: int, reason: str | None) -> None:
        node = self.world.nodes[number]
        if node.is_running and node.life == life:
            self.world.at_node(number, lambda: node.dial_failed(reason))

    def _dial_refused(self, number: int, life: int) -> None:
        node = self.world.nodes[number]
        if node.is_running and node.life == life:
            self.world.at_node(number, node.dial_refused)

    def _knock(self, number: int, life: int) -> None:
        """The SYN arrives."""
        node, other = self.world.nodes[number], self.world.nodes[1 - number]
        if not self.is_powered[1 - number]:
            self.world.after(DIAL_TIMEOUT_US, lambda: self._dial_failed(number, life, None))
            return
        if not other.is_running:
            self.world.after(self._delay_us(), lambda: self._dial_refused(number, life))
            return
        self.next_link += 2
        mine, theirs = self.next_link, self.next_link + 1
        connection = Connection({number: None, 1 - number: theirs})
        self.connections.append(connection)

        def answered() -> None:
            """The SYN-ACK arrives."""
            if not node.is_running or node.life != life:
                self._push(connection, number, END)
                return
            connection.links[number] = mine
            self.world.at_node(number, lambda: node.dialled(mine, other.address))

        # Nothing overtakes the SYN-ACK.
        delay_us = self._delay_us()
        connection.pipes[1 - number].last_us = other.now_us - other.offset_us + delay_us
        self.world.at_node(1 - number, lambda: other.accepted(theirs, node.address))
        self.world.after(delay_us, answered)

    # -- Bytes

    def _push(self, connection: Connection, number: int, wire: bytes) -> None:
        if connection.is_strangled:
            return
        pipe = connection.pipes[number]
        self.segments += 1
        if not self.is_up[number]:
            pipe.stalled.append(wire)
            return
        node = self.world.nodes[number]
        now_us = node.now_us - node.offset_us
        pipe.last_us = max(pipe.last_us + 1, now_us + self._delay_us())
        self.world.after(pipe.last_us - now_us, lambda: self._arrive(connection, number, wire))

    def _arrive(self, connection: Connection, number: int, wire: bytes) -> None:
        """A segment comes to the other end, if it still can."""
        if connection.is_strangled:
            return
        pipe = connection.pipes[number]
        if not self.is_up[number]:
            pipe.stalled.append(wire)
            return
        target = 1 - number
        if not self.is_powered[target]:
            return
        link = connection.links[target]
        node = self.world.nodes[target]
        if link is None:
            if wire not in (END, RESET) and connection.links[number] is not None:
                self._push(connection, target, RESET)
            return
        if wire not in (END, RESET):
            self.world.at_node(target, lambda: node.received(link, wire))
            return
        connection.links[target] = None
        self._sweep()
        hear = node.lost if wire == END else node.broken
        self.world.at_node(target, lambda: hear(link))

    def close(self, connection: Connection, number: int) -> None:
        """One end closes; the other hears of it behind what was sent."""
        connection.links[number] = None
        self._push(connection, number, END)
        self._sweep()

    def _sweep(self) -> None:
        self.connections = [
            one for one in self.connections if any(link is not None for link in one.links.values())
        ]

    # -- Troubles

    def cut(self, numbers: tuple[int, ...]) -> None:
        """Nothing that these servers send passes."""
        for number in numbers:
            self.is_up[number] = False

    def heal(self) -> None:
        """What is under way is sent again by TCP, sooner or later."""
        self.is_up = [True, True]
        for connection in self.connections:
            for number, pipe in connection.pipes.items():
                stalled, pipe.stalled = pipe.stalled, []
                node = self.world.nodes[number]
                late_us = self.world.chance.randrange(SECOND_US, 30 * SECOND_US)
                pipe.last_us = max(pipe.last_us, node.now_us - node.offset_us + late_us)
                for wire in stalled:
                    self._push(connection, number, wire)

    def strangle(self) -> None:
        """A firewall forgets every connection, and tells nobody."""
        for connection in self.connections:
            connection.is_strangled = True

    def process_died(self, number: int) -> None:
        """The kernel closes what the process had open."""
        for connection in list(self.connections):
            if connection.links.get(number) is not None:
                self.close(connection, number)

    def power_failed(self, number: int) -> None:
        """Nobody is told of anything."""
        self.is_powered[number] = False
        for connection in self.connections:
            connection.links[number] = None
            connection.pipes[number].stalled.clear()
        self._sweep()

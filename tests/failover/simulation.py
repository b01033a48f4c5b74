"""A pair under random clients, cuts, crashes and admins, from one seed.

What the clients believe is kept apart from what the servers know: an address that two clients
hold at once is found whoever is at fault.
"""

from random import Random

from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    NORMAL,
    PARTNER_DOWN,
)
from pydhcpd.v4.message import ACK, DISCOVER, NAK, OFFER, RELEASE, REQUEST
from pydhcpd.wire.address import format_ipv4
from tests.failover.pair import Pair
from tests.v4.room import packet_of

CLIENTS = 24
BROADCAST = 0x8000


class Simulation:
    """`holdings` are what clients believe: address and epoch microsecond of its end."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.pair = Pair(pool="range 10.13.37.1 10.13.37.20;", mclt=20)
        self.holdings: dict[int, tuple[int, int]] = {}
        self.history: list[str] = []
        self.grants = 0

    def run(self, steps: int) -> None:
        """Let things happen."""
        actions = (
            *((self.bind, 10), (self.renew, 10), (self.release, 2), (self.wait, 8)),
            *((self.cut, 1), (self.heal, 2), (self.kill, 1), (self.restart, 3)),
            (self.declare_partner_down, 1),
        )
        choices = [action for action, weight in actions for _ in range(weight)]
        for _ in range(steps):
            self.random.choice(choices)()

    def calm_down(self) -> None:
        """The network heals, the dead come back; the pair must find to normal."""
        self.heal()
        for number in (0, 1):
            if not self.pair.nodes[number].is_running:
                self.pair.restart(number)
        for _ in range(40):
            self.pair.wait(10)
            if self.pair.states == (NORMAL, NORMAL):
                # Until all leases have ended and all that is under way is acknowledged.
                self.pair.wait(150)
                return
        raise AssertionError(f"seed {self.seed}: {self.pair.states}\n" + self.tail())

    def tail(self) -> str:
        """What happened last."""
        return "\n".join(self.history[-40:])

    # -- Clients

    def bind(self) -> None:
        client = self.random.randint(1, CLIENTS)
        secs = self.random.choice((0, 0, 0, 10))
        offers = self.pair.packet(packet_of(DISCOVER, client, secs=secs))
        offers = [offer for offer in offers if offer[242] == OFFER]
        if offers:
            offer = self.random.choice(offers)
            self._request(client, ((50, offer[16:20]),), "0.0.0.0")

    def renew(self) -> None:
        if self.holdings:
            client = self.random.choice(sorted(self.holdings))
            held, until_us = self.holdings[client]
            if until_us > self.pair.now_us:
                self._request(client, (), format_ipv4(held))

    def _request(self, client: int, options: tuple[tuple[int, bytes], ...], ciaddr: str) -> None:
        for reply in self.pair.packet(packet_of(REQUEST, client, options, ciaddr=ciaddr), ciaddr):
            if reply[242] == NAK:
                self.holdings.pop(client, None)
            elif reply[242] == ACK:
                self._take(client, reply)

    def _take(self, client: int, ack: bytes) -> None:
        given = int.from_bytes(ack[16:20], "big")
        at = ack.index(b"\x33\x04", 240)
        until_us = self.pair.now_us + int.from_bytes(ack[at + 2 : at + 6], "big") * 1_000_000
        self.grants += 1
        self._say(f"client {client} gets {format_ipv4(given)}")
        for other, (held, end_us) in self.holdings.items():
            if other != client and held == given and end_us > self.pair.now_us:
                text = f"{format_ipv4(given)} held by {other} is given to {client}"
                raise AssertionError(f"seed {self.seed}: {text}\n{self.tail()}")
        self.holdings[client] = (given, until_us)

    def release(self) -> None:
        if self.holdings:
            client = self.random.choice(sorted(self.holdings))
            held, _ = self.holdings.pop(client)
            text = format_ipv4(held)
            self._say(f"client {client} releases {text}")
            self.pair.packet(packet_of(RELEASE, client, ciaddr=text), text)

    # -- The world

    def wait(self) -> None:
        self.pair.wait(self.random.choice((0.5, 1, 3, 8, 20, 40)))

    def cut(self) -> None:
        if not self.pair.is_cut:
            self._say("cut")
            self.pair.cut()

    def heal(self) -> None:
        if self.pair.is_cut:
            self._say("heal")
            # Whatever was sent meanwhile is lost: no TCP connection survives that here.
            self.pair.wait(12)
            self.pair.heal()

    def kill(self) -> None:
        number = self.random.randint(0, 1)
        if all(node.is_running for node in self.pair.nodes):
            self._say(f"kill {number}")
            self.pair.kill(number)

    def restart(self) -> None:
        for number, node in enumerate(self.pair.nodes):
            if not node.is_running:
                self._say(f"restart {number}")
                self.pair.restart(number)

    def declare_partner_down(self) -> None:
        """Only when the other is dead indeed, as the manual demands."""
        for number, node in enumerate(self.pair.nodes):
            other = self.pair.nodes[1 - number]
            is_alone = node.is_running and not other.is_running
            if is_alone and node.peer.my_state == COMMUNICATIONS_INTERRUPTED:
                self._say(f"partner-down at {number}")
                assert node.set_state(PARTNER_DOWN)
                self.pair.settle()

    def _say(self, text: str) -> None:
        seconds = self.pair.now_us / 1_000_000
        self.history.append(f"{seconds:.1f} {self.pair.states} {text}")

"""The life of a pair, from one seed: clients, networks, crashes, disks and an admin.

Servers, network and clients are told apart from what must be true of them (the ledger). Times
are microseconds of the world; the servers' clocks are off by a little.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from random import Random

from pydhcpd.lease.lease import BACKUP, FREE
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    NORMAL,
    PARTNER_DOWN,
    PAUSED,
    RECOVER,
    SHUTDOWN,
)
from pydhcpd.lease.queue import RESERVED_QUEUE
from tests.failover.client import BOTH, BOUND, SECOND_US, Client
from tests.failover.ledger import Ledger
from tests.failover.network import Network
from tests.failover.process import Process, ProcessDies
from tests.lease.pools import address
from tests.resolve.reading import configuration_of

START_US = 1_795_333_775 * SECOND_US
ADDRESSES = ("10.13.0.5", "10.13.0.60")
POOL_START = address("10.13.1.0")
LOSS = 0.03
TROUBLES_PER_LIFE = 20
PACKET_DELAY_US = SECOND_US // 4
SERVING = (NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN)


@dataclass(frozen=True)
class Pace:
    """Seconds: lease time, mclt, max-response-delay, and the mean time between troubles."""

    lease: int
    mclt: int
    response: int
    trouble: int


PACES = (
    Pace(600, 120, 15, 300),
    Pace(7_200, 1_800, 60, 3_600),
    Pace(86_400, 3_600, 600, 28_800),
    Pace(345_600, 14_400, 1_800, 86_400),
)


@dataclass(frozen=True)
class Settings:
    """What a seed chooses."""

    pace: Pace
    pool: int
    clients: int
    split: int
    balance_seconds: int
    windows: tuple[int, int]
    auto_partner_down: int
    offsets_us: tuple[int, int]

    def text(self, is_primary: bool) -> str:
        """The dhcpd.conf of one server."""
        pace = self.pace
        mine, other = ADDRESSES if is_primary else ADDRESSES[::-1]
        role = f"primary; mclt {pace.mclt}; split {self.split};" if is_primary else "secondary;"
        auto = f"auto-partner-down {self.auto_partner_down};" if self.auto_partner_down else ""
        last = POOL_START + self.pool - 1
        return (
            "authoritative; ping-check off; ddns-update-style none;"
            f"default-lease-time {pace.lease}; max-lease-time {pace.lease * 2};"
            f"abandon-lease-time {pace.lease};"
            f'failover peer "fo" {{ {role} address {mine}; peer address {other};'
            f"max-response-delay {pace.response};"
            f"max-unacked-updates {self.windows[0 if is_primary else 1]};"
            f"load balance max seconds {self.balance_seconds};"
            f"min-balance {pace.lease // 100}; max-balance {pace.lease // 4}; {auto} }}"
            "subnet 10.13.0.0 netmask 255.255.0.0 { pool {"
            'failover peer "fo"; deny dynamic bootp clients;'
            f"range 10.13.1.0 10.13.{last >> 8 & 255}.{last & 255}; }} }}"
        )


def choose_settings(chance: Random, pace: Pace) -> Settings:
    pool = chance.choice((20, 60, 150, 250))
    return Settings(
        pace=pace,
        pool=pool,
        clients=int(pool * chance.choice((0.5, 0.9, 1.3))),
        split=chance.choice((0, 64, 128, 128, 128, 256)),
        balance_seconds=chance.choice((0, 3, 3, 8)),
        windows=(chance.choice((1, 3, 10, 100)), chance.choice((1, 3, 10, 100))),
        auto_partner_down=chance.choice((0, 0, 0, pace.response * 4)),
        offsets_us=(0, chance.randrange(-2 * SECOND_US, 2 * SECOND_US)),
    )


class Simulation:
    """`figures` count what was seen, `history` says what happened last."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.pace = PACES[seed % len(PACES)]
        self.settings = choose_settings(self.chance, self.pace)
        self.now_us = START_US
        self.lease_us = self.pace.lease * SECOND_US
        self.figures: Counter[str] = Counter()
        self.history: list[str] = []
        offset_us = max(self.settings.offsets_us) - min(self.settings.offsets_us)
        self.ledger = Ledger(offset_us + 2 * SECOND_US, PACKET_DELAY_US)
        self.nodes = [
            Process(
                configuration_of(self.settings.text(number == 0)),
                address(ADDRESSES[number]),
                self.settings.offsets_us[number],
                self.chance,
            )
            for number in BOTH
        ]
        self.network = Network(self)
        self.loss = LOSS
        self.deaf: set[int] = set()  # servers that clients can't reach
        self.away_since_us: list[int | None] = [None, None]
        self.is_calm = False
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._tie = 0
        self.clients = [Client(self, number) for number in range(1, self.settings.clients + 1)]
        self._by_number = {client.number: client for client in self.clients}

    @property
    def hours(self) -> float:
        """How long it has lasted."""
        return (self.now_us - START_US) / SECOND_US / 3600

    # -- Time

    def after(self, delay_us: int, act: Callable[[], None]) -> None:
        self._tie += 1
        heappush(self._events, (self.now_us + delay_us, self._tie, act))

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end_us = self.now_us + int(seconds * SECOND_US)
        while True:
            number, due_us = self._next_timer()
            if self._events and self._events[0][0] <= due_us:
                at_us, _, act = self._events[0]
                if at_us > end_us:
                    break
                heappop(self._events)
                self._set_clock(at_us)
                act()
            elif due_us <= end_us:
                self._set_clock(due_us)
                self.at_node(number, self.nodes[number].pass_time)
            else:
                break
        self._set_clock(end_us)

    def _next_timer(self) -> tuple[int, int]:
        best, best_us = 0, 1 << 62
        for number in BOTH:
            due_us = self.nodes[number].next_us()
            if due_us is not None and due_us < best_us:
                best, best_us = number, due_us
        return best, best_us

    def _set_clock(self, now_us: int) -> None:
        self.now_us = max(self.now_us, now_us)
        for node in self.nodes:
            node.set_clock(self.now_us)

    def _repeat(self, mean_s: float, act: Callable[[], None]) -> None:
        def again() -> None:
            if not self.is_calm:
                act()
                self.after(self._in(mean_s), again)

        self.after(self._in(mean_s), again)

    def _in(self, mean_s: float) -> int:
        return int(self.chance.expovariate(1 / mean_s) * SECOND_US)

    # -- Servers

    def at_node(self, number: int, act: Callable[[], None]) -> None:
        """Something happens to a process; what it wants is done."""
        node = self.nodes[number]
        if not node.is_running:
            return
        try:
            act()
        except ProcessDies:
            self._say(f"{number} dies while it writes")
            self._died(number)
            return
        replies, node.replies = node.replies, []
        for reply in replies:
            self._deliver(reply.payload)
        actions, node.actions = node.actions, []
        for action in actions:
            self.network.do(number, action)

    def _start(self, number: int) -> None:
        node = self.nodes[number]
        if node.is_running:
            return
        self._say(f"start {number}")
        self.network.is_powered[number] = True
        self.away_since_us[number] = None
        is_rewritten = self.chance.random() < 0.7
        node.is_running = True
        self.at_node(number, lambda: node.start(is_rewritten))

    def _died(self, number: int) -> None:
        """The process is gone; sooner or later somebody starts it again."""
        self.nodes[number].stop()
        self.network.process_died(number)
        self._will_start(number)

    def _will_start(self, number: int) -> None:
        self.away_since_us[number] = self.now_us
        pace = self.pace
        mean_s = self.chance.choice((5, pace.response, pace.mclt, pace.mclt * 3, pace.lease / 2))
        self.after(self._in(mean_s), lambda: self._try_start(number))

    def _try_start(self, number: int) -> None:
        """Not before the network is whole and the partner is back that was in partner-down."""
        if self._is_fragile() and (
            not all(self.network.is_up) or not self._is_partner_down_there(1 - number)
        ):
            self.after(30 * SECOND_US, lambda: self._try_start(number))
        else:
            self._start(number)

    def _is_partner_down_there(self, number: int) -> bool:
        return self.nodes[number].is_running or self.nodes[number].state != PARTNER_DOWN

    def _is_fragile(self) -> bool:
        """One has taken over, and the other does not know: only a careful admin acts now."""
        states = [node.state for node in self.nodes]
        return any(
            states[number] == PARTNER_DOWN and states[1 - number] in SERVING for number in BOTH
        )

    # -- Clients

    def send(self, client: Client, payload: bytes, source: int, servers: tuple[int, ...]) -> None:
        self.figures["packets"] += 1
        for number in servers:
            node = self.nodes[number]
            if number in self.deaf or not node.is_running or self.chance.random() < self.loss:
                continue
            if self.chance.random() < 0.1:
                delay_us = self.chance.randrange(SECOND_US)
                self.after(delay_us, partial(self._hear, number, payload, source))
            else:
                self._hear(number, payload, source)

    def _hear(self, number: int, payload: bytes, source: int) -> None:
        node = self.nodes[number]
        self.at_node(number, lambda: node.packet(payload, source))

    def _deliver(self, payload: bytes) -> None:
        if self.chance.random() >= self.loss:
            client = self._by_number[int.from_bytes(payload[4:8], "big")]
            self.after(self.chance.randrange(100, PACKET_DELAY_US), lambda: client.hear(payload))

    def takes(self, client: Client, given: int, until_us: int) -> None:
        self.ledger.take(client, given, until_us, self.now_us)

    def lets_go(self, client: Client) -> None:
        self.ledger.let_go(client)

    def _moods(self) -> None:
        """Something happens in the life of a client."""
        client = self.chance.choice(self.clients)
        pace = self.pace
        delay_us = self._in(self.chance.choice((60, pace.lease / 4, pace.lease * 2)))
        mood = self.chance.randrange(10)
        if mood < 4:
            client.turn_off(delay_us)
        elif mood < 6:
            client.leave(delay_us)
        elif mood < 7:
            client.discover()
        else:
            client.move(self.chance.choice((BOTH, BOTH, (0,), (1,))))

    # -- Troubles

    def live(self, hours: float) -> None:
        """Everybody comes soon, and then lives."""
        pace = self.pace
        for number in BOTH:
            self._start(number)
        for client in self.clients:
            self.after(self.chance.randrange(self.lease_us), client.discover)
        self._repeat(pace.lease / len(self.clients) * 2, self._moods)
        self._repeat(pace.trouble, self._make_trouble)
        self._repeat(pace.trouble / 4, self._consider_partner_down)
        self._repeat(pace.trouble / 2, self._look)
        self.run(hours * 3600)

    def _make_trouble(self) -> None:
        if self._is_fragile():
            return
        names = list(TROUBLES)
        if self.settings.auto_partner_down:
            # A cut between living servers that both take over is the admin's mistake.
            names = [name for name in names if name not in CUTS]
        name = self.chance.choice(names)
        self._say(name)
        self.figures[name] += 1
        TROUBLES[name](self)

    def _how_long(self) -> int:
        pace = self.pace
        return self._in(self.chance.choice((3, pace.response, pace.response * 4, pace.lease / 3)))

    def _cut(self) -> None:
        self.network.cut(self.chance.choice((BOTH, BOTH, (0,), (1,))))
        self.after(self._how_long(), self._heal)

    def _heal(self) -> None:
        self._say("heal")
        self.network.heal()
        self.network.local_failure = None
        self.network.slowest_us = SECOND_US // 5

    def _no_route(self) -> None:
        self.network.cut(BOTH)
        self.network.local_failure = "network unreachable"
        self.after(self._how_long(), self._heal)

    def _slow(self) -> None:
        """Segments get lost and are sent again, so that much is late."""
        self.network.slowest_us = self.chance.choice((2, 8, 25)) * SECOND_US
        self.after(self._how_long(), self._heal)

    def _strangle(self) -> None:
        self.network.strangle()

    def _kill(self) -> None:
        number = self.chance.choice(BOTH)
        if self.nodes[number].is_running:
            self._died(number)

    def _kill_both(self) -> None:
        for number in BOTH:
            if self.nodes[number].is_running:
                self._died(number)

    def _power(self) -> None:
        number = self.chance.choice(BOTH)
        if self.nodes[number].is_running:
            self.nodes[number].stop()
            self.network.power_failed(number)
            self._will_start(number)

    def _tear(self) -> None:
        """The process will die while it writes its next records."""
        number = self.chance.choice(BOTH)
        if self.nodes[number].is_running:
            self.nodes[number].torn_at = self.chance.random()

    def _fill_disk(self) -> None:
        node = self.nodes[self.chance.choice(BOTH)]
        node.is_disk_failing = True

        def free() -> None:
            node.is_disk_failing = False

        # Every five seconds the two connect, and the link is dropped again: that tires.
        self.after(min(self._how_long(), 600 * SECOND_US), free)

    def _reload(self) -> None:
        """SIGHUP, which waits if the file lacks something."""
        number = self.chance.choice(BOTH)
        node = self.nodes[number]
        if node.is_running and node.torn_at is None and node.retry():
            self.at_node(number, node.reload)

    def _lose_file(self) -> None:
        """The disk is new; the partner lives, and knows what it was told."""
        number = self.chance.choice(BOTH)
        node, other = self.nodes[number], self.nodes[1 - number]
        if not node.is_running or not other.is_running:
            return
        if node.state != NORMAL or other.state not in (NORMAL, COMMUNICATIONS_INTERRUPTED):
            return
        node.stop()
        self.network.process_died(number)
        self._replace_disk(number)
        self._will_start(number)

    def _replace_disk(self, number: int) -> None:
        node, other = self.nodes[number], self.nodes[1 - number]
        self.ledger.excuse(node, other, self.pace.mclt, self.now_us)
        node.lose_file()

    def _deafen(self) -> None:
        """The clients' network loses one server."""
        number = self.chance.choice(BOTH)
        self.deaf.add(number)
        self.after(self._how_long(), lambda: self.deaf.discard(number))

    def _black_out(self) -> None:
        for client in self.clients:
            if client.state == BOUND:
                client.reboot()

    def _order_away(self) -> None:
        """The admin takes one server out of service, and back."""
        number = self.chance.choice(BOTH)
        node = self.nodes[number]
        if node.is_running and node.state == NORMAL:
            state = self.chance.choice((SHUTDOWN, PAUSED))
            self.at_node(number, lambda: node.order(state))
            self.after(self._how_long(), lambda: self._order_back(number))

    def _order_back(self, number: int) -> None:
        node = self.nodes[number]
        if not node.is_running:
            self.after(60 * SECOND_US, lambda: self._order_back(number))
        elif node.state == SHUTDOWN:
            self.at_node(number, lambda: node.order(RECOVER))
        elif node.state == PAUSED:
            # A partner that has taken over meanwhile knows better.
            is_late = self.nodes[1 - number].state == PARTNER_DOWN
            self.at_node(number, lambda: node.order(RECOVER if is_late else NORMAL))

    def _consider_partner_down(self) -> None:
        """Only when the other is dead indeed, for long, and will not come back unseen."""
        if not all(self.network.is_up) or self.network.slowest_us > SECOND_US:
            return
        for number in BOTH:
            node = self.nodes[number]
            since_us = self.away_since_us[1 - number]
            if (
                node.is_running
                and node.torn_at is None
                and not node.is_disk_failing
                and node.peer.my_state == COMMUNICATIONS_INTERRUPTED
                and since_us is not None
                and self.now_us - since_us > self.pace.response * SECOND_US
            ):
                self._say(f"partner-down at {number}")
                self.figures["partner-down"] += 1
                self.at_node(number, partial(node.order, PARTNER_DOWN))
                if self.chance.random() < 0.3:
                    self._say(f"new disk at {1 - number}")
                    self._replace_disk(1 - number)

    # -- What must be true

    def _look(self) -> None:
        self.ledger.check_remembered(self.nodes, self.now_us)
        for node in self.nodes:
            counts = node.store.counts(0)
            assert sum(counts.by_queue) == counts.total == self.settings.pool
            assert min(counts.by_queue) >= 0

    def calm_down(self) -> None:
        """The troubles end, the dead come back; the pair must find to normal."""
        self._say("calm")
        self.is_calm = True
        self._heal()
        self.deaf.clear()
        for number in BOTH:
            self.nodes[number].is_disk_failing = False
            self.nodes[number].torn_at = None
        first = 0 if self.nodes[0].state == PARTNER_DOWN else 1
        for number in (first, 1 - first):
            self._start(number)
            self.run(60)
            self._order_back(number)
        pace = self.pace
        self.run(pace.mclt + 2 * pace.response + 300)
        states = tuple(node.peer.my_state for node in self.nodes)
        assert states == (NORMAL, NORMAL), states
        self._look()

    def fall_silent(self) -> None:
        """All clients leave without a word: every address must come back, and to whom it should."""
        for client in self.clients:
            client.fall_silent()
        self.run(self.pace.lease * 4)
        self._look()
        primary, secondary = self.nodes
        for at in range(POOL_START, POOL_START + self.settings.pool):
            states = tuple(node.store.lease_of(at).state for node in self.nodes)
            assert states in ((FREE, FREE), (BACKUP, BACKUP)), (at, states)
        counts = primary.store.counts(0)
        assert counts.by_queue == secondary.store.counts(0).by_queue
        assert counts.by_queue[RESERVED_QUEUE] == 0
        lts = (counts.free - counts.backup) // 2
        assert abs(lts) <= self.settings.pool // 10 + 1, (counts.free, counts.backup)

    def _say(self, text: str) -> None:
        seconds = (self.now_us - START_US) / SECOND_US
        states = [node.state if node.life else 0 for node in self.nodes]
        self.history.append(f"{seconds:.1f} {states} {text}")


TROUBLES: dict[str, Callable[[Simulation], None]] = {
    "cut": Simulation._cut,
    "no route": Simulation._no_route,
    "slow": Simulation._slow,
    "strangle": Simulation._strangle,
    "kill": Simulation._kill,
    "kill both": Simulation._kill_both,
    "power": Simulation._power,
    "tear": Simulation._tear,
    "disk": Simulation._fill_disk,
    "reload": Simulation._reload,
    "lost file": Simulation._lose_file,
    "deaf": Simulation._deafen,
    "black-out": Simulation._black_out,
    "ordered away": Simulation._order_away,
}
CUTS = ("cut", "no route", "slow", "strangle", "disk")


def hours_of(seed: int) -> float:
    """How long a life of the seed's pace is by itself."""
    return PACES[seed % len(PACES)].trouble * TROUBLES_PER_LIFE / 3600


def simulate(seed: int, hours: float) -> Simulation:
    """One simulation; a failure says how to see it again."""
    simulation = Simulation(seed)
    try:
        simulation.live(hours)
        simulation.calm_down()
        simulation.fall_silent()
    except BaseException as error:
        error.add_note("\n".join(simulation.history[-30:]))
        error.add_note(f"{simulation.settings}")
        error.add_note(f"again: python -m tests.failover --seeds {seed} --hours {hours:g}")
        raise
    return simulation

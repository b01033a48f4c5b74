"""A month of a site, from one seed: clients, a lossy network, a server that crashes."""

import random
from collections.abc import Callable
from heapq import heappop, heappush

from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import ABANDONED, ACTIVE, RESERVED
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.moment import MICROSECONDS, NEVER
from tests.simulation.client import BOUND, DAY, HOUR, Client
from tests.simulation.configuration import CONFIGURATION, GUESTS, LABORATORY, OFFICE
from tests.simulation.ledger import Ledger, check_counts, check_limits
from tests.simulation.machine import Machine
from tests.simulation.replay import (
    Snapshot,
    check_cuts,
    check_leases,
    check_snapshot,
    leases_after,
    take_snapshot,
)

LOSS = 0.04
CUTS_PER_EPOCH = 3
SNAPSHOTS_PER_EPOCH = 3
# Longer than any lease but the endless ones, and than `abandon-lease-time`.
LONG_AFTER_S = 3 * DAY


class Month:
    """`now` is in seconds of the server's epoch; `figures` count what was seen."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.machine = Machine(CONFIGURATION)
        self.ledger = Ledger()
        self.loss = LOSS
        self.squatters: set[int] = set()
        self.snapshots: list[Snapshot] = []
        self.figures = dict.fromkeys(("packets", "restarts", "crashes", "cuts", "abandoned"), 0)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._tie = 0
        self._outbox: list[tuple[Client, bytes, str]] = []
        self.clients = make_clients(self)
        self._by_number = {client.number: client for client in self.clients}

    # -- What clients ask of the world

    @property
    def now(self) -> float:
        return self.machine.now_us / MICROSECONDS

    def at(self, delay_s: float, act: Callable[[], None]) -> None:
        self._tie += 1
        heappush(self._events, (self.now + delay_s, self._tie, act))

    def send(self, sender: Client, payload: bytes, source: str) -> None:
        if self.chance.random() >= self.loss:
            self._outbox.append((sender, payload, source))

    def let_go(self, sender: Client, address: bytes) -> None:
        self.ledger.let_go(sender, address)

    # -- Time

    def live(self, days: float) -> None:
        """Everybody comes on the first day, and then lives."""
        for client in self.clients:
            self.at(self.chance.uniform(0, DAY), client.discover)
            self._repeat(client.act, 1.5 * DAY)
        self._repeat(self._squat, DAY)
        self._repeat(self._fill_disk, 2 * DAY)
        self._repeat(self._black_out, 5 * DAY)
        self._repeat(self._restart, 4 * DAY)
        self._repeat(self._crash, 2 * DAY)
        self._repeat(self._look, 8 * HOUR)
        self.run(days * DAY)
        self._close_epoch()

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self._events and self._events[0][0] <= end:
            time = self._events[0][0]
            self._pass_to(time)
            while self._events and self._events[0][0] <= time:
                _, _, act = heappop(self._events)
                act()
            while self._outbox:
                self._serve()
        self._pass_to(end)

    def fall_silent(self) -> None:
        """Everybody leaves without a word, and nobody comes until every time is over."""
        self._events.clear()
        self.machine.is_disk_full = False
        self.run(LONG_AFTER_S)

    def _repeat(self, act: Callable[[], None], mean_s: float) -> None:
        def again() -> None:
            act()
            self.at(self.chance.expovariate(1 / mean_s), again)

        self.at(self.chance.expovariate(1 / mean_s), again)

    def _pass_to(self, time: float) -> None:
        """The server's timers up to then, each at its time."""
        machine = self.machine
        target_us = int(time * MICROSECONDS)
        while (due_us := machine.server.next_timer_us()) is not None and due_us <= target_us:
            machine.now_us = max(machine.now_us, due_us)
            self._carry_out(machine.handle_timer(), [])
            while self._outbox:
                self._serve()
        machine.now_us = max(machine.now_us, target_us)

    # -- The wire

    def _serve(self) -> None:
        batch, self._outbox = self._outbox, []
        self.figures["packets"] += len(batch)
        turn = self.machine.serve([(payload, source) for _, payload, source in batch])
        self._carry_out(turn, [client for client, _, _ in batch])

    def _carry_out(self, turn: Turn, senders: list[Client]) -> None:
        machine = self.machine
        self.ledger.check_ends(machine, turn, senders)
        self.figures["abandoned"] += sum(one.after.state == ABANDONED for one in turn.changes)
        is_on_disk = not machine.is_disk_full and machine.torn_at is None
        for reply in turn.replies:
            if reply.is_held and not is_on_disk:
                continue
            client = self._by_number[int.from_bytes(reply.payload[4:8], "big")]
            self.ledger.check_promise(machine, client, reply)
            if self.chance.random() >= self.loss:
                client.hear(reply)
        for address in turn.pings:
            if address in self.squatters:
                self._echo_soon(address)

    def _echo_soon(self, address: int) -> None:
        text = format_ipv4(address)
        self.at(0.2, lambda: self._carry_out(self.machine.echo(text), []))

    # -- Accidents

    def _squat(self) -> None:
        """Somebody has set an address by hand, and sets another one the next day."""
        pool = self.chance.choice(CONFIGURATION.pools)
        self.squatters = {self.chance.randint(one.low, one.high) for one in pool.ranges}

    def _fill_disk(self) -> None:
        self.machine.is_disk_full = True
        self.at(self.chance.choice((60.0, HOUR, 4 * HOUR)), self._free_disk)

    def _free_disk(self) -> None:
        """What could not be written is written now: nothing is left out."""
        self.machine.is_disk_full = False
        self.machine.commit(Turn())
        check_snapshot(self.machine, take_snapshot(self.machine))

    def _black_out(self) -> None:
        """All clients of the office reboot within the same moment."""
        for client in self.clients:
            if client.giaddr == OFFICE and client.state == BOUND and not client.is_bootp:
                client.reboot()

    def _restart(self) -> None:
        while self._outbox:
            self._serve()
        self._close_epoch()
        loaded = self.machine.begin_again()
        assert loaded.messages == []
        self.figures["restarts"] += 1

    def _crash(self) -> None:
        """The process dies while it writes the records of whatever comes next."""
        machine = self.machine
        for client in self.chance.sample(self.clients, 12):
            if client.state == BOUND and not client.is_bootp:
                client.wake()
        machine.is_disk_full = False
        machine.torn_at = self.chance.random()
        self._serve()
        self._outbox.clear()  # nobody listens now
        self._close_epoch()
        expected = leases_after(machine, len(machine.entries))
        now = machine.now
        check_leases(machine, machine.load(machine.journal, now), expected, now)
        machine.begin_again()
        self.figures["crashes"] += 1

    # -- What must be true

    def _look(self) -> None:
        check_counts(self.machine)
        check_limits(self.machine)
        if not self.machine.is_disk_full and not self.machine.server.has_unwritten:
            self.snapshots.append(take_snapshot(self.machine))

    def _close_epoch(self) -> None:
        """Before the journal is written anew it is read from some cuts."""
        some = min(len(self.snapshots), SNAPSHOTS_PER_EPOCH)
        for snapshot in self.chance.sample(self.snapshots, some):
            check_snapshot(self.machine, snapshot)
        self.snapshots.clear()
        cuts = check_cuts(self.machine, self.chance, CUTS_PER_EPOCH)
        self.figures["cuts"] += cuts + some

    def check_nothing_is_lost(self) -> None:
        """After all have gone, newcomers get every address that is not kept for its client."""
        store = self.machine.store
        kept = {
            lease.address
            for lease in store.leases()
            if lease.ends == NEVER or lease.flags & RESERVED
        }
        for lease in store.leases():
            assert lease.state not in (ACTIVE, ABANDONED) or lease.ends == NEVER
        check_counts(self.machine)
        self.loss = 0.0
        self.squatters.clear()
        got = self._lease_to_newcomers()
        for pool in CONFIGURATION.pools:
            addresses = {at for one in pool.ranges for at in range(one.low, one.high + 1)}
            assert got & addresses == addresses - kept
        assert not got & kept

    def _lease_to_newcomers(self) -> set[int]:
        newcomers: list[Client] = []
        for place, vendor, count in (
            (OFFICE, None, 60),
            (OFFICE, b"phone", 20),
            (GUESTS, None, 60),
            (LABORATORY, None, 40),
        ):
            for _ in range(count):
                number = 1000 + len(newcomers)
                client = Client(self, number, number.to_bytes(6, "big"), None, (place,), vendor)
                self._by_number[number] = client
                newcomers.append(client)
                self.at(2.0 * len(newcomers), client.discover)
        self.run(HOUR)
        bound = [client for client in newcomers if client.state == BOUND]
        addresses = {int.from_bytes(client.address, "big") for client in bound}
        assert len(addresses) == len(bound)
        return addresses


def make_clients(month: Month) -> list[Client]:
    """Some hundred: more than there are addresses at every place."""
    clients: list[Client] = []

    def add(
        uid: bytes | None,
        *places: str,
        vendor: bytes | None = None,
        hardware: bytes | None = None,
        is_bootp: bool = False,
    ) -> Client:
        number = len(clients) + 1
        own = bytes((2, 0, 0, 0, 0, number))
        client = Client(month, number, hardware or own, uid, places, vendor, is_bootp)
        clients.append(client)
        return client

    for number in range(44):
        add((None, b"\1pc%d" % number)[number % 2], OFFICE)
    for number in range(14):
        add(b"\1phone%d" % number, OFFICE, vendor=b"phone-%d" % number)
    for _ in range(5):
        add(None, OFFICE, is_bootp=True)
    for number in range(34):
        add((None, b"\1guest%d" % number)[number % 2], GUESTS, OFFICE)
    for number in range(16):
        client = add((None, b"lab%d" % number)[number % 2], LABORATORY, LABORATORY, GUESTS)
        client.wants_endless = number % 8 == 1
    # Clones: the hardware address of another, with and without an identifier of their own.
    for number in range(0, 24, 3):
        twin = clients[number]
        add((None, b"\1clone%d" % number)[number % 2], *twin.places, hardware=twin.hardware)
    return clients

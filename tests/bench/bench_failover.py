"""Pauses of a failover pair's servers: python -m tests.bench.bench_failover [LEASES [ADDRESSES]]

A pair in one process over a pool of ADDRESSES, of which clients have LEASES: the processor time
of the whole, and of the longest single event, for which a client may have to wait.
"""

import gc
import sys
from collections.abc import Callable
from time import process_time

from pydhcpd.core.turn import LinkSend, Turn
from pydhcpd.lease.lease import ACTIVE, BACKUP, EXPIRED, Lease
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    NORMAL,
    SERVER_STATE_NAMES,
    PeerState,
)
from pydhcpd.lease.store import LeaseStore
from tests.failover.side import Side, configuration_text
from tests.resolve.reading import configuration_of

NOW = 1_800_000_000
FIRST = 10 << 24 | 1 << 16
PRIMARY, SECONDARY = "10.0.0.1", "10.0.0.2"
READ_BYTES = 16 * 1024  # as the daemon reads from a link
DEFAULT_LEASES = 50_000
DEFAULT_ADDRESSES = 130_000


class Watched:
    """A side whose events are timed; `name` in the report."""

    def __init__(self, name: str, side: Side) -> None:
        self.name = name
        self.side = side
        self.longest_s = 0.0
        self.total_s = 0.0
        self.events = 0
        self.what = ""

    def time(self, what: str, event: Callable[[], Turn]) -> None:
        begin = process_time()
        turn = event()
        self.side.server.record_text(turn.changes, turn.peer_states)
        took_s = process_time() - begin
        self.events += 1
        self.total_s += took_s
        if took_s > self.longest_s:
            self.longest_s, self.what = took_s, f"{what}, {len(turn.changes)} records"
        self.side.server.committed()
        self.side.actions.extend(turn.links)

    def start(self) -> None:
        side = self.side
        self.time(
            "start", lambda: side.server.start_failover(side.saved, (), lambda: 0, side.moment)
        )

    def receive(self, data: bytes) -> None:
        side = self.side
        self.time(f"message {data[2]}", lambda: side.server.link_received(1, data, side.moment))

    def handle_timer(self) -> None:
        side = self.side
        self.time("timer", lambda: side.server.handle_timer(side.moment))

    def take_output(self) -> bytes:
        """What waits to be sent over the link."""
        sends = [action for action in self.side.actions if isinstance(action, LinkSend)]
        self.side.actions.clear()
        return b"".join([action.payload for action in sends])

    def report(self) -> None:
        print(
            f"  {self.name:10} {self.events:7} events {self.total_s:7.2f} s"
            f"   longest {self.longest_s * 1e3:7.1f} ms ({self.what})"
        )


class TimedPair:
    """Both sides and the link between them."""

    def __init__(self, primary: Side, secondary: Side) -> None:
        self.sides = (Watched("primary", primary), Watched("secondary", secondary))
        for watched in self.sides:
            watched.start()

    def connect(self) -> None:
        first, second = (watched.side for watched in self.sides)
        self.sides[0].time(
            "dialled", lambda: first.server.link_dialled(1, first.name, 0x0A000002, first.moment)
        )
        self.sides[1].time(
            "accepted", lambda: second.server.link_accepted(1, 0x0A000001, second.moment)
        )

    def settle(self) -> None:
        """Deliver what is under way, and do what is due."""
        is_idle = False
        while not is_idle:
            is_idle = True
            for watched, other in (self.sides, self.sides[::-1]):
                data = watched.take_output()
                for at in range(0, len(data), READ_BYTES):
                    is_idle = False
                    other.receive(data[at : at + READ_BYTES])
            for watched in self.sides:
                due_us = watched.side.server.next_timer_us()
                if due_us is not None and due_us <= watched.side.now_us:
                    is_idle = False
                    watched.handle_timer()

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            for watched in self.sides:
                watched.side.now_us += 1_000_000
            self.settle()

    def report(self, what: str) -> None:
        states = ", ".join(SERVER_STATE_NAMES[watched.side.peer.my_state] for watched in self.sides)
        print(f"{what}; in the end {states}")
        for watched in self.sides:
            watched.report()


def leases(active: int, addresses: int, backups: int, is_known: bool) -> list[Lease]:
    told = NOW - 60
    found = [
        Lease(
            FIRST + number,
            ACTIVE,
            EXPIRED,
            ACTIVE,
            starts=told,
            ends=NOW + 3600,
            tstp=NOW + 3600,
            tsfp=NOW + 3600 if is_known else 0,
            atsfp=NOW + 3600 if is_known else 0,
            cltt=told,
            hardware=b"\1\2\0" + number.to_bytes(4, "big"),
            uid=b"\1\2\0" + number.to_bytes(4, "big"),
        )
        for number in range(active)
    ]
    found += [
        Lease(FIRST + number, BACKUP, BACKUP, BACKUP, told, told, told, told, told)
        for number in range(addresses - backups, addresses)
    ]
    return found


def side(is_primary: bool, addresses: int, stored: list[Lease], state: int | None) -> Side:
    last = FIRST + addresses - 1
    text = configuration_text(
        is_primary,
        addresses=(PRIMARY, SECONDARY),
        pool=f"range 10.1.0.0 10.{last >> 16 & 255}.{last >> 8 & 255}.{last & 255};",
    ).replace("subnet 10.13.37.0 netmask 255.255.255.0", "subnet 10.0.0.0 netmask 255.0.0.0")
    text = text.replace("10.13.37.254", "10.0.0.254").replace(
        "max-response-delay 10", "max-response-delay 3000"
    )
    configuration = configuration_of(text)
    saved = None if state is None else PeerState("fo", state, NOW - 60, NORMAL, NOW - 60, 30)
    own = PRIMARY if is_primary else SECONDARY
    return Side(configuration, NOW * 1_000_000, own, saved, LeaseStore(configuration.pools, stored))


def main(active: int, addresses: int) -> None:
    gc.disable()
    half = (addresses - active) // 2
    known = leases(active, addresses, half, True)
    pair = TimedPair(side(True, addresses, known, NORMAL), side(False, addresses, known, NORMAL))
    pair.connect()
    pair.settle()
    pair.report("in normal from the start, balanced")

    pair = TimedPair(
        side(True, addresses, known, COMMUNICATIONS_INTERRUPTED), side(False, addresses, [], None)
    )
    pair.connect()
    pair.settle()
    pair.wait(40)
    pair.report("the secondary has lost its file: UPDREQALL")

    unbalanced = leases(active, addresses, 0, True)
    pair = TimedPair(
        side(True, addresses, unbalanced, NORMAL), side(False, addresses, unbalanced, NORMAL)
    )
    pair.connect()
    pair.settle()
    pair.wait(5)
    pair.report("all free leases are the primary's: balancing")

    untold = leases(active, addresses, half, False)
    pair = TimedPair(
        side(True, addresses, untold, COMMUNICATIONS_INTERRUPTED),
        side(False, addresses, known, COMMUNICATIONS_INTERRUPTED),
    )
    pair.connect()
    pair.settle()
    pair.wait(5)
    pair.report("back together, the secondary knows of no lease")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_LEASES,
        int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_ADDRESSES,
    )

"""The clients: many at a time on one core, each waiting for its answer (RFC 2131 section 4.4).

One loop serves every load. *New* clients go from DISCOVER to ACK through a relay agent;
*renewing* ones send a unicast REQUEST with ciaddr. In a closed loop a fixed number of clients is
under way and a new one starts when one is done; in an open loop they start when the schedule
says, whatever the server does.

Unanswered packets are sent again as RFC 2131 section 4.1 says (after 4 s, 8 s, 16 s … 64 s, each
give or take one second), all times multiplied by the load's `time_scale`.

Runs in the clients' namespace as a process of its own: a `Load` as JSON on standard input, a
`Result` as JSON on standard output.
"""

from __future__ import annotations

import gc
import json
import os
import random
import select
import socket
import sys
import time
from bisect import bisect_right
from dataclasses import asdict
from typing import Final, final

from conformance.bench.load import Load, Result
from conformance.bench.network import RELAY_ADDRESS
from conformance.bench.packets import (
    ACK,
    NAK,
    OFFER,
    PACKET_SIZE,
    discover,
    read_options,
    renewal,
    request,
)
from conformance.bench.sending import (
    SEND_AT_ONCE,
    enlarge_receive_buffer,
    segment_writes,
    send_to_server,
)

FIRST_DELAY_S: Final = 4.0
LAST_DELAY_S: Final = 64.0
SEED: Final = 2131

_TICK_S: Final = 0.02
_WHEEL_TICKS: Final = 4096  # 82 s: more than the longest delay, 65 s
_START_AT_ONCE: Final = 16 * SEND_AT_ONCE
_RECEIVE_AT_ONCE: Final = SEND_AT_ONCE  # each OFFER taken makes a REQUEST
_LEAST_REPLY: Final = 250  # up to message type and server identifier

# What a client is doing.
_SELECTING: Final = 1
_REQUESTING: Final = 2
_DONE: Final = 3


@final
class Exchanges:
    """All exchanges of one load, by number; exchange n has the xid first_xid + n."""

    def __init__(self, load: Load, datagrams: socket.socket) -> None:
        self._load: Final = load
        self._datagrams: Final = datagrams
        count = load.exchanges
        first_packet = renewal if load.renewing else discover
        self._packets: Final = [
            first_packet(load.first_client + n % load.clients, load.first_xid + n)
            for n in range(count)
        ]
        self._joined_packets: Final = memoryview(b"".join(self._packets))
        self._first_state: Final = _REQUESTING if load.renewing else _SELECTING
        self._states: Final = bytearray(count)
        self._requests: Final = [b""] * count
        self._begun: Final = [0.0] * count
        chance = random.Random(SEED)
        self._jitter: Final = [chance.uniform(-1.0, 1.0) for _ in range(256)]
        self._first_delays: Final = [self._ticks(FIRST_DELAY_S + extra) for extra in self._jitter]
        self._offsets: Final = _schedule(load, chance)
        # An entry of the wheel is an exchange and its state: when the exchange has moved on the
        # entry is void, so nothing is ever searched or taken out.
        self._wheel: Final[list[list[int]]] = [[] for _ in range(_WHEEL_TICKS)]
        self._turned = 0
        self._tick = 0
        self._attempts: Final[dict[int, int]] = {}
        self._latencies: Final[list[float]] = []
        self._granted: Final[list[tuple[bytes, int]]] = []
        self._started = self._refused = self._retransmissions = self._stale = 0

    def run(self) -> Result:
        """Send the load, to its last answer or to its time limit."""
        load, count, latencies = self._load, self._load.exchanges, self._latencies
        cpu = time.process_time()
        begin = now = time.monotonic()
        stop = begin + load.limit_s
        deadline = stop + load.grace_s
        last_start, completed_while_starting = begin, 0
        while len(latencies) + self._refused < count and now < deadline:
            self._tick = int((now - begin) / _TICK_S)
            goal = self._started if now >= stop else self._goal(now - begin)
            if self._started < goal:
                self._start(goal, begin, now)
                last_start, completed_while_starting = now, len(latencies)
            if self._turned < self._tick:
                self._retransmit()
            if not self._receive() and self._started >= goal:
                self._wait(begin)
            now = time.monotonic()
        cpu = time.process_time() - cpu
        latencies.sort()
        unanswered = self._started - len(latencies)
        return Result(
            started=self._started,
            completed=len(latencies),
            completed_while_starting=completed_while_starting,
            refused=self._refused,
            retransmissions=self._retransmissions,
            stale=self._stale,
            duplicate_addresses=self._duplicate_addresses(),
            elapsed_s=now - begin,
            starting_s=last_start - begin,
            cpu_s=cpu,
            p50_ms=_percentile_ms(latencies, unanswered, 0.50),
            p99_ms=_percentile_ms(latencies, unanswered, 0.99),
            longest_ms=_percentile_ms(latencies, unanswered, 1 - 1e-9),
        )

    def _goal(self, elapsed: float) -> int:
        """How many clients should have started by now."""
        if self._offsets:
            return bisect_right(self._offsets, elapsed, self._started)
        under_way = len(self._latencies) + self._refused + self._load.window
        return min(self._load.exchanges, under_way)

    def _start(self, goal: int, begin: float, now: float) -> None:
        first, state = self._started, self._first_state
        until = min(goal, first + _START_AT_ONCE)
        for begins in range(first, until, SEND_AT_ONCE):
            ends = min(until, begins + SEND_AT_ONCE)
            joined = self._joined_packets[begins * PACKET_SIZE : ends * PACKET_SIZE]
            send_to_server(self._datagrams, joined)
        self._states[first:until] = bytes([state]) * (until - first)
        bucket = (self._tick + self._first_delays[first & 255]) % _WHEEL_TICKS
        self._wheel[bucket] += [n << 2 | state for n in range(first, until)]
        if self._offsets:
            self._begun[first:until] = [begin + at for at in self._offsets[first:until]]
        else:
            self._begun[first:until] = [now] * (until - first)
        self._started = until

    def _retransmit(self) -> None:
        states, wheel = self._states, self._wheel
        while self._turned < self._tick:
            self._turned += 1
            place = self._turned % _WHEEL_TICKS
            due, wheel[place] = wheel[place], []
            for entry in due:
                n, state = entry >> 2, entry & 3
                if states[n] != state:
                    continue
                attempt = self._attempts.get(entry, 0) + 1
                self._attempts[entry] = attempt
                delay = min(FIRST_DELAY_S * 2**attempt, LAST_DELAY_S)
                ticks = self._ticks(delay + self._jitter[(n + attempt) & 255])
                wheel[(self._turned + ticks) % _WHEEL_TICKS].append(entry)
                self._retransmissions += 1
                again = self._packets if state == self._first_state else self._requests
                send_to_server(self._datagrams, again[n])

    def _receive(self) -> bool:
        """Take what has come, up to a limit, and send the REQUESTs; False: there was nothing."""
        receive, clock, count = self._datagrams.recv, time.monotonic, self._load.exchanges
        states, first_xid, begun = self._states, self._load.first_xid, self._begun
        packets, requests, delays = self._packets, self._requests, self._first_delays
        wheel, tick = self._wheel, self._tick
        outgoing: list[bytes] = []
        received = 0
        while received < _RECEIVE_AT_ONCE:
            try:
                reply = receive(1500)
            except BlockingIOError:
                break
            received += 1
            n = int.from_bytes(reply[4:8], "big") - first_xid
            if len(reply) < _LEAST_REPLY or not 0 <= n < count:
                self._stale += 1  # an answer to an earlier load
                continue
            if reply[240] == 53 and reply[243] == 54:
                kind, server = reply[242], reply[245:249]
            else:
                kind, server = read_options(reply)
            state = states[n]
            if kind == OFFER and state == _SELECTING:
                states[n] = _REQUESTING
                requests[n] = wanted = request(packets[n], reply[16:20], server)
                wheel[(tick + delays[n & 255]) % _WHEEL_TICKS].append(n << 2 | _REQUESTING)
                outgoing.append(wanted)
            elif kind == ACK and state == _REQUESTING:
                states[n] = _DONE
                self._latencies.append(clock() - begun[n])
                self._granted.append((reply[16:20], n))
            elif kind == NAK and state == _REQUESTING:
                states[n] = _DONE
                self._refused += 1
            else:
                self._stale += 1
        if outgoing:
            send_to_server(self._datagrams, b"".join(outgoing))
        return received > 0

    def _duplicate_addresses(self) -> int:
        """How many addresses were given to a client while they were another's."""
        clients, owners = self._load.clients, dict[bytes, int]()
        return sum(
            owners.setdefault(address, n % clients) != n % clients for address, n in self._granted
        )

    def _ticks(self, delay_s: float) -> int:
        return max(1, round(delay_s * self._load.time_scale / _TICK_S))

    def _wait(self, begin: float) -> None:
        """Sleep to the next answer, the next retransmission or the next client's start."""
        until = begin + (self._turned + 1) * _TICK_S
        if self._started < len(self._offsets):
            until = min(until, begin + self._offsets[self._started])
        pause = until - time.monotonic()
        if pause > 0:
            select.select([self._datagrams], [], [], pause)


def run(load: Load) -> Result:
    """Open the load's socket and send the load."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        enlarge_receive_buffer(datagrams)
        segment_writes(datagrams)
        if load.renewing:
            # The answers go to the clients' addresses, which are many: bound to none of them.
            datagrams.bind(("0.0.0.0", 68))
        else:
            datagrams.bind((RELAY_ADDRESS, 67))
        datagrams.setblocking(False)
        return Exchanges(load, datagrams).run()


def _schedule(load: Load, chance: random.Random) -> list[float]:
    """When each client of an open loop starts: Poisson arrivals. Nothing for a closed loop."""
    offsets: list[float] = []
    at = 0.0
    if load.rate:
        for _ in range(load.exchanges):
            at += chance.expovariate(load.rate)
            offsets.append(at)
    return offsets


def _percentile_ms(latencies: list[float], unanswered: int, share: float) -> float:
    """A client without an answer counts as slower than all others; infinite if it is the one."""
    place = int((len(latencies) + unanswered) * share)
    return latencies[place] * 1000 if place < len(latencies) else float("inf")


def main() -> None:
    load = Load(**json.load(sys.stdin))
    os.sched_setaffinity(0, {load.core})
    gc.disable()
    json.dump(asdict(run(load)), sys.stdout)


if __name__ == "__main__":
    main()

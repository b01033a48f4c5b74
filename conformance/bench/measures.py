"""The measures: which loads are put on a server, and which figures are kept of each.

`new_clients` starts a server once for three of them: (a) the peak with new clients, (d) the
latency at half of that peak, (c) an offered load of five times that peak. `renewals` (b) starts
one with a leases file that holds the clients' leases, once with the default
dhcp-cache-threshold and once with 0, where every renewal is written.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from conformance.bench import responder
from conformance.bench.configuration import POOL_SIZE, configuration_text, leases_text
from conformance.bench.load import Load, Result
from conformance.bench.network import SERVER_INTERFACE, Network, within
from conformance.bench.perfdhcp import run_perfdhcp
from conformance.bench.run_load import run_load
from conformance.bench.server import BenchError, Server

CLOSED_LOOP_CLIENTS: Final = 128
OVERLOAD: Final = 5.0
HALF: Final = 0.5
TIME_SCALE: Final = 0.25  # of the closed loops' retransmissions: 1 s, 2 s, 4 s …
RENEWING_CLIENTS: Final = 6_000

_GENERATOR_LIMIT_S: Final = 120.0
_SETTLE_S: Final = 0.5
_MOST_RENEWALS_A_SECOND: Final = 80_000  # past the generator's ceiling
_READY: Final = "Server starting service."
_PROJECT: Final = Path(__file__).parents[2]
_PYTHON_MODULE: Final = (sys.executable, "-m")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything: counts are ends reached by a fast server, times by a slow one."""

    new_clients: int
    new_clients_limit_s: float
    renewals_s: float
    overload_s: float
    half_load_s: float
    perfdhcp_s: int


FULL: Final = Sizes(6_000, 30.0, 3.0, 2.5, 3.0, 4)
QUICK: Final = Sizes(2_000, 8.0, 1.5, 1.5, 1.5, 2)


@dataclass(slots=True)
class Figures:
    """The figures of one side: for each name, one value a round; and what was odd."""

    values: dict[str, list[float]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def add(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(value)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the measures run: the network, the directory on a real disk, the two cores."""

    network: Network
    directory: Path
    server_core: int
    generator_core: int
    sizes: Sizes

    def serve(self, command: list[str], cache_threshold: int | None, leases: str) -> Server:
        """A server with dhcpd's flags, its log in a file."""
        configuration = self.directory / "dhcpd.conf"
        configuration.write_text(configuration_text(1, cache_threshold))
        lease_file = self.directory / "dhcpd.leases"
        lease_file.write_text(leases)
        arguments = [
            *(*command, "-4", "-f", "-d", "-cf", str(configuration), "-lf", str(lease_file)),
            *("--no-pid", SERVER_INTERFACE),
        ]
        return self._server(arguments, _READY, None)

    def respond(self) -> Server:
        """The trivial responder in a server's place."""
        return self._server([*_PYTHON_MODULE, responder.__name__], responder.READY, _PROJECT)

    def send(self, load: Load) -> Result:
        """Run the generator in the clients' namespace."""
        return run_load(self.network.relay_namespace, load, _GENERATOR_LIMIT_S)

    def closed_loop(self, exchanges: int, limit_s: float) -> Load:
        """New clients, each of them once, 128 at a time."""
        return Load(
            renewing=False,
            first_xid=0,
            first_client=0,
            clients=exchanges,
            exchanges=exchanges,
            window=CLOSED_LOOP_CLIENTS,
            rate=0.0,
            limit_s=limit_s,
            grace_s=0.0,
            time_scale=TIME_SCALE,
            core=self.generator_core,
        )

    def open_loop(
        self, rate: float, first_client: int, clients: int, exchanges: int, limit_s: float
    ) -> Load:
        """New clients at a rate; the first retransmission would come later than its end."""
        return Load(
            renewing=False,
            first_xid=first_client,
            first_client=first_client,
            clients=clients,
            exchanges=exchanges,
            window=0,
            rate=rate,
            limit_s=limit_s,
            grace_s=0.0,
            time_scale=1.0,
            core=self.generator_core,
        )

    def renewing(self, seconds: float) -> Load:
        """The clients of the leases file renew, over and over."""
        exchanges = int(seconds * _MOST_RENEWALS_A_SECOND)
        load = self.closed_loop(exchanges, seconds)
        return replace(load, renewing=True, clients=RENEWING_CLIENTS)

    def _server(self, arguments: list[str], ready: str, directory: Path | None) -> Server:
        return Server(
            within(self.network.server_namespace, arguments),
            directory=directory,
            log=self.directory / "log",
            ready=ready,
            core=self.server_core,
        )


def ceiling(bench: Bench) -> tuple[Result, Result]:
    """What the generator does against the responder: new clients, renewals."""
    with bench.respond():
        new = bench.send(bench.closed_loop(40_000, 5.0))
        renewed = bench.send(bench.renewing(1.0))
    return new, renewed


def new_clients(bench: Bench, command: list[str], wanted: frozenset[str], into: Figures) -> None:
    """(a) the peak, and then, if wanted, (d) half of it and (c) five times it."""
    sizes = bench.sizes
    with bench.serve(command, 0, "") as server:
        into.add("start_s", server.started_in_s)
        load = bench.closed_loop(sizes.new_clients, sizes.new_clients_limit_s)
        peak = _measured(bench, server, load, "a", into).steady_rate
        into.add("a_rate", peak)
        used = load.clients
        if "d" in wanted:
            used += _half_load(bench, peak, used, into)
            time.sleep(_SETTLE_S)
        if "c" in wanted:
            _overload(bench, peak, used, into)


def renewals(
    bench: Bench, command: list[str], name: str, cache_threshold: int | None, into: Figures
) -> None:
    """(b) clients that have their leases renew them, 128 at a time."""
    with bench.serve(command, cache_threshold, leases_text(RENEWING_CLIENTS)) as server:
        result = _measured(bench, server, bench.renewing(bench.sizes.renewals_s), name, into)
        into.add(f"{name}_rate", result.steady_rate)


def perfdhcp(bench: Bench, command: list[str], program: str, into: Figures) -> None:
    """(e) perfdhcp's own figure."""
    namespace, period_s = bench.network.relay_namespace, bench.sizes.perfdhcp_s
    with bench.serve(command, 0, ""):
        rate = run_perfdhcp(program, namespace, period_s, bench.generator_core)
    into.add("perfdhcp_rate", rate)


def _half_load(bench: Bench, peak: float, used: int, into: Figures) -> int:
    """(d) latency when new clients come at half of the peak; how many came."""
    rate, seconds = peak * HALF, bench.sizes.half_load_s
    clients = max(1, min(int(rate * seconds), POOL_SIZE // 2))
    load = bench.open_loop(rate, used, clients, clients, seconds)
    result = bench.send(replace(load, grace_s=1.0))
    _judge(result, "d", into)
    into.add("d_p50_ms", result.p50_ms)
    into.add("d_p99_ms", result.p99_ms)
    into.add("d_completed", result.completed / result.started)
    return clients


def _overload(bench: Bench, peak: float, used: int, into: Figures) -> None:
    """(c) clients come at five times the peak; when the pool's are used up they come again."""
    rate, seconds = peak * OVERLOAD, bench.sizes.overload_s
    enough = int(rate * seconds * 1.1) + 1
    result = bench.send(bench.open_loop(rate, used, POOL_SIZE - used, enough, seconds))
    _judge(result, "c", into)
    into.add("c_offered", result.offered_rate / peak)
    into.add("c_completed", result.rate / peak)


def _measured(bench: Bench, server: Server, load: Load, name: str, into: Figures) -> Result:
    """Send a load and keep what the server used for it."""
    before = server.usage()
    result = bench.send(load)
    used = server.usage().since(before)
    _judge(result, name, into)
    if not result.completed_while_starting:
        raise BenchError(
            f"({name}) nothing was completed; the server's log:\n{server.last_words()}"
        )
    into.add(f"{name}_cpu_s", used.cpu_s / result.completed * 1000)
    into.add(f"{name}_flushes", used.flushes / result.completed)
    into.add(f"{name}_written", used.written_bytes / result.completed)
    return result


def _judge(result: Result, name: str, into: Figures) -> None:
    """Answers that no server may give."""
    if result.duplicate_addresses:
        into.remarks.append(f"({name}) {result.duplicate_addresses} addresses were given twice")
    if result.refused:
        into.remarks.append(f"({name}) {result.refused} clients got a NAK")

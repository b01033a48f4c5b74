"""python -m conformance.bench.failover: two dhcpd against two pydhcpd as failover pairs.

New clients go from DISCOVER to ACK through a relay agent that knows both servers of a pair,
which is in normal before the load begins; load balancing decides who answers. A round counts
until the last client has its ACK, and separately until both leases files have every lease.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import FrameType
from typing import Final, final

import click

from conformance.bench.load import Load, Result
from conformance.bench.pair import Pair
from conformance.bench.pair_configuration import (
    NAME,
    NO_LEASES,
    PairSettings,
    pair_leases_text,
)
from conformance.bench.pair_network import PairNetwork
from conformance.bench.run_load import run_load
from conformance.bench.server import BenchError

_SYSTEM_PATH: Final = "/usr/sbin:/usr/local/sbin:/sbin"
_SETTINGS: Final = PairSettings(pool_size=16_384, mclt=1800, lease_time=3600)
# A secondary that has lost its file, of which much must be told in large pieces.
_LARGE: Final = PairSettings(pool_size=65_536, mclt=60, lease_time=3600, max_unacked_updates=100)
_LARGE_ACTIVE: Final = 50_000
_LARGE_CLIENTS: Final = 2_000
_LARGE_RATE: Final = 50.0
_SYNC_LIMIT_S: Final = 120.0
_REQUESTED_ALL: Final = f"Update request all from {NAME}"
_COMPLETED: Final = f"failover peer {NAME}: peer update completed."
_WINDOW: Final = 128
_TIME_SCALE: Final = 0.25
_LOAD_LIMIT_S: Final = 60.0
_LEAST_RATIO: Final = 3.0
# With more a server would sync its disk for every update or acknowledgement of its partner.
_MOST_SYNCS_PER_LEASE: Final = 1.0
_NOT_MET: Final = 1
_COULD_NOT_RUN: Final = 2


@dataclass(slots=True)
class PairFigures:
    """One value a round for each name."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(value)

    def median(self, name: str) -> float | None:
        values = self.values.get(name)
        return median(values) if values else None


@final
class Bench:
    """Where and with what the rounds run."""

    def __init__(
        self, network: PairNetwork, folder: Path, cores: tuple[int, int], clients: int
    ) -> None:
        self.network: Final = network
        self.folder: Final = folder
        self.cores: Final = cores
        self.clients: Final = clients

    def round(self, command: list[str], into: PairFigures) -> None:
        """Load a fresh pair once."""
        with self._pair(command, lambda server: []) as pair:
            pair.await_normal()
            before = [server.usage() for server in pair.servers]
            begin = time.monotonic()
            result = self._send(self._closed_loop())
            took = pair.await_agreement(result.completed)
            elapsed = time.monotonic() - begin
            used = [
                server.usage().since(usage)
                for server, usage in zip(pair.servers, before, strict=True)
            ]
        into.add("rate", result.steady_rate)
        into.add("known_rate", 0.0 if took is None else result.completed / elapsed)
        into.add("p50", result.p50_ms)
        into.add("p99", result.p99_ms)
        for name, usage in zip(("primary_cpu", "secondary_cpu"), used, strict=True):
            into.add(name, usage.cpu_s / result.completed * 1000)

    def count_syncs(self, command: list[str], into: PairFigures) -> None:
        """The same under strace(1), which tells each process's fsync and fdatasync calls."""
        traces = [self.folder / f"trace{server}" for server in (0, 1)]

        def prefix(server: int) -> list[str]:
            calls = "trace=fsync,fdatasync"
            output = ["-o", str(traces[server])]
            return ["strace", "-D", "-f", "--seccomp-bpf", "-e", calls, *output]

        with self._pair(command, prefix) as pair:
            pair.await_normal()
            before = [_lines(trace) for trace in traces]
            result = self._send(self._closed_loop())
            pair.await_agreement(result.completed)
            counts = [_lines(trace) - first for trace, first in zip(traces, before, strict=True)]
        for name, count in zip(("primary_syncs", "secondary_syncs"), counts, strict=True):
            into.add(name, count / result.completed)

    def sync(self, command: list[str]) -> tuple[Result, float]:
        """The secondary has lost its file: clients come while it is told of all leases.

        With the result of the load, how long the update took in seconds.
        """
        leases = (
            pair_leases_text(0, _LARGE, "communications-interrupted", _LARGE_ACTIVE),
            NO_LEASES,
        )
        load = Load(
            renewing=False,
            first_xid=0,
            first_client=_LARGE_ACTIVE,
            clients=_LARGE_CLIENTS,
            exchanges=_LARGE_CLIENTS,
            window=0,
            rate=_LARGE_RATE,
            limit_s=_LARGE_CLIENTS / _LARGE_RATE,
            grace_s=5.0,
            time_scale=1.0,
            core=self.cores[1],
        )
        commands = (command, command)
        with (
            Pair(self.network, self.folder, commands, _LARGE, self.cores, leases) as pair,
            ThreadPoolExecutor(1) as pool,
        ):
            pair.await_line(0, _REQUESTED_ALL, _SYNC_LIMIT_S)
            begin = time.monotonic()
            sending = pool.submit(self._send, load)
            pair.await_line(1, _COMPLETED, _SYNC_LIMIT_S)
            took_s = time.monotonic() - begin
            return sending.result(), took_s

    def _pair(self, command: list[str], prefix: Callable[[int], list[str]]) -> Pair:
        leases = pair_leases_text(0, _SETTINGS), pair_leases_text(1, _SETTINGS)
        commands = (command, command)
        return Pair(self.network, self.folder, commands, _SETTINGS, self.cores, leases, prefix)

    def _closed_loop(self) -> Load:
        return Load(
            renewing=False,
            first_xid=0,
            first_client=0,
            clients=self.clients,
            exchanges=self.clients,
            window=_WINDOW,
            rate=0.0,
            limit_s=_LOAD_LIMIT_S,
            grace_s=0.0,
            time_scale=_TIME_SCALE,
            core=self.cores[1],
        )

    def _send(self, load: Load) -> Result:
        result = run_load(self.network.relay_namespace, load, 2 * _LOAD_LIMIT_S)
        if not result.completed:
            raise BenchError("no client got an ACK")
        if result.duplicate_addresses:
            raise BenchError(f"{result.duplicate_addresses} addresses were given twice")
        return result


def _lines(trace: Path) -> int:
    return trace.read_bytes().count(b"sync(")


_ROWS: Final = (
    ("rate", "new clients/s", 0),
    ("known_rate", "leases/s in both leases files", 0),
    ("p50", "p50 latency, ms", 1),
    ("p99", "p99 latency, ms", 1),
    ("primary_cpu", "primary's CPU s per 1,000 leases", 3),
    ("secondary_cpu", "secondary's CPU s per 1,000 leases", 3),
    ("primary_syncs", "primary's fsyncs per lease", 3),
    ("secondary_syncs", "secondary's fsyncs per lease", 3),
)


def _table(reference: PairFigures, subject: PairFigures) -> str:
    lines = [f"{'medians':40} {'dhcpd':>9} {'pydhcpd':>9} {'ratio':>7}"]
    for name, label, digits in _ROWS:
        theirs, ours = reference.median(name), subject.median(name)
        if theirs is None or ours is None:
            continue
        ratio = f"{ours / theirs:.2f}" if theirs else "-"
        lines.append(f"{label:40} {theirs:9,.{digits}f} {ours:9,.{digits}f} {ratio:>7}")
    return "\n".join(lines)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@click.command()
@click.option("--rounds", type=click.IntRange(1, 20), default=3, show_default=True)
@click.option("--clients", type=click.IntRange(100, 8_000), default=4_000, show_default=True)
@click.option(
    "--sync",
    is_flag=True,
    help="Only pydhcpd: how long clients wait while 50,000 leases are told anew.",
)
@click.option("--reference", help="The reference's command (the system's dhcpd).")
@click.option(
    "--subject",
    default=shlex.quote(str(Path(sys.executable).with_name("pydhcpd"))),
    help="The command under test (pydhcpd).",
)
@click.option(
    "--directory",
    default="/var/tmp",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the leases files lie: on a real disk (/var/tmp).",
)
def main(
    rounds: int, clients: int, sync: bool, reference: str | None, subject: str, directory: Path
) -> None:
    """Benchmark failover pairs; needs root.

    Exit status 0: all that is wanted was met; 1: it was not; 2: the benchmark could not run.
    """
    signal.signal(signal.SIGTERM, _stop)
    theirs, ours = PairFigures(), PairFigures()
    cores = sorted(os.sched_getaffinity(0))
    try:
        command = reference or shutil.which("dhcpd", path=_SYSTEM_PATH)
        if command is None:
            raise BenchError("dhcpd is not installed (Debian: isc-dhcp-server)")
        if os.geteuid() != 0:
            raise BenchError("the benchmark makes network namespaces: run it as root")
        sides = [(shlex.split(command), theirs), (shlex.split(subject), ours)]
        with (
            PairNetwork() as network,
            tempfile.TemporaryDirectory(dir=directory, prefix="pydhcpd-pair-") as folder,
        ):
            bench = Bench(network, Path(folder), (cores[0], cores[-1]), clients)
            if sync:
                for _ in range(rounds):
                    _print_sync(*bench.sync(shlex.split(subject)))
                return
            for number in range(rounds):
                for words, figures in sides if number % 2 == 0 else sides[::-1]:
                    bench.round(words, figures)
                rates = [figures.values["rate"][-1] for figures in (theirs, ours)]
                click.echo(
                    f"round {number + 1} of {rounds}: {rates[0]:,.0f} and {rates[1]:,.0f} new "
                    f"clients/s, load {os.getloadavg()[0]:.1f}"
                )
            if shutil.which("strace") is None:
                click.echo("strace is not installed: fsyncs are not counted")
            else:
                for words, figures in sides:
                    bench.count_syncs(words, figures)
    except (BenchError, subprocess.SubprocessError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(_COULD_NOT_RUN)
    click.echo(_table(theirs, ours))
    sys.exit(0 if _is_met(theirs, ours) else _NOT_MET)


def _print_sync(result: Result, took_s: float) -> None:
    click.echo(
        f"update in {took_s:.1f} s; {result.completed} of {result.started} clients served, "
        f"p50 {result.p50_ms:.1f} ms, p99 {result.p99_ms:.1f} ms, longest "
        f"{result.longest_ms:.1f} ms, load {os.getloadavg()[0]:.1f}"
    )


def _is_met(reference: PairFigures, subject: PairFigures) -> bool:
    theirs, ours = reference.median("rate"), subject.median("rate")
    assert theirs is not None, "no round was run"
    assert ours is not None, "no round was run"
    is_fast = ours >= _LEAST_RATIO * theirs
    click.echo(f"wanted: ratio >= {_LEAST_RATIO:g}: {'met' if is_fast else 'NOT MET'}")
    syncs = [subject.median(name) or 0.0 for name in ("primary_syncs", "secondary_syncs")]
    is_batched = max(syncs) < _MOST_SYNCS_PER_LEASE
    click.echo(
        f"wanted: fsyncs per lease < {_MOST_SYNCS_PER_LEASE:g}: "
        f"{'met' if is_batched else 'NOT MET'}"
    )
    return is_fast and is_batched


if __name__ == "__main__":
    main()

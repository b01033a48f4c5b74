"""python -m conformance.bench: dhcpd and pydhcpd in alternation, one table of medians."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Final, final

import click

from conformance.bench.measures import (
    FULL,
    QUICK,
    Bench,
    Figures,
    ceiling,
    new_clients,
    perfdhcp,
    renewals,
)
from conformance.bench.network import Network
from conformance.bench.perfdhcp import perfdhcp_program
from conformance.bench.report import table
from conformance.bench.server import BenchError

_MEASURES: Final = ("a", "b", "c", "d", "perfdhcp")
# Not the whole PATH: an activated venv's `dhcpd` is pydhcpd itself.
_SYSTEM_PATH: Final = "/usr/sbin:/usr/local/sbin:/sbin"
_MEMORY_FILE_SYSTEMS: Final = ("tmpfs", "ramfs")

_NOT_MET: Final = 1
_COULD_NOT_RUN: Final = 2


def _stop(number: int, frame: FrameType | None) -> None:
    """A termination goes the same way as Ctrl-C, so that namespaces and servers go away."""
    raise KeyboardInterrupt


def _default_subject() -> str:
    return shlex.quote(str(Path(sys.executable).parent / "pydhcpd"))


def _wanted(context: click.Context, parameter: click.Parameter, value: str) -> frozenset[str]:
    wanted = frozenset(value.split(","))
    if not wanted <= frozenset(_MEASURES):
        raise click.BadParameter(f"choose from {','.join(_MEASURES)}")
    return wanted


@click.command()
@click.option("--rounds", type=click.IntRange(1, 20), help="Rounds (3; with --quick 1).")
@click.option("--only", default=",".join(_MEASURES), callback=_wanted, help="a,b,c,d,perfdhcp")
@click.option("--reference", help="The reference's command (the system's dhcpd).")
@click.option("--subject", default=_default_subject, help="The command under test (pydhcpd).")
@click.option("--quick", is_flag=True, help="Smaller loads, for a first look and for CI.")
@click.option(
    "--directory",
    default="/var/tmp",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the leases files lie: on a real disk (/var/tmp).",
)
def main(
    rounds: int | None,
    only: frozenset[str],
    reference: str | None,
    subject: str,
    quick: bool,
    directory: Path,
) -> None:
    """Benchmark dhcpd and pydhcpd with the same configuration; needs root.

    Exit status 0: all that is wanted was met; 1: it was not; 2: the benchmark could not run.
    """
    signal.signal(signal.SIGTERM, _stop)
    begin = time.monotonic()
    try:
        sides = _sides(reference, subject)
        _check(directory)
        with (
            Network() as network,
            tempfile.TemporaryDirectory(dir=directory, prefix="pydhcpd-bench-") as run_directory,
        ):
            cores = sorted(os.sched_getaffinity(0))
            bench = Bench(
                network, Path(run_directory), cores[0], cores[-1], QUICK if quick else FULL
            )
            if len(cores) == 1:
                click.echo("one core only: the generator and the server disturb each other")
            _print_ceiling(bench)
            _run(bench, sides, only, rounds or (1 if quick else 3))
    except (BenchError, subprocess.SubprocessError) as error:
        click.echo(str(error), err=True)
        sys.exit(_COULD_NOT_RUN)
    text, all_met = table(sides[0].figures, sides[1].figures)
    click.echo(f"\n{text}")
    for side in sides:
        for remark in side.figures.remarks:
            click.echo(f"{side.name}: {remark}")
    click.echo(f"{time.monotonic() - begin:.0f} s")
    sys.exit(0 if all_met and not sides[1].figures.remarks else _NOT_MET)


@final
class Side:
    """One of the two servers, and what was measured of it."""

    def __init__(self, name: str, command: str) -> None:
        self.name: Final = name
        self.command: Final = shlex.split(command)
        self.figures: Final = Figures()


def _sides(reference: str | None, subject: str) -> tuple[Side, Side]:
    command = reference or shutil.which("dhcpd", path=_SYSTEM_PATH)
    if command is None:
        raise BenchError("dhcpd is not installed (Debian: isc-dhcp-server)")
    sides = Side("dhcpd", command), Side("pydhcpd", subject)
    for side in sides:
        if not side.command or shutil.which(side.command[0]) is None:
            raise BenchError(f"no such command for {side.name}: `{' '.join(side.command)}`")
    return sides


def _check(directory: Path) -> None:
    if os.geteuid() != 0:
        raise BenchError("the benchmark makes network namespaces: run it as root")
    file_system = subprocess.run(
        ["stat", "--file-system", "--format=%T", str(directory)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    if file_system in _MEMORY_FILE_SYSTEMS:
        raise BenchError(f"{directory} is in memory ({file_system}): an fsync costs nothing there")
    click.echo(f"leases files in {directory} ({file_system})")


def _print_ceiling(bench: Bench) -> None:
    new, renewed = ceiling(bench)
    click.echo(
        f"the generator's ceiling, against a responder without disk or state: "
        f"{new.steady_rate:,.0f} new clients/s, {renewed.steady_rate:,.0f} renewals/s"
    )


def _run(bench: Bench, sides: tuple[Side, Side], only: frozenset[str], rounds: int) -> None:
    program = perfdhcp_program()
    if "perfdhcp" in only and program is None:
        click.echo("perfdhcp is not installed (Debian: kea-admin): left out")
    for number in range(rounds):
        begin = time.monotonic()
        # Who comes first changes: what one leaves behind on the disk hits both alike. They
        # alternate within the round, because a busy machine is another one a minute later.
        order = sides if number % 2 == 0 else sides[::-1]
        if only & {"a", "c", "d"}:
            for side in order:
                new_clients(bench, side.command, only, side.figures)
        if "b" in only:
            for name, cache_threshold in (("b", None), ("b0", 0)):
                for side in order:
                    renewals(bench, side.command, name, cache_threshold, side.figures)
        if "perfdhcp" in only and program is not None:
            for side in order:
                perfdhcp(bench, side.command, program, side.figures)
        seconds = time.monotonic() - begin
        click.echo(f"round {number + 1} of {rounds}: {seconds:.0f} s", err=True)


if __name__ == "__main__":
    main()

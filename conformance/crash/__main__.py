"""python -m conformance.crash: kill -9, failing disks, cut links under load; no promise is lost."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import click

from conformance.bench.network import Network
from conformance.bench.server import BenchError
from conformance.crash.disk import fail_disks
from conformance.crash.kill import kill_repeatedly
from conformance.crash.pair import break_pair
from conformance.crash.rewrite import Clock, kill_in_rewrites
from conformance.crash.site import Site
from conformance.server import FAKETIME

_SYSTEM_PATH: Final = "/usr/sbin:/usr/local/sbin:/sbin"
_BROKEN: Final = 1
_COULD_NOT_RUN: Final = 2


@click.command()
@click.option("--times", default=3, type=click.IntRange(0), help="How many kills (3).")
@click.option("--rewrites", default=1, type=click.IntRange(0), help="As many in rewrites (1).")
@click.option("--disk", is_flag=True, help="Full and read-only disks instead of kills.")
@click.option("--failover", is_flag=True, help="A failover pair: kills and cut links.")
@click.option("--minutes", default=0.0, help="With --failover: how long (each trouble once).")
@click.option("--partner", help="With --failover: another program as partner; it is not judged.")
@click.option("--secondary", is_flag=True, help="With --partner: the subject is the secondary.")
@click.option("--seed", type=int, help="For the moments of the kills (by chance).")
@click.option("--subject", help="The server's command (pydhcpd).")
@click.option(
    "--directory",
    default="/var/tmp",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the leases file lies (/var/tmp).",
)
def main(
    times: int,
    rewrites: int,
    disk: bool,
    failover: bool,
    minutes: float,
    partner: str | None,
    secondary: bool,
    seed: int | None,
    subject: str | None,
    directory: Path,
) -> None:
    """Kill the server under load, or let its disk fail, or both servers of a pair; needs root.

    Exit status 0: all promises were kept; 1: they were not; 2: it could not run.
    """
    begin = time.monotonic()
    command = shlex.split(subject or shlex.quote(str(Path(sys.executable).with_name("pydhcpd"))))
    dhcpd = shutil.which("dhcpd", path=_SYSTEM_PATH)
    cores = sorted(os.sched_getaffinity(0))
    try:
        if os.geteuid() != 0:
            raise BenchError("network namespaces are made: run it as root")
        chosen = random.randrange(1 << 30) if seed is None else seed
        if failover:
            click.echo(f"seed {chosen}")
            commands, judged = _pair(command, partner, secondary)
            with tempfile.TemporaryDirectory(dir=directory, prefix="pydhcpd-chaos-") as folder:
                is_well = break_pair(commands, judged, Path(folder), minutes * 60, chosen)
            click.echo(f"{time.monotonic() - begin:.0f} s")
            sys.exit(0 if is_well else _BROKEN)
        with (
            Network() as network,
            tempfile.TemporaryDirectory(dir=directory, prefix="pydhcpd-crash-") as folder,
        ):
            inner = Path(folder) / "server"
            inner.mkdir()
            if disk:
                is_well = fail_disks(network, command, inner, (cores[0], cores[-1]), dhcpd)
            else:
                site = Site(network, command, inner, (cores[0], cores[-1]))
                click.echo(f"seed {chosen}")
                figures = kill_repeatedly(site, times, random.Random(chosen), dhcpd)
                is_well = not figures.missing and not figures.twice
                if rewrites and not FAKETIME.exists():
                    click.echo("kills in rewrites: skipped: there is no libfaketime")
                elif rewrites:
                    later = Path(folder) / "later"
                    (later / "server").mkdir(parents=True)
                    clock = Clock(later / "clock")
                    words = [*clock.prefix, *command]
                    site = Site(network, words, later / "server", (cores[0], cores[-1]))
                    seen = kill_in_rewrites(site, clock, rewrites, random.Random(chosen), dhcpd)
                    is_well = is_well and not seen.missing and not seen.twice
    except (BenchError, subprocess.SubprocessError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(_COULD_NOT_RUN)
    click.echo(f"{time.monotonic() - begin:.0f} s")
    sys.exit(0 if is_well else _BROKEN)


def _pair(
    command: list[str], partner: str | None, is_secondary: bool
) -> tuple[tuple[list[str], list[str]], tuple[int, ...]]:
    """The commands of primary and secondary, and who of them is judged."""
    if partner is None:
        return (command, command), (0, 1)
    other = shlex.split(partner)
    return ((other, command), (1,)) if is_secondary else ((command, other), (0,))


if __name__ == "__main__":
    main()

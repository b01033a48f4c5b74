"""python -m conformance.walk: random conversations with dhcpd and with pydhcpd, compared."""

import shlex
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import click

from conformance.run import (
    SKIPPED,
    Commands,
    Row,
    cannot_run,
    default_reference,
    default_subject,
    interrupt,
    run_all,
)
from conformance.scenario import Scenario, parse
from conformance.server import FAKETIME
from conformance.walk.characters import CHARACTERS
from conformance.walk.plan import walk_text
from conformance.walk.shrink import shrink

SHOWN = 6  # differences of a walk that are shown without -v


@click.command()
@click.option("--seeds", default="1-50", help="A-B: these walks; or one number.")
@click.option("--steps", default=200, help="Steps of a walk.")
@click.option("--clients", default=20, help="Clients of a walk.")
@click.option(
    "--reference", default=default_reference(), help="Command line of the reference server."
)
@click.option("--subject", default=default_subject(), help="Command line of the other server.")
@click.option("-v", "--verbose", is_flag=True, help="Show every difference.")
@click.option("--jobs", default=8, help="Walks at a time.")
@click.option("--shrink", "shrinks", is_flag=True, help="Find the few steps that matter.")
@click.option("--write", "folder", type=click.Path(path_type=Path), help="Write the walks here.")
def main(
    seeds: str,
    steps: int,
    clients: int,
    reference: str,
    subject: str,
    verbose: bool,
    jobs: int,
    shrinks: bool,
    folder: Path | None,
) -> None:
    """Send the packets of random walks to two DHCP servers and compare all they do."""
    commands: Commands = (tuple(shlex.split(reference)), tuple(shlex.split(subject)))
    if not shutil.which(commands[1][0]):
        raise click.UsageError(f"there is no server {commands[1][0]} to compare")
    reason = cannot_run(commands[0][0])
    if not reason and not FAKETIME.exists():
        reason = "libfaketime (Debian package faketime) is not installed"
    if reason:
        click.echo(f"walk: skipped: {reason}")
        sys.exit(SKIPPED)
    signal.signal(signal.SIGTERM, interrupt)
    first, _, last = seeds.partition("-")
    texts = {
        _name(seed): walk_text(seed, steps, clients)
        for seed in range(int(first), int(last or first) + 1)
    }
    if folder is not None:
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, encoding="ascii")
    begun = time.monotonic()
    differing = _differing(texts, commands, jobs)
    # Pings are awaited in real time, which a busy machine stretches: each is walked again, alone.
    differing = _differing({row.name: texts[row.name] for row in differing}, commands, 1)
    for row in differing:
        _report(row, verbose, f"--steps {steps} --clients {clients}")
        if shrinks and not row.failure:
            click.echo(shrink(texts[row.name], _read, commands, jobs, row))
    equal = len(texts) - len(differing)
    click.echo(f"{equal} of {len(texts)} seeds equal in {time.monotonic() - begun:.0f} s")
    sys.exit(0 if equal == len(texts) else 1)


def _differing(texts: Mapping[str, str], commands: Commands, jobs: int) -> list[Row]:
    """The walks in which the two servers differ."""
    walks = {name: _read(name, text) for name, text in texts.items()}
    return [row for _, row in run_all(walks, commands, jobs) if not row.good]


def _name(seed: int) -> str:
    return f"walk-{CHARACTERS[seed % len(CHARACTERS)].name}-{seed}"


def _read(name: str, text: str) -> Scenario:
    """A walk's text names no other file."""
    return parse(name, text, lambda _path: b"", lambda _capture: [])


def _report(row: Row, verbose: bool, sizes: str) -> None:
    seed = row.name.rpartition("-")[2]
    click.echo(f"{row.name}: differs {row.failure}")
    found = [one for one, allowed in row.differences if allowed is None]
    for difference in found if verbose else found[:SHOWN]:
        click.echo(f"    {difference.aspect}: {difference.text}")
    if not verbose and len(found) > SHOWN:
        click.echo(f"    and {len(found) - SHOWN} more")
    click.echo(f"    again: python -m conformance.walk --seeds {seed} {sizes} -v --shrink")


if __name__ == "__main__":
    main()

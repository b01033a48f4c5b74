"""python -m conformance: every scenario against the reference and the subject, one table."""

import shlex
import shutil
import signal
import sys
import time
from pathlib import Path

import click

from conformance.capture import client_frames
from conformance.conversation import Outcome
from conformance.decisions import idle_decisions
from conformance.lines import ELSEWHERE, LINES, unseen
from conformance.rewrite import rewrite
from conformance.run import (
    SKIPPED,
    Row,
    cannot_run,
    default_reference,
    default_subject,
    interrupt,
    run_all,
)
from conformance.scenario import load
from conformance.server import FAKETIME

HERE = Path(__file__).parent
ASPECTS = ("wire", "leases", "logs")


def scenario_files() -> dict[str, Path]:
    """Every scenario and recording by its name."""
    files = {path.stem: path for path in sorted((HERE / "scenarios").glob("*.txt"))}
    recorded = sorted((HERE / "recorded").glob("*/scenario.txt"))
    return files | {f"recorded-{path.parent.name}": path for path in recorded}


@click.command()
@click.option("--only", multiple=True, help="Only scenarios whose name contains this.")
@click.option(
    "--reference", default=default_reference(), help="Command line of the reference server."
)
@click.option("--subject", default=default_subject(), help="Command line of the other server.")
@click.option("-v", "--verbose", is_flag=True, help="Show what differs.")
@click.option("--show", is_flag=True, help="Show what the reference answered and logged.")
@click.option("--jobs", default=8, help="Scenarios at a time.")
@click.option(
    "--rewrite", "fresh", is_flag=True, help="Write the reference's answers into the files."
)
def main(
    only: tuple[str, ...],
    reference: str,
    subject: str,
    verbose: bool,
    show: bool,
    jobs: int,
    fresh: bool,
) -> None:
    """Compare two DHCP servers packet by packet."""
    commands = (tuple(shlex.split(reference)), tuple(shlex.split(subject)))
    if not shutil.which(commands[1][0]):
        raise click.UsageError(f"there is no server {commands[1][0]} to compare")
    reason = cannot_run(commands[0][0])
    if reason:
        click.echo(f"conformance: skipped: {reason}")
        sys.exit(SKIPPED)
    signal.signal(signal.SIGTERM, interrupt)
    files = {
        name: path
        for name, path in scenario_files().items()
        if not only or any(part in name for part in only)
    }
    scenarios = {name: load(path, client_frames) for name, path in files.items()}
    left_out = [
        name for name, one in scenarios.items() if one.needs_clock and not FAKETIME.exists()
    ]
    for name in left_out:
        click.echo(f"{name}: left out, it needs libfaketime (Debian package faketime)")
        del scenarios[name]
    begun = time.monotonic()
    rows: list[Row] = []
    logs: list[str] = []
    for outcome, row in run_all(scenarios, commands, jobs):
        rows.append(row)
        if outcome is not None and show:
            _show(outcome)
        if outcome is not None and fresh:
            rewrite(files[row.name], outcome)
        if outcome is not None:
            logs.append(outcome.logs[0])
    rows.sort(key=lambda row: list(scenarios).index(row.name))
    _print_table(rows, verbose, time.monotonic() - begun)
    silent = unseen(logs) if not only else []
    if not only:
        known = len(LINES) - len(ELSEWHERE)
        click.echo(f"log lines: {known - len(silent)} of {known} seen")
    for line in silent:
        click.echo(f"    never seen: {line}")
    sys.exit(0 if rows and not silent and all(row.good for row in rows) else 1)


def _show(outcome: Outcome) -> None:
    click.echo(f"== {outcome.scenario.name}: {outcome.scenario.title}")
    for exchange in outcome.exchanges:
        click.echo(f"  {exchange.step.text}")
        for seen in exchange.seen[0]:
            click.echo(f"    < {seen.summary} ({seen.delay:.2f} s)")
            click.echo("      " + " ".join(f"{name}={value}" for name, value in seen.fields))
    click.echo(outcome.logs[0])
    click.echo(outcome.files[0][-1].leases)


def _print_table(rows: list[Row], verbose: bool, seconds: float) -> None:
    width = max((len(row.name) for row in rows), default=8)
    click.echo(f"{'scenario':{width}}  {'wire':11} {'leases':11} {'logs':11} seconds")
    for row in rows:
        cells = " ".join(f"{row.cell(aspect):11}" for aspect in ASPECTS)
        note = f"  {row.failure}" if row.failure else ""
        odd = [one.text for one, _ in row.differences if one.aspect == "expected"]
        note += f"  {len(odd)} answers of the reference are not the known ones" if odd else ""
        click.echo(f"{row.name:{width}}  {cells} {row.seconds:5.1f}{note}")
        if verbose or odd:
            for difference, allowed in row.differences:
                if verbose or difference.aspect == "expected":
                    mark = f" (decision {allowed})" if allowed else ""
                    click.echo(f"    {difference.aspect}: {difference.text}{mark}")
    for aspect in ASPECTS:
        cells_ = [row.cell(aspect) for row in rows]
        same, decided = cells_.count("same"), sum(one.startswith("decision") for one in cells_)
        note = f", {decided} differ by decision" if decided else ""
        click.echo(f"{aspect:6} same {same} of {len(rows)}{note}")
    idle = idle_decisions({row.name: [one for one, _ in row.differences] for row in rows})
    if verbose and idle:
        click.echo("decisions without their difference: " + ", ".join(idle))
    click.echo(f"{len(rows)} scenarios in {seconds:.0f} s")


if __name__ == "__main__":
    main()

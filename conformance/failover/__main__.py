"""python -m conformance.failover: every scenario with every pairing, one table."""

import shlex
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from conformance.failover.configuration import PRIMARY, SECONDARY
from conformance.failover.report import Report
from conformance.failover.rewrite import rewritten
from conformance.failover.run import CONTROL, CONTROL_RUNS, PAIRINGS, Run, Servers, live_all
from conformance.failover.scenario import Scenario, load
from conformance.run import SKIPPED, cannot_run, default_reference, default_subject, interrupt
from conformance.server import FAKETIME

QUIET_JOBS = 3
MORE_CONTROL_RUNS = 5
SCENARIOS = Path(__file__).parent / "scenarios"


@click.command()
@click.option("--only", multiple=True, help="Only scenarios whose name contains this.")
@click.option(
    "--pairing", "pairings", multiple=True, type=click.Choice(PAIRINGS), help="Only these."
)
@click.option("--reference", default=default_reference(), help="Command line of dhcpd.")
@click.option("--subject", default=default_subject(), help="Command line of pydhcpd.")
@click.option("--long", "with_long", is_flag=True, help="Those that take minutes, too.")
@click.option("-v", "--verbose", is_flag=True, help="Show what differs.")
@click.option("--show", is_flag=True, help="Show logs, answers and leases of every run.")
@click.option(
    "--rewrite", "fresh", is_flag=True, help="Write the control's answers into the files."
)
@click.option("--jobs", default=12, help="Pairs at a time.")
def main(
    only: tuple[str, ...],
    pairings: tuple[str, ...],
    reference: str,
    subject: str,
    with_long: bool,
    verbose: bool,
    show: bool,
    fresh: bool,
    jobs: int,
) -> None:
    """Let pairs of dhcpd and pydhcpd live through scenarios."""
    servers = Servers(tuple(shlex.split(reference)), tuple(shlex.split(subject)))
    reason = cannot_run(servers.real[0])
    if not reason and not FAKETIME.exists():
        reason = "libfaketime (Debian package faketime) is not installed"
    if reason:
        click.echo(f"conformance.failover: skipped: {reason}")
        sys.exit(SKIPPED)
    if not shutil.which(servers.pyd[0]):
        raise click.UsageError(f"there is no server {servers.pyd[0]}")
    signal.signal(signal.SIGTERM, interrupt)
    scenarios = {
        path.stem: load(path)
        for path in sorted(SCENARIOS.glob("*.txt"))
        if not only or any(part in path.stem for part in only)
    }
    scenarios = {name: one for name, one in scenarios.items() if with_long or not one.is_long}
    wanted = [
        (name, pairing)
        for name, scenario in scenarios.items()
        for pairing in (CONTROL,) * CONTROL_RUNS + pairings_of(scenario, pairings)
    ]
    begun = time.monotonic()
    runs = list(live_all(scenarios, wanted, servers, jobs))
    if fresh:
        _rewrite(scenarios, runs)
    report = Report(scenarios, runs)
    suspects = report.suspects()
    if suspects:
        # In company, on a busy machine, things fall into another order than they do alone.
        named = dict.fromkeys(name for name, _ in suspects)
        again = [(name, CONTROL) for name in named for _ in range(MORE_CONTROL_RUNS)] + suspects
        runs += live_all(scenarios, again, servers, QUIET_JOBS)
        report = Report(scenarios, runs)
    if show:
        for run in runs:
            _show(run)
    click.echo("\n".join(report.lines(verbose)))
    for name, pairing in suspects:
        if not report.mistakes(name, pairing):
            click.echo(f"only at the second attempt: {name} {pairing}")
    click.echo(
        f"{len(runs)} runs of {len(scenarios)} scenarios in {time.monotonic() - begun:.0f} s"
    )
    sys.exit(0 if scenarios and not report.suspects() else 1)


def pairings_of(scenario: Scenario, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The pairings to compare with the control; where one is played by hand, only the other."""
    found = tuple(one for one in PAIRINGS[1:] if not chosen or one in chosen)
    if scenario.partner == PRIMARY:
        return tuple(one for one in found if one == "real+pyd")
    if scenario.partner == SECONDARY:
        return tuple(one for one in found if one == "pyd+real")
    return found


def _rewrite(scenarios: Mapping[str, Scenario], runs: Sequence[Run]) -> None:
    for name in scenarios:
        answers = [
            run.outcome.answers
            for run in runs
            if run.scenario == name and run.pairing == CONTROL and run.outcome is not None
        ]
        path = SCENARIOS / f"{name}.txt"
        path.write_text(rewritten(path.read_text("utf-8"), answers), "utf-8")


def _show(run: Run) -> None:
    click.echo(f"== {run.scenario} {run.pairing} {run.failure}")
    if run.outcome is None:
        return
    for line, answers in run.outcome.answers.items():
        click.echo(f"  line {line}: " + ("; ".join(answers) or "-"))
    for role, log in run.outcome.logs.items():
        click.echo(f"-- {role}\n{log}")
        click.echo(run.outcome.leases[role])


if __name__ == "__main__":
    main()

"""python -m conformance.failover: every scenario with every pairing, one table."""

import shlex
import shutil
import signal
import sys
import time
from pathlib import Path

import click

from conformance.failover.decisions import decision_for
from conformance.failover.judge import (
    Failure,
    Shown,
    check_names,
    failures_of,
    known_answers,
    shown_by,
)
from conformance.failover.run import CONTROL, CONTROL_RUNS, PAIRINGS, Run, Servers, live_all
from conformance.failover.scenario import Scenario, load
from conformance.run import SKIPPED, cannot_run, default_reference, default_subject, interrupt
from conformance.server import FAKETIME

BROKEN = "the run itself"
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
@click.option("--jobs", default=12, help="Pairs at a time.")
def main(
    only: tuple[str, ...],
    pairings: tuple[str, ...],
    reference: str,
    subject: str,
    with_long: bool,
    verbose: bool,
    show: bool,
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
        for name in scenarios
        for pairing in (CONTROL,) * CONTROL_RUNS + tuple(set(pairings or PAIRINGS) - {CONTROL})
    ]
    begun = time.monotonic()
    runs = list(live_all(scenarios, wanted, servers, jobs))
    if show:
        for run in runs:
            _show(run)
    report = Report(scenarios, runs)
    report.print(verbose)
    click.echo(
        f"{len(runs)} runs of {len(scenarios)} scenarios in {time.monotonic() - begun:.0f} s"
    )
    sys.exit(0 if scenarios and report.is_good() else 1)


class Report:
    """The verdict on all runs."""

    def __init__(self, scenarios: dict[str, Scenario], runs: list[Run]) -> None:
        self._failures: dict[tuple[str, str], list[Failure]] = {}
        self._checks: dict[tuple[str, str], int] = {}
        self._names = list(scenarios)
        for name, scenario in scenarios.items():
            self._judge(scenario, [run for run in runs if run.scenario == name])

    def _judge(self, scenario: Scenario, runs: list[Run]) -> None:
        known = known_answers(scenario)
        shown: list[tuple[str, dict[str, Shown]]] = []
        for run in runs:
            key = scenario.name, run.pairing
            failures = self._failures.setdefault(key, [])
            if run.outcome is None:
                failures.append(Failure(BROKEN, run.failure))
                self._checks[key] = 1
            else:
                shown.append((run.pairing, shown_by(scenario, run.outcome)))
        names = check_names(known, [one for _, one in shown])
        controls = [one for pairing, one in shown if pairing == CONTROL]
        for pairing, one in shown:
            # A run of the control is judged by the others.
            others = [other for other in controls if other is not one] or controls
            key = scenario.name, pairing
            self._failures[key] += failures_of(names, one, known, others)
            self._checks[key] = len(names)

    def _counts(self, name: str, pairing: str) -> list[Failure]:
        """The failures of a pairing; only once what both runs of the control fail."""
        found = {one.check: one for one in self._failures.get((name, pairing), [])}
        return list(found.values())

    def _real_failures(self, name: str, pairing: str) -> list[Failure]:
        """What fails here and not in the control, and was not decided."""
        varies = {one.check for one in self._counts(name, CONTROL)} - {BROKEN}
        return [
            one
            for one in self._counts(name, pairing)
            if one.check not in varies
            and not (pairing != CONTROL and decision_for(name, one.check))
        ]

    def is_good(self) -> bool:
        """Whether pydhcpd fails nothing that the control passes."""
        return not any(
            self._real_failures(name, pairing) for name in self._names for pairing in PAIRINGS[1:]
        )

    def print(self, verbose: bool) -> None:
        """The table, and what failed."""
        width = max((len(name) for name in self._names), default=8)
        click.echo(f"{'scenario':{width}}  " + "  ".join(f"{one:9}" for one in PAIRINGS))
        totals = dict.fromkeys(PAIRINGS, (0, 0))
        for name in self._names:
            cells: list[str] = []
            for pairing in PAIRINGS:
                checks = self._checks.get((name, pairing), 0)
                passed = checks - len(self._counts(name, pairing))
                cells.append(f"{passed:3} of {checks:<3}")
                totals[pairing] = totals[pairing][0] + passed, totals[pairing][1] + checks
            click.echo(f"{name:{width}}  " + "  ".join(f"{one:9}" for one in cells))
            for pairing in PAIRINGS:
                failures = self._counts(name, pairing)
                real = {one.check for one in self._real_failures(name, pairing)}
                for one in failures:
                    if verbose or one.check in real:
                        decision = decision_for(name, one.check)
                        why = f"decision {decision}" if decision else "varies"
                        mark = "" if one.check in real else f" ({why})"
                        click.echo(f"    {pairing} {one.check}{mark}")
                        click.echo("".join(f"        {line}\n" for line in one.text.splitlines()))
        for pairing in PAIRINGS:
            passed, checks = totals[pairing]
            click.echo(f"{pairing}: {passed} of {checks} checks")


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

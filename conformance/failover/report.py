"""The verdict on all runs: what holds for each pairing, and what pydhcpd fails."""

from collections.abc import Mapping, Sequence

from conformance.failover.decisions import decision_for
from conformance.failover.judge import (
    Failure,
    Shown,
    check_names,
    failures_of,
    known_answers,
    shown_by,
)
from conformance.failover.run import CONTROL, PAIRINGS, Run
from conformance.failover.scenario import Scenario

BROKEN = "the run itself"


class Report:
    """`runs` may hold several of a scenario and pairing.

    pydhcpd fails a check if every run of the pairing does, and if all runs of the control agree.
    """

    def __init__(self, scenarios: Mapping[str, Scenario], runs: Sequence[Run]) -> None:
        self._names = list(scenarios)
        self._failures: dict[tuple[str, str], list[Failure]] = {}
        self._checks: dict[tuple[str, str], int] = {}
        for name, scenario in scenarios.items():
            self._judge(scenario, [run for run in runs if run.scenario == name])

    def _judge(self, scenario: Scenario, runs: Sequence[Run]) -> None:
        known = known_answers(scenario)
        shown: list[tuple[str, dict[str, Shown]]] = []
        broken: dict[str, Failure] = {}
        for run in runs:
            if run.outcome is None:
                broken[run.pairing] = Failure(BROKEN, run.failure)
            else:
                shown.append((run.pairing, shown_by(scenario, run.outcome)))
        names = check_names(known, [one for _, one in shown])
        controls = [one for pairing, one in shown if pairing == CONTROL]
        for which in PAIRINGS:
            found: list[dict[str, Failure]] = []
            for one in [one for pairing, one in shown if pairing == which]:
                # A run of the control is judged by the others.
                others = [other for other in controls if other is not one] or controls
                failures = failures_of(names, one, known, others)
                found.append({failure.check: failure for failure in failures})
            key = scenario.name, which
            if which in broken:
                self._failures[key], self._checks[key] = [broken[which]], 1
            elif found:
                self._failures[key] = _in_any(found) if which == CONTROL else _in_all(found)
                self._checks[key] = len(names)

    def _failed(self, name: str, pairing: str) -> list[Failure]:
        return self._failures.get((name, pairing), [])

    def mistakes(self, name: str, pairing: str) -> list[Failure]:
        """What fails here and not in the control, and was not decided."""
        varies = {one.check for one in self._failed(name, CONTROL)} - {BROKEN}
        is_control = pairing == CONTROL
        return [
            one
            for one in self._failed(name, pairing)
            if one.check not in varies and (is_control or not decision_for(name, one.check))
        ]

    def suspects(self) -> list[tuple[str, str]]:
        """The scenarios and pairings in which pydhcpd fails what the control passes."""
        return [
            (name, pairing)
            for name in self._names
            for pairing in PAIRINGS[1:]
            if self.mistakes(name, pairing)
        ]

    def lines(self, is_verbose: bool) -> list[str]:
        """The table, what failed, and the sums."""
        width = max((len(name) for name in self._names), default=8)
        lines = [f"{'scenario':{width}}  " + "  ".join(f"{one:10}" for one in PAIRINGS)]
        for name in self._names:
            cells = [self._cell(name, pairing) for pairing in PAIRINGS]
            lines.append(f"{name:{width}}  " + "  ".join(f"{one:10}" for one in cells))
            for pairing in PAIRINGS:
                lines += self._told(name, pairing, is_verbose)
        for pairing in PAIRINGS:
            checks = sum(self._checks.get((name, pairing), 0) for name in self._names)
            failed = sum(len(self._failed(name, pairing)) for name in self._names)
            mistakes = sum(len(self.mistakes(name, pairing)) for name in self._names)
            if pairing == CONTROL:
                note = "the rest hangs on chance"
            else:
                note = f"{failed - mistakes} differ by decision or by chance, {mistakes} are wrong"
            lines.append(f"{pairing}: {checks - failed} of {checks} checks hold; {note}")
        return lines

    def _cell(self, name: str, pairing: str) -> str:
        checks = self._checks.get((name, pairing), 0)
        if not checks:
            return "-"
        return f"{checks - len(self._failed(name, pairing)):3} of {checks:<3}"

    def _told(self, name: str, pairing: str, is_verbose: bool) -> list[str]:
        wrong = {one.check for one in self.mistakes(name, pairing)}
        lines: list[str] = []
        for one in self._failed(name, pairing):
            if is_verbose or one.check in wrong:
                why = decision_for(name, one.check) if pairing != CONTROL else None
                mark = "" if one.check in wrong else f" ({why or 'varies'})"
                lines.append(f"    {pairing} {one.check}{mark}")
                lines += [f"        {line}" for line in one.text.splitlines()]
        return lines


def _in_any(found: Sequence[Mapping[str, Failure]]) -> list[Failure]:
    merged: dict[str, Failure] = {}
    for one in found:
        merged |= one
    return list(merged.values())


def _in_all(found: Sequence[Mapping[str, Failure]]) -> list[Failure]:
    return [
        failure for check, failure in found[0].items() if all(check in one for one in found[1:])
    ]

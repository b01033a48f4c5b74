"""What of a run is checked, and when a check holds.

A check is a name and what the run showed. It holds when the scenario says what must be shown and
it was, or else when a run of the control showed the same. What two runs of the control show
differently is no check.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from conformance.decisions import subject_line
from conformance.failover.decisions import is_extra
from conformance.failover.leases import Record, read_leases
from conformance.failover.log import parts_of
from conformance.failover.pair import Outcome
from conformance.failover.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Shown:
    """What a run showed: texts, and dates as seconds since 1970."""

    lines: tuple[str, ...]
    dates: tuple[int, ...] = ()

    def __str__(self) -> str:
        return "\n".join((*self.lines, *(str(date) for date in self.dates)))


NOTHING = Shown(())


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that does not hold, and what differs."""

    check: str
    text: str


def shown_by(scenario: Scenario, outcome: Outcome) -> dict[str, Shown]:
    """Everything that is checked of a run."""
    found: dict[str, Shown] = {}
    for step in scenario.steps:
        answers = outcome.answers.get(step.line, ())
        if answers or step.expected is not None:
            found[f"line {step.line} {step.text!r}"] = Shown(answers)
    found["one holder of each address"] = Shown(outcome.doubles)
    found["alive at the end"] = Shown(outcome.survivors)
    for role in outcome.logs:
        lines = [line for line in outcome.logs[role].splitlines() if not is_extra(line)]
        log = "\n".join(subject_line(line) for line in lines)
        for part, said in parts_of(log).items():
            found[f"{role}: {part}"] = Shown(said)
        file = read_leases(outcome.leases[role])
        for name, record in file.states.items():
            found[f"{role}: failover state of {name}"] = _record(record)
        for address, record in file.leases.items():
            found[f"{role}: {address}"] = _record(record)
    return {name: one for name, one in found.items() if not is_left_out(scenario, name)}


def is_left_out(scenario: Scenario, check: str) -> bool:
    """Whether a check hangs on chance in this scenario."""
    return any(fnmatchcase(check, pattern) for pattern in scenario.left_out)


def _record(record: Record) -> Shown:
    return Shown(record.lines, record.dates)


def known_answers(scenario: Scenario) -> dict[str, Shown]:
    """What the scenario itself says must be shown."""
    return {
        f"line {step.line} {step.text!r}": Shown(step.expected)
        for step in scenario.steps
        if step.expected is not None
    }


def check_names(known: Mapping[str, Shown], runs: Sequence[Mapping[str, Shown]]) -> tuple[str, ...]:
    """The names of all checks, in their order."""
    return tuple(dict.fromkeys([*known, *(name for one in runs for name in one)]))


def failures_of(
    names: Sequence[str],
    shown: Mapping[str, Shown],
    known: Mapping[str, Shown],
    controls: Sequence[Mapping[str, Shown]],
) -> list[Failure]:
    """The checks that do not hold for a run."""
    found: list[Failure] = []
    for name in names:
        mine = shown.get(name, NOTHING)
        wanted = [known[name]] if name in known else [one.get(name, NOTHING) for one in controls]
        if mine not in wanted:
            found.append(Failure(name, difference(wanted[0] if wanted else NOTHING, mine)))
    return found


def difference(control: Shown, mine: Shown) -> str:
    """The lines that only one of them has."""
    texts = [str(one).splitlines() for one in (control, mine)]
    lines = difflib.unified_diff(texts[0], texts[1], "control", "seen", lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))

"""Where the verdicts may differ: the decided differences, and no others."""

import re
from dataclasses import dataclass

from conformance.rows.verdict import Verdict

# Lines that one side says and the other does not, or words otherwise, whatever the case.
EXECUTION = re.compile(r"execute_statement argv\[\d+\] = .*|execute: .*|would execute: .*")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Differences that may appear where `case` is found in the configuration.

    `difference` must match the whole text of each difference.
    """

    decision: str
    case: str
    difference: str
    why: str


CRASH = "4"
ALLOWED: tuple[Allowed, ...] = ()


def comparable(verdict: Verdict) -> Verdict:
    """The verdict without what -t says about programs that it runs or, here, never runs."""
    lines = tuple(line for line in verdict.lines if not EXECUTION.fullmatch(line))
    return Verdict(verdict.status, lines)


def decision_for(
    text: str, found: list[str], allowed: tuple[Allowed, ...] = ALLOWED
) -> Allowed | None:
    """The decision that allows all the differences of a configuration, None if there is none."""
    for row in allowed:
        if re.search(row.case, text) and all(re.fullmatch(row.difference, one) for one in found):
            return row
    return None

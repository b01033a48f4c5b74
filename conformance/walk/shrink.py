"""Finding the few steps of a walk that matter: what still differs without the others.

Delta debugging: parts of the steps are left out, in halves, quarters and so on, and whatever
still differs in the same way is cut further.
"""

import re
from collections.abc import Callable

from conformance.run import Commands, Row, run_all
from conformance.scenario import Scenario

ROUNDS_LIMIT = 60
HEAD = "steps\n"


def shrink(
    text: str, read: Callable[[str, str], Scenario], commands: Commands, jobs: int, seen: Row
) -> str:
    """The scenario `text` without the steps that do nothing for the differences `seen` in it."""
    wanted = _kinds(seen)
    head, _, body = text.rpartition(HEAD)
    name = read("walk", text).title.partition(".")[0].replace(" ", "-").lower()
    lines = body.splitlines(keepends=True)

    def differs(candidates: dict[str, list[str]]) -> str | None:
        scenarios = {
            one: read(one, f"{head}{HEAD}{''.join(left)}")
            for one, left in candidates.items()
            if left
        }
        return _first_that_differs(scenarios, commands, jobs, wanted)

    # First the end: the shortest beginning that still differs, by halving.
    short, long = 0, len(lines)
    while long - short > 1:
        middle = (short + long) // 2
        if differs({f"{name}-to-{middle}": lines[:middle]}) is None:
            short = middle
        else:
            long = middle
    lines = lines[:long]
    parts = 2
    for _ in range(ROUNDS_LIMIT):
        size = -(-len(lines) // parts)
        candidates = {
            f"{name}-{at}": lines[:at] + lines[at + size :] for at in range(0, len(lines), size)
        }
        found = differs(candidates)
        if found is not None:
            lines = candidates[found]
            parts = max(parts - 1, 2)
        elif size == 1:
            break
        else:
            parts = min(2 * parts, len(lines))
    return f"{head}{HEAD}{''.join(lines)}"


def _first_that_differs(
    scenarios: dict[str, Scenario], commands: Commands, jobs: int, wanted: frozenset[str]
) -> str | None:
    """The first to be found; the others are not waited for."""
    for _, row in run_all(scenarios, commands, jobs):
        if not row.failure and not wanted.isdisjoint(_kinds(row)):
            return row.name
    return None


def _kinds(row: Row) -> frozenset[str]:
    """What differs without leave, without the numbers, which change with the steps left out."""
    return frozenset(
        re.sub(r"\d+", "N", f"{one.aspect} {one.text}")
        for one, allowed in row.differences
        if allowed is None
    )

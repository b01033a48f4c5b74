"""What pydhcpd does otherwise on purpose: the differences that pydhcpd(8) names.

`EXTRA_LINES` are lines that only pydhcpd logs, wherever it does. `ALLOWED` are the checks of a
scenario that may fail for pydhcpd.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

EXTRA_LINES = (
    # 12: a server that is told to stop says so and ends in good order.
    re.compile(r"Received signal \d+, initiating shutdown\."),
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """For what `decision` says, `check` may fail in `scenario` (both may have * in them)."""

    decision: str
    scenario: str
    check: str
    why: str


ALLOWED: tuple[Allowed, ...] = (
    Allowed(
        "18",
        "restart-in-conflict-done",
        "*",
        "dhcpd exits when its partner is in conflict-done too",
    ),
    Allowed(
        "less critical",
        "restart-alone",
        "*: 10.13.37.205",
        "dhcpd's secondary forgets a client of its own when the primary calls the lease expired",
    ),
    Allowed("less critical", "restart-alone", "primary: lines", "the rejection"),
)


def is_extra(line: str) -> bool:
    """Whether only pydhcpd logs this line."""
    return any(pattern.fullmatch(line) for pattern in EXTRA_LINES)


def decision_for(scenario: str, check: str, allowed: tuple[Allowed, ...] = ALLOWED) -> str | None:
    """The decision that lets a check fail; None if it may not."""
    for row in allowed:
        if fnmatchcase(scenario, row.scenario) and fnmatchcase(check, row.check):
            return row.decision
    return None

"""What pydhcpd does otherwise on purpose: the differences that pydhcpd(8) names.

`EXTRA_LINES` are lines that only pydhcpd logs, wherever it does. `ALLOWED` are the checks of a
scenario that may fail for pydhcpd.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

EXTRA_LINES = (
    # A server that is told to stop says so and ends in good order.
    re.compile(r"Received signal \d+, initiating shutdown\."),
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Because of `decision`, `check` may fail in `scenario` (both may have * in them)."""

    decision: str
    scenario: str
    check: str


_EXITS = "no message of a partner ends the server"
_LESS_CRITICAL = "an update that calls a lease free is rejected while a client holds it here"
_BEFORE_CONNECT = "messages that come before CONNECT close the connection"
_MISREAD = "nothing but the address and a rejection is read from an acknowledgement"
ALLOWED: tuple[Allowed, ...] = (
    Allowed(_EXITS, "restart-in-conflict-done", "*"),
    Allowed(_EXITS, "probe-impossible-*", "*"),
    Allowed(_LESS_CRITICAL, "restart-alone", "*: 10.13.37.205"),
    Allowed(_LESS_CRITICAL, "restart-alone", "primary: lines"),
    Allowed(_BEFORE_CONNECT, "probe-early-state", "*"),
    Allowed(_MISREAD, "probe-primary-session", "primary: 10.13.37.201"),
    Allowed(_MISREAD, "probe-primary-session", "primary: 10.13.37.203"),
)


def is_extra(line: str) -> bool:
    """Whether only pydhcpd logs this line."""
    return any(pattern.fullmatch(line) for pattern in EXTRA_LINES)


def decision_for(scenario: str, check: str, allowed: tuple[Allowed, ...] = ALLOWED) -> str | None:
    """Why a check may fail; None if it may not."""
    for row in allowed:
        if fnmatchcase(scenario, row.scenario) and fnmatchcase(check, row.check):
            return row.decision
    return None

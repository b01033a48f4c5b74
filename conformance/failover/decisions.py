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
    # A secondary's split is not a mistake, but ignored.
    re.compile(r"WARNING: .* secondary may not define load balance settings: split ignored\."),
    # A partner is refused with a line that says why.
    re.compile(r"Failover CONNECT from fo: no MCLT provided"),
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
_INFINITE = "a lease for ever ends never, not mclt after the last second that counts"
_MISREAD = "nothing but the address and a rejection is read from an acknowledgement"
_CONFIRMATION = "a confirmation is recorded while the partner can't be reached"
_ASKS_FOR_ALL = "a server that lost its leases asks for all of them in potential-conflict, too"
_KEPT = "clients of a partner that lost its leases keep them as long as it may have promised"
ALLOWED: tuple[Allowed, ...] = (
    Allowed(_EXITS, "restart-in-conflict-done", "*"),
    Allowed(_EXITS, "probe-impossible-*", "*"),
    Allowed(_LESS_CRITICAL, "restart-alone", "*: 10.13.37.205"),
    Allowed(_LESS_CRITICAL, "restart-alone", "primary: lines"),
    Allowed(_BEFORE_CONNECT, "probe-early-state", "*"),
    Allowed(_CONFIRMATION, "restart", "secondary: 10.13.37.204"),
    Allowed(_CONFIRMATION, "seed-*", "secondary: 10.13.37.224"),
    Allowed(_KEPT, "lost-primary-both-killed", "line * 'client 1 renew to=primary'"),
    Allowed(_KEPT, "lost-primary-both-killed", "primary: service"),
    Allowed(_KEPT, "lost-primary-both-killed", "*: 10.13.37.20?"),
    Allowed(_ASKS_FOR_ALL, "lost-secondary-both-killed", "*"),
    Allowed(_INFINITE, "infinite-lease", "line * 'client * renew'"),
    Allowed(_INFINITE, "infinite-lease", "*: 10.13.37.20?"),
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

"""A server's log in parts that can be compared: states, what clients were told, all the rest."""

import re
from typing import Final

from conformance.conversation import MARKER_LINE

# How lines of two runs that mean the same may differ.
MASKS: Final = (
    (re.compile(r"(balanc(?:ing|ed)|IMBALANCED)( pool) [0-9a-f]+"), r"\1\2 PTR"),
    (re.compile(r"\.\d{9,11}\b"), ".EPOCH"),
)
MY_STATES: Final = re.compile(r"failover peer .*: I move from ")
PARTNER_STATES: Final = re.compile(r"failover peer .*: peer moves from ")
SERVICE: Final = re.compile(r"(?:DHCP|BOOT)[A-Z]+ |reuse_lease")


def parts_of(log: str) -> dict[str, tuple[str, ...]]:
    """The lines by part: `states`, `partner's states` and `service` in their order, `lines` sorted.

    Which of two events comes first often hangs on the network, so the rest has no order.
    """
    parts: dict[str, list[str]] = {"states": [], "partner's states": [], "service": [], "lines": []}
    for line in log.splitlines():
        if line == MARKER_LINE:
            continue
        for pattern, becomes in MASKS:
            line = pattern.sub(becomes, line)
        parts[_part(line)].append(line)
    parts["lines"].sort()
    return {name: tuple(lines) for name, lines in parts.items()}


def _part(line: str) -> str:
    if MY_STATES.match(line):
        return "states"
    if PARTNER_STATES.match(line):
        return "partner's states"
    return "service" if SERVICE.match(line) else "lines"

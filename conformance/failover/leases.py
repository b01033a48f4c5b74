"""What a leases file says in the end: the last record of each address, the last failover state.

Read without a line of pydhcpd.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.compare import mask_lease


@dataclass(frozen=True, slots=True)
class Record:
    """A record's lines with the dates taken out, and the dates as seconds since 1970."""

    lines: tuple[str, ...]
    dates: tuple[int, ...]

    def value(self, name: str) -> str:
        """What stands behind a name at the beginning of a line; empty if nothing does."""
        return next(
            (line.removeprefix(f"{name} ") for line in self.lines if line.startswith(f"{name} ")),
            "",
        )


@dataclass(frozen=True, slots=True)
class LeasesFile:
    """`leases` by address, `states` by the relationship's name."""

    leases: Mapping[str, Record]
    states: Mapping[str, Record]


def read_leases(text: str) -> LeasesFile:
    """The last word on everything; what is neither lease nor failover state is passed over."""
    leases: dict[str, Record] = {}
    states: dict[str, Record] = {}
    for head, body in re.findall(
        r"^(lease|failover peer)([^{\n]*\{\n(?:[^}].*\n)*?)\}", text, re.M
    ):
        first, *rest = body.splitlines()
        masked = [mask_lease(line.strip().rstrip(";")) for line in rest]
        record = Record(
            tuple(line for line, _ in masked),
            tuple(number for _, numbers in masked for number in numbers),
        )
        name = first.strip(" {")
        if head == "lease":
            leases[name] = record
        else:
            states[name.removesuffix(" state").strip('"')] = record
    return LeasesFile(leases, states)

"""The last record of each address in a leases file, read with none of pydhcpd's own code."""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.crash.witness import Promise

_RECORD: Final = re.compile(rb"^lease (\S+) \{\n(.*?)^\}\n", re.MULTILINE | re.DOTALL)
_STATE: Final = re.compile(rb"^  binding state (\w+);\n", re.MULTILINE)
_HARDWARE: Final = re.compile(rb"^  hardware ethernet (\S+);\n", re.MULTILINE)
_ENDS: Final = re.compile(rb"^  ends \d (\S+ \S+);\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LeasesFile:
    """The bodies of the last whole records by address, and whether the file's end is torn."""

    bodies: dict[str, bytes]
    records: int
    is_torn: bool


def read_leases_file(path: Path) -> LeasesFile:
    text = path.read_bytes()
    found = _RECORD.findall(text)
    return LeasesFile(
        {address.decode(): body for address, body in found},
        len(found),
        not text.endswith(b"\n") or b"lease " in text[text.rfind(b"\n}\n") + 3 :],
    )


def broken_promises(promises: Iterable[Promise], file: LeasesFile) -> list[str]:
    """One line for each promise that the file does not keep."""
    return [
        f"{promise.address} for {promise.hardware} until {promise.ends}: {why}"
        for promise in promises
        if (why := _why_broken(promise, file.bodies.get(promise.address)))
    ]


def lease_facts(file: LeasesFile, address: str) -> tuple[str, str, str]:
    """Binding state, hardware and end of an address; free and nothing else if it was never used.

    Of leases that nobody holds only the state counts.
    """
    body = file.bodies.get(address, b"")
    found = (pattern.search(body) for pattern in (_STATE, _HARDWARE, _ENDS))
    state, hardware, ends = ("" if one is None else one[1].decode() for one in found)
    if state in ("", "free", "backup"):
        return state or "free", "", ""
    return state, hardware, ends


def _why_broken(promise: Promise, body: bytes | None) -> str:
    if body is None:
        return "no record"
    state, hardware, ends = (found.search(body) for found in (_STATE, _HARDWARE, _ENDS))
    if state is None or state[1] != b"active":
        return "not active"
    if hardware is None or hardware[1].decode() != promise.hardware:
        return "another client's"
    if ends is None or _second(ends[1].decode()) < promise.ends:
        return "ends earlier"
    return ""


def _second(text: str) -> int:
    return calendar.timegm(time.strptime(text, "%Y/%m/%d %H:%M:%S"))

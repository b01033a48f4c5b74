"""Findings as text for people, in the three-line form of dhcpd's messages, and as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence

from pydhcpd.check.finding import ERROR, INFO, WARNING, Finding
from pydhcpd.config.problem import Problem

# How many of each are told in the last line.
COUNTED = ((ERROR, "error"), (WARNING, "warning"), (INFO, "note"))


def format_findings(findings: Iterable[Finding]) -> Iterator[str]:
    """For each finding the message, the source line with a caret, and what to do."""
    for finding in findings:
        text = f"{finding.severity}: {finding.text} [{finding.name}]"
        if finding.position is None:
            yield text
            continue
        yield from Problem(finding.position, finding.line, text).lines()
        if finding.advice:
            yield f"  {finding.advice}"


def format_json(findings: Sequence[Finding]) -> str:
    """An array with one object for each finding; bytes beyond ASCII are Latin-1 characters."""
    return json.dumps([_object(finding) for finding in findings], indent=1)


def summary(findings: Sequence[Finding]) -> str:
    """One line of counts."""
    counts = []
    for severity, word in COUNTED:
        count = sum(finding.severity == severity for finding in findings)
        if count:
            counts.append(f"{count} {word}{'s' if count > 1 else ''}")
    return ", ".join(counts) or "nothing to complain of"


def _object(finding: Finding) -> dict[str, str | int | None]:
    position = finding.position
    return {
        "severity": finding.severity,
        "name": finding.name,
        "file": position.file if position is not None else None,
        "line": finding.line if position is not None else None,
        "column": position.column if position is not None else None,
        "text": finding.text,
        "advice": finding.advice,
    }

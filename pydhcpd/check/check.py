"""One examination: what -t says, then what the rules find; of two files also what is between them.

No rule is asked about a file that -t refuses.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydhcpd.check.finding import ERROR, INFO, WARNING, Finding, Spot
from pydhcpd.check.rules import PAIR_RULES, RULES, PairRule, Rule
from pydhcpd.check.subject import Subject
from pydhcpd.config.ast import ConfigurationFile
from pydhcpd.config.problem import Problem
from pydhcpd.resolve.draft import ERR, Message
from pydhcpd.resolve.resolution import Resolution
from pydhcpd.resolve.sanity import (
    check_late_parameters,
    check_peers,
    command_lines,
    setting_lines,
)

REFUSED: Final = "refused"
MESSAGE: Final = "message"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What -t says of one file: its lines, and the same as findings."""

    lines: tuple[str, ...]
    findings: tuple[Finding, ...]
    subject: Subject | None


def judge(tree: ConfigurationFile, resolution: Resolution, now: int) -> Verdict:
    """The verdict of -t; `subject` is None if the file is refused."""
    messages = list(resolution.messages)
    fatal = resolution.fatal
    if resolution.configuration is not None:
        messages += command_lines(resolution.configuration)
        fatal = check_late_parameters(resolution.configuration.parameters)
        if fatal is None:
            messages += setting_lines(resolution.configuration)
            peers, fatal = check_peers(resolution.configuration)
            messages += peers
    subject = None
    if resolution.configuration is not None and fatal is None:
        subject = Subject(tree, resolution.configuration, now)
    lines = [text for _, text in messages]
    findings = list(_told(messages, resolution.problems))
    if fatal is not None:
        lines.append(fatal)
        findings.append(Finding(ERROR, REFUSED, None, 0, fatal, ""))
    return Verdict(tuple(lines), tuple(findings), subject)


def refused(text: str) -> Verdict:
    """The verdict on a file that could not even be read."""
    return Verdict((text,), (Finding(ERROR, REFUSED, None, 0, text, ""),), None)


def examine(subject: Subject) -> list[Finding]:
    """What the rules find, in the order of the text."""
    found = [finding for rule in RULES for finding in _found(rule, rule.find(subject))]
    return _sorted(found, subject.files)


def compare(first: Subject, second: Subject) -> list[Finding]:
    """What the rules find between the files of a failover pair."""
    found = [
        finding
        for rule in PAIR_RULES
        for own, other in ((first, second), (second, first))
        for finding in _found(rule, rule.find(own, other))
    ]
    return _sorted(found, (*first.files, *second.files))


def _told(messages: Sequence[Message], problems: Sequence[Problem]) -> Iterator[Finding]:
    """The messages as findings; a problem is three lines of them."""
    waiting = list(problems)
    at = 0
    while at < len(messages):
        level, text = messages[at]
        if waiting and text == waiting[0].lines()[0]:
            problem = waiting.pop(0)
            yield Finding(ERROR, REFUSED, problem.position, problem.line, problem.text, "")
            at += 3
            continue
        yield Finding(WARNING if level == ERR else INFO, MESSAGE, None, 0, text, "")
        at += 1


def _found(rule: Rule | PairRule, spots: Iterable[Spot]) -> Iterator[Finding]:
    for spot in spots:
        position = spot.token.position
        yield Finding(rule.severity, rule.name, position, position.line, spot.text, rule.advice)


def _sorted(findings: Iterable[Finding], files: Iterable[str]) -> list[Finding]:
    """By file, and in it by place."""
    numbers = {file: number for number, file in enumerate(dict.fromkeys(files))}
    return sorted(findings, key=lambda finding: _place(finding, numbers))


def _place(finding: Finding, numbers: Mapping[str, int]) -> tuple[int, int]:
    assert finding.position is not None, "rules name a place"
    return numbers[finding.position.file], finding.position.offset

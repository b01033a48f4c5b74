"""Examining texts in tests."""

from pydhcpd.check.check import Verdict, compare, examine, judge
from pydhcpd.check.finding import Finding
from pydhcpd.check.subject import Subject
from pydhcpd.config.parser import parse_configuration
from pydhcpd.resolve.resolution import resolve_configuration
from tests.config.reading import parse

NOW = 1_800_000_000


def verdict_of(text: str, files: dict[str, str] | None = None) -> Verdict:
    """What -t says of a file."""
    tree = parse(text, files)
    return judge(tree, resolve_configuration(tree, None), NOW)


def findings_of(text: str, files: dict[str, str] | None = None) -> list[Finding]:
    """What the rules find in a good file."""
    verdict = verdict_of(text, files)
    assert verdict.subject is not None, verdict.lines
    return examine(verdict.subject)


def findings_between(first: str, second: str) -> list[Finding]:
    """What the rules find between two good files, a.conf and b.conf."""
    return compare(_subject("a.conf", first), _subject("b.conf", second))


def _subject(path: str, text: str) -> Subject:
    tree = parse_configuration(path, text.encode(), lambda name: b"")
    verdict = judge(tree, resolve_configuration(tree, None), NOW)
    assert verdict.subject is not None, verdict.lines
    return verdict.subject

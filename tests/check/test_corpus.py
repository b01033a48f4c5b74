"""Public configurations: each gets a report, whatever is in it."""

from pydhcpd.check.check import examine, judge
from pydhcpd.check.report import format_findings, format_json
from pydhcpd.config.parser import parse_configuration
from pydhcpd.resolve.resolution import resolve_configuration
from tests.check.reading import NOW
from tests.corpus import corpus_files


def test_each_public_configuration_gets_a_report() -> None:
    accepted = 0
    for path in corpus_files("conf"):
        tree = parse_configuration(str(path), path.read_bytes(), _no_file)
        verdict = judge(tree, resolve_configuration(tree, None), NOW)
        findings = list(verdict.findings)
        if verdict.subject is not None:
            accepted += 1
            findings += examine(verdict.subject)
        assert format_json(findings)
        assert len(list(format_findings(findings))) >= len(findings)
    assert accepted > 40


def _no_file(path: str) -> bytes:
    raise FileNotFoundError(2, "No such file or directory")

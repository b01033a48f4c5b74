"""The report: dhcpd's own messages first, then findings with line, caret and advice; or JSON."""

import json

from pydhcpd.check.check import examine
from pydhcpd.check.report import format_findings, format_json, summary
from tests.check.reading import findings_of, verdict_of


def test_a_finding_shows_the_line_with_a_caret() -> None:
    text = "subnet 10.0.0.0 netmask 255.255.255.0 {\n"
    text += "\trange 10.0.0.1 10.0.0.9;\n\tddns-update-style none;}"
    assert list(format_findings(findings_of(text))) == [
        "c.conf line 3: warning: ddns-update-style has no effect in a subnet: only the global one"
        " counts. [global-only-parameter]",
        "\tddns-update-style none;}",
        "        ^",
        "  Move it to the top of the file, outside of all declarations.",
    ]


def test_findings_come_in_the_order_of_the_text_and_in_the_included_file() -> None:
    files = {"i.conf": "\n\ndeny dynamic-bootp;"}
    found = findings_of(
        'deny unknown-clients;\ninclude "i.conf";\nclass "c" { match if known; }', files
    )
    assert [(one.position.file, one.line) for one in found if one.position is not None] == [
        ("c.conf", 1),
        ("c.conf", 3),
        ("i.conf", 3),
    ]


def test_json_has_the_same_keys_for_each_object() -> None:
    verdict = verdict_of('option domain-name 5;\nlog (error, "x");')
    (found, last) = json.loads(format_json(verdict.findings))
    assert found == {
        "severity": "error",
        "name": "refused",
        "file": "c.conf",
        "line": 1,
        "column": 20,
        "text": found["text"],
        "advice": "",
    }
    assert (last["file"], last["line"], last["column"]) == (None, None, None)
    assert last["text"] == "Configuration file errors encountered -- exiting"


def test_the_lines_of_a_refused_file_are_those_of_the_server() -> None:
    verdict = verdict_of("subnet 10.0.0.0 netmask 255.0.0.0 {\n range 10.0.0.1 10.0.0.2\n}")
    assert verdict.subject is None
    assert verdict.lines[0].startswith("c.conf line ")
    assert verdict.lines[-1] == "Configuration file errors encountered -- exiting"


def test_what_the_start_says_belongs_to_the_verdict() -> None:
    peer = 'failover peer "f" { primary; mclt 6; split 1; peer address 10.0.0.2; }'
    verdict = verdict_of(f'log (info, "seen");\n{peer}')
    assert verdict.lines[0] == "seen"
    assert verdict.lines[-1] == "Failover configuration sanity check failed"
    assert verdict.subject is None
    fatal = verdict_of('log (fatal, "over");\nlog (info, "never");')
    assert (fatal.lines, fatal.subject) == (("over",), None)


def test_settings_and_commands_are_told() -> None:
    text = 'dont-use-fsync on; server-id-check on; execute("/bin/false", "x");'
    assert verdict_of(text).lines == (
        "execute_statement argv[0] = /bin/false",
        "execute_statement argv[1] = x",
        "would execute: /bin/false x",
        "Not using fsync() to flush lease writes",
        "Setting server-id-check true",
    )


def test_a_message_without_a_place_is_kept() -> None:
    text = "subnet 10.0.0.0 netmask 255.255.0.0 { }\nsubnet 10.0.3.0 netmask 255.255.255.0 { }"
    verdict = verdict_of(text)
    assert [(one.severity, one.name, one.position) for one in verdict.findings] == [
        ("warning", "message", None)
    ]
    assert verdict.subject is not None
    assert "overlapping-subnets" in [one.name for one in examine(verdict.subject)]


def test_the_summary_counts() -> None:
    assert summary(
        findings_of("deny dynamic-bootp; ignore dynamic-bootp; deny unknown-clients;")
    ) == ("3 warnings, 1 note")
    assert summary(findings_of("ddns-update-style none;")) == "nothing to complain of"

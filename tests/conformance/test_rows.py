"""Verdicts of two servers are compared up to the first mistake; decided differences are allowed."""

from pathlib import Path

from conformance import decisions as packets
from conformance.rows.case import CASES, Case, read_cases
from conformance.rows.decisions import ALLOWED, Allowed, comparable, decision_for
from conformance.rows.verdict import Verdict, differences, read_verdict

BANNER = b"one\ntwo\nthree\nfour\n"
TRAILER = b"\nIf you think you have received this message due to a bug rather\nthan a\n\nexiting.\n"


def test_a_refused_file_is_read_up_to_its_first_mistake() -> None:
    output = BANNER + b"Warning: x\nc.conf line 3: first\nquoted\n  ^\nc.conf line 4: second\n"
    end = b"Configuration file errors encountered -- exiting\n" + TRAILER
    assert read_verdict(1, output + end) == Verdict(1, ("Warning: x", "c.conf line 3: first"))


def test_a_fatal_line_is_the_last_before_the_trailer() -> None:
    output = BANNER + b"Can't open x: No such file or directory\n" + TRAILER
    assert read_verdict(1, output) == Verdict(1, ("Can't open x: No such file or directory",))


def test_an_accepted_file_is_compared_as_a_whole() -> None:
    output = BANNER + b"\xff logged\nConfig file: c.conf\n"
    assert read_verdict(0, output) == Verdict(0, ("\xff logged", "Config file: c.conf"))


def test_differences_say_which_side_has_what() -> None:
    first, second = Verdict(0, ("a", "b")), Verdict(1, ("b", "c"))
    assert differences(first, second) == ["status 0, subject 1", "- a", "+ c"]
    assert differences(first, first) == []


def test_a_decision_allows_all_the_differences_or_none() -> None:
    row = Allowed("99", "^thing", r"- this|\+ that \d+", "for the test")
    assert decision_for("x;\nthing;", ["- this", "+ that 5"], (row,)) is row
    assert decision_for("thing;", ["- this", "status 0, subject 1"], (row,)) is None
    assert decision_for("another thing;", ["- this"], (row,)) is None


def test_garbage_is_cut_off_and_programs_are_not_compared() -> None:
    verdict = Verdict(1, ("execute_statement argv[0] = /bin/true", "OMAPI key \x01", "\x02: no"))
    assert comparable(verdict) == Verdict(1, ("OMAPI key ",))


def test_case_files_hold_configurations_and_what_they_include(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_text('one;\n--\n# -6\ntwo;\n-- part\nthree;\n-- other\nfour;\n--\n--\n"five";\n')
    assert read_cases(path) == [
        Case("some", "line 1", "one;\n"),
        Case("some", "line 3", "# -6\ntwo;\n", 6, (("part", "three;\n"), ("other", "four;\n"))),
        Case("some", "line 11", '"five";\n'),
    ]


def test_the_case_files_of_the_project_hold_cases() -> None:
    for path in CASES.glob("*.txt"):
        assert read_cases(path), path.name


def test_the_number_of_a_decision_means_one_thing() -> None:
    """Both tables number into one list; only what both speak of may stand in both."""
    of_packets = {row.decision: row.why for row in packets.ALLOWED}
    assert [row for row in ALLOWED if row.why != of_packets.get(row.decision, row.why)] == []

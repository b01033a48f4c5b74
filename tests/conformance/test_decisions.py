"""Decided differences are undone or allowed; the same difference elsewhere is not."""

from conformance.compare import Difference
from conformance.decisions import (
    ALLOWED,
    Allowed,
    decision_for,
    idle_decisions,
    subject_line,
)

BANNER = "Internet Systems Consortium DHCP Server 4.4.3-P1"


def test_banner() -> None:
    assert subject_line(f"{BANNER} replacement: pydhcpd 1.2.3") == BANNER
    assert subject_line("Copyright 2026 The authors.") == (
        "Copyright 2004-2022 Internet Systems Consortium."
    )
    assert subject_line("Internet Systems DHCP Server") == "Internet Systems DHCP Server"
    assert subject_line(f"{BANNER} clone: pydhcpd 1.2.3") != BANNER


def test_a_row_allows_one_difference_of_one_scenario() -> None:
    rows = (Allowed("99", "some-*", "logs", r"\+ extra \d+", "for the test"),)
    assert decision_for("some-case", Difference("logs", "+ extra 5"), rows) == "99"
    assert decision_for("some-case", Difference("logs", "- extra 5"), rows) is None
    assert decision_for("some-case", Difference("logs", "+ extra 5 more"), rows) is None
    assert decision_for("some-case", Difference("leases", "+ extra 5"), rows) is None
    assert decision_for("another", Difference("logs", "+ extra 5"), rows) is None


def test_what_the_reference_itself_does_is_never_decided() -> None:
    assert {row.aspect for row in ALLOWED} <= {"wire", "leases", "logs"}


def test_server_id_check_is_a_decision_only_there() -> None:
    text = "+ DHCPREQUEST for 10.0.0.101 (10.0.0.77) from x via v4s0: not our server id"
    assert decision_for("server-id-check", Difference("logs", text)) == "15"
    assert decision_for("request-other-server", Difference("logs", text)) is None


def test_decisions_that_made_no_difference_are_named() -> None:
    rows = (
        Allowed("8", "one", "logs", "made", "for the test"),
        Allowed("8", "one", "logs", "not made", "the same decision, made above"),
        Allowed("9", "two*", "logs", "never made", "for the test"),
        Allowed("7", "absent", "logs", "not run", "for the test"),
    )
    seen = {"one": [Difference("logs", "made")], "two-b": [Difference("leases", "never made")]}
    assert idle_decisions(seen, rows) == ["9 two*"]

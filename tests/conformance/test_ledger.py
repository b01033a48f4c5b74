"""When a failover pair has broken a promise, and when two files differ about a lease."""

from pathlib import Path

from conformance.crash.leases import lease_facts, read_leases_file
from conformance.crash.ledger import Ledger
from conformance.crash.witness import Promise

# 2026/11/28 06:00:00 UTC
ENDS = 1_795_845_600
ONE, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02"
FIRST, SECOND = "10.64.0.1", "10.64.0.3"
RECORD = """lease 10.0.0.1 {{
  ends 6 2026/11/28 06:00:00;
  binding state {};
  hardware ethernet {};
}}
"""


def promise(hardware: str = ONE, ends: int = ENDS, given: int = 0, server: str = FIRST) -> Promise:
    return Promise("10.0.0.1", hardware, ends, given or ends - 30, server)


def test_an_address_is_free_again_when_the_promise_has_ended() -> None:
    ledger = Ledger()
    ledger.keep([promise(), promise(OTHER, ENDS + 30, ENDS)])
    assert ledger.twice == []
    ledger.keep([promise(ONE, ENDS + 60, ENDS + 29)])
    assert len(ledger.twice) == 1


def test_the_longer_promise_of_either_server_counts() -> None:
    ledger = Ledger()
    ledger.keep([promise(ends=ENDS + 60), promise(ends=ENDS, server=SECOND)])
    ledger.keep([promise(OTHER, given=ENDS + 59, ends=ENDS + 90)])
    assert len(ledger.twice) == 1


def test_a_promise_is_in_the_file_of_the_server_that_gave_it(tmp_path: Path) -> None:
    path = tmp_path / "leases"
    path.write_text(RECORD.format("active", ONE))
    known = read_leases_file(path)
    path.write_text("# nothing\n")
    unknown = read_leases_file(path)
    ledger = Ledger()
    ledger.keep([promise()])
    now = ENDS - 10
    assert ledger.missing(FIRST, known, now) == []
    assert len(ledger.missing(FIRST, unknown, now)) == 1
    assert ledger.missing(SECOND, unknown, now) == []
    assert len(ledger.missing_anywhere(unknown, now)) == 1
    assert ledger.missing(FIRST, unknown, ENDS) == []


def test_nobody_asks_for_the_lease_of_an_earlier_client(tmp_path: Path) -> None:
    path = tmp_path / "leases"
    path.write_text(RECORD.format("active", OTHER))
    ledger = Ledger()
    ledger.keep([promise(ends=ENDS - 60), promise(OTHER, given=ENDS - 60)])
    assert ledger.missing(FIRST, read_leases_file(path), ENDS - 61) == []


def test_a_client_that_was_given_another_address_counts_on_that(tmp_path: Path) -> None:
    """Two servers that did not hear each other gave one client two; the first is free again."""
    path = tmp_path / "leases"
    path.write_text(RECORD.format("released", ONE))
    file = read_leases_file(path)
    ledger = Ledger()
    ledger.keep([promise()])
    now = ENDS - 10
    assert len(ledger.missing(FIRST, file, now)) == 1
    ledger.keep([Promise("10.0.0.2", ONE, ENDS + 9, now, SECOND)])
    assert ledger.missing(FIRST, file, now) == []
    assert [server for server, _ in ledger.missing_anywhere(file, now)] == [SECOND]


def test_of_leases_that_nobody_holds_only_the_state_counts(tmp_path: Path) -> None:
    path = tmp_path / "leases"
    path.write_text(RECORD.format("free", ONE))
    file = read_leases_file(path)
    assert lease_facts(file, "10.0.0.1") == lease_facts(file, "10.0.0.9") == ("free", "", "")
    path.write_text(RECORD.format("active", ONE))
    facts = lease_facts(read_leases_file(path), "10.0.0.1")
    assert facts == ("active", ONE, "2026/11/28 06:00:00")

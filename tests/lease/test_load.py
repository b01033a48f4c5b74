"""A start on a leases file: dhcpd 4.4.3-P1 was started on the same file at the same second.

The `.before` files are random records, also of states and times that a server alone does not
write; `.after` is what dhcpd made of them at its start. Equal text means equal defaults,
expiries, order of queues and of networks.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from pydhcpd.lease.lease import ACTIVE, FREE
from pydhcpd.lease.load import Loaded, load_leases
from pydhcpd.lease.rewrite import Rewriting
from pydhcpd.model.configuration import Configuration
from tests.lease.pools import address, make_configuration, make_pool, make_writer
from tests.resolve.reading import configuration_of

REWRITTEN = Path(__file__).parents[1] / "data" / "leases" / "rewritten"
NOW = 1_795_334_400
NETWORKS = make_configuration(
    [
        make_pool(0, ("10.0.128.100", "10.0.128.130"), ("10.2.7.10", "10.2.7.25")),
        make_pool(1, ("10.0.128.140", "10.0.128.150"), ("10.0.128.60", "10.0.128.70")),
        make_pool(2, ("172.16.0.10", "172.16.0.40"), network=1),
        make_pool(3, ("192.168.1.10", "192.168.1.12"), network=2),
    ],
    ["b1", "sp"],
    lease_limit=1000,
)
SMALL = make_configuration([make_pool(0, ("10.0.0.100", "10.0.0.110"))], ["sc"], ["stat"])


def load(text: str, configuration: Configuration) -> Loaded:
    return load_leases("leases", [text.encode("latin-1")], configuration, NOW)


def rewrite(loaded: Loaded) -> tuple[str, list[str]]:
    rewriting = Rewriting(
        loaded.store, loaded.odd_records, loaded.configuration, make_writer(), NOW
    )
    text = b"".join(rewriting.chunks()).decode("latin-1")
    return text, rewriting.lines_to_log()


@pytest.mark.parametrize("name", ["100", "108", "201"])
def test_the_file_after_a_start(name: str) -> None:
    before = (REWRITTEN / f"{name}.before").read_text("latin-1")
    after = (REWRITTEN / f"{name}.after").read_text("latin-1")
    loaded = load(before, NETWORKS)
    text, _ = rewrite(loaded)
    assert text == after
    assert not loaded.is_damaged


def test_a_second_start_changes_no_lease() -> None:
    after = (REWRITTEN / "201.after").read_text("latin-1")
    loaded = load(after, NETWORKS)
    assert loaded.changes == []
    text, _ = rewrite(loaded)
    # Variables turn round at every start, and equals may change places.
    assert sorted(text.splitlines()) == sorted(after.splitlines())


def test_other_records_after_a_start() -> None:
    before = (REWRITTEN / "odd.before").read_text("latin-1")
    after = (REWRITTEN / "odd.after").read_text("latin-1")
    loaded = load(before, SMALL)
    text, lines = rewrite(loaded)
    assert text == after
    assert lines == [
        "Wrote 2 class decls to leases file.",
        "Wrote 1 group decls to leases file.",
        "Wrote 1 deleted host decls to leases file.",
        "Wrote 0 new dynamic host decls to leases file.",
        "Wrote 0 leases to leases file.",
    ]
    assert loaded.messages == ["leases line 38: host om2: already exists", "}", "^"]


def test_declarations_after_a_start_and_another() -> None:
    configuration = configuration_of((REWRITTEN / "declared.conf").read_text("latin-1"))
    before = (REWRITTEN / "declared.before").read_text("latin-1")
    after = (REWRITTEN / "declared.after").read_text("latin-1")
    text, lines = rewrite(load(before, configuration))
    assert text == after
    assert lines[:3] == [
        "Wrote 11 class decls to leases file.",
        "Wrote 6 group decls to leases file.",
        "Wrote 2 deleted host decls to leases file.",
    ]
    again = load(text, configuration)
    assert again.messages == []
    # Entries of one bucket change places at every start.
    assert sorted(rewrite(again)[0].splitlines()) == sorted(after.splitlines())


def test_leases_of_a_pool_with_a_peer_wait_for_it() -> None:
    pool = replace(make_pool(0, ("10.0.0.100", "10.0.0.104")), failover_peer="p")
    configuration = make_configuration([pool])
    states = ("backup", "expired", "released", "reset")
    text = "".join(
        f"lease 10.0.0.{100 + number} {{\n  ends 0 2026/11/22 07:00:00;\n"
        f"  tsfp 0 2026/11/22 07:30:00;\n  binding state {state};\n}}\n"
        for number, state in enumerate(states)
    )
    text += "lease 10.0.0.104 {\n  ends 0 2026/11/22 07:00:00;\n"
    text += "  binding state active;\n  next binding state expired;\n}\n"
    loaded = load(text, configuration)
    assert loaded.changes == []
    assert address("10.0.0.104") in loaded.waiting
    counts = loaded.store.counts(0)
    assert (counts.free, counts.backup, counts.expired, counts.active) == (0, 1, 3, 1)
    assert loaded.store.next_expiry() is None


def test_leases_whose_time_ended_are_moved_and_told() -> None:
    text = """\
lease 10.0.0.100 {
  ends 0 2026/11/22 07:59:59;
  binding state active;
  next binding state free;
}
lease 10.0.0.101 {
  ends 0 2026/11/22 08:00:01;
  binding state active;
  next binding state free;
}
lease 10.0.0.102 {
  ends 0 2026/11/22 07:00:00;
  binding state active;
}
"""
    loaded = load(text, SMALL)
    (change,) = loaded.changes
    assert change.is_recorded
    assert (change.before.state, change.after.state) == (ACTIVE, FREE)
    assert change.after is loaded.store.find(address("10.0.0.100"))
    # No next binding state: it stays as it is for ever.
    assert loaded.store.counts(0).active == 2
    assert loaded.store.next_expiry() == NOW + 1

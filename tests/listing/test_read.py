"""Leases files read without a configuration: everything in them counts, damage is told."""

from pydhcpd.lease.lease import ACTIVE, BACKUP
from pydhcpd.listing.read import is_in_use, read_listing
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.moment import NEVER
from tests.corpus import corpus_files

NOW = 1_800_000_000


def record(address: str, *statements: str) -> str:
    body = "".join(f"  {statement}\n" for statement in statements)
    return f"lease {address} {{\n{body}}}\n"


def test_the_last_record_counts_and_addresses_are_in_order() -> None:
    text = record("10.0.0.9", "binding state active;") + record(
        "10.0.0.2", "binding state active;", 'client-hostname "old";'
    )
    text += record("10.0.0.2", "binding state free;", 'client-hostname "new";')
    listing = read_listing("l", text.encode(), NOW)
    assert [format_ipv4(lease.address) for lease in listing.leases] == ["10.0.0.2", "10.0.0.9"]
    assert listing.leases[0].client_hostname == b"new"
    assert listing.messages == []


def test_a_class_that_nobody_declares_is_billed() -> None:
    ends = "ends 0 2036/01/06 00:00:00;"
    text = record("10.0.0.2", ends, "binding state active;", 'billing class "c";')
    text += record("10.0.0.3", ends, "binding state active;", 'billing subclass "d e" "k";')
    listing = read_listing("l", text.encode(), NOW)
    billings = [lease.billing for lease in listing.leases]
    assert [(one.class_name, one.key) for one in billings if one is not None] == [
        ("c", None),
        ("d e", b"k"),
    ]
    assert listing.messages == []


def test_the_partners_free_addresses_stay_his() -> None:
    listing = read_listing("l", record("10.0.0.2", "binding state backup;").encode(), NOW)
    assert [lease.state for lease in listing.leases] == [BACKUP]


def test_damage_is_told_with_its_line_and_costs_one_record() -> None:
    text = record("10.0.0.2", "binding state active;") + record("10.0.0.3", "bidning state free;")
    text += record("10.0.0.4", "binding state active;")
    listing = read_listing("l", text.encode(), NOW)
    assert [format_ipv4(lease.address) for lease in listing.leases] == ["10.0.0.2", "10.0.0.4"]
    assert listing.is_damaged
    assert listing.messages[0].startswith("l line 5: ")
    assert listing.messages[1] == "  bidning state free;"


def test_a_lease_is_in_use_until_it_ends() -> None:
    active = "binding state active;"
    text = record("10.0.0.1", f"ends epoch {NOW};", active)
    text += record("10.0.0.2", f"ends epoch {NOW + 1};", active)
    text += record("10.0.0.3", "ends never;", active)
    text += record("10.0.0.4", "ends never;", "binding state free;")
    leases = read_listing("l", text.encode(), NOW).leases
    assert [is_in_use(lease, NOW) for lease in leases] == [False, True, True, False]
    assert (leases[2].state, leases[2].ends) == (ACTIVE, NEVER)


def test_each_public_leases_file_is_read() -> None:
    for path in corpus_files("leases"):
        text = path.read_bytes()
        listing = read_listing(str(path), text, NOW)
        lines = [line.split()[1] for line in text.split(b"\n") if line.startswith(b"lease ")]
        assert len(listing.leases) == len(set(lines)), path

"""Bills of a leases file at the start (conformance/scenarios/restart-bills.txt)."""

from pydhcpd.lease.bills import settle_bills
from pydhcpd.lease.lease import ACTIVE, Billing, Lease
from tests.lease.pools import address
from tests.resolve.reading import configuration_of

CLASSES = {
    one.name: one
    for one in configuration_of(
        'class "one" { match if known; lease limit 1; } class "none" { match if known; }'
        'class "keyed" { match hardware; lease limit 2; }'
        'subclass "keyed" "own" { lease limit 1; } subclass "keyed" "none" { lease limit 0; }'
    ).classes
}


def kept(*bills: tuple[str, Billing]) -> list[str]:
    """The addresses that keep their bills, of leases in the order of the file."""
    leases = {address(at): Lease(address(at), ACTIVE, billing=bill) for at, bill in bills}
    settled = settle_bills(leases, CLASSES)
    assert list(settled) == list(leases)
    return [at for at, _ in bills if settled[address(at)].billing is not None]


def test_the_first_in_the_order_of_the_hash_keeps_its_bill() -> None:
    one = Billing("one", None)
    # 10.0.128.106 has the residue 0 of 100003.
    assert kept(("10.0.0.101", one), ("10.0.0.100", one)) == ["10.0.0.100"]
    assert kept(("10.0.128.105", one), ("10.0.128.106", one)) == ["10.0.128.106"]


def test_a_class_without_limit_takes_no_bill() -> None:
    assert kept(("10.0.0.1", Billing("none", None)), ("10.0.0.2", Billing("gone", None))) == []


def test_a_subclass_has_its_own_limit_or_if_nobody_declared_it_that_of_its_class() -> None:
    own, none, other = (Billing("keyed", key) for key in (b"own", b"none", b"other"))
    assert kept(("10.0.0.1", own), ("10.0.0.2", own), ("10.0.0.3", none)) == ["10.0.0.1"]
    addresses = [f"10.0.0.{number}" for number in (1, 2, 3)]
    assert kept(*[(at, other) for at in addresses]) == addresses[:2]

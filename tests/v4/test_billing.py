"""Lease limits of classes (dhcpd.conf(5) PER-CLASS LIMITS ON DYNAMIC ADDRESS ALLOCATION)."""

from pydhcpd.lease.lease import Billing, Lease
from pydhcpd.lease.store import LeaseStore
from pydhcpd.v4.billing import Bills
from tests.lease.pools import make_pool
from tests.v4.room import DISCOVER, OFFER, RELEASE, REQUEST, Room, address, requested, serve

LIMITED = """
class "limited" { match if option vendor-class-identifier = "v"; lease limit 2; }
class "wider" { match if option user-class = "u"; lease limit 3; }
class "ports" { spawn with option host-name; lease limit 1; }
"""
MEMBER = ((60, b"v"),)
REFUSED = ": no available billing: lease limit reached in all matching classes (last: '{}')"


def limited() -> Room:
    return serve("dhcp-cache-threshold 0;", more=LIMITED)


def test_the_limit_counts_active_leases() -> None:
    room = limited()
    room.bind(1, MEMBER)
    room.bind(2, MEMBER)
    assert room.send(DISCOVER, 3, MEMBER) is None
    assert room.log == ["DHCPDISCOVER from 02:00:00:00:01:03 via v4s0" + REFUSED.format("limited")]
    # The lease of a member is billed already.
    assert room.ask(REQUEST, 1, MEMBER, ciaddr="10.0.0.100").kind == 5
    room.send(RELEASE, 2, ciaddr="10.0.0.101")
    assert room.send(DISCOVER, 3, MEMBER) is not None


def test_offers_may_exceed_the_limit_but_requests_are_refused() -> None:
    room = limited()
    offers = [room.ask(DISCOVER, client, MEMBER) for client in (1, 2, 3)]
    assert [offer.kind for offer in offers] == [OFFER] * 3
    for client in (1, 2):
        asked = requested(offers[client - 1].yiaddr)
        assert room.send(REQUEST, client, (asked, *MEMBER)) is not None
    assert room.send(REQUEST, 3, (requested("10.0.0.102"), *MEMBER)) is None
    assert room.log == [
        "DHCPREQUEST for 10.0.0.102 from 02:00:00:00:01:03 via v4s0" + REFUSED.format("limited")
    ]


def test_the_first_class_with_room_takes_the_bill() -> None:
    room = limited()
    both = (*MEMBER, (77, b"u"))
    for client in range(1, 6):
        room.bind(client, both)
    bills = [room.lease(f"10.0.0.{100 + n}").billing for n in range(5)]
    names = [bill.class_name for bill in bills if bill is not None]
    assert names == ["limited", "limited", "wider", "wider", "wider"]
    assert room.send(DISCOVER, 6, both) is None
    assert room.log[0].endswith(REFUSED.format("wider"))


def test_each_spawned_subclass_has_the_limit_of_its_class() -> None:
    room = limited()
    room.bind(1, ((12, b"p1"),))
    room.bind(2, ((12, b"p2"),))
    assert room.send(DISCOVER, 3, ((12, b"p1"),)) is None
    assert room.lease("10.0.0.100").billing == Billing("ports", b"p1")


def test_a_lease_that_leaves_its_class_is_billed_no_more() -> None:
    room = limited()
    room.bind(1, MEMBER)
    assert room.ask(REQUEST, 1, ciaddr="10.0.0.100").kind == 5
    assert room.lease("10.0.0.100").billing is None
    room.bind(2, MEMBER)
    room.bind(3, MEMBER)


def test_a_refused_lease_that_left_its_class_is_billed_no_more() -> None:
    room = serve(more='class "a" { match if option host-name = "a"; lease limit 1; }' + LIMITED)
    room.bind(1, ((12, b"a"),))
    room.bind(2, MEMBER)
    room.bind(3, MEMBER)
    assert room.send(REQUEST, 1, MEMBER, ciaddr="10.0.0.100") is None
    assert room.recorded == []
    # There is room in the class again, and the lease is not confirmed as it stood.
    room.bind(4, ((12, b"a"),))
    room.ask(REQUEST, 1, ciaddr="10.0.0.100")
    assert [lease.billing for lease in room.recorded] == [None]


def test_an_offer_to_a_client_that_left_its_class_gives_the_bill_back() -> None:
    room = limited()
    room.bind(1, MEMBER)
    room.ask(DISCOVER, 1)
    assert room.lease("10.0.0.100").billing is None


def test_expiry_ends_the_bill() -> None:
    room = limited()
    room.bind(1, MEMBER)
    room.bind(2, MEMBER)
    room.wait(43201)
    room.bind(3, MEMBER)


def test_the_leases_of_the_file_are_counted_at_start() -> None:
    lease = Lease(address("10.0.0.1"), 2, ends=1, billing=Billing("c", b"k"))
    bills = Bills(LeaseStore([make_pool(0, ("10.0.0.1", "10.0.0.9"))], [lease]))
    assert not bills.has_room(Billing("c", b"k"), 1)
    assert bills.has_room(Billing("c", b"k"), 2)
    assert bills.has_room(Billing("c", None), 1)

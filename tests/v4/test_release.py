"""DHCPRELEASE (RFC 2131 section 4.3.4)."""

from pydhcpd.lease.lease import ACTIVE, FREE
from tests.v4.room import RELAY, RELAYED_SUBNET, RELEASE, requested, serve

FROM = "from 02:00:00:00:01:01"


def test_the_lease_ends_now_and_its_client_is_remembered() -> None:
    room = serve()
    room.bind(1, ((12, b"name"), (61, b"id")))
    room.pass_to(50)
    assert room.send(RELEASE, 1, ((61, b"id"),), ciaddr="10.0.0.100") is None
    assert room.log == [f"DHCPRELEASE of 10.0.0.100 {FROM} (name) via v4s0 (found)"]
    (lease,) = room.recorded
    assert (lease.state, lease.ends, lease.tstp) == (FREE, room.now, room.now)
    assert (lease.uid, lease.client_hostname) == (b"id", None)
    assert lease.hardware == bytes((1, 2, 0, 0, 0, 1, 1))


def test_a_lease_that_is_free_already_is_found_and_left_alone() -> None:
    room = serve()
    room.bind(1)
    room.send(RELEASE, 1, ciaddr="10.0.0.100")
    room.send(RELEASE, 1, ciaddr="10.0.0.100")
    assert room.log == [f"DHCPRELEASE of 10.0.0.100 {FROM} via v4s0 (found)"]
    assert room.recorded == []


def test_the_hardware_must_match_whatever_the_identifier() -> None:
    room = serve()
    room.bind(1, ((61, b"id"),))
    room.send(RELEASE, 2, ((61, b"id"),), ciaddr="10.0.0.100")
    assert room.log == ["DHCPRELEASE of 10.0.0.100 from 02:00:00:00:01:02 via v4s0 (not found)"]
    # Without an identifier, or with another one, the hardware is enough.
    room.send(RELEASE, 1, ((61, b"other"),), ciaddr="10.0.0.100")
    assert room.lease("10.0.0.100").state == FREE


def test_addresses_of_no_lease_are_not_found() -> None:
    room = serve(more="host fixed { hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.50; }")
    room.bind(1)
    room.send(RELEASE, 1, ciaddr="10.0.0.50")
    assert room.log == [f"DHCPRELEASE of 10.0.0.50 {FROM} via v4s0 (not found)"]
    room.send(RELEASE, 1)
    assert room.log == [f"DHCPRELEASE of 0.0.0.0 {FROM} via v4s0 (not found)"]


def test_a_requested_address_is_noticed_and_does_not_count() -> None:
    room = serve()
    room.bind(1)
    room.send(RELEASE, 1, (requested("10.0.0.101"),), ciaddr="10.0.0.100")
    assert room.log == [
        f"DHCPRELEASE {FROM} specified requested-address.",
        f"DHCPRELEASE of 10.0.0.100 {FROM} via v4s0 (found)",
    ]
    assert room.lease("10.0.0.100").state == FREE


def test_relay_and_server_identifier_are_not_looked_at() -> None:
    room = serve(more=RELAYED_SUBNET)
    room.bind(1)
    room.send(RELEASE, 1, ((54, bytes((9, 9, 9, 9))),), ciaddr="10.0.0.100", giaddr=RELAY)
    assert room.lease("10.0.0.100").state == FREE
    room.bind(2)
    assert room.lease("10.0.0.101").state == ACTIVE
    room.send(RELEASE, 2, ciaddr="10.0.0.101", giaddr="10.77.0.1")
    assert room.log == ["DHCPRELEASE from 02:00:00:00:01:02 via 10.77.0.1: unknown network segment"]

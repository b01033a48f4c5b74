"""Who may have an address of a pool (dhcpd.conf(5) ALLOW AND DENY WITHIN POOL DECLARATIONS)."""

import time

import pytest

from tests.v4.room import (
    BOOTP,
    DISCOVER,
    NAK,
    REQUEST,
    START_S,
    Options,
    Room,
    packet_of,
    requested,
    room_of,
)

CLASSES = """
class "phones" { match if option vendor-class-identifier = "phone"; }
class "ports" { match option host-name; }
subclass "ports" "p1";
host known { hardware ethernet 02:00:00:00:01:01; }
"""
PHONE = ((60, b"phone"),)
PORT = ((12, b"p1"),)


def pool(permits: str) -> Room:
    return room_of(
        f"authoritative; ping-check off; {CLASSES}\n"
        f"subnet 10.0.0.0 netmask 255.255.255.0 {{ pool {{ {permits} range 10.0.0.100; }} }}"
    )


@pytest.mark.parametrize(
    ("permits", "client", "options", "is_permitted"),
    [
        ("", 2, (), True),
        ("allow known-clients;", 1, (), True),
        ("allow known-clients;", 2, (), False),
        ("deny known-clients;", 1, (), False),
        ("deny known-clients;", 2, (), True),
        ("allow unknown-clients;", 1, (), False),
        ("deny unknown-clients;", 2, (), False),
        ("allow all clients;", 2, (), True),
        ("deny all clients;", 2, (), False),
        # No client is ever authenticated.
        ("allow authenticated clients;", 2, (), False),
        ("deny authenticated clients;", 2, (), True),
        ("allow unauthenticated clients;", 2, (), True),
        ("deny unauthenticated clients;", 2, (), False),
        ('allow members of "phones";', 2, PHONE, True),
        ('allow members of "phones";', 2, (), False),
        ('deny members of "phones";', 2, PHONE, False),
        # A member of a subclass is a member of its class.
        ('allow members of "ports";', 2, PORT, True),
        ('allow members of "ports";', 2, ((12, b"p2"),), False),
        # A deny that matches beats every allow; one allow of several is enough.
        ('allow all clients; deny members of "phones";', 2, PHONE, False),
        ('allow members of "phones"; allow known-clients;', 1, (), True),
        ("allow dynamic bootp clients;", 2, (), False),
        ("deny dynamic bootp clients;", 2, (), True),
    ],
)
def test_a_client_is_served_or_not(
    permits: str, client: int, options: Options, is_permitted: bool
) -> None:
    room = pool(permits)
    assert (room.send(DISCOVER, client, options) is not None) == is_permitted
    if not is_permitted:
        assert room.log == [
            f"DHCPDISCOVER from 02:00:00:00:01:0{client} via v4s0:"
            " network 10.0.0.0/24: no free leases"
        ]
        answer = room.ask(REQUEST, client, (requested("10.0.0.100"), *options))
        assert answer.kind == NAK


def test_packets_without_a_type_are_dynamic_bootp_clients() -> None:
    assert pool("allow dynamic bootp clients;").send_payload(packet_of(BOOTP, 2)) is not None
    assert pool("deny dynamic bootp clients;").send_payload(packet_of(BOOTP, 2)) is None


def test_the_implicit_pool_of_a_plain_range_denies_bootp() -> None:
    subnet = "ping-check off; subnet 10.0.0.0 netmask 255.255.255.0 {{ range {} 10.0.0.100; }}"
    assert room_of(subnet.format("")).send_payload(packet_of(BOOTP)) is None
    assert room_of(subnet.format("dynamic-bootp")).send_payload(packet_of(BOOTP)) is not None


def after(permit: str, seconds: int) -> Room:
    when = time.strftime("%w %Y/%m/%d %H:%M:%S", time.gmtime(START_S + seconds))
    return pool(f"{permit} after {when};")


def test_allow_after_opens_the_pool() -> None:
    room = after("allow", 100)
    assert room.send(DISCOVER) is None
    room.pass_to(100)
    assert room.send(DISCOVER) is None
    room.pass_to(101)
    assert room.send(DISCOVER) is not None


def test_deny_after_closes_the_pool_and_cuts_the_leases() -> None:
    room = after("deny", 1000)
    assert room.bind().lease_time == 1000
    room.pass_to(800)
    # Not below min-lease-time.
    assert room.ask(REQUEST, ciaddr="10.0.0.100").lease_time == 300
    room.pass_to(1001)
    assert room.ask(REQUEST, ciaddr="10.0.0.100").kind == NAK

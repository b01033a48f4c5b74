"""DHCPREQUEST in all client states: ACK, NAK or silence (RFC 2131 section 4.3.2; as observed)."""

import pytest

from tests.v4.room import (
    ACK,
    DECLINE,
    DISCOVER,
    NAK,
    RELAY,
    RELAYED_SUBNET,
    RELEASE,
    REQUEST,
    Room,
    requested,
    room_of,
)

NETWORKS = """
ping-check off; default-lease-time 600; {0}
subnet 10.0.0.0 netmask 255.255.255.0 {{
  range 10.0.0.100 10.0.0.109;
  pool {{ deny all clients; range 10.0.0.10; }}
}}
""" + RELAYED_SUBNET.replace("{", "{{").replace("}", "}}")
AUTHORITATIVE = "authoritative;"


def networks(authority: str = AUTHORITATIVE) -> Room:
    """Client 1 holds 10.0.0.100, client 4 10.9.0.100, and 10.0.0.101 is abandoned."""
    room = room_of(NETWORKS.format(authority))
    room.bind(1)
    room.bind(4, giaddr=RELAY)
    room.bind(2)
    room.send(DECLINE, 2, (requested("10.0.0.101"),))
    return room


@pytest.mark.parametrize("authority", [AUTHORITATIVE, ""])
@pytest.mark.parametrize(
    ("asked", "ciaddr", "giaddr", "outcome", "reason"),
    [
        # INIT-REBOOT: an address that is free is given even to a stranger.
        ("10.0.0.105", "0.0.0.0", "0.0.0.0", ACK, ""),
        # Somebody else's, or not permitted.
        ("10.0.0.100", "0.0.0.0", "0.0.0.0", NAK, ": lease 10.0.0.100 unavailable."),
        ("10.0.0.10", "0.0.0.0", "0.0.0.0", NAK, ": lease 10.0.0.10 unavailable."),
        # In the subnet, but in no pool; abandoned.
        ("10.0.0.7", "0.0.0.0", "0.0.0.0", None, ": unknown lease 10.0.0.7."),
        ("10.0.0.101", "0.0.0.0", "0.0.0.0", None, ": unknown lease 10.0.0.101."),
        # RENEWING or REBINDING on the local wire: never a word about the network.
        (None, "10.0.0.105", "0.0.0.0", ACK, ""),
        (None, "10.9.0.105", "0.0.0.0", ACK, ""),
        (None, "10.77.0.1", "0.0.0.0", None, ": unknown lease 10.77.0.1."),
        # Through a relay that does not know the network.
        ("10.77.0.1", "0.0.0.0", "10.77.0.254", None, ": ignored (unknown subnet)."),
    ],
)
def test_outcomes_that_need_no_authority(
    authority: str, asked: str | None, ciaddr: str, giaddr: str, outcome: int | None, reason: str
) -> None:
    room = networks(authority)
    options = () if asked is None else (requested(asked),)
    answer = room.send(REQUEST, 9, options, ciaddr=ciaddr, giaddr=giaddr)
    assert (None if answer is None else answer.kind) == outcome
    address = asked or ciaddr
    via = "v4s0" if giaddr == "0.0.0.0" else giaddr
    assert room.log == [f"DHCPREQUEST for {address} from 02:00:00:00:01:09 via {via}{reason}"]


@pytest.mark.parametrize(
    ("asked", "ciaddr", "giaddr"),
    [
        # An address of another declared network, or of none at all.
        ("10.9.0.105", "0.0.0.0", "0.0.0.0"),
        ("10.77.0.1", "0.0.0.0", "0.0.0.0"),
        ("10.0.0.105", "0.0.0.0", RELAY),
        # Renewing through a relay of another network.
        (None, "10.0.0.105", RELAY),
        # The relay is of no known network, the address is.
        ("10.0.0.105", "0.0.0.0", "10.77.0.254"),
    ],
)
def test_only_an_authority_refuses_what_is_of_another_network(
    asked: str | None, ciaddr: str, giaddr: str
) -> None:
    options = () if asked is None else (requested(asked),)
    room = networks()
    assert room.ask(REQUEST, 9, options, ciaddr=ciaddr, giaddr=giaddr).kind == NAK
    assert room.log[0].endswith(": wrong network.")
    room = networks("")
    assert room.send(REQUEST, 9, options, ciaddr=ciaddr, giaddr=giaddr) is None
    assert room.log[0].endswith(": ignored (not authoritative).")


def test_option_50_counts_before_ciaddr_for_the_network_and_the_line() -> None:
    room = networks()
    room.send(REQUEST, 9, (requested("10.0.0.7"),), ciaddr="10.0.0.105")
    assert room.log == ["DHCPREQUEST for 10.0.0.7 from 02:00:00:00:01:09 via v4s0"]


def test_without_any_address() -> None:
    room = networks()
    assert room.send(REQUEST, 9) is None
    assert room.log == [
        "DHCPREQUEST for 0.0.0.0 from 02:00:00:00:01:09 via v4s0: unknown lease 0.0.0.0."
    ]


def test_an_expired_lease_that_nobody_took_is_renewed() -> None:
    room = networks()
    room.wait(601)
    assert room.ask(REQUEST, 1, ciaddr="10.0.0.100").kind == ACK


def test_the_host_name_in_the_line_is_the_one_of_before() -> None:
    room = networks()
    room.ask(REQUEST, 1, ((12, b"new"),), ciaddr="10.0.0.100")
    answer = room.ask(REQUEST, 1, ((12, b"newer"),), ciaddr="10.0.0.100")
    assert room.log == ["DHCPREQUEST for 10.0.0.100 from 02:00:00:00:01:01 (new) via v4s0"]
    assert answer.log == "DHCPACK on 10.0.0.100 to 02:00:00:00:01:01 (newer) via v4s0"


# -- Which of several leases


def test_a_client_that_takes_another_address_gives_up_the_first() -> None:
    room = room_of(NETWORKS.format(AUTHORITATIVE))
    room.bind(1, ((61, b"id"),))
    room.ask(REQUEST, 1, (requested("10.0.0.105"), (61, b"id")))
    assert "uid lease 10.0.0.100 for client 02:00:00:00:01:01 is duplicate on 10.0.0.0/24" in (
        room.log
    )
    assert room.lease("10.0.0.100").state == 1


def test_two_leases_of_one_identifier() -> None:
    room = room_of(NETWORKS.format(AUTHORITATIVE))
    room.bind(1, ((61, b"id"),))
    room.ask(REQUEST, 1, (requested("10.0.0.105"), (61, b"id")), ciaddr="10.0.0.105")
    assert room.ask(DISCOVER, 1, ((61, b"id"), requested("10.0.0.100"))).yiaddr == "10.0.0.100"
    room.ask(REQUEST, 1, ((61, b"id"), requested("10.0.0.105")))
    assert "client 02:00:00:00:01:01 has duplicate leases on 10.0.0.0/24" in room.log
    assert room.lease("10.0.0.100").state == 1


def test_the_identifier_counts_before_the_hardware() -> None:
    room = room_of(NETWORKS.format(AUTHORITATIVE))
    room.bind(1, ((61, b"id"),))
    # Another interface of the same client, and another client on the same interface.
    assert room.ask(DISCOVER, 2, ((61, b"id"),)).yiaddr == "10.0.0.100"
    assert room.ask(DISCOVER, 1, ((61, b"other"),)).yiaddr == "10.0.0.101"


def test_a_reoffered_abandoned_address_is_reclaimed_by_its_request() -> None:
    room = room_of(
        "authoritative; ping-check off;subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100; }"
    )
    room.bind(1)
    room.send(DECLINE, 1, (requested("10.0.0.100"),))
    assert room.ask(DISCOVER, 2).yiaddr == "10.0.0.100"
    assert room.ask(REQUEST, 2, (requested("10.0.0.100"),)).kind == ACK
    assert room.turn.log[0] == (3, "Reclaiming REQUESTed abandoned IP address 10.0.0.100.")


def test_a_released_address_is_kept_for_its_client_while_there_are_others() -> None:
    room = networks()
    room.send(RELEASE, 1, ciaddr="10.0.0.100")
    assert room.ask(DISCOVER, 9).yiaddr == "10.0.0.102"
    assert room.ask(DISCOVER, 1).yiaddr == "10.0.0.100"

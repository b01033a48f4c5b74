"""Every value of option 53 (RFC 2132 section 9.6) has its handling, as observed with dhcpd."""

import pytest

from pydhcpd.v4.dispatch import MESSAGES
from tests.v4.room import packet_of, serve

# The message types that a client or relay sends, and those that only servers send.
REQUESTS = {
    1: "DHCPDISCOVER",
    3: "DHCPREQUEST",
    4: "DHCPDECLINE",
    7: "DHCPRELEASE",
    8: "DHCPINFORM",
    10: "DHCPLEASEQUERY",
}
REPLIES = {
    2: "DHCPOFFER",
    5: "DHCPACK",
    6: "DHCPNAK",
    11: "DHCPLEASEUNASSIGNED",
    12: "DHCPLEASEUNKNOWN",
    13: "DHCPLEASEACTIVE",
}
MAC = "02:00:00:00:01:01"
UNKNOWN = sorted(set(range(1, 256)) - set(REQUESTS) - set(REPLIES))


def lines(kind: int, giaddr: str = "0.0.0.0") -> list[str]:
    room = serve()
    room.send_payload(packet_of(kind, giaddr=giaddr))
    return room.log


def test_each_request_has_its_function() -> None:
    assert set(MESSAGES) == {0, *REQUESTS}


@pytest.mark.parametrize("kind", sorted(REPLIES))
def test_replies_are_not_answered_and_not_mentioned(kind: int) -> None:
    assert lines(kind) == []


@pytest.mark.parametrize("kind", UNKNOWN)
def test_unknown_types_are_logged(kind: int) -> None:
    assert lines(kind) == [f"type {kind} from {MAC} via v4s0: unknown packet type"]


def test_from_an_unknown_network_only_the_network_is_logged() -> None:
    at_the_network = {
        kind: name for kind, name in (REQUESTS | REPLIES).items() if kind not in (3, 8, 10)
    }
    for kind in UNKNOWN:
        at_the_network[kind] = f"type {kind}"
    found = {kind: lines(kind, "10.77.0.1") for kind in at_the_network}
    assert found == {
        kind: [f"{name} from {MAC} via 10.77.0.1: unknown network segment"]
        for kind, name in at_the_network.items()
    }


@pytest.mark.parametrize("kind", [0, *REQUESTS])
def test_each_request_is_answered_or_logged(kind: int) -> None:
    room = serve()
    answer = room.send_payload(packet_of(kind, ciaddr="10.0.0.105"))
    # A DECLINE without option 50 is ignored without a line.
    assert (answer is None and not room.log) == (kind == 4)

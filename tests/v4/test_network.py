"""Which shared network a packet belongs to (RFC 3527, RFC 3011)."""

import pytest

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.log import LogLine
from pydhcpd.v4.network import locate_network
from pydhcpd.v4.packet import parse_packet
from tests.resolve.reading import configuration_of
from tests.v4.room import DISCOVER, INFORM, RELAY, Options, agent, packet_of, room_of
from tests.v4.test_packet import INTERFACE

TWO_NETWORKS = """
authoritative; ping-check off;
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100; }
shared-network far {
  subnet 10.9.0.0 netmask 255.255.255.0 { }
  subnet 10.9.1.0 netmask 255.255.255.0 { range 10.9.1.100; }
}
"""
TO_FAR = bytes((10, 9, 0, 0))
TO_NOWHERE = bytes((10, 77, 0, 0))


def locate(options: Options, giaddr: str = "0.0.0.0") -> int | None:
    configuration = configuration_of(TWO_NETWORKS)
    log: list[LogLine] = []
    datagram = Datagram(packet_of(DISCOVER, options=options, giaddr=giaddr), INTERFACE, 0)
    packet = parse_packet(datagram, configuration.spaces, log)
    assert packet is not None
    return locate_network(configuration, packet)


@pytest.mark.parametrize(
    ("options", "giaddr", "network"),
    [
        ((), "0.0.0.0", 0),
        ((), RELAY, 1),
        ((), "10.77.0.1", None),
        (((118, TO_FAR),), "0.0.0.0", 1),
        (((118, TO_FAR),), "10.0.0.50", 1),
        ((agent((5, TO_FAR)),), "10.0.0.50", 1),
        ((agent((5, bytes((10, 0, 0, 9)))), (118, TO_FAR)), RELAY, 0),
        # A selector that leads nowhere is not made up for by giaddr.
        ((agent((5, TO_NOWHERE)), (118, TO_FAR)), RELAY, None),
        (((118, TO_NOWHERE),), RELAY, None),
        (((118, TO_FAR[:2]),), RELAY, None),
        ((agent((5, TO_FAR + b"\0")),), RELAY, None),
    ],
)
def test_the_first_selector_decides(options: Options, giaddr: str, network: int | None) -> None:
    assert locate(options, giaddr) == network


def test_any_subnet_of_the_shared_network_may_give_the_address() -> None:
    assert room_of(TWO_NETWORKS).ask(DISCOVER, giaddr=RELAY).yiaddr == "10.9.1.100"


def test_a_selected_subnet_is_named_in_the_reply_which_goes_to_the_relay() -> None:
    answer = room_of(TWO_NETWORKS).ask(DISCOVER, 1, ((118, TO_FAR),), giaddr="10.0.0.50")
    assert answer.yiaddr == "10.9.1.100"
    assert answer.options[118] == TO_FAR
    assert answer.reply.destination == 0x0A000032


def test_a_discover_from_nowhere_is_logged() -> None:
    room = room_of(TWO_NETWORKS)
    assert room.send(DISCOVER, giaddr="10.77.0.1") is None
    assert room.log == [
        "DHCPDISCOVER from 02:00:00:00:01:01 via 10.77.0.1: unknown network segment"
    ]
    assert room.send(INFORM, giaddr="10.77.0.1") is None
    assert room.log == ["DHCPINFORM from 0.0.0.0 via 10.77.0.1: ignored (null source address)."]

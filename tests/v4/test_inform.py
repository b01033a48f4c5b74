"""DHCPINFORM (RFC 2131 section 4.3.5)."""

import pytest

from pydhcpd.core.turn import UDP
from tests.v4.room import (
    ACK,
    INFORM,
    RELAY,
    RELAYED_SUBNET,
    Options,
    Room,
    agent,
    packet_of,
    serve,
)

CIADDR = "10.0.0.50"


def informed() -> Room:
    return serve(
        'option domain-name "d"; option dhcp-renewal-time 100; option domain-name-servers 1.2.3.4;',
        'option routers 10.0.0.1; next-server 10.0.0.8; filename "f"; server-name "s";',
        RELAYED_SUBNET.replace("}", "option routers 10.9.0.1; }"),
    )


def test_the_client_gets_options_and_no_lease() -> None:
    room = informed()
    answer = room.ask(INFORM, ciaddr=CIADDR)
    assert answer.kind == ACK
    assert answer.yiaddr == "0.0.0.0"
    assert answer.reply.payload[12:16] == bytes((10, 0, 0, 50))
    assert answer.reply.payload[20:24] == bytes((10, 0, 0, 8))
    assert answer.reply.payload[44:46] == b"s\0"
    assert answer.reply.payload[108:110] == b"f\0"
    assert answer.order == [53, 54, 1, 3, 6, 15]
    assert len(room.store) == 0
    assert room.log == ["DHCPINFORM from 10.0.0.50 via v4s0"]
    assert answer.log == "DHCPACK to 10.0.0.50 (02:00:00:00:01:01) via v4s0"
    assert not answer.reply.is_held


@pytest.mark.parametrize(
    ("prl", "order"),
    [
        ((3, 6, 15), [53, 54, 3, 6, 15]),
        ((51, 58, 3), [53, 54, 3]),
        ((15, 3, 1), [53, 54, 15, 1, 3]),
    ],
)
def test_the_netmask_and_others_only_if_asked_for(prl: tuple[int, ...], order: list[int]) -> None:
    assert informed().ask(INFORM, 1, ((55, bytes(prl)),), ciaddr=CIADDR).order == order


@pytest.mark.parametrize(
    ("ciaddr", "giaddr", "source", "destination", "port", "flags"),
    [
        (CIADDR, "0.0.0.0", "10.0.0.53", CIADDR, 68, 0),
        (CIADDR, RELAY, RELAY, CIADDR, 68, 0),
        ("0.0.0.0", "0.0.0.0", "10.0.0.52", "10.0.0.52", 68, 0),
        ("0.0.0.0", RELAY, RELAY, RELAY, 67, 0x80),
    ],
)
def test_where_the_answer_goes(
    ciaddr: str, giaddr: str, source: str, destination: str, port: int, flags: int
) -> None:
    reply = informed().ask(INFORM, ciaddr=ciaddr, giaddr=giaddr, source=source).reply
    assert reply.path == UDP
    assert reply.destination.to_bytes(4, "big") == bytes(map(int, destination.split(".")))
    assert reply.port == port
    assert reply.payload[10] == flags


@pytest.mark.parametrize(
    ("options", "ciaddr", "giaddr", "source", "reason"),
    [
        ((), "0.0.0.0", "0.0.0.0", "0.0.0.0", ": ignored (null source address)."),
        ((), "10.77.0.5", "0.0.0.0", CIADDR, ": unknown subnet for client address 10.77.0.5"),
        ((), "0.0.0.0", "0.0.0.0", "10.77.0.5", ": unknown subnet for source address 10.77.0.5"),
        ((), "0.0.0.0", "10.77.0.2", CIADDR, ": unknown subnet for relay address 10.77.0.2"),
        (
            ((118, bytes((10, 77, 0, 0))),),
            CIADDR,
            "0.0.0.0",
            CIADDR,
            ": unknown subnet for selected address 10.77.0.0",
        ),
        (
            ((118, bytes((10, 77))),),
            CIADDR,
            "0.0.0.0",
            CIADDR,
            ": ignored (invalid subnet selection option).",
        ),
    ],
)
def test_refusals(options: Options, ciaddr: str, giaddr: str, source: str, reason: str) -> None:
    room = informed()
    assert room.send(INFORM, 1, options, ciaddr=ciaddr, giaddr=giaddr, source=source) is None
    via = "v4s0" if giaddr == "0.0.0.0" else giaddr
    asked = source if ciaddr == "0.0.0.0" else ciaddr
    assert room.log == [f"DHCPINFORM from {asked} via {via}{reason}"]


def test_the_selected_subnet_gives_the_options() -> None:
    room = informed()
    far = bytes((10, 9, 0, 0))
    prl = (55, bytes((3,)))
    answer = room.ask(INFORM, 1, ((118, far), prl), ciaddr=CIADDR)
    assert answer.options[3] == bytes((10, 9, 0, 1))
    assert answer.options[118] == far
    answer = room.ask(INFORM, 1, (agent((5, far)), prl), ciaddr=CIADDR)
    assert answer.options[3] == bytes((10, 9, 0, 1))
    assert answer.options[82] == b"\5\4" + far


def test_without_authority_advice_is_given_the_first_time_and_every_101st() -> None:
    room = serve(more="subnet 10.1.0.0 netmask 255.255.255.0 { not authoritative; }")
    line = "DHCPINFORM from 10.1.0.9 via v4s0: not authoritative for subnet 10.1.0.0"
    counts = []
    for _ in range(203):
        assert room.send(INFORM, ciaddr="10.1.0.9") is None
        assert room.log[0] == line
        counts.append(len(room.log))
    assert [number for number, count in enumerate(counts) if count == 6] == [0, 101, 202]
    assert set(counts) == {1, 6}


HOSTS = """
host cid { option dhcp-client-identifier "c"; option host-name "cid"; }
host cid-here {
  option dhcp-client-identifier "c"; fixed-address 10.0.0.60; option host-name "here";
}
host mac { hardware ethernet 2:0:0:0:1:1; option host-name "mac"; }
host mac-here {
  hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.61; option host-name "there";
}
host mac-only-here { hardware ethernet 2:0:0:0:1:2; fixed-address 10.0.0.62; option host-name "o"; }
"""


@pytest.mark.parametrize(
    ("client", "options", "ciaddr", "name"),
    [
        (1, ((61, b"c"),), "10.0.0.60", b"here"),
        (1, ((61, b"c"),), "10.0.0.61", b"there"),
        (1, ((61, b"c"),), "10.0.0.63", b"cid"),
        (1, (), "10.0.0.63", b"mac"),
        (1, (), "10.0.0.60", b"mac"),
        (2, (), "10.0.0.62", b"o"),
        (2, (), "10.0.0.63", None),
    ],
)
def test_the_host_with_the_very_address_then_one_without(
    client: int, options: Options, ciaddr: str, name: bytes | None
) -> None:
    room = serve(more=HOSTS)
    answer = room.ask(INFORM, client, (*options, (55, b"\x0c")), ciaddr=ciaddr)
    assert answer.options.get(12) == name


def test_the_pool_of_the_address_counts() -> None:
    room = serve(inner='pool { range 10.0.0.10; option domain-name "pool"; }')
    prl = (55, bytes((15,)))
    assert room.ask(INFORM, 1, (prl,), ciaddr="10.0.0.10").options[15] == b"pool"
    assert 15 not in room.ask(INFORM, 1, (prl,), ciaddr="10.0.0.11").options


def test_a_client_without_hardware_address() -> None:
    room = informed()
    answer = room.send_payload(packet_of(INFORM, ciaddr=CIADDR, hlen=0))
    assert answer is not None
    assert answer.log == "DHCPACK to 10.0.0.50 (<no client hardware address>) via v4s0"


def test_no_overload_and_no_size_limit_but_the_clients() -> None:
    big = "".join(f'option option-{code} "{"x" * 200}";' for code in (231, 232))
    define = "".join(f"option option-{code} code {code} = text;" for code in (231, 232))
    room = serve(define + big)
    prl = (55, bytes((231, 232)))
    answer = room.ask(INFORM, 1, (prl,), ciaddr=CIADDR)
    assert answer.order == [53, 54, 231]
    answer = room.ask(INFORM, 1, (prl, (57, b"\5\xdc")), ciaddr=CIADDR)
    assert answer.order == [53, 54, 231, 232]

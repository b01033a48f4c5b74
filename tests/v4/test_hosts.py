"""Host declarations: which one a client matches, and which of its addresses applies."""

import pytest

from tests.v4.room import (
    DISCOVER,
    NAK,
    RELAY,
    RELAYED_SUBNET,
    REQUEST,
    Options,
    agent,
    requested,
    serve,
)

HOSTS = (
    RELAYED_SUBNET
    + """
host mac { hardware ethernet 02:00:00:00:01:01; fixed-address 10.0.0.201; }
host cid { option dhcp-client-identifier "cid"; fixed-address 10.0.0.202; }
host hiding { option dhcp-client-identifier "hiding"; }
host moving-a { hardware ethernet 02:00:00:00:01:04; fixed-address 10.0.0.204; }
host moving-b { hardware ethernet 02:00:00:00:01:04; fixed-address 10.9.0.204; }
host both { hardware ethernet 02:00:00:00:01:05; fixed-address 10.9.0.205, 10.0.0.205; }
host free { hardware ethernet 02:00:00:00:01:06; option domain-name "free"; }
host far { hardware ethernet 02:00:00:00:01:07; fixed-address 10.77.0.7; option domain-name "far"; }
host ring { hardware token-ring 02:00:00:00:01:08; fixed-address 10.0.0.208; }
host ported { host-identifier option agent.remote-id "r1"; fixed-address 10.0.0.209; }
"""
)
PRL = (55, bytes((15,)))


@pytest.mark.parametrize(
    ("client", "options", "address"),
    [
        (1, (), "10.0.0.201"),
        (2, ((61, b"cid"),), "10.0.0.202"),
        # The identifier comes first, and hides the hardware even if it gives no address.
        (1, ((61, b"cid"),), "10.0.0.202"),
        (1, ((61, b"hiding"),), "10.0.0.100"),
        (1, ((61, b"another"),), "10.0.0.201"),
        # Every byte counts, a leading type 0 too.
        (2, ((61, b"\0cid"),), "10.0.0.100"),
        (4, (), "10.0.0.204"),
        (5, (), "10.0.0.205"),
        (6, (), "10.0.0.100"),
        (7, (), "10.0.0.100"),
        # Another hardware type is another host.
        (8, (), "10.0.0.100"),
        (9, (agent((2, b"r1")),), "10.0.0.209"),
        (9, (agent((2, b"r2")),), "10.0.0.100"),
        # By option only where identifier and hardware match nothing.
        (1, (agent((2, b"r1")),), "10.0.0.201"),
    ],
)
def test_the_address_of_the_declaration(client: int, options: Options, address: str) -> None:
    assert serve(more=HOSTS).ask(DISCOVER, client, options).yiaddr == address


def test_the_declaration_for_the_network_applies() -> None:
    room = serve(more=HOSTS)
    assert room.ask(DISCOVER, 4, giaddr=RELAY).yiaddr == "10.9.0.204"
    assert room.ask(DISCOVER, 5, giaddr=RELAY).yiaddr == "10.9.0.205"
    assert room.ask(DISCOVER, 1, giaddr=RELAY).yiaddr == "10.9.0.100"


def test_a_host_without_address_lends_its_options_to_a_lease_of_the_pool() -> None:
    room = serve(more=HOSTS)
    assert room.ask(DISCOVER, 6, (PRL,)).options[15] == b"free"
    # One whose addresses are all elsewhere does not.
    assert 15 not in room.ask(DISCOVER, 7, (PRL,)).options


def test_a_host_with_addresses_elsewhere_is_known_all_the_same() -> None:
    room = serve(inner="pool { deny unknown-clients; range 10.0.0.10; }", more=HOSTS)
    for taken in range(20, 30):
        room.bind(taken)
    assert room.ask(DISCOVER, 7).yiaddr == "10.0.0.10"
    assert room.send(DISCOVER, 40) is None


def test_a_request_for_another_than_the_fixed_address_is_refused() -> None:
    room = serve(more=HOSTS)
    answer = room.ask(REQUEST, 1, (requested("10.0.0.105"),))
    assert answer.kind == NAK
    assert answer.options[56] == b"requested address is incorrect"
    assert room.log == [
        "DHCPREQUEST for 10.0.0.105 from 02:00:00:00:01:01 via v4s0: lease 10.0.0.105 unavailable."
    ]


def test_a_fixed_address_is_acknowledged_and_not_recorded() -> None:
    room = serve(more=HOSTS)
    answer = room.bind(1)
    assert answer.yiaddr == "10.0.0.201"
    assert not answer.reply.is_held
    assert len(room.store) == 0
    assert room.recorded == []


def test_a_fixed_address_that_lies_in_a_pool_is_complained_of() -> None:
    room = serve(more="host inside { hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.105; }")
    assert room.bind(1).yiaddr == "10.0.0.105"
    assert room.log[:3] == [
        "Dynamic and static leases present for 10.0.0.105.",
        "Remove host declaration inside or remove 10.0.0.105",
        "from the dynamic address pool for 10.0.0.0/24",
    ]


def test_use_host_decl_names() -> None:
    host = "host printer { hardware ethernet 2:0:0:0:1:1; }"
    room = serve("use-host-decl-names on;", more=host)
    assert room.ask(DISCOVER, 1, ((55, b"\x0c"),)).options[12] == b"printer"
    named = serve('use-host-decl-names on; option host-name "set";', more=host)
    assert named.ask(DISCOVER, 1, ((55, b"\x0c"),)).options[12] == b"set"

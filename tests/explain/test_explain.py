"""What an explanation says of network, classes, hosts, pools, lease time, and each option."""

import pytest

from pydhcpd.core.interface import Interface
from pydhcpd.v4.message import BOOTP, INFORM, REQUEST
from tests.explain.reading import answer_of, explained, lines, option_of, sender_of

SUBNET = """subnet 10.0.0.0 netmask 255.255.255.0 {
  range 10.0.0.10 10.0.0.20;
  %s
}
"""
POOLS = """class "phones" { match if option vendor-class-identifier = "phone"; }
subnet 10.0.0.0 netmask 255.255.255.0 {
  pool { deny unknown-clients; range 10.0.0.10 10.0.0.20; }
  pool { allow members of "phones"; allow after epoch 1900000000; range 10.0.0.30; }
}
"""
HOST = "host h {\n  hardware ethernet 2:0:0:0:0:1;\n  %s\n}\n"


def test_the_innermost_statement_gives_the_value() -> None:
    text = "option routers 10.9.9.9;\n" + SUBNET % "option routers 10.0.0.1;"
    found = option_of(explained(text), "routers")
    assert (found.value, lines(found)) == ("10.0.0.1", ([4], [1]))
    assert [one.value for one in found.overridden] == ["10.9.9.9"]


def test_statements_that_add_up_are_all_named() -> None:
    text = "option domain-name-servers 10.0.0.1;\n" + SUBNET % (
        "append domain-name-servers 10.0.0.2;\n  default domain-name-servers 10.0.0.3;"
    )
    found = option_of(explained(text), "domain-name-servers")
    assert (found.value, lines(found)) == ("10.0.0.1,10.0.0.2", ([1, 4], [5]))


def test_a_condition_counts_only_where_it_holds() -> None:
    text = 'option domain-name "a";\n' + SUBNET % (
        'if exists host-name {\n    option domain-name "b";\n  }'
    )
    assert lines(option_of(explained(text), "domain-name")) == ([1], [])
    assert lines(option_of(explained(text, "host-name=x"), "domain-name")) == ([5], [1])


def test_the_server_s_own_options_name_no_statement() -> None:
    explanation = explained(SUBNET % "")
    mask = option_of(explanation, "subnet-mask")
    assert (mask.value, mask.givers) == ("255.255.255.0", [])
    assert mask.note == "the netmask of the subnet (c.conf line 1)"
    assert option_of(explanation, "dhcp-server-identifier").note == "the address of the interface"
    configured = explained("server-identifier 10.0.0.7;" + SUBNET % "")
    assert lines(option_of(configured, "dhcp-server-identifier")) == ([1], [])


def test_an_option_that_the_client_does_not_ask_for() -> None:
    text = 'option domain-name "a";\n' + SUBNET % "option routers 10.0.0.1;"
    answer = answer_of(explained(text, "dhcp-parameter-request-list=1,3"))
    assert [(one.name, one.note) for one in answer.unsent] == [
        ("domain-name", "the client does not ask for it")
    ]
    assert answer_of(explained(text)).unsent == []


def test_a_value_that_is_null_is_not_sent() -> None:
    answer = answer_of(explained(SUBNET % "option domain-name = option host-name;"))
    assert [(one.name, one.note) for one in answer.unsent] == [
        ("domain-name", "it has no value, or does not fit")
    ]


def test_an_encapsulated_space_names_the_statements_inside() -> None:
    text = (
        "option space s;\noption s.one code 1 = text;\noption s.two code 2 = text;\n"
        'vendor-option-space s;\noption s.one "x";\noption s.two "y";\n' + SUBNET % ""
    )
    found = option_of(explained(text), "vendor-encapsulated-options")
    assert (found.note, lines(found)) == ("encapsulated", ([5, 6], []))


def test_parameters_that_make_options() -> None:
    text = "use-host-decl-names on;\n" + SUBNET % "" + HOST % ""
    found = option_of(explained(text), "host-name")
    assert (found.value, lines(found), found.note) == ('"h"', ([1], []), "use-host-decl-names")


def test_header_fields() -> None:
    text = 'filename "all";\n' + SUBNET % 'next-server 10.0.0.5;\n  filename "here";'
    header = {one.name: one for one in answer_of(explained(text)).header}
    assert (header["filename"].value, lines(header["filename"])) == ("here", ([5], [1]))
    assert (header["next-server"].value, lines(header["next-server"])) == ("10.0.0.5", ([4], []))
    assert "server-name" not in header


def test_network_classes_and_pools() -> None:
    explanation = explained(POOLS, "vendor-class-identifier=phone")
    sender = sender_of(explanation)
    assert sender.network is not None
    assert sender.network.name == "10.0.0.0/24"
    assert [one.name for one in sender.classes] == ['"phones"']
    assert [(one.addresses, one.refusal) for one in sender.pools] == [
        ("10.0.0.10 - 10.0.0.20", "deny unknown-clients"),
        ("10.0.0.30", ""),
    ]
    answer = answer_of(explanation)
    assert (answer.kind, answer.address) == ("DHCPOFFER", "10.0.0.30")


def test_nobody_lets_the_client_in() -> None:
    explanation = explained(POOLS)
    assert explanation.answer is None
    assert [one.refusal for one in sender_of(explanation).pools] == [
        "deny unknown-clients",
        'allows only members of "phones", after',
    ]
    assert explanation.log[-1].endswith(": network 10.0.0.0/24: no free leases")


def test_a_fixed_address_is_the_hosts() -> None:
    answer = answer_of(explained(SUBNET % "" + HOST % "fixed-address 10.0.0.9;"))
    assert answer.address == "10.0.0.9"
    assert answer.source is not None
    assert answer.source == answer.host
    assert answer.source.token is not None
    assert (answer.source.name, answer.source.token.position.line) == ("h", 5)


def test_a_host_without_address_lends_its_options() -> None:
    answer = answer_of(explained(SUBNET % "" + HOST % 'option host-name "mine";'))
    assert answer.source is not None
    assert answer.host is not None
    assert (answer.source.name, answer.host.name) == ("10.0.0.10 - 10.0.0.20", "h")


@pytest.mark.parametrize(
    ("statements", "requested", "seconds", "text"),
    [
        ("", "", 43200, "default-lease-time 43200 (dhcpd's default)"),
        ("default-lease-time 600;", "", 600, "default-lease-time 600 (c.conf line 1)"),
        (
            "default-lease-time 604800;",
            "",
            86400,
            "default-lease-time 604800 (c.conf line 1), "
            "cut by max-lease-time 86400 (dhcpd's default)",
        ),
        (
            "max-lease-time 7200;",
            "dhcp-lease-time=90000",
            7200,
            "the client asks for 90000, cut by max-lease-time 7200 (c.conf line 1)",
        ),
        (
            "min-lease-time 3600;",
            "dhcp-lease-time=60",
            3600,
            "the client asks for 60, raised by min-lease-time 3600 (c.conf line 1)",
        ),
    ],
)
def test_lease_times(statements: str, requested: str, seconds: int, text: str) -> None:
    options = [requested] if requested else []
    answer = answer_of(explained(f"{statements}\n" + SUBNET % "", *options))
    assert (answer.lease_time_s, answer.lease_time) == (seconds, text)


def test_deny_after_cuts_the_lease() -> None:
    text = "subnet 10.0.0.0 netmask 255.255.255.0 { pool {\n deny after epoch 1800001000; "
    answer = answer_of(explained(text + "range 10.0.0.10; } }"))
    assert answer.lease_time_s == 1000
    assert answer.lease_time.endswith("cut to the moment of deny after")


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("deny unknown-clients;", "unknown clients are refused (c.conf line 3)"),
        # No log line says so.
        ("ignore unknown-clients;", "unknown clients are refused (c.conf line 3)"),
        ("deny booting;", "booting is refused (c.conf line 3)"),
        ("min-secs 3;", "the client has not waited for min-secs (c.conf line 3)"),
    ],
)
def test_refusals_name_their_statement(statement: str, text: str) -> None:
    explanation = explained(SUBNET % statement)
    assert (explanation.answer, explanation.refusal) == (None, text)


def test_bootp() -> None:
    explanation = explained(SUBNET % "deny bootp;" + HOST % "fixed-address 10.0.0.9;", kind=BOOTP)
    assert (explanation.request, explanation.refusal) == (
        "BOOTREQUEST",
        "BOOTP clients are refused (c.conf line 3)",
    )
    answer = answer_of(explained(SUBNET % "" + HOST % "fixed-address 10.0.0.9;", kind=BOOTP))
    assert (answer.kind, answer.address, answer.lease_time_s) == ("BOOTREPLY", "10.0.0.9", None)


def test_a_request_asks_for_what_would_be_offered() -> None:
    explanation = explained(SUBNET % "", kind=REQUEST)
    assert explanation.log[0].startswith("DHCPREQUEST for 10.0.0.10 (10.0.0.1) from")
    assert answer_of(explanation).kind == "DHCPACK"
    wrong = explained("authoritative;" + SUBNET % "", kind=REQUEST, requested="10.7.0.1")
    assert answer_of(wrong).kind == "DHCPNAK"
    assert wrong.log[0].endswith("wrong network.")


def test_an_inform_has_options_and_no_lease() -> None:
    text = "authoritative;\n" + SUBNET % "option routers 10.0.0.1;"
    explanation = explained(text, kind=INFORM, requested="10.0.0.99")
    answer = answer_of(explanation)
    assert (answer.kind, answer.address, answer.lease_time_s) == ("DHCPACK", None, None)
    assert lines(option_of(explanation, "routers")) == ([4], [])


def test_a_relay_chooses_the_network() -> None:
    text = SUBNET % "" + "subnet 10.1.0.0 netmask 255.255.255.0 { range 10.1.0.5; }\n"
    explanation = explained(text, "agent.circuit-id=port 1", relay="10.1.0.1")
    assert (explanation.via, answer_of(explanation).address) == ("10.1.0.1", "10.1.0.5")
    agent = option_of(explanation, "relay-agent-information")
    assert agent.note == "the relay's, sent back"
    nowhere = explained(text, relay="10.2.0.1")
    assert sender_of(nowhere).network is None
    assert nowhere.log == [
        "DHCPDISCOVER from 02:00:00:00:00:01 via 10.2.0.1: unknown network segment"
    ]


def test_a_packet_that_is_not_even_read() -> None:
    explanation = explained(SUBNET % "", 'dhcp-client-identifier=""')
    assert (explanation.sender, explanation.answer) == (None, None)


def test_an_interface_without_address_is_said_to_be_unknown() -> None:
    bare = Interface("eth0", 1, b"\1\2\0\0\0\0\xff", (), 0)
    found = option_of(explained(SUBNET % "", interface=bare), "dhcp-server-identifier")
    assert found.note == "the address of the interface, which is not known here"


def test_commands_and_the_end_of_the_server_are_told() -> None:
    explanation = explained(SUBNET % 'execute("/bin/false", "x");')
    assert "would execute: /bin/false x" in explanation.log
    ended = explained(SUBNET % 'log(fatal, "over");')
    assert "over: the server ends here" in ended.log


def test_values_are_evaluated_late_and_their_statements_still_named() -> None:
    text = SUBNET % 'option domain-name = config-option host-name;\n  option host-name "n";'
    found = option_of(explained(text), "domain-name")
    assert (found.value, lines(found)) == ('"n"', ([3], []))


def test_a_switch_is_followed() -> None:
    text = SUBNET % (
        'switch (option host-name) {\n  case "a":\n  option domain-name "x";\n  break;\n'
        '  default:\n  option domain-name "y";\n  }'
    )
    assert lines(option_of(explained(text, "host-name=a"), "domain-name")) == ([5], [])
    assert lines(option_of(explained(text), "domain-name")) == ([8], [])


def test_an_offer_that_waits_for_a_ping_is_seen() -> None:
    assert answer_of(explained("ping-check on;" + SUBNET % "")).kind == "DHCPOFFER"

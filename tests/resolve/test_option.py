"""Statements that set options and parameters."""

import pytest

from pydhcpd.expression.context import Context
from tests.resolve.reading import configuration_of, execute, messages_of, resolve


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("default-lease-time 010;", 1, b"\0\0\0\x08"),
        ("max-lease-time infinite;", 2, b"\xff\xff\xff\xff"),
        ("deny unknown-clients;", 6, b"\0"),
        ("ignore bootp;", 8, b"\2"),
        ("allow booting;", 9, b"\1"),
        ("allow leasequery;", 49, b"\1"),
        ("filename boot;", 15, b"boot"),
        ("next-server 10.0.0.7;", 17, b"\x0a\0\0\7"),
        ("next-server two.example.org;", 17, b"\x0a\0\0\1"),
        ("ddns-update-style standard;", 39, b"\3"),
        ("log-facility local7;", 44, b"\xb8"),
        ("option server.ping-check off;", 42, b"\0"),
        ("if known { } else { ping-check off; }", 42, b"\0"),
        ("Default-Lease-Time = encode-int(5, 32);", 1, b"\0\0\0\5"),
    ],
)
def test_parameters_are_options_of_the_server_space(text: str, code: int, value: bytes) -> None:
    assert execute(configuration_of(text).scope).server == {code: value}


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("option domain-name-servers 10.0.0.1, two.example.org;", 6, "0a0000010a0000010a000002"),
        ("option unknown-224 1:2;", 224, "0102"),
        ("server-identifier 10.0.0.1;", 54, "0a000001"),
        ('option host-name "a"; append host-name "b"; prepend host-name "c";', 12, "636162"),
        ('option host-name "a"; default host-name "b";', 12, "61"),
        ('option host-name "a"; supersede host-name = concat("b", 0c);', 12, "620c"),
        (
            "option x code 250 = array of { ip-address, integer 8 };option x 1.2.3.4 5, 6.7.8.9 9;",
            250,
            "01020304050607080909",
        ),
        ("option x code 250 = { unsigned integer 16, text }; option x 1 foo;", 250, "0001666f6f"),
    ],
)
def test_option_values_become_wire(text: str, code: int, value: str) -> None:
    assert execute(configuration_of(text).scope).dhcp == {code: bytes.fromhex(value)}


def test_a_value_with_an_unknown_name_is_left_out() -> None:
    resolution = resolve("option routers gone.example.org; option time-servers 10.0.0.1;")
    assert [text for _, text in resolution.messages] == ["gone.example.org: host unknown."]
    assert resolution.configuration is not None
    assert execute(resolution.configuration.scope).dhcp == {4: b"\x0a\0\0\1"}


def test_definitions_reach_later_statements_and_included_files() -> None:
    configuration = configuration_of(
        'include "defs"; option s.x 7;',
        {"defs": "option space s code width 2; option s.x code 300 = unsigned integer 8;"},
    )
    assert execute(configuration.scope).others == {"s": {300: b"\7"}}
    assert messages_of("option y 1; option y code 250 = integer 8;")[0] == (
        "c.conf line 1: unknown option dhcp.y"
    )


def test_conditions_look_at_the_request() -> None:
    scope = configuration_of(
        'if option host-name = "a" and not known { filename "1"; }'
        'elsif exists vendor-class-identifier { filename "2"; log(info, concat("l", "x")); }'
        'else { filename "3"; }'
    ).scope
    contexts = [Context({12: b"a"}, {}, None), Context({60: b""}, {}, None), Context({}, {}, None)]
    contexts[0].is_known = False
    assert [execute(scope, context).server[15] for context in contexts] == [b"1", b"2", b"3"]
    assert [context.log for context in contexts] == [[], [("info", "lx")], []]


def test_unknown_n_is_called_by_its_name() -> None:
    assert messages_of('option unknown-12 "x";') == [
        "option unknown-12 has been redefined as option host-name.  "
        "Please update your configs if necessary."
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("5", b"\0\0\0\5"),
        ("010", b"\0\0\0\10"),
        ("4294967295", b"\xff\xff\xff\xff"),
        ("09", None),
        ("4294967296", None),
        ("0x10", None),
    ],
)
def test_a_number_alone_is_an_address_and_not_looked_up(name: str, value: bytes | None) -> None:
    configuration = configuration_of(f"option swap-server {name};")
    assert execute(configuration.scope).dhcp.get(16) == value

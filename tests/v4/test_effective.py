"""Which statements are in force: scopes from the outside inwards, classes, the host (observed)."""

import pytest

from pydhcpd.expression.context import empty_context
from pydhcpd.model.scope import Scope
from pydhcpd.v4.effective import ScopeFolder
from tests.resolve.reading import configuration_of
from tests.v4.room import DISCOVER, INFORM, RELAY, Options, room_of

SCOPES = """
ping-check off;
option domain-name "global"; option root-path "global"; option host-name "global";
option merit-dump "global"; option tftp-server-name "global"; option bootfile-name "global";
option nis-domain "global"; option swap-server 1.1.1.1;
group {
  option root-path "group"; option host-name "group"; option merit-dump "group";
  option tftp-server-name "group"; option bootfile-name "group"; option nis-domain "group";
  shared-network s {
    option host-name "network"; option merit-dump "network"; option tftp-server-name "network";
    option bootfile-name "network"; option nis-domain "network";
    subnet 10.0.0.0 netmask 255.255.255.0 {
      option merit-dump "subnet"; option tftp-server-name "subnet";
      option bootfile-name "subnet"; option nis-domain "subnet";
      pool {
        range 10.0.0.100;
        option tftp-server-name "pool"; option bootfile-name "pool"; option nis-domain "pool";
      }
    }
  }
}
class "c" {
  match if exists user-class;
  option bootfile-name "class"; option nis-domain "class";
}
group {
  option nis-domain "host-group"; option domain-name "host-group";
  host h { hardware ethernet 2:0:0:0:1:1; option domain-name "host"; }
}
"""
CODES = (15, 17, 12, 14, 66, 67, 40)


def test_the_inner_scope_wins_then_class_then_host() -> None:
    room = room_of(SCOPES)
    prl = (55, bytes(CODES))
    user = (77, b"u")

    def values(client: int, options: Options) -> list[str]:
        found = room.ask(DISCOVER, client, (*options, prl)).options
        return [found[code].decode() for code in CODES]

    assert values(1, (user,)) == [
        *("host", "group", "network", "subnet", "pool", "class", "host-group"),
    ]
    room = room_of(SCOPES)
    assert values(2, (user,)) == [
        *("global", "group", "network", "subnet", "pool", "class", "class"),
    ]
    room = room_of(SCOPES)
    assert values(2, ()) == [*("global", "group", "network", "subnet", "pool", "pool", "pool")]


def test_the_subnet_of_the_lease_counts_not_that_of_the_relay() -> None:
    room = room_of(
        "ping-check off; subnet 10.0.0.0 netmask 255.255.255.0 { }"
        "shared-network s {"
        ' subnet 10.9.0.0 netmask 255.255.255.0 { option domain-name "relay"; }'
        ' subnet 10.9.1.0 netmask 255.255.255.0 { option domain-name "lease"; range 10.9.1.9; } }'
    )
    options = room.ask(DISCOVER, 1, ((55, bytes((15,))),), giaddr=RELAY).options
    assert options[15] == b"lease"


def test_what_a_condition_says_is_not_kept_for_the_next_packet() -> None:
    room = room_of(
        "ping-check off; subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100 10.0.0.109;"
        ' if option host-name = "a" { option domain-name "a"; } else { option domain-name "b"; } }'
    )
    prl = (55, bytes((15,)))
    found = [room.ask(DISCOVER, 1, ((12, name), prl)).options[15] for name in (b"a", b"b", b"a")]
    assert found == [b"a", b"b", b"a"]


@pytest.mark.parametrize(
    ("statements", "values"),
    [
        ("", b"global"),
        ("option domain-name = null-option;", None),
        ('append domain-name "+";', b"global+"),
        ('prepend domain-name "+";', b"+global"),
        ('default domain-name "x";', b"global"),
        ('supersede domain-name "x";', b"x"),
        ('default root-path "x";', b"global"),
    ],
)
def test_statements_of_an_inner_scope(statements: str, values: bytes | None) -> None:
    statements = statements.replace("null-option", "option nds-servers")
    configuration = configuration_of(
        'option domain-name "global";'
        f"subnet 10.0.0.0 netmask 255.255.255.0 {{ range 10.0.0.1; {statements} }}"
    )
    (subnet,) = configuration.subnets
    effective = ScopeFolder(()).effective(subnet.scope, None, (), None, empty_context())
    assert effective.dhcp.get(15) == values


def test_constant_scopes_are_executed_once() -> None:
    configuration = configuration_of(
        'option domain-name "d"; subnet 10.0.0.0 netmask 255.255.255.0 { }'
        "subnet 10.1.0.0 netmask 255.255.255.0 { option host-name = option host-name; }"
    )
    constant, conditional = (subnet.scope for subnet in configuration.subnets)
    folder = ScopeFolder(())

    def is_kept(scope: Scope) -> bool:
        first = folder.effective(scope, None, (), None, empty_context())
        return folder.effective(scope, None, (), None, empty_context()) is first

    assert is_kept(constant)
    assert not is_kept(conditional)


def test_in_a_shared_network_a_subnet_runs_again_for_the_classes_and_hosts_in_it() -> None:
    text = (
        'ping-check off; append domain-name "G"; shared-network n { append domain-name "N";'
        ' subnet 10.0.0.0 netmask 255.255.255.0 { append domain-name "S";'
        '  class "c" { match if exists user-class; append domain-name "C"; }'
        '  host h { hardware ethernet 2:0:0:0:1:2; append domain-name "H"; }'
        '  pool { range 10.0.0.100 10.0.0.109; append domain-name "P"; } } }'
    )
    room = room_of("authoritative; " + text)
    prl = (55, bytes((15,)))

    def domain_name(client: int, *options: tuple[int, bytes]) -> bytes:
        return room.ask(DISCOVER, client, (*options, prl)).options[15]

    assert domain_name(1) == b"GNSP"
    assert domain_name(1, (77, b"u")) == b"GNSPSC"
    assert domain_name(2) == b"GNSPSH"
    # Not for a DHCPINFORM: nothing is leased to the client.
    answer = room.ask(INFORM, 2, ((77, b"u"), prl), ciaddr="10.0.0.100", source="10.0.0.100")
    assert answer.options[15] == b"GNSPCH"


def test_a_lone_subnet_and_its_network_are_one_scope() -> None:
    room = room_of(
        'ping-check off; subnet 10.0.0.0 netmask 255.255.255.0 { append domain-name "S";'
        ' host h { hardware ethernet 2:0:0:0:1:1; append domain-name "H"; }'
        ' pool { range 10.0.0.100; append domain-name "P"; } }'
    )
    assert room.ask(DISCOVER, 1, ((55, bytes((15,))),)).options[15] == b"SPH"


def test_options_are_evaluated_for_the_reply_and_parameters_at_once() -> None:
    configuration = configuration_of(
        'set lately = "v"; default-lease-time = encode-int(700, 32);'
        'option domain-name = pick(lately, "null"); option root-path = config-option domain-name;'
        'option host-name = hardware; option domain-name = "last";'
        'if lately = "v" { max-lease-time 900; }'
    )
    context = empty_context()
    effective = ScopeFolder(()).effective(configuration.scope, None, (), None, context)
    parameters = effective.parameters
    assert (parameters.default_lease_time, parameters.max_lease_time) == (700, 900)
    assert effective.dhcp == {}
    context.hardware = b"\1\2"
    effective.finish(context, bytes((17, 15)))
    # What the client does not ask for is not evaluated.
    assert effective.dhcp == {15: b"last", 17: b"last"}
    assert context.log == []


def test_constant_conditions_are_folded_and_variables_are_not() -> None:
    def is_kept(text: str) -> bool:
        folder = ScopeFolder(())
        scope = configuration_of(text).scope
        folder.effective(scope, None, (), None, empty_context())
        return folder.kept(scope, None, (), None) is not None

    assert is_kept('option domain-name = concat("a", "b"); append domain-name = lcase("C");')
    assert is_kept('if "a" = "a" { option domain-name "x"; }')
    # Only the branch that is taken counts.
    assert is_kept('if "a" = "a" { option domain-name "x"; } else { log(info, "never"); }')
    assert not is_kept('if "a" = "b" { option domain-name "x"; } else { log(info, "always"); }')
    assert not is_kept('set lately = "v";')
    assert not is_kept("option domain-name = option host-name;")

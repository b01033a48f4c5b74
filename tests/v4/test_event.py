"""Events of leases: conformance/scenarios/event-*.txt show the same against dhcpd."""

from pydhcpd.lease.lease import Lease
from tests.v4.room import BOOTP, DECLINE, DISCOVER, INFORM, RELEASE, REQUEST, Room, address, serve

EVENTS = """
on commit { log(info, concat("commit ", pick-first-value(was, "-"))); set was = option host-name; }
on release { log(info, concat("release ", was, option host-name)); set seen = "r"; }
on expiry { log(info, concat("expiry ", pick-first-value(was, "-"))); set seen = "e"; }
"""
NAME = ((12, b"one"),)
OTHER = ((12, b"two"),)


def variables(room: Room, text: str = "10.0.0.100") -> dict[str, object]:
    return dict(room.lease(text).variables)


def written(lease: Lease) -> list[str]:
    """The first lines of the events in the record."""
    return [text.split(" {")[0] for text in lease.events.texts()]


def test_commit_runs_at_each_ack_before_the_line_about_the_request() -> None:
    room = serve(EVENTS)
    room.ask(DISCOVER, 1, NAME)
    assert room.log == ["DHCPDISCOVER from 02:00:00:00:01:01 via v4s0"]
    room.bind(1, NAME)
    assert room.log == [
        "commit -",
        "DHCPREQUEST for 10.0.0.100 (10.0.0.1) from 02:00:00:00:01:01 (one) via v4s0",
    ]
    assert variables(room) == {"was": b"one"}
    (recorded,) = room.recorded
    assert recorded.variables == (("was", b"one"),)
    assert written(recorded) == ["on expiry", "on release"]


def test_commit_runs_also_when_the_lease_is_confirmed_as_it_stands() -> None:
    room = serve(EVENTS)
    room.bind(1, NAME)
    room.ask(REQUEST, 1, ciaddr="10.0.0.100")
    assert room.log[0] == "commit one"
    assert room.log[1].startswith("reuse_lease:")
    assert room.recorded == []
    # What it set is remembered all the same.
    assert variables(room) == {"was": None}


def test_commit_does_not_run_for_a_client_that_is_refused() -> None:
    room = serve(EVENTS, more='class "c" { match if known; lease limit 1; }')
    room.bind(1, NAME)
    assert room.send(REQUEST, 2, ((50, bytes((10, 0, 0, 100))),)) is not None
    assert not any(line.startswith("commit") for line in room.log)


def test_commit_runs_for_fixed_addresses_whose_variables_are_forgotten() -> None:
    host = "host h { hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.50; }"
    room = serve(EVENTS, more=host)
    for _ in range(2):
        room.bind(1, NAME)
        assert room.log[0] == "commit -"
    room.ask(BOOTP, 1)
    assert room.log[0] == "commit -"


def test_release_sees_its_packet_and_leaves_nothing() -> None:
    room = serve(EVENTS)
    room.bind(1, NAME)
    room.send(RELEASE, 1, OTHER, ciaddr="10.0.0.100")
    assert room.log == [
        "release onetwo",
        "DHCPRELEASE of 10.0.0.100 from 02:00:00:00:01:01 (one) via v4s0 (found)",
    ]
    (recorded,) = room.recorded
    assert recorded.variables == ()
    assert written(recorded) == []


def test_expiry_sees_no_packet_and_keeps_the_variables() -> None:
    room = serve(EVENTS)
    room.bind(1, NAME)
    room.wait(43201)
    assert room.log == ["expiry one"]
    (recorded,) = room.recorded
    assert recorded.variables == (("seen", b"e"), ("was", b"one"))
    assert written(recorded) == []
    # They are gone when the address is offered again, but not for a client that just asks.
    room.bind(1, OTHER)
    assert room.log[0] == "commit -"
    room.wait(43201)
    room.ask(REQUEST, 1, ((50, bytes((10, 0, 0, 100))),))
    assert room.log[0] == "commit two"


def test_an_abandoned_lease_expires_without_its_variables() -> None:
    room = serve(EVENTS)
    room.bind(1, NAME)
    room.send(DECLINE, 1, ((50, bytes((10, 0, 0, 100))),))
    assert room.log[:2] == ["Abandoning IP address 10.0.0.100: declined.", "expiry -"]
    assert room.recorded[0].variables == (("seen", b"e"),)


def test_one_lease_per_client_releases() -> None:
    relayed = "subnet 10.9.0.0 netmask 255.255.255.0 { range 10.9.0.100; }"
    room = serve("one-lease-per-client on;" + EVENTS, more=relayed)
    room.bind(1, NAME)
    room.bind(1, OTHER, giaddr="10.9.0.254")
    assert room.log[:2] == ["release onetwo", "commit -"]
    assert [lease.address for lease in room.recorded] == [
        address("10.0.0.100"),
        address("10.9.0.100"),
    ]


def test_blocks_stay_until_they_are_replaced_or_cleared() -> None:
    text = """
    if exists user-class { on release { log(info, "release"); } }
    if exists tftp-server-name { on release; }
    if exists merit-dump { on commit { log(info, "once"); } }
    """
    room = serve("dhcp-cache-threshold 0;" + text)
    room.bind(1, ((77, b"u"), (14, b"d")))
    assert room.log[0] == "once"
    room.ask(REQUEST, 1, ciaddr="10.0.0.100")
    assert not room.log[0].startswith("once")
    assert written(room.lease("10.0.0.100")) == ["on release"]
    room.ask(REQUEST, 1, ((66, b"t"),), ciaddr="10.0.0.100")
    assert written(room.lease("10.0.0.100")) == []


def test_one_block_for_two_events_is_written_once() -> None:
    room = serve('on release or expiry or commit { set v2 = "x"; }')
    room.bind(1)
    assert written(room.lease("10.0.0.100")) == ["on expiry or release"]


def test_commands_belong_to_the_lease() -> None:
    room = serve(
        'on commit { execute("/bin/a", option host-name, leased-address); }'
        'on expiry { execute("/bin/e"); }'
    )
    room.bind(1, NAME)
    (command,) = room.turn.commands
    assert command.address == address("10.0.0.100")
    assert command.words == (b"/bin/a", b"one", bytes((10, 0, 0, 100)))
    # A null argument: nothing runs, and the debug lines tell why.
    room.ask(REQUEST, 1, ciaddr="10.0.0.100")
    assert room.turn.commands == []
    assert room.log[:2] == ["execute_statement argv[0] = /bin/a", "execute: bad arg 1"]
    room.wait(43201)
    assert [command.words for command in room.turn.commands] == [(b"/bin/e",)]


def test_messages_without_lease_run_the_scopes_but_no_events() -> None:
    room = serve('log(info, "scope");' + EVENTS)
    room.ask(INFORM, 1, NAME, ciaddr="10.0.0.77", source="10.0.0.77")
    assert [line for line in room.log if not line.startswith("DHCP")] == ["scope"]


def test_functions_are_not_written() -> None:
    room = serve("define fun(aa) { return aa; }")
    room.bind(1)
    assert room.log[-1] == "fun: persistent functions not supported."


def test_add_puts_the_client_into_classes_that_run_and_are_billed() -> None:
    text = (
        'class "c" { lease limit 1; append domain-name "C"; }'
        'class "d" { match if exists user-class; append domain-name "D"; add "c"; }'
    )
    room = serve(
        'append domain-name "G";' + text,
        'if exists host-name { add "c"; append domain-name "S"; }',
    )
    prl = (55, bytes((15,)))
    assert room.ask(DISCOVER, 1, (*NAME, prl, (77, b"u"))).options[15] == b"GSCD"
    # A class cannot add: it is too late then.
    assert room.ask(DISCOVER, 2, (prl, (77, b"u"))).options[15] == b"GD"
    room.bind(1, NAME)
    assert room.send(DISCOVER, 3, NAME) is None
    assert room.log[0].endswith("lease limit reached in all matching classes (last: 'c')")


def test_a_packet_is_in_five_classes_at_most() -> None:
    classes = "".join(f'class "c{number}" {{ match if exists host-name; }}' for number in range(5))
    more = 'class "extra" { append domain-name "E"; }'
    room = serve(classes + more, 'add "extra";')
    prl = (55, bytes((15,)))
    assert 15 not in room.ask(DISCOVER, 1, (*NAME, prl)).options
    assert room.log[0] == "too many classes match 02:00:00:00:01:01"
    assert room.ask(DISCOVER, 2, (prl,)).options[15] == b"E"

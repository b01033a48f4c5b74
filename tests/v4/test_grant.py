"""Granting: what is recorded, reused, refused or held back (as observed with dhcpd 4.4.3-P1)."""

import pytest

from pydhcpd.core.log import DEBUG, INFO
from pydhcpd.lease.lease import ACTIVE, FREE, RESERVED
from tests.v4.room import (
    ACK,
    BOOTP,
    DISCOVER,
    NAK,
    RELAY,
    RELAYED_SUBNET,
    RELEASE,
    REQUEST,
    START_S,
    Options,
    Room,
    agent,
    packet_of,
    requested,
    serve,
)

NAMED = ((12, b"name"),)


def reuse_line(age: int, threshold: int = 25) -> str:
    return (
        f"reuse_lease: lease age {age} (secs) under {threshold}% threshold,"
        " reply with unaltered, existing lease for 10.0.0.100"
    )


def test_an_offer_is_remembered_and_not_recorded() -> None:
    room = serve()
    room.ask(DISCOVER, 1, NAMED)
    assert room.recorded == []
    lease = room.lease("10.0.0.100")
    assert (lease.state, lease.ends, lease.cltt) == (FREE, START_S + 120, START_S)
    assert lease.hardware == bytes((1, 2, 0, 0, 0, 1, 1))
    assert lease.client_hostname == b"name"


def test_an_ack_is_held_behind_its_record() -> None:
    room = serve()
    answer = room.bind(1, (*NAMED, (61, b"id"), (60, b"vendor"), agent((1, b"c"))))
    assert answer.reply.is_held
    (lease,) = room.recorded
    assert (lease.state, lease.starts, lease.ends) == (ACTIVE, START_S, START_S + 43200)
    assert (lease.uid, lease.client_hostname) == (b"id", b"name")
    assert lease.variables == (("vendor-class-identifier", b"vendor"),)
    assert lease.agent_options == ((1, b"c"),)
    assert room.log == [
        "DHCPREQUEST for 10.0.0.100 (10.0.0.1) from 02:00:00:00:01:01 (name) via v4s0"
    ]
    assert answer.log == "DHCPACK on 10.0.0.100 to 02:00:00:00:01:01 (name) via v4s0"


# -- dhcp-cache-threshold


def test_a_young_lease_is_confirmed_as_it_stands() -> None:
    room = serve("default-lease-time 1000;")
    room.bind()
    room.pass_to(250)
    answer = room.ask(REQUEST, ciaddr="10.0.0.100")
    assert answer.lease_time == 750
    assert room.recorded == []
    assert room.turn.log[0] == (DEBUG, reuse_line(250))
    room.pass_to(251)
    assert room.ask(REQUEST, ciaddr="10.0.0.100").lease_time == 1000
    assert len(room.recorded) == 1


@pytest.mark.parametrize(
    ("threshold", "last_age"), [(0, None), (1, 10), (50, 500), (99, 990), (100, 250), (255, 250)]
)
def test_the_threshold_is_a_percentage(threshold: int, last_age: int | None) -> None:
    room = serve(f"default-lease-time 1000; dhcp-cache-threshold {threshold};")
    room.bind()
    if last_age is None:
        room.ask(REQUEST, ciaddr="10.0.0.100")
        assert len(room.recorded) == 1
        return
    room.pass_to(last_age)
    room.ask(REQUEST, ciaddr="10.0.0.100")
    assert room.recorded == []
    room.pass_to(last_age + 1)
    room.ask(REQUEST, ciaddr="10.0.0.100")
    assert len(room.recorded) == 1


@pytest.mark.parametrize(
    ("threshold", "length", "is_young"),
    [
        # In 32 bits with a sign the product is 0, -2^31 and 2^28.
        (50, 1 << 31, [True, False]),
        (25, 1 << 31, [False, False]),
        (25, 0x90000000, [True, True]),
        (25, (1 << 31) - 1, [True, True]),
    ],
)
def test_the_age_of_huge_leases(threshold: int, length: int, is_young: list[bool]) -> None:
    room = serve(f"max-lease-time 4294967295; dhcp-cache-threshold {threshold};")
    time = ((51, length.to_bytes(4, "big")),)
    room.bind(1, time)
    seen: list[bool] = []
    for age in (0, 1):
        room.pass_to(age)
        room.ask(REQUEST, 1, time, ciaddr="10.0.0.100")
        seen.append(not room.recorded)
    assert seen == is_young


@pytest.mark.parametrize(
    ("options", "is_recorded"),
    [
        (NAMED, False),
        # Without a host name the stored one stays.
        ((), False),
        (((12, b"other"),), True),
        ((*NAMED, (60, b"vendor")), False),
    ],
)
def test_what_a_renewal_may_change_without_a_record(options: Options, is_recorded: bool) -> None:
    room = serve()
    room.bind(1, NAMED)
    room.ask(REQUEST, 1, options, ciaddr="10.0.0.100")
    assert bool(room.recorded) == is_recorded


def test_an_offer_that_changes_something_ends_reuse() -> None:
    room = serve()
    room.bind(1, NAMED)
    room.ask(DISCOVER, 1, ((12, b"other"),))
    room.ask(REQUEST, 1, ((12, b"other"),), ciaddr="10.0.0.100")
    assert len(room.recorded) == 1


def test_a_renewal_without_host_name_clears_it() -> None:
    room = serve("dhcp-cache-threshold 0;")
    room.bind(1, NAMED)
    room.ask(REQUEST, ciaddr="10.0.0.100")
    assert room.recorded[0].client_hostname is None


def test_bootp_gets_the_lease_that_stands() -> None:
    room = serve(inner="range dynamic-bootp 10.0.0.10;")
    room.send_payload(packet_of(BOOTP))
    room.pass_to(10)
    answer = room.ask(REQUEST, ciaddr="10.0.0.10")
    assert room.recorded == []
    assert answer.lease_time == 0x7FFFFFFF - START_S - 10


# -- Refusals


def test_a_client_in_a_hurry_waits_for_min_secs() -> None:
    room = serve("min-secs 5;")
    assert room.send(DISCOVER, secs=4) is None
    assert room.turn.log == [
        (
            INFO,
            "DHCPDISCOVER from 02:00:00:00:01:01 via v4s0: configured min-secs value (5) is"
            " greater than secs field (4).  message dropped.",
        )
    ]
    assert room.send(DISCOVER, secs=5) is not None
    assert room.ask(REQUEST, 1, (requested("10.0.0.100"),)).kind == ACK


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ("deny booting;", ["DHCPDISCOVER from 02:00:00:00:01:01 via v4s0: booting disallowed"]),
        ("ignore booting;", []),
        ("deny unknown-clients;", ["DHCPDISCOVER from 02:00:00:00:01:01 via v4s0: unknown client"]),
        ("ignore unknown-clients;", []),
    ],
)
def test_scopes_may_refuse_with_or_without_a_word(settings: str, lines: list[str]) -> None:
    room = serve(settings)
    assert room.send(DISCOVER) is None
    assert room.log == lines
    assert room.send(REQUEST, 1, (requested("10.0.0.101"),)) is None
    assert len(room.log) == len(lines)


def test_known_for_the_scope_means_a_host_that_is_used() -> None:
    host = "host far { hardware ethernet 2:0:0:0:1:1; fixed-address 10.77.0.1; }"
    assert serve("deny unknown-clients;", more=host).send(DISCOVER) is None
    host = "host plain { hardware ethernet 2:0:0:0:1:1; }"
    assert serve("deny unknown-clients;", more=host).send(DISCOVER) is not None


@pytest.mark.parametrize("is_checked", [True, False])
def test_a_request_for_another_server_is_honoured_unless_checked(is_checked: bool) -> None:
    room = serve("server-id-check on;" if is_checked else "")
    other = (54, bytes((10, 0, 0, 2)))
    answer = room.send(REQUEST, 1, (requested("10.0.0.100"), other))
    line = "DHCPREQUEST for 10.0.0.100 (10.0.0.2) from 02:00:00:00:01:01 via v4s0"
    if is_checked:
        assert answer is None
        assert room.turn.log == [(DEBUG, line + ": not our server id")]
    else:
        assert room.log == [line]


# -- one-lease-per-client


def roaming(settings: str = "") -> Room:
    return serve(f"one-lease-per-client on; {settings}", more=RELAYED_SUBNET)


def test_a_client_keeps_one_lease_over_all_networks() -> None:
    room = roaming()
    room.bind(1, ((61, b"a"),))
    room.bind(1, ((61, b"a"),), giaddr=RELAY)
    assert [(lease.address & 0xFF, lease.state) for lease in room.recorded] == [
        (100, FREE),
        (100, ACTIVE),
    ]
    assert room.lease("10.0.0.100").state == FREE


def test_by_hardware_where_there_is_no_identifier() -> None:
    room = roaming()
    room.bind(1)
    room.bind(1, giaddr=RELAY)
    assert room.lease("10.0.0.100").state == FREE


def test_identifiers_are_clients_of_their_own() -> None:
    room = roaming()
    room.bind(1, ((61, b"a"),))
    room.bind(1, ((61, b"b"),))
    assert room.lease("10.0.0.100").state == ACTIVE


def test_the_last_client_of_the_address_keeps_its_other_lease() -> None:
    # dhcpd ends it (observed), and may then give away what is in use: decision 27.
    room = roaming()
    room.bind(4)
    room.send(RELEASE, 4, ciaddr="10.0.0.100")
    room.ask(REQUEST, 4, (requested("10.0.0.101"),))
    room.ask(REQUEST, 5, (requested("10.0.0.100"),))
    assert room.lease("10.0.0.101").state == ACTIVE


# -- Other parameters


def test_infinite_is_reserved() -> None:
    room = serve("infinite-is-reserved on;")
    room.bind(1, ((51, b"\xff\xff\xff\xff"),))
    (lease,) = room.recorded
    assert lease.flags == RESERVED
    assert lease.ends == START_S + 86400
    assert "Infinite-leasetime reservation made on 10.0.0.100." in room.log
    # Its free lease is for nobody else.
    room.send(RELEASE, ciaddr="10.0.0.100")
    assert room.ask(DISCOVER, 2).yiaddr == "10.0.0.101"
    assert room.ask(DISCOVER, 1).yiaddr == "10.0.0.100"


def test_a_lease_that_becomes_reserved_is_not_reused() -> None:
    room = serve("infinite-is-reserved on;")
    room.bind()
    room.ask(REQUEST, 1, ((51, b"\xff\xff\xff\xff"),), ciaddr="10.0.0.100")
    assert room.turn.log[:2] == [
        (INFO, "Infinite-leasetime reservation made on 10.0.0.100."),
        (DEBUG, "Cannot reuse: lease is changing to RESERVED"),
    ]
    assert len(room.recorded) == 1


def test_ignore_client_uids() -> None:
    room = serve("ignore-client-uids true;")
    room.bind(1, ((61, b"a"),))
    assert room.recorded[0].uid is None
    # Another identifier is the same client.
    assert room.bind(1, ((61, b"b"),)).yiaddr == "10.0.0.100"


def test_statements_of_the_scopes_log_before_the_request_line() -> None:
    room = serve(inner='if exists host-name { log(error, concat("name ", option host-name)); }')
    room.ask(DISCOVER, 1, NAMED)
    assert room.turn.log == [
        (3, "name name"),
        (INFO, "DHCPDISCOVER from 02:00:00:00:01:01 via v4s0"),
    ]


def test_a_request_for_the_lease_of_another_changes_nothing() -> None:
    room = serve()
    room.bind(1)
    before = room.lease("10.0.0.100")
    assert room.ask(REQUEST, 2, (requested("10.0.0.100"),)).kind == NAK
    assert room.lease("10.0.0.100") is before

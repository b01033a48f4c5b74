"""Partners that are wrong, odd or hostile: what dhcpd says to each, and that nothing else happens.

Replies and log lines are those that a real dhcpd 4.4.3-P1 gave to the same messages, except
where it would obey, exit or flood.
"""

import pytest

from pydhcpd.failover import message, option
from pydhcpd.failover.codec import encode
from pydhcpd.failover.message import Message
from pydhcpd.lease.lease import ABANDONED, ACTIVE, BACKUP, EXPIRED, FREE, RESERVED, Lease
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    CONFLICT_DONE,
    NORMAL,
    PARTNER_DOWN,
    POTENTIAL_CONFLICT,
    RECOVER,
    RECOVER_DONE,
    SHUTDOWN,
    STARTUP,
    PeerState,
)
from pydhcpd.v4.message import DISCOVER, REQUEST
from pydhcpd.wire.address import format_ipv4
from tests.failover.side import Side, configuration_text, side_of
from tests.lease.pools import address
from tests.v4.room import packet_of

START_US = 1_795_333_775_000_000
NOW = START_US // 1_000_000
PRIMARY, SECONDARY = "10.13.37.5", "10.13.37.60"
HBA = b"\xff" * 16 + bytes(16)
MAC = bytes.fromhex("01020000000011")
LINK = 1


def _secondary(saved: PeerState | None = None) -> Side:
    side = side_of(configuration_text(False), START_US, SECONDARY, saved)
    side.start()
    side.accepted(LINK, PRIMARY)
    return side


def _connect(
    *, name: bytes | None = b"fo", hba: bytes | None = HBA, mclt: int | None = 30, skew: int = 0
) -> Message:
    numbers = {
        option.MAX_UNACKED_BNDUPD: 10,
        option.RECEIVE_TIMER: 10,
        option.PROTOCOL_VERSION: 1,
        option.TLS_REQUEST: 0,
    }
    data = {option.VENDOR_CLASS: b"isc-4.4.3-P1"}
    if mclt is not None:
        numbers[option.MCLT] = mclt
    if name is not None:
        data[option.RELATIONSHIP_NAME] = name
    if hba is not None:
        data[option.HBA] = hba
    return Message(message.CONNECT, NOW + skew, 0, numbers, data)


def _give(side: Side, sent: Message, link: int = LINK) -> list[Message]:
    """What the side sends because of a message."""
    before = len(side.sent)
    side.received(link, encode(sent))
    return [one for _, one in side.sent[before:]]


def _state(state: int, is_startup: bool = False) -> Message:
    numbers = {
        option.SERVER_STATE: state,
        option.SERVER_FLAGS: int(is_startup),
        option.START_TIME_OF_STATE: NOW,
    }
    return Message(message.STATE, NOW, 1, numbers, {})


def _update(
    state: int | None,
    text: str | None = "10.13.37.200",
    *,
    hardware: bytes | None = MAC,
    uid: bytes | None = None,
    ends: int = 60,
    potential: int = 90,
    flags: int = 0,
    cltt: int = 0,
) -> Message:
    numbers = {
        option.LEASE_EXPIRATION_TIME: NOW + ends,
        option.POTENTIAL_EXPIRATION_TIME: NOW + potential,
        option.START_TIME_OF_STATE: NOW,
    }
    if state is not None:
        numbers[option.BINDING_STATUS] = state
    if text is not None:
        numbers[option.ASSIGNED_IP_ADDRESS] = address(text)
    if flags:
        numbers[option.IP_FLAGS] = flags
    if cltt:
        numbers[option.CLTT] = cltt
    data = {}
    if hardware is not None:
        data[option.CLIENT_HARDWARE_ADDRESS] = hardware
    if uid is not None:
        data[option.CLIENT_IDENTIFIER] = uid
    return Message(message.BNDUPD, NOW, 77, numbers, data)


def _normal_secondary(mclt: int = 30) -> Side:
    side = _secondary()
    _give(side, _connect(mclt=mclt))
    _give(side, _state(RECOVER, is_startup=True))
    _give(side, Message(message.UPDDONE, NOW, 1, {}, {}))
    _give(side, _state(RECOVER_DONE))
    _give(side, _state(NORMAL))
    assert side.peer.my_state == NORMAL
    return side


# -- Connecting


@pytest.mark.parametrize(
    ("connect", "reason", "text", "shown"),
    [
        (_connect(name=None), 8, "missing relationship-name", "unknown"),
        (_connect(name=b"nobody"), 8, "unknown failover relationship name", "nobody"),
        (_connect(skew=61), 4, "time offset too large", "fo"),
        (_connect(skew=-61), 4, "time offset too large", "fo"),
        (_connect(hba=None), 18, "invalid HBA", "fo"),
        (_connect(hba=HBA[1:]), 18, "invalid HBA", "fo"),
    ],
)
def test_connect_is_rejected(connect: Message, reason: int, text: str, shown: str) -> None:
    side = _secondary()
    (answer,) = _give(side, connect)
    assert (answer.code, answer.xid) == (message.CONNECTACK, connect.xid)
    assert answer.numbers[option.REJECT_REASON] == reason
    assert answer.data[option.MESSAGE] == text.encode()
    assert side.closed == [LINK]
    assert side.log[-2:] == [
        f"Failover CONNECT from {shown}: {text}",
        f"failover: disconnect: {text}",
    ]
    assert side.peer.my_state == STARTUP


def test_connect_without_mclt_is_answered_by_nothing() -> None:
    side = _secondary()
    assert _give(side, _connect(mclt=None)) == []
    assert side.closed == [LINK]
    assert side.log[-1] == "Failover CONNECT from fo: no MCLT provided"


def test_secondary_has_the_mclt_of_its_declaration_until_it_is_told() -> None:
    side = side_of(configuration_text(False, "mclt 45;"), START_US, SECONDARY)
    side.start()
    assert side.journal.count("  mclt 45;\n") == 1
    side.accepted(LINK, PRIMARY)
    _give(side, _connect(mclt=30))
    _give(side, _state(RECOVER, is_startup=True))
    assert side.journal.endswith("  mclt 30;\n}\n")


def test_second_connection_is_closed_and_the_first_lives() -> None:
    side = _secondary()
    _give(side, _connect())
    side.accepted(2, PRIMARY)
    assert _give(side, _connect(), 2) == []
    assert side.closed == [2]
    assert side.peer.link is not None


def test_stranger_is_closed() -> None:
    side = _secondary()
    side.accepted(2, "10.13.37.99")
    assert side.closed == [2]
    assert side.log[-1] == "failover: listener: no matching state"


def test_message_before_connect_is_not_obeyed() -> None:
    side = _secondary()
    assert _give(side, _state(RECOVER)) == []
    assert side.closed == [LINK]
    assert side.peer.my_state == STARTUP
    assert side.log[-1] == "Failover STATE from fo: not connected"


def test_primary_among_two_primaries_keeps_its_own_settings() -> None:
    """dhcpd takes mclt and split of whoever sends CONNECT, and serves by them."""
    side = side_of(configuration_text(True, mclt=45, split=200), START_US, PRIMARY)
    side.start()
    side.accepted(LINK, SECONDARY)
    answers = _give(side, _connect(mclt=99))
    assert [answer.name for answer in answers] == ["CONNECTACK", "STATE"]
    assert side.peer.mclt == 45
    assert side.peer.hba == b"\xff" * 25 + bytes(7)
    side.lost(LINK)
    side.wait(6)
    side.dialled(2, SECONDARY)
    connect = side.sent[-1][1]
    assert connect.numbers[option.MCLT] == 45
    assert connect.data[option.HBA] == b"\xff" * 25 + bytes(7)


def test_silent_connection_is_closed() -> None:
    side = _secondary()
    side.wait(16)
    assert LINK in side.closed
    assert "failover: link startup timeout" in side.log


def test_old_version_is_told() -> None:
    side = _secondary()
    answers = _give(side, _connect(hba=b"isc-V3.0.6".ljust(32, b"\0")))
    assert [answer.name for answer in answers] == ["CONNECTACK", "STATE"]
    assert side.log[-1].startswith("WARNING: failover as of versions 3.1.0")


@pytest.mark.parametrize(
    ("wire", "lines"),
    [
        (b"\x00\x0b\x0b", ["message length wait: unexpected error"]),
        (b"\x08\x01\x0b", ["message length wait: unexpected error"]),
        (
            bytes.fromhex("00140d0c0000000000000000") + bytes.fromhex("0001000400000001"),
            ["FAILOVER: invalid message type: 13", "message length wait: protocol error"],
        ),
    ],
)
def test_garbage_closes_the_link(wire: bytes, lines: list[str]) -> None:
    side = _normal_secondary()
    side.received(LINK, wire)
    assert LINK in side.closed
    assert side.log[-len(lines) - 2 : -2] == lines
    assert side.log[-2:] == [
        "peer fo: disconnected",
        "failover peer fo: I move from normal to communications-interrupted",
    ]


def test_contact_never_floods() -> None:
    side = _secondary()
    connect = _connect()
    connect.numbers[option.RECEIVE_TIMER] = 2
    _give(side, connect)
    side.wait(8)
    contacts = [one for _, one in side.sent if one.code == message.CONTACT]
    assert 6 <= len(contacts) <= 8


def test_missing_window_and_timer_do_no_harm() -> None:
    side = _secondary()
    connect = _connect()
    del connect.numbers[option.RECEIVE_TIMER]
    del connect.numbers[option.MAX_UNACKED_BNDUPD]
    _give(side, connect)
    _give(side, _state(RECOVER, is_startup=True))
    answers = _give(side, Message(message.UPDREQALL, NOW, 9, {}, {}))
    assert [answer.name for answer in answers] == ["BNDUPD"] * 10
    side.wait(5)
    assert sum(one.code == message.CONTACT for _, one in side.sent) <= 5


# -- States


@pytest.mark.parametrize("state", [12, 200, 255])
def test_unknown_state_shuts_down(state: int) -> None:
    side = _normal_secondary()
    _give(side, _state(state))
    assert side.peer.my_state == SHUTDOWN
    assert side.log[-3:] == [
        "failover peer fo: peer moves from normal to unknown-state",
        f"failover peer fo: Invalid state: {state}",
        "failover peer fo: I move from normal to shutdown",
    ]


@pytest.mark.parametrize("state", [COMMUNICATIONS_INTERRUPTED, RECOVER, CONFLICT_DONE])
def test_impossible_state_in_conflict_done_is_survived(state: int) -> None:
    """dhcpd exits here; the resolution begins again instead."""
    saved = PeerState("fo", CONFLICT_DONE, NOW, POTENTIAL_CONFLICT, NOW, None)
    side = side_of(configuration_text(True), START_US, PRIMARY, saved)
    side.start()
    side.dialled(LINK, SECONDARY)
    numbers = {option.MAX_UNACKED_BNDUPD: 10, option.RECEIVE_TIMER: 10}
    data = {option.RELATIONSHIP_NAME: b"fo"}
    _give(side, Message(message.CONNECTACK, NOW, 0, numbers, data))
    _give(side, _state(POTENTIAL_CONFLICT))
    assert side.peer.my_state == CONFLICT_DONE
    _give(side, _state(state))
    assert side.peer.my_state == POTENTIAL_CONFLICT
    assert any("while local state is conflict-done." in line for line in side.log)
    assert side.peer.link is not None


# -- Updates


@pytest.mark.parametrize(
    ("update", "reason", "text"),
    [
        (_update(ACTIVE, "10.13.37.99"), 1, "unknown IP address"),
        (_update(None), 3, "binding update lacks required options"),
        (_update(ACTIVE, None), 3, "binding update lacks required options"),
        (_update(ACTIVE, hardware=None), 3, "BNDUPD without CHADDR"),
        (_update(ABANDONED), 6, "BNDUPD to ABANDONED with a CHADDR"),
        (
            _update(ABANDONED, hardware=None, uid=b"\x01abc"),
            6,
            "BNDUPD to ABANDONED with client-id",
        ),
        (_update(9), 6, "database update failed"),
        (_update(ACTIVE, hardware=b"\x01" * 30), 6, "database update failed"),
    ],
)
def test_update_is_rejected_at_once(update: Message, reason: int, text: str) -> None:
    side = _normal_secondary()
    (answer,) = _give(side, update)
    assert (answer.code, answer.xid) == (message.BNDACK, update.xid)
    assert answer.numbers[option.REJECT_REASON] == reason
    assert answer.data[option.MESSAGE] == text.encode()
    told = update.numbers.get(option.ASSIGNED_IP_ADDRESS, 0)
    assert answer.numbers[option.ASSIGNED_IP_ADDRESS] == told
    assert len(side.store) == 0


def test_update_is_acknowledged_after_two_seconds_with_the_address_only() -> None:
    side = _normal_secondary()
    assert _give(side, _update(ACTIVE, uid=MAC)) == []
    lease = side.store.lease_of(address("10.13.37.200"))
    assert (lease.state, lease.uid, lease.tsfp) == (ACTIVE, MAC, NOW + 90)
    before = len(side.sent)
    side.wait(1.9)
    assert len(side.sent) == before
    side.wait(0.2)
    (answer,) = [one for _, one in side.sent[before:]]
    assert (answer.name, answer.xid) == ("BNDACK", 77)
    assert answer.numbers == {option.ASSIGNED_IP_ADDRESS: address("10.13.37.200")}
    assert answer.data == {}


def test_half_of_the_window_is_acknowledged_together() -> None:
    side = _normal_secondary()
    answers = [_give(side, _update(ACTIVE, f"10.13.37.20{number}")) for number in range(5)]
    assert [len(some) for some in answers] == [0, 0, 0, 0, 5]


def test_full_window_of_the_partner_is_acknowledged_without_waiting() -> None:
    """dhcpd waits for half of the partner's window although ours is smaller."""
    text = configuration_text(False, "max-unacked-updates 2;")
    side = side_of(text, START_US, SECONDARY)
    side.start()
    side.accepted(LINK, PRIMARY)
    _give(side, _connect())
    _give(side, _state(RECOVER))
    assert _give(side, _update(ACTIVE, "10.13.37.200")) == []
    assert len(_give(side, _update(ACTIVE, "10.13.37.201"))) == 2


def test_moves_that_are_not_allowed_are_named() -> None:
    side = _normal_secondary()
    _give(side, _update(ACTIVE, ends=300, potential=400))
    for state, name in ((FREE, "free"), (BACKUP, "backup"), (3, "expired")):
        (answer,) = _give(side, _update(state, potential=50))
        assert answer.numbers[option.REJECT_REASON] == 2
        text = f"10.13.37.200: invalid state transition: active to {name}"
        assert answer.data[option.MESSAGE] == text.encode()


@pytest.mark.parametrize("state", [FREE, BACKUP])
def test_partner_that_never_heard_of_the_client_is_told(state: int) -> None:
    """It calls the lease free as of a time before the client came: it has lost its file."""
    side = _normal_secondary()
    _give(side, _update(ACTIVE, ends=60, potential=90))
    side.wait(3)
    update = _update(state, hardware=None, potential=0)
    update.numbers[option.LEASE_EXPIRATION_TIME] = 0
    answer, told = _give(side, update)
    assert answer.numbers[option.REJECT_REASON] == 16
    assert (told.name, told.numbers[option.BINDING_STATUS]) == ("BNDUPD", ACTIVE)
    assert told.data[option.CLIENT_HARDWARE_ADDRESS] == MAC
    # As of a time since then it is believed.
    accepted = _update(state, ends=1, potential=0)
    _give(side, Message(message.BNDACK, NOW, told.xid, dict(told.numbers), {}))
    side.wait(2)
    _give(side, accepted)
    assert side.store.lease_of(address("10.13.37.200")).state == state


@pytest.mark.parametrize("ahead", [0, 1])
def test_expired_lease_is_given_by_a_partner_whose_clock_is_ahead(ahead: int) -> None:
    """Until when the lease was promised is a time of its clock; for dhcpd it is one of its own."""
    side = _normal_secondary()
    _give(side, _update(ACTIVE, ends=1, potential=1))
    active = side.store.lease_of(address("10.13.37.200"))
    side.store.put(Lease(active.address, EXPIRED, FREE, EXPIRED, ends=active.ends))
    given = _update(BACKUP, hardware=None, ends=0, potential=1)
    _give(side, Message(given.code, NOW + ahead, 78, given.numbers, {}))
    assert side.store.lease_of(active.address).state == (BACKUP if ahead else EXPIRED)


def test_update_for_another_client_is_a_conflict_that_is_told() -> None:
    side = _normal_secondary()
    _give(side, _update(ACTIVE))
    _give(side, _update(ACTIVE, hardware=MAC[:-1] + b"\x12"))
    assert side.log[-1] == "Lease conflict at 10.13.37.200"
    lease = side.store.lease_of(address("10.13.37.200"))
    assert lease.hardware == MAC[:-1] + b"\x12"


def test_unknown_flags_are_told_and_known_ones_kept() -> None:
    side = _normal_secondary()
    _give(side, _update(ACTIVE, flags=7))
    assert side.log[-1] == "Unknown IP-flags set in BNDUPD (0x7)."
    assert side.store.lease_of(address("10.13.37.200")).flags & RESERVED


def test_acknowledgements_that_fit_nothing_are_told() -> None:
    side = _normal_secondary()
    for text, line in (("10.1.1.1", "bind update on 10.1.1.1 got ack from fo: no such lease."),):
        numbers = {option.ASSIGNED_IP_ADDRESS: address(text)}
        _give(side, Message(message.BNDACK, NOW, 12345, numbers, {}))
        assert side.log[-1] == line


def test_pool_request_is_answered_even_with_nothing() -> None:
    side = _normal_secondary()
    (answer,) = _give(side, Message(message.POOLREQ, NOW, 25, {}, {}))
    assert (answer.name, answer.xid) == ("POOLRESP", 25)
    assert answer.numbers == {option.ADDRESSES_TRANSFERRED: 0}
    assert side.log[-1] == (
        "peer fo: Got POOLREQ, answering negatively!  "
        "Peer may be out of leases or database inconsistent."
    )


def test_odd_surplus_is_counted_down() -> None:
    side = _secondary()
    _give(side, _connect())
    _give(side, _state(RECOVER, is_startup=True))
    # By the hash this client is the primary's.
    mac = bytes.fromhex("01020000000002")
    for last in range(200, 208):
        _give(side, _update(BACKUP, f"10.13.37.{last}", hardware=mac, ends=-60, potential=-60))
    _give(side, _update(ACTIVE, "10.13.37.208"))
    _give(side, Message(message.UPDDONE, NOW, 1, {}, {}))
    _give(side, _state(RECOVER_DONE))
    balance = [line for line in side.log if "balanc" in line]
    assert "free 1  backup 8  lts 3  max-own (+/-)1" in balance[0]
    # Divided again, 4 - 5 would be 0, and one more would be given.
    assert "free 5  backup 4  lts -1  max-misbal 1" in balance[1]


def test_disconnect_says_why() -> None:
    side = _normal_secondary()
    numbers = {option.REJECT_REASON: 17}
    data = {option.MESSAGE: b"bye now"}
    _give(side, Message(message.DISCONNECT, NOW, 30, numbers, data))
    assert "Failover DISCONNECT from fo: No traffic within sufficient time." in side.log
    assert side.peer.my_state == COMMUNICATIONS_INTERRUPTED


def test_times_beyond_the_calendar_are_its_end() -> None:
    side = _normal_secondary()
    update = _update(ACTIVE)
    update.numbers[option.LEASE_EXPIRATION_TIME] = 0xFFFFFFFF
    update.numbers[option.POTENTIAL_EXPIRATION_TIME] = 0xFFFFFFFF
    _give(side, update)
    assert "ends never;" in side.journal


def test_long_silence_ends_the_link() -> None:
    side = _normal_secondary()
    side.wait(11)
    assert "timeout waiting for failover peer fo" in side.log
    assert side.peer.my_state == COMMUNICATIONS_INTERRUPTED


def test_refused_dial_is_tried_again_after_five_seconds_and_local_trouble_after_ninety() -> None:
    side = side_of(configuration_text(True), START_US)
    side.start()
    assert side.dials == ["fo"]
    side.dial_failed()
    side.wait(4.9)
    assert side.dials == ["fo"]
    side.wait(0.2)
    assert side.dials == ["fo"] * 2
    side.dial_failed("network unreachable")
    assert side.log[-1] == "failover peer fo: network unreachable"
    side.wait(89)
    assert side.dials == ["fo"] * 2
    side.wait(2)
    assert side.dials == ["fo"] * 3


def _client(kind: int, client: int, text: str = "") -> bytes:
    options = [(51, (120).to_bytes(4, "big"))]
    if text:
        options.append((50, address(text).to_bytes(4, "big")))
    return packet_of(kind, client, tuple(options), secs=10)


def test_update_that_is_rejected_does_not_hide_the_acknowledgement_of_mine() -> None:
    """dhcpd forgets its own update first, and thinks for ever that the partner does not know."""
    side = _normal_secondary(mclt=120)
    _give(side, _update(BACKUP, potential=0, ends=0, hardware=None))
    side.wait(3)
    before = len(side.sent)
    side.packet(_client(DISCOVER, 1), "0.0.0.0")
    side.packet(_client(REQUEST, 1, "10.13.37.200"), "0.0.0.0")
    (mine,) = [one for _, one in side.sent[before:]]
    # More than 65 seconds are left: it can't have expired.
    assert mine.numbers[option.LEASE_EXPIRATION_TIME] == NOW + 3 + 120
    (answer,) = _give(side, _update(3, ends=5, potential=5))
    assert answer.numbers[option.REJECT_REASON] == 2
    numbers = {option.ASSIGNED_IP_ADDRESS: address("10.13.37.200")}
    _give(side, Message(message.BNDACK, NOW, mine.xid, numbers, {}))
    lease = side.store.lease_of(address("10.13.37.200"))
    assert lease.atsfp == lease.tstp == mine.numbers[option.POTENTIAL_EXPIRATION_TIME]


def test_partner_that_has_recovered_hears_of_everything_before_it_serves() -> None:
    """A client got one of its own leases while it recovered, and its window was full."""
    saved = PeerState("fo", PARTNER_DOWN, NOW - 1000, RECOVER, NOW - 1000, 30)
    side = _secondary(saved)
    connect = _connect()
    connect.numbers[option.MAX_UNACKED_BNDUPD] = 1
    _give(side, connect)
    _give(side, _state(RECOVER, is_startup=True))
    _give(side, _state(RECOVER))
    assert side.peer.my_state == PARTNER_DOWN
    before = len(side.sent)
    for client in (1, 2):
        side.packet(_client(DISCOVER, client), "0.0.0.0")
        text = format_ipv4(int.from_bytes(side.replies[-1][16:20], "big"))
        side.packet(_client(REQUEST, client, text), "0.0.0.0")
    (first,) = [one for _, one in side.sent[before:]]
    assert _give(side, _state(RECOVER_DONE)) == []
    # Whatever is the partner's is left to it from here on.
    side.packet(_client(DISCOVER, 3), "0.0.0.0")
    assert side.log[-1].endswith("peer holds all free leases")
    numbers = {option.ASSIGNED_IP_ADDRESS: first.numbers[option.ASSIGNED_IP_ADDRESS]}
    sent = _give(side, Message(message.BNDACK, NOW, first.xid, numbers, {}))
    assert [one.name for one in sent[:2]] == ["BNDUPD", "STATE"]
    assert sent[1].numbers[option.SERVER_STATE] == NORMAL

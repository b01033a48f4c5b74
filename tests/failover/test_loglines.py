"""Every log line of failover, word for word as dhcpd 4.4.3-P1 has it, and what brings it about.

Most are seen in the recorded pairs; those that no pair of real servers brings about are here.
"""

import inspect

import pytest

from pydhcpd.failover import loglines, message, option
from pydhcpd.failover.codec import encode
from pydhcpd.failover.message import Message
from pydhcpd.failover.reject import REASON_TEXTS
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    CONFLICT_DONE,
    NORMAL,
    POTENTIAL_CONFLICT,
    SHUTDOWN,
    PeerState,
)
from pydhcpd.v4.message import DISCOVER, REQUEST
from tests.failover.side import Side, configuration_text, restarted, side_of
from tests.lease.pools import address
from tests.v4.room import packet_of

NOW = 1_795_333_775
IP = address("10.13.37.201")
LINK = 1
POOL = 0x5618A895D280
FIGURES = (20, 6, 6)
TEXTS = {
    "i_move": (loglines.i_move("fo", 2, 3), "failover peer fo: I move from normal to "
               "communications-interrupted"),
    "peer_moves": (loglines.peer_moves("fo", 0, 6), "failover peer fo: peer moves from "
                   "unknown-state to recover"),
    "both_normal": (loglines.both_normal("fo"), "failover peer fo: Both servers normal"),
    "both_recovered": (loglines.both_recovered(), "Both servers have entered recover-done!"),
    "invalid_state": (loglines.invalid_state("fo", 12), "failover peer fo: Invalid state: 12"),
    "invalid_transition": (loglines.invalid_transition("fo", 2, 5), "Peer fo: Invalid state "
                           "transition normal to potential-conflict."),
    "spurious_normal": (loglines.spurious_normal("fo"), "Peer fo moves to normal during conflict "
                        "resolution - panic, shutting down."),
    "impossible_move": (loglines.impossible_move("fo", 5, 11), "Peer fo: Invalid attempt to move "
                        "from potential-conflict to conflict-done while local state is "
                        "conflict-done."),
    "disconnected": (loglines.disconnected("fo"), "peer fo: disconnected"),
    "timeout": (loglines.timeout("fo"), "timeout waiting for failover peer fo"),
    "link_startup_timeout": (loglines.link_startup_timeout(), "failover: link startup timeout"),
    "no_matching_state": (loglines.no_matching_state(), "failover: listener: no matching state"),
    "dial_failed": (loglines.dial_failed("fo", "network unreachable"), "failover peer fo: network "
                    "unreachable"),
    "connect_refused": (loglines.connect_refused("fo", "invalid HBA"), "Failover CONNECT from fo: "
                        "invalid HBA"),
    "disconnect_after": (loglines.disconnect_after("invalid HBA"), "failover: disconnect: invalid "
                         "HBA"),
    "connectack_refused": (loglines.connectack_refused("fo", "already connected"), "Failover "
                           "CONNECTACK from fo: already connected"),
    "connect_rejected": (loglines.connect_rejected("fo", 4), "Failover CONNECT to fo rejected: "
                         "Connection rejected, time mismatch too great."),
    "disconnect_received": (loglines.disconnect_received("fo", 17), "Failover DISCONNECT from fo: "
                            "No traffic within sufficient time."),
    "old_version": (loglines.old_version(), "WARNING: failover as of versions 3.1.0 and on are "
                    "not reverse compatible with versions 3.0.x."),
    "protocol_error": (loglines.protocol_error(), "message length wait: protocol error"),
    # dhcpd obeys such messages.
    "before_connect": (loglines.before_connect("fo", "STATE"), "Failover STATE from fo: not "
                       "connected"),
    "requesting_full_update": (loglines.requesting_full_update("fo"), "failover peer fo: "
                               "requesting full update from peer"),
    "sent_update_request_all": (loglines.sent_update_request_all("fo"), "Sent update request all "
                                "message to fo"),
    "sent_update_request": (loglines.sent_update_request("fo"), "Sent update request message to "
                            "fo"),
    "sent_update_done": (loglines.sent_update_done("fo"), "Sent update done message to fo"),
    "update_request": (loglines.update_request("fo", True, False), "Update request all from fo: "
                       "nothing pending"),
    "request_discarded": (loglines.request_discarded(), "Received update request while old update "
                          "still flying!  Silently discarding old request."),
    "update_completed": (loglines.update_completed("fo"), "failover peer fo: peer update "
                         "completed."),
    "spurious_update_done": (loglines.spurious_update_done(), "Spurious update-done message."),
    "sending_updates": (loglines.sending_updates("fo"), "Sending updates to fo."),
    "update_rejected": (loglines.update_rejected(IP, "fo", "unknown IP address"), "bind update on "
                        "10.13.37.201 from fo rejected: unknown IP address"),
    "ack_refused": (loglines.ack_refused(IP, "fo", "xid mismatch."), "bind update on 10.13.37.201 "
                    "got ack from fo: xid mismatch."),
    "lease_conflict": (loglines.lease_conflict(IP), "Lease conflict at 10.13.37.201"),
    "unknown_ip_flags": (loglines.unknown_ip_flags(7), "Unknown IP-flags set in BNDUPD (0x7)."),
    "bogus_binding_state": (loglines.bogus_binding_state(9), "Lease with bogus binding state: 9"),
    "pool_response": (loglines.pool_response(3), "pool response: 3 leases"),
    "pool_request_in_vain": (loglines.pool_request_in_vain("fo"), "peer fo: Got POOLREQ, answering "
                             "negatively!  Peer may be out of leases or database inconsistent."),
    "balancing": (loglines.balancing(POOL, "10.13.37.0/24", 20, 0, 6, -3, 1, True), "balancing "
                  "pool 5618a895d280 10.13.37.0/24  total 20  free 0  backup 6  lts -3  "
                  "max-own (+/-)1  (requesting peer rebalance!)"),
    "balanced": (loglines.balanced(POOL, "10.13.37.0/24", *FIGURES, 4, 2), "IMBALANCED pool "
                 "5618a895d280 10.13.37.0/24  total 20  free 6  backup 6  lts 4  max-misbal 2"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_each_line_is_dhcpds(name: str) -> None:
    line, text = TEXTS[name]
    assert line == text


def test_no_line_is_left_out() -> None:
    functions = inspect.getmembers(loglines, inspect.isroutine)
    here = {name for name, one in functions if one.__module__ == loglines.__name__}
    assert here == set(TEXTS)


def test_other_forms() -> None:
    assert loglines.update_request("fo", False, True) == "Update request from fo: sending update"
    line = loglines.balancing(POOL, "10.13.37.0/24", 20, 20, 0, 10, 2, False)
    assert line.endswith("lts 10  max-own (+/-)2")
    assert loglines.balanced(POOL, "net", 20, 10, 10, 0, 3).startswith("balanced pool 5618")


def test_reasons_are_dhcpds() -> None:
    """The texts of all reject reasons, in order, as dhcpd logged them."""
    assert sorted(REASON_TEXTS) == [*range(1, 22), 254]
    assert loglines.connect_rejected("fo", 77).endswith(
        "Undefined-77: This reason code is not defined in the protocol standard."
    )


# -- What no recorded pair brings about


def _give(side: Side, sent: Message) -> list[Message]:
    before = len(side.sent)
    side.received(LINK, encode(sent))
    return [one for _, one in side.sent[before:]]


def _state(state: int) -> Message:
    numbers = {option.SERVER_STATE: state, option.START_TIME_OF_STATE: NOW}
    return Message(message.STATE, NOW, 1, numbers, {})


def _acknowledgement(name: bytes | None = b"fo", time: int = NOW) -> Message:
    numbers = {option.MAX_UNACKED_BNDUPD: 10, option.RECEIVE_TIMER: 10}
    data = {} if name is None else {option.RELATIONSHIP_NAME: name}
    return Message(message.CONNECTACK, time, 0, numbers, data)


def _primary(mine: int, partners: int, settings: str = "") -> Side:
    saved = PeerState("fo", mine, NOW - 50, partners, NOW - 50, None)
    side = side_of(configuration_text(True, settings), NOW * 1_000_000, saved=saved)
    side.start()
    side.dialled(LINK, "10.13.37.60")
    return side


def _linked(mine: int, partners: int, settings: str = "") -> Side:
    side = _primary(mine, partners, settings)
    _give(side, _acknowledgement())
    _give(side, _state(partners))
    assert side.peer.my_state == mine
    return side


def test_conflict_of_which_i_know_nothing_shuts_down() -> None:
    side = _linked(NORMAL, NORMAL)
    _give(side, _state(POTENTIAL_CONFLICT))
    assert "Peer fo: Invalid state transition normal to potential-conflict." in side.log
    assert side.peer.my_state == SHUTDOWN


def test_normal_before_the_end_of_a_conflict_shuts_down() -> None:
    side = _linked(POTENTIAL_CONFLICT, POTENTIAL_CONFLICT)
    _give(side, _state(NORMAL))
    text = "Peer fo moves to normal during conflict resolution - panic, shutting down."
    assert text in side.log
    assert side.peer.my_state == SHUTDOWN


def test_impossible_move_is_told_in_full() -> None:
    side = _linked(CONFLICT_DONE, POTENTIAL_CONFLICT)
    _give(side, _state(COMMUNICATIONS_INTERRUPTED))
    assert (
        "Peer fo: Invalid attempt to move from potential-conflict to communications-interrupted "
        "while local state is conflict-done."
    ) in side.log


@pytest.mark.parametrize(
    ("answer", "reason", "text"),
    [
        (_acknowledgement(None), 8, "missing relationship-name"),
        (
            _acknowledgement(b"x\ny"),
            8,
            "remote failover relationship name x\\012y does not match",
        ),
        (_acknowledgement(time=NOW + 61), 4, "time offset too large"),
        (_acknowledgement(time=NOW - 61), 4, "time offset too large"),
    ],
)
def test_wrong_acknowledgement_of_connect_is_answered(
    answer: Message, reason: int, text: str
) -> None:
    side = _primary(NORMAL, NORMAL)
    (sent,) = _give(side, answer)
    assert (sent.name, sent.numbers) == ("DISCONNECT", {option.REJECT_REASON: reason})
    assert sent.data == {option.MESSAGE: text.encode()}
    assert side.log[-1] == f"Failover CONNECTACK from fo: {text}"
    assert side.closed == [LINK]


def test_second_acknowledgement_of_connect_is_one_too_many() -> None:
    side = _linked(NORMAL, NORMAL)
    (sent,) = _give(side, _acknowledgement())
    assert sent.numbers == {option.REJECT_REASON: 7}
    assert "Failover CONNECTACK from fo: already connected" in side.log


def test_end_of_an_update_that_nobody_asked_for() -> None:
    side = _linked(NORMAL, NORMAL)
    _give(side, Message(message.UPDDONE, NOW, 5, {}, {}))
    assert side.log[-1] == "Spurious update-done message."
    assert side.peer.my_state == NORMAL


def test_binding_state_without_a_meaning() -> None:
    side = _linked(NORMAL, NORMAL)
    # Of a lease about which nothing of mine is under way: no duel.
    at_rest = next(at for at in range(IP, IP + 9) if at not in side.peer.queue.in_flight)
    numbers = {option.ASSIGNED_IP_ADDRESS: at_rest, option.BINDING_STATUS: 9}
    data = {option.CLIENT_HARDWARE_ADDRESS: bytes.fromhex("01020000000011")}
    sent = _give(side, Message(message.BNDUPD, NOW, 5, numbers, data))[0]
    assert "Lease with bogus binding state: 9" in side.log
    assert sent.numbers[option.REJECT_REASON] == 6


def test_answer_to_a_pool_request() -> None:
    side = _linked(NORMAL, NORMAL)
    numbers = {option.ADDRESSES_TRANSFERRED: 3}
    _give(side, Message(message.POOLRESP, NOW, 5, numbers, {}))
    assert side.log[-1] == "pool response: 3 leases"


def test_server_without_free_leases_asks_for_some() -> None:
    settings = "min-balance 6;"
    text = configuration_text(True, settings, pool="range 10.13.37.200 10.13.37.219;")
    saved = PeerState("fo", NORMAL, NOW - 50, NORMAL, NOW - 50, None)
    side = side_of(text, NOW * 1_000_000, saved=saved)
    side.start()
    side.dialled(LINK, "10.13.37.60")
    _give(side, _acknowledgement())
    _give(side, _state(NORMAL))
    for client in range(1, 11):
        side.packet(packet_of(DISCOVER, client, secs=10), "0.0.0.0")
        asked = (50, side.replies[-1][16:20])
        side.packet(packet_of(REQUEST, client, (asked,), secs=10), "0.0.0.0")
    side.wait(6.5)
    lines = [line for line in side.log if "pool" in line and "DHCP" not in line]
    first = "  total 20  free 0  backup 10  lts -5  max-own (+/-)1  (requesting peer rebalance!)"
    assert lines[-2].startswith("balancing pool ")
    assert lines[-2].endswith(f" 10.13.37.0/24{first}")
    assert lines[-1].endswith("  total 20  free 0  backup 10  lts -5  max-misbal 2")
    assert side.sent[-1][1].name == "POOLREQ"


def test_server_that_keeps_too_many_says_so() -> None:
    """Used leases of its own clients stay here up to max-lease-ownership."""
    settings = "max-lease-misbalance 1; max-lease-ownership 50;"
    text = configuration_text(True, settings, pool="range 10.13.37.200 10.13.37.204;")
    saved = PeerState("fo", NORMAL, NOW - 50, NORMAL, NOW - 50, None)
    before = side_of(text, NOW * 1_000_000, saved=saved)
    before.journal = "".join(
        f"lease 10.13.37.20{number} {{\n  binding state free;\n"
        f"  hardware ethernet 02:00:00:00:00:0{client};\n}}\n"
        for number, client in enumerate((2, 5, 7, 8, 9))
    )
    side = restarted(before, NOW * 1_000_000)
    side.saved = before.saved
    side.start()
    side.dialled(LINK, "10.13.37.60")
    _give(side, _acknowledgement())
    _give(side, _state(NORMAL))
    (line,) = [line for line in side.log if line.startswith("IMBALANCED")]
    assert line.endswith(" 10.13.37.0/24  total 5  free 5  backup 0  lts 2  max-misbal 0")

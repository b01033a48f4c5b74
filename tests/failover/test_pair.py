"""Two servers of ours in one process: they find each other, serve clients, part and meet again."""

import pytest

from pydhcpd.failover.message import BNDUPD, STATE
from pydhcpd.failover.option import ASSIGNED_IP_ADDRESS, SERVER_STATE
from pydhcpd.lease.lease import ACTIVE, BACKUP, EXPIRED, RELEASED
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    NORMAL,
    PARTNER_DOWN,
    RECOVER,
    RECOVER_DONE,
    RECOVER_WAIT,
    SHUTDOWN,
    STARTUP,
    PeerState,
)
from pydhcpd.v4.message import ACK, BOOTP, DISCOVER, OFFER, RELEASE, REQUEST
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.moment import NEVER
from tests.failover.pair import ADDRESSES, Pair
from tests.failover.side import Side, configuration_text, restarted, side_of
from tests.lease.pools import address
from tests.v4.room import packet_of

BOTH_NORMAL = (NORMAL, NORMAL)


class AllowingBootp(Pair):
    """Addresses of the pool are also for BOOTP clients."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        super().__init__()

    def _make(self, is_primary: bool) -> Side:
        text = configuration_text(is_primary, outer=self.setting)
        text = text.replace("deny dynamic bootp clients;", "")
        return side_of(text, self.now_us, ADDRESSES[0 if is_primary else 1])


# By the hash of the hardware address 02:00:00:00:01:NN, with split 128.
PRIMARYS, SECONDARYS = 2, 1


def _kind(reply: bytes) -> int:
    return reply[242]


def _yiaddr(reply: bytes) -> str:
    return format_ipv4(int.from_bytes(reply[16:20], "big"))


def _lease_time(reply: bytes) -> int:
    at = reply.index(b"\x33\x04", 240)
    return int.from_bytes(reply[at + 2 : at + 6], "big")


def _discover(pair: Pair, client: int, secs: int = 0) -> list[bytes]:
    return pair.packet(packet_of(DISCOVER, client, secs=secs))


def _request(pair: Pair, client: int, text: str) -> list[bytes]:
    return pair.packet(packet_of(REQUEST, client, ((50, address(text).to_bytes(4, "big")),)))


def _bind(pair: Pair, client: int) -> tuple[str, int]:
    """Address and lease time of a client that takes the first offer."""
    offers = _discover(pair, client)
    assert [_kind(offer) for offer in offers] == [OFFER]
    (ack,) = _request(pair, client, _yiaddr(offers[0]))
    assert _kind(ack) == ACK
    return _yiaddr(ack), _lease_time(ack)


def test_first_start_reaches_normal_and_shares_the_pool() -> None:
    pair = Pair()
    assert pair.states == BOTH_NORMAL
    for node in pair.nodes:
        counts = node.store.counts(0)
        assert (counts.free, counts.backup) == (5, 5)
    assert pair.secondary.peer.mclt == 30


def test_one_server_answers_each_client_and_the_other_learns() -> None:
    pair = Pair()
    first, time = _bind(pair, SECONDARYS)
    assert time == 30
    pair.wait(3)
    for node in pair.nodes:
        lease = node.store.lease_of(address(first))
        assert (lease.state, lease.ends, lease.tsfp) == (ACTIVE, lease.starts + 30, lease.atsfp)
    assert "lease owned by peer" in "\n".join(pair.primary.log)
    second, _ = _bind(pair, PRIMARYS)
    assert second != first


def test_renewal_gets_the_full_time_when_the_partner_knows() -> None:
    pair = Pair()
    leased, _ = _bind(pair, SECONDARYS)
    pair.wait(12)
    times = [_lease_time(ack) for ack in _request(pair, SECONDARYS, leased)]
    # Both may renew; what they promise is the same.
    assert times == [60, 60]


def test_client_of_the_partner_is_served_after_a_while() -> None:
    pair = Pair()
    assert len(_discover(pair, SECONDARYS, secs=3)) == 1
    assert len(_discover(pair, SECONDARYS, secs=4)) == 2


def test_expired_lease_returns_to_the_server_of_its_client() -> None:
    pair = Pair()
    leased, _ = _bind(pair, SECONDARYS)
    pair.wait(40)
    states = [node.store.lease_of(address(leased)).state for node in pair.nodes]
    assert states == [BACKUP, BACKUP]
    again, _ = _bind(pair, SECONDARYS)
    assert again == leased


def test_released_lease_is_free_when_both_know() -> None:
    pair = Pair()
    leased, _ = _bind(pair, PRIMARYS)
    pair.wait(3)
    pair.cut()
    pair.primary.packet(packet_of(RELEASE, PRIMARYS, ciaddr=leased), leased)
    assert pair.primary.store.lease_of(address(leased)).state == RELEASED


def test_silent_cut_lets_both_serve_their_own() -> None:
    pair = Pair()
    pair.cut()
    pair.wait(16)
    assert pair.states == (COMMUNICATIONS_INTERRUPTED, COMMUNICATIONS_INTERRUPTED)
    assert "timeout waiting for failover peer fo" in pair.primary.log
    offers = _discover(pair, SECONDARYS)
    assert len({_yiaddr(offer) for offer in offers}) == 2
    pair.heal()
    pair.wait(10)
    assert pair.states == BOTH_NORMAL


@pytest.mark.parametrize("number", [0, 1])
def test_restart_leads_back_to_normal(number: int) -> None:
    pair = Pair()
    leased, _ = _bind(pair, SECONDARYS)
    pair.wait(5)
    pair.kill(number)
    assert pair.nodes[1 - number].peer.my_state == COMMUNICATIONS_INTERRUPTED
    pair.wait(2)
    pair.restart(number)
    pair.wait(6)
    assert pair.states == BOTH_NORMAL
    assert pair.nodes[number].store.lease_of(address(leased)).state == ACTIVE
    moves = [line for line in pair.nodes[number].log if "I move" in line]
    assert moves == [
        "failover peer fo: I move from normal to startup",
        "failover peer fo: I move from startup to normal",
    ]


def _set_back(pair: Pair, hours: int) -> None:
    """Both clocks; the daemon looks at its timers once a second."""
    for back_us in (0, hours * 3_600_000_000):
        pair.set_clock(pair.now_us - back_us)
        for node in pair.nodes:
            node.take(node.server.handle_timer(node.moment))
        pair.settle()


def test_clock_set_back_leaves_partners_in_touch() -> None:
    pair = Pair()
    assert pair.states == BOTH_NORMAL
    _set_back(pair, 3)
    before = len(pair.primary.sent)
    pair.wait(60)
    assert pair.states == BOTH_NORMAL
    # CONTACT: dhcpd would send none for three hours.
    assert len(pair.primary.sent) > before
    pair.cut()
    pair.wait(16)
    assert pair.states == (COMMUNICATIONS_INTERRUPTED, COMMUNICATIONS_INTERRUPTED)
    _set_back(pair, 3)
    pair.heal()
    pair.wait(10)
    assert pair.states == BOTH_NORMAL


def test_clock_set_back_does_not_prolong_startup() -> None:
    pair = Pair()
    assert pair.states == BOTH_NORMAL
    pair.kill(1)
    pair.kill(0)
    pair.restart(0)
    assert pair.primary.peer.is_starting
    _set_back(pair, 3)
    pair.wait(15)
    assert not pair.primary.peer.is_starting


def test_start_alone_ends_startup_after_fifteen_seconds() -> None:
    pair = Pair()
    pair.kill(1)
    pair.kill(0)
    pair.restart(0)
    assert pair.primary.peer.my_state == STARTUP
    assert _discover(pair, PRIMARYS) == []
    assert pair.primary.log[-1].endswith(": not responding (startup)")
    pair.wait(16)
    assert pair.primary.peer.my_state == COMMUNICATIONS_INTERRUPTED
    assert len(_discover(pair, PRIMARYS)) == 1


def test_lease_that_ended_while_nobody_served_is_expired_before_the_partner_is_met() -> None:
    pair = Pair()
    text, _ = _bind(pair, SECONDARYS)
    pair.wait(3)
    pair.kill(0)
    pair.kill(1)
    pair.wait(60)
    pair.restart(0)
    lease = pair.primary.store.lease_of(address(text))
    assert (pair.primary.peer.my_state, lease.state) == (STARTUP, EXPIRED)
    pair.restart(1)
    assert pair.states == BOTH_NORMAL


def test_what_was_done_alone_is_told_before_normal() -> None:
    pair = Pair()
    pair.kill(1)
    text, _ = _bind(pair, PRIMARYS)
    pair.kill(0)
    pair.restart(0)
    pair.wait(16)
    before = len(pair.primary.log)
    pair.restart(1)
    assert pair.states == BOTH_NORMAL
    told = [one for _, one in pair.primary.sent if one.code in (BNDUPD, STATE)]
    first = next(number for number, one in enumerate(told) if one.code == BNDUPD)
    assert told[first].numbers[ASSIGNED_IP_ADDRESS] == address(text)
    assert told[first + 1].numbers[SERVER_STATE] == NORMAL
    assert "Sending updates to fo." not in pair.primary.log[before:]


def test_partner_down_takes_over_after_the_mclt() -> None:
    pair = Pair()
    pair.kill(1)
    assert pair.primary.set_state(PARTNER_DOWN)
    taken = {_bind(pair, client)[0] for client in range(1, 6)}
    assert len(taken) == 5
    assert _discover(pair, 20) == []
    assert pair.primary.log[-1].endswith(": peer holds all free leases")
    pair.wait(31)
    assert len(_discover(pair, 20)) == 1


def test_short_absence_of_a_partner_in_partner_down_waits_for_the_mclt() -> None:
    pair = Pair(mclt=45)
    pair.wait(5)
    pair.kill(1)
    pair.primary.set_state(PARTNER_DOWN)
    pair.wait(3)
    pair.restart(1)
    pair.wait(2)
    assert pair.states == (PARTNER_DOWN, RECOVER_WAIT)
    pair.wait(40)
    assert pair.states == BOTH_NORMAL


def test_lost_leases_file_is_recovered() -> None:
    pair = Pair()
    leased, _ = _bind(pair, SECONDARYS)
    pair.wait(5)
    pair.kill(1)
    pair.secondary.journal = ""
    pair.restart(1)
    pair.wait(1)
    assert pair.states == (PARTNER_DOWN, RECOVER_WAIT)
    assert pair.secondary.store.lease_of(address(leased)).state == ACTIVE
    pair.wait(40)
    assert pair.states == BOTH_NORMAL
    for node in pair.nodes:
        counts = node.store.counts(0)
        assert counts.free + counts.backup + counts.active == 10


def test_both_in_partner_down_resolve_the_conflict() -> None:
    pair = Pair()
    pair.cut()
    pair.wait(16)
    for node in pair.nodes:
        assert node.set_state(PARTNER_DOWN)
    pair.settle()
    pair.wait(40)
    pair.heal()
    pair.wait(12)
    assert pair.states == BOTH_NORMAL
    assert "failover peer fo: I move from potential-conflict to conflict-done" in pair.primary.log


def test_shutdown_and_recovery_take_no_time() -> None:
    pair = Pair()
    assert pair.secondary.set_state(SHUTDOWN)
    pair.settle()
    assert pair.states == (PARTNER_DOWN, SHUTDOWN)
    pair.wait(5)
    assert pair.secondary.set_state(RECOVER)
    pair.settle()
    assert pair.states == BOTH_NORMAL


def test_states_that_can_not_be_set_are_refused() -> None:
    pair = Pair()
    for state in (STARTUP, 0, 12, 255):
        assert not pair.primary.set_state(state)
    assert pair.states == BOTH_NORMAL


def test_large_pool_is_shared_with_small_windows_in_no_time() -> None:
    pair = Pair(settings="max-unacked-updates 1;", pool="range 10.13.37.1 10.13.37.200;")
    assert pair.states == BOTH_NORMAL
    counts = pair.secondary.store.counts(0)
    assert (counts.free, counts.backup) == (100, 100)


def test_no_address_is_active_for_two_clients() -> None:
    pair = Pair(pool="range 10.13.37.1 10.13.37.60;")
    holders = {client: _bind(pair, client)[0] for client in range(1, 41)}
    assert len(set(holders.values())) == 40
    pair.wait(3)
    for client, leased in holders.items():
        leases = [node.store.lease_of(address(leased)) for node in pair.nodes]
        assert [lease.hardware for lease in leases] == [leases[0].hardware] * 2
        assert leases[0].hardware is not None
        assert leases[0].hardware[-1] == client
    assert pair.primary.store.counts(0).by_queue == pair.secondary.store.counts(0).by_queue


def test_server_hands_back_when_it_starts_with_more_to_tell_than_is_taken_at_once() -> None:
    """Its leases have ended meanwhile, and the partner has long recovered."""
    pair = Pair(pool="range 10.13.37.1 10.13.37.60;")
    pair.wait(40)
    pair.kill(1)
    assert pair.primary.set_state(PARTNER_DOWN)
    pair.wait(61)
    for client in range(1, 16):
        _bind(pair, client)
    pair.kill(0)
    now = pair.now_us // 1_000_000
    done = PeerState("fo", RECOVER_DONE, now, PARTNER_DOWN, now, 30)
    pair.secondary.journal += pair.secondary.writer.peer_state(done)
    pair.wait(60)
    pair.restart(1)
    pair.wait(20)
    pair.nodes[0] = restarted(pair.primary, pair.now_us)
    pair.primary.start()
    # The partner is heard at last.
    pair.set_clock(pair.now_us + 12_000_000)
    for _ in range(200):
        node = next(node for node in pair.nodes if node.actions)
        pair._carry_out(pair.nodes.index(node), node.actions.popleft())
        if pair.primary.peer.is_handing_back:
            break
    # Startup is over before the last update is acknowledged.
    pair.set_clock(pair.now_us + 4_000_000)
    pair.primary.wait(0)
    assert not pair.primary.peer.queue.is_empty
    pair.wait(20)
    assert pair.states == BOTH_NORMAL


@pytest.mark.parametrize("alone", [0, 1])
def test_server_that_ended_before_it_could_say_that_it_is_in_normal_says_so(alone: int) -> None:
    """Both states are old news then; the partner waits for it to leave partner-down."""
    pair = Pair()
    pair.wait(40)
    now = pair.now_us // 1_000_000
    for number, node in enumerate(pair.nodes):
        pair.kill(number)
        states = (PARTNER_DOWN, RECOVER_DONE) if number == alone else (RECOVER_DONE, PARTNER_DOWN)
        saved = PeerState("fo", states[0], now, states[1], now, 30 if number else None)
        node.journal += node.writer.peer_state(saved)
    pair.restart(1 - alone)
    pair.wait(20)
    assert pair.nodes[1 - alone].peer.my_state == RECOVER_DONE
    pair.restart(alone)
    pair.wait(20)
    assert pair.states == BOTH_NORMAL


@pytest.mark.parametrize(
    ("setting", "length"), [("", NEVER), ("dynamic-bootp-lease-length 300;", 300)]
)
def test_bootp_client_has_its_address_for_longer_than_the_mclt(setting: str, length: int) -> None:
    """It does not renew. As dhcpd writes it; the partner hears of it, too, where dhcpd tells 0."""
    pair = AllowingBootp(setting)
    (reply,) = pair.packet(packet_of(BOOTP, PRIMARYS))
    pair.wait(3)
    ends = min(length + pair.now_us // 1_000_000 - 3, NEVER)
    leases = [node.store.lease_of(address(_yiaddr(reply))) for node in pair.nodes]
    assert [(lease.state, lease.ends) for lease in leases] == [(ACTIVE, ends)] * 2
    assert min(lease.tsfp for lease in leases) >= ends

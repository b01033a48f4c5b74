"""SIGHUP in a pair: relationships that stay as they were go on, the others begin anew."""

import pytest

from pydhcpd.core.turn import LinkClose, Turn
from pydhcpd.failover.adopt import adopt
from pydhcpd.failover.message import POOLRESP
from pydhcpd.failover.option import ADDRESSES_TRANSFERRED
from pydhcpd.failover.relationship import Relationship
from pydhcpd.lease.lease import ACTIVE, EXPIRED, FREE
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    NORMAL,
    PARTNER_DOWN,
    RECOVER_WAIT,
    STARTUP,
)
from pydhcpd.lease.store import LeaseStore
from pydhcpd.server.server import Server
from pydhcpd.v4.message import DISCOVER, REQUEST
from tests.failover.pair import ADDRESSES, Pair
from tests.failover.side import SUBNET, Side, configuration_text, restarted, side_of
from tests.resolve.reading import configuration_of
from tests.v4.room import packet_of

BOTH_NORMAL = (NORMAL, NORMAL)
# By the hash of its hardware address, with split 128, the primary's.
CLIENT = 2
YIADDR = slice(16, 20)


class LargePair(Pair):
    """So many leases that one Turn does not balance them."""

    def _make(self, is_primary: bool) -> Side:
        text = configuration_text(is_primary, pool="range 10.13.33.0 10.13.37.255;")
        wide = "subnet 10.13.32.0 netmask 255.255.248.0"
        return side_of(text.replace(SUBNET, wide), self.now_us, ADDRESSES[0 if is_primary else 1])


def reload(pair: Pair, number: int, text: str | None = None) -> None:
    """Read configuration and leases file again, while messages may be under way."""
    old = pair.nodes[number]
    if text is not None:
        old.configuration = configuration_of(text)
    new = restarted(old, pair.now_us)
    new.is_running = True
    new.actions.extend(old.actions)
    pair.nodes[number] = new
    new.take(
        new.server.continue_failover(old.server, new.saved, new.waiting, lambda: 0, new.moment)
    )


def bind(pair: Pair, client: int) -> int:
    """Give a client an address, but let nothing of it arrive at the partner yet."""
    running = [node for node in pair.nodes if node.is_running]
    for node in running:
        node.packet(packet_of(DISCOVER, client), "0.0.0.0")
    offered = next(node.replies[-1] for node in running if node.replies)[YIADDR]
    for node in running:
        node.packet(packet_of(REQUEST, client, ((50, offered),)), "0.0.0.0")
    return int.from_bytes(offered, "big")


@pytest.mark.parametrize("number", [0, 1])
def test_nothing_happens_to_a_pair_in_normal(number: int) -> None:
    pair = Pair()
    pair.wait(100)
    before = pair.nodes[number]
    reload(pair, number)
    after = pair.nodes[number]
    assert (after.log, after.dials, after.closed, after.sent) == ([], [], [], [])
    assert after.journal == before.journal
    # CONTACTs and time-outs go on over the same link: nobody is taken to be lost.
    pair.wait(100)
    assert pair.states == BOTH_NORMAL
    assert not [line for node in pair.nodes for line in node.log if "disconnected" in line]
    assert [node.peer.my_since for node in pair.nodes] == [before.peer.my_since] * 2


@pytest.mark.parametrize("number", [0, 1])
def test_updates_under_way_are_acknowledged(number: int) -> None:
    pair = Pair()
    pair.wait(100)
    leased = bind(pair, CLIENT)
    reload(pair, number)
    pair.settle()
    pair.wait(5)
    primary, secondary = (node.store.lease_of(leased) for node in pair.nodes)
    assert (primary.state, secondary.state) == (ACTIVE, ACTIVE)
    assert primary.atsfp == primary.tstp
    assert not [line for node in pair.nodes for line in node.log if "got ack" in line]


@pytest.mark.parametrize("number", [0, 1])
def test_full_update_goes_on(number: int) -> None:
    """The secondary has lost its leases file, and the reload comes in the midst of the walk."""
    pair = Pair(pool="range 10.13.37.10 10.13.37.249;")
    pair.wait(100)
    pair.kill(1)
    pair.secondary.journal = ""
    pair.restart(1)
    assert pair.secondary.peer.my_state == RECOVER_WAIT
    # Once more, step by step.
    pair.kill(1)
    pair.secondary.journal = ""
    pair.nodes[1] = restarted(pair.secondary, pair.now_us)
    pair.secondary.start()
    for _ in range(60):
        for at, node in enumerate(pair.nodes):
            if node.actions:
                pair._carry_out(at, node.actions.popleft())
    assert pair.primary.peer.queue.done_xid is not None
    assert not pair.primary.peer.queue.is_empty
    reload(pair, number)
    pair.wait(5)  # the last BNDACKs wait two seconds
    assert pair.secondary.peer.my_state == RECOVER_WAIT
    pair.wait(200)
    assert pair.states == BOTH_NORMAL
    assert pair.primary.store.counts(0).by_queue == pair.secondary.store.counts(0).by_queue


def test_service_without_the_partner_does_not_pause() -> None:
    pair = Pair()
    pair.wait(100)
    pair.kill(1)
    assert pair.primary.peer.my_state == COMMUNICATIONS_INTERRUPTED
    reload(pair, 0)
    assert pair.primary.peer.my_state == COMMUNICATIONS_INTERRUPTED
    assert bind(pair, CLIENT)
    pair.restart(1)
    pair.wait(10)
    assert pair.states == BOTH_NORMAL


def test_partner_down_still_takes_over() -> None:
    pair = Pair()
    pair.wait(100)
    leased = bind(pair, CLIENT)
    pair.settle()
    pair.wait(10)
    pair.kill(1)
    assert pair.primary.set_state(PARTNER_DOWN)
    pair.wait(25)  # the lease is over, but the partner may have prolonged it
    assert pair.primary.store.lease_of(leased).state == EXPIRED
    reload(pair, 0)
    assert pair.primary.peer.my_state == PARTNER_DOWN
    pair.wait(10)
    assert pair.primary.store.lease_of(leased).state == FREE


def test_lease_that_waits_for_the_partner_still_waits() -> None:
    """On a secondary in normal it is the primary who says that a lease is over."""
    pair = Pair()
    pair.wait(100)
    leased = bind(pair, CLIENT)
    pair.settle()
    pair.cut()
    pair.nodes[0].is_running = False
    pair.wait(5)
    reload(pair, 1)
    pair.wait(65)
    assert pair.secondary.peer.my_state == COMMUNICATIONS_INTERRUPTED
    assert pair.secondary.store.lease_of(leased).state == EXPIRED


def test_wait_of_a_recovered_server_goes_on() -> None:
    pair = Pair()
    pair.wait(100)
    pair.kill(1)
    pair.secondary.journal = ""
    pair.restart(1)
    assert pair.secondary.peer.my_state == RECOVER_WAIT
    pair.wait(10)
    reload(pair, 1)
    pair.wait(19)
    assert pair.secondary.peer.my_state == RECOVER_WAIT
    pair.wait(2)
    assert pair.states == BOTH_NORMAL


def test_startup_goes_on() -> None:
    pair = Pair()
    pair.wait(100)
    pair.kill(0)
    pair.kill(1)
    pair.restart(0)
    pair.wait(10)
    reload(pair, 0)
    assert pair.primary.peer.my_state == STARTUP
    pair.wait(6)
    assert pair.primary.peer.my_state == COMMUNICATIONS_INTERRUPTED


@pytest.mark.parametrize(
    "text",
    [
        configuration_text(True, "max-lease-misbalance 20;"),
        configuration_text(True, pool="range 10.13.37.200 10.13.37.219;"),
        configuration_text(True, mclt=40),
    ],
    ids=["setting", "pool", "mclt"],
)
def test_relationship_that_changes_begins_anew(text: str) -> None:
    pair = Pair()
    pair.wait(100)
    link = pair.primary.peer.link
    assert link is not None
    reload(pair, 0, text)
    assert pair.primary.closed == [link.number]
    assert pair.primary.dials == ["fo"]
    assert pair.primary.log == ["failover peer fo: I move from normal to startup"]
    pair.wait(10)
    assert pair.states == BOTH_NORMAL
    assert "failover peer fo: disconnected" not in pair.primary.log


def test_relationship_that_is_gone_is_closed() -> None:
    pair = Pair()
    pair.wait(100)
    link = pair.primary.peer.link
    assert link is not None
    old = pair.primary
    text = "subnet 10.13.37.0 netmask 255.255.255.0 { range 10.13.37.200 10.13.37.209; }"
    old.configuration = configuration_of(text)
    old.journal = ""
    configuration = old.configuration
    server = Server(configuration, LeaseStore(configuration.pools), old.writer, 67, 68, 0xFFFFFFFF)
    turn = server.continue_failover(old.server, {}, (), lambda: 0, old.moment)
    assert [action.link for action in turn.links if isinstance(action, LinkClose)] == [link.number]
    assert len(turn.links) == 1
    # What still comes over it is nobody's.
    assert server.link_received(link.number, b"\0\0", old.moment).log == []
    assert server.next_timer_us() is None


@pytest.mark.parametrize("number", [0, 1])
def test_balancing_of_many_leases_comes_to_its_end(number: int) -> None:
    pair = LargePair()
    assert pair.primary.peer.balancing is not None
    reload(pair, number)
    pair.wait(30)
    assert pair.states == BOTH_NORMAL
    for node in pair.nodes:
        counts = node.store.counts(0)
        assert (counts.free, counts.backup) == (640, 640)
        assert node.peer.balancing is None


def test_partner_who_asked_for_addresses_is_answered() -> None:
    pair = LargePair()
    balancing = pair.primary.peer.balancing
    link = pair.primary.peer.link
    assert balancing is not None
    assert link is not None
    balancing.requests.append((link, 77))
    reload(pair, 0)
    pair.wait(10)
    (response,) = [message for _, message in pair.primary.sent if message.code == POOLRESP]
    assert response.xid == 77
    # Those that were given before the reload count too.
    assert response.numbers[ADDRESSES_TRANSFERRED] == 640


@pytest.mark.parametrize("number", [0, 1])
def test_search_for_what_the_partner_must_hear_begins_anew(number: int) -> None:
    pair = LargePair()
    pair.wait(60)
    pair.kill(1)
    pair.wait(5)
    leased = bind(pair, CLIENT)
    pair.restart(1)
    queue = pair.primary.peer.queue
    queue.push_unknown()
    reload(pair, number)
    pair.wait(10)
    assert pair.states == BOTH_NORMAL
    assert pair.secondary.store.lease_of(leased).state == ACTIVE
    assert not pair.primary.peer.queue.is_working


def test_nothing_of_a_relationship_is_forgotten() -> None:
    """Who adds something to a relationship has to say what becomes of it here."""
    made_anew = {
        # of the configuration
        *("hba", "jitter_s", "keeper", "mclt", "networks", "peer", "pools", "store"),
        # out of the leases file
        *("due_takeovers", "ending", "next_tie", "waiting"),
        # done with at the end of each event
        *("has_news", "touched"),
        # begun again
        *("balancing", "is_dialling", "queue"),
    }
    flags = {"has_ended", "has_more", "is_handing_back"}
    numbers = {
        *("ack_flush_us", "auto_partner_down_us", "balance_us", "last_balance", "my_since"),
        *("partner_since", "recover_wait_us", "redial_us", "requested", "startup_us"),
        "told_at",
    }
    states = {"partner_state", "saved_state"}
    adopted = flags | numbers | states | {"acks", "addresses", "keeping", "link", "my_state"}
    # Compiled, it has no list of its parts.
    names = getattr(Relationship, "__slots__", made_anew | adopted)
    assert set(names) == made_anew | adopted
    pair = Pair()
    pair.wait(100)
    old = pair.secondary.peer
    for name in flags:
        setattr(old, name, True)
    for name in states:
        setattr(old, name, RECOVER_WAIT)
    for number, name in enumerate(sorted(numbers)):
        setattr(old, name, 1_900_000_000 + number)
    side = restarted(pair.secondary, pair.now_us)
    side.start()
    new = side.peer
    adopt(new, old, side.moment, Turn())
    assert [name for name in adopted if getattr(new, name) != getattr(old, name)] == []
    # The secondary has these from the primary.
    assert (new.mclt, new.hba) == (old.mclt, old.hba)
    assert new.mclt == 30

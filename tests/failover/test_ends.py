"""Who ends leases in which state, what is written, and what the partner hears of it.

Seen with dhcpd 4.4.3-P1 in both roles, alone and with a partner played by hand: in every state
but a secondary's normal the end of an active lease is written (and told over the link at once),
that of an abandoned one in every state.
"""

import pytest

from pydhcpd.failover.message import BNDUPD
from pydhcpd.lease.lease import ABANDONED, ACTIVE, BACKUP, EXPIRED, FREE
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    CONFLICT_DONE,
    NORMAL,
    PAUSED,
    RECOVER,
    RECOVER_DONE,
    RECOVER_WAIT,
    RESOLUTION_INTERRUPTED,
    SHUTDOWN,
    PeerState,
)
from pydhcpd.v4.message import DECLINE, DISCOVER, REQUEST
from pydhcpd.wire.address import format_ipv4
from tests.failover.pair import ADDRESSES, START_US, Pair
from tests.failover.side import Side, configuration_text, restarted, side_of
from tests.lease.pools import address
from tests.v4.room import packet_of

NOW = START_US // 1_000_000
LEASED = "10.13.37.200"
SILENT = (
    *(RECOVER, RECOVER_WAIT, RECOVER_DONE, PAUSED, SHUTDOWN),
    *(RESOLUTION_INTERRUPTED, CONFLICT_DONE),
)
CLIENT = 2
_RECORD = f"""lease {LEASED} {{
  starts epoch {NOW - 60};
  ends epoch {NOW + 30};
  tstp epoch {NOW + 60};
  tsfp epoch {NOW + 60};
  atsfp epoch {NOW + 60};
  binding state active;
  next binding state expired;
  hardware ethernet 02:00:00:00:01:02;
}}
"""


class ShortlyAbandoning(Pair):
    """An address that was declined is tried again after half a minute."""

    def _make(self, is_primary: bool) -> Side:
        text = configuration_text(is_primary, outer="abandon-lease-time 30;")
        return side_of(text, self.now_us, ADDRESSES[0 if is_primary else 1])


def _bound(pair: Pair) -> str:
    (offer,) = pair.packet(packet_of(DISCOVER, CLIENT))
    assert pair.packet(packet_of(REQUEST, CLIENT, ((50, offer[16:20]),)))
    pair.wait(3)
    return format_ipv4(int.from_bytes(offer[16:20], "big"))


@pytest.mark.parametrize("is_primary", [True, False])
@pytest.mark.parametrize("state", SILENT)
def test_end_is_written_in_every_state_that_does_not_serve(state: int, is_primary: bool) -> None:
    saved = PeerState("fo", state, NOW, NORMAL, NOW, None if is_primary else 600)
    before = side_of(configuration_text(is_primary, mclt=600), START_US, saved=saved)
    before.journal = _RECORD + before.writer.peer_state(saved)
    side = restarted(before, START_US)
    side.start()
    side.wait(29)
    assert side.peer.my_state == state
    assert side.store.lease_of(address(LEASED)).state == ACTIVE
    side.wait(2)
    lease = side.store.lease_of(address(LEASED))
    assert (lease.state, lease.rewind_state, lease.atsfp) == (EXPIRED, EXPIRED, 0)
    assert "  binding state expired;\n  next binding state free;\n" in side.journal


def test_partner_who_serves_tells_the_end() -> None:
    """dhcpd tells it in any state, and would free at once what a partner, dhcpd, has prolonged by
    less than a minute."""
    pair = Pair()
    text = _bound(pair)
    assert pair.primary.set_state(PAUSED)
    pair.wait(3)
    assert pair.states == (PAUSED, COMMUNICATIONS_INTERRUPTED)
    before = len(pair.primary.sent)
    pair.wait(30)
    assert [node.store.lease_of(address(text)).state for node in pair.nodes] == [FREE, FREE]
    assert "binding state expired" in pair.primary.journal
    assert not [one for _, one in pair.primary.sent[before:] if one.code == BNDUPD]


@pytest.mark.parametrize("is_shut_down", [False, True])
def test_end_is_told_in_normal_if_the_partner_did_not_hear_of_it(is_shut_down: bool) -> None:
    pair = Pair()
    text = _bound(pair)
    pair.cut()
    assert pair.primary.set_state(SHUTDOWN if is_shut_down else PAUSED)
    pair.nodes[1].is_running = False
    pair.wait(40)
    assert pair.primary.store.lease_of(address(text)).state == EXPIRED
    pair.kill(0)
    pair.kill(1)
    pair.heal()
    pair.restart(0)
    pair.restart(1)
    assert pair.primary.set_state(RECOVER)
    pair.wait(120)
    assert pair.states == (NORMAL, NORMAL)
    states = [node.store.lease_of(address(text)).state for node in pair.nodes]
    assert states in ([FREE, FREE], [BACKUP, BACKUP])


def test_either_server_ends_an_abandonment_in_normal() -> None:
    """Here the secondary does, before it knows that the primary is gone; both hear of it."""
    pair = ShortlyAbandoning()
    text = _bound(pair)
    asked = address(text).to_bytes(4, "big")
    pair.packet(packet_of(DECLINE, CLIENT, ((50, asked),)))
    pair.wait(25)
    lease = pair.secondary.store.lease_of(address(text))
    assert lease.state == ABANDONED
    pair.cut()
    pair.nodes[0].is_running = False
    pair.wait(lease.ends + 1 - pair.now_us // 1_000_000)
    assert pair.secondary.peer.my_state == NORMAL
    lease = pair.secondary.store.lease_of(address(text))
    assert (lease.state, lease.atsfp) == (FREE, 0)

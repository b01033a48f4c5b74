"""A server in the middle, with a partner on either side: what one does is not the other's affair.

Lived through with dhcpd as both partners and, for comparison, in the middle.
"""

import pytest

from pydhcpd.core.turn import LinkDial, LinkSend
from pydhcpd.lease.lease import ACTIVE
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    NORMAL,
    PARTNER_DOWN,
    RECOVER_WAIT,
)
from pydhcpd.v4.message import ACK, DISCOVER, REQUEST
from tests.failover.pair import START_US
from tests.failover.side import Side, configuration_text, restarted, side_of
from tests.resolve.reading import configuration_of
from tests.v4.room import packet_of

LEFT, MIDDLE, RIGHT = "10.13.37.5", "10.13.37.60", "10.13.38.5"
POOLS = {"fo": "range 10.13.37.200 10.13.37.209;", "right": "range 10.13.38.200 10.13.38.209;"}
PARTNERS = {"fo": LEFT, "right": RIGHT}
PRIMARYS, SECONDARYS = 2, 1


def _partner(name: str) -> Side:
    text = configuration_text(True, addresses=(PARTNERS[name], MIDDLE), pool=POOLS[name], name=name)
    return side_of(_on_its_subnet(text, name), START_US, PARTNERS[name])


def _on_its_subnet(text: str, name: str) -> str:
    return text if name == "fo" else text.replace("subnet 10.13.37.0", "subnet 10.13.38.0")


def _middle() -> Side:
    texts = [
        _on_its_subnet(
            configuration_text(
                False, addresses=(PARTNERS[name], MIDDLE), pool=POOLS[name], name=name
            ),
            name,
        )
        for name in PARTNERS
    ]
    side = Side(configuration_of("\n".join(texts)), START_US, MIDDLE)
    assert set(side.configuration.peers) == {"fo", "right"}
    return side


class Trio:
    """Both partners by the name of their relationship with the middle."""

    def __init__(self) -> None:
        self.now_us = START_US
        self.middle = _middle()
        self.partners = {name: _partner(name) for name in PARTNERS}
        # The middle's link numbers, odd, with whose they are; the partner's is one more.
        self.links: dict[int, str] = {}
        self.next_link = 1
        for side in self.sides:
            side.start()
        self.settle()

    @property
    def sides(self) -> list[Side]:
        return [self.middle, *self.partners.values()]

    def state(self, name: str) -> tuple[int, int]:
        """The middle's, and the partner's."""
        peer = self.middle.server.failover.peers[name]
        return peer.my_state, self.partners[name].peer.my_state

    def settle(self) -> None:
        """Let everything that is under way arrive."""
        for _ in range(10_000):
            if self.middle.actions:
                self._of_middle()
                continue
            busy = [name for name, one in self.partners.items() if one.actions]
            if not busy:
                return
            self._of_partner(busy[0])
        raise AssertionError("the three never fall silent")

    def _of_middle(self) -> None:
        action = self.middle.actions.popleft()
        if isinstance(action, LinkDial):
            self._connect(action.peer, True)
        elif action.link in self.links:
            partner = self.partners[self.links[action.link]]
            if isinstance(action, LinkSend):
                partner.received(action.link + 1, action.payload)
            else:
                del self.links[action.link]
                partner.lost(action.link + 1)

    def _of_partner(self, name: str) -> None:
        action = self.partners[name].actions.popleft()
        if isinstance(action, LinkDial):
            self._connect(name, False)
        elif action.link - 1 in self.links:
            if isinstance(action, LinkSend):
                self.middle.received(action.link - 1, action.payload)
            else:
                del self.links[action.link - 1]
                self.middle.lost(action.link - 1)

    def _connect(self, name: str, is_middles: bool) -> None:
        partner = self.partners[name]
        if not partner.is_running:
            self.middle.dial_refused(name)
            return
        number = self.next_link
        self.next_link += 2
        self.links[number] = name
        if is_middles:
            self.middle.dialled(number, PARTNERS[name], name)
            partner.accepted(number + 1, MIDDLE)
        else:
            self.middle.accepted(number, PARTNERS[name])
            partner.dialled(number + 1, MIDDLE)

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now_us += 1_000_000
            for side in self.sides:
                if side.is_running:
                    side.wait_until(self.now_us)
                side.now_us = self.now_us
                self.settle()

    def kill(self, name: str) -> None:
        partner = self.partners[name]
        partner.is_running = False
        partner.actions.clear()
        for number in [number for number, owner in self.links.items() if owner == name]:
            del self.links[number]
            self.middle.lost(number)
        self.settle()

    def restart(self, name: str) -> None:
        self.partners[name] = restarted(self.partners[name], self.now_us)
        self.partners[name].start()
        self.settle()


@pytest.mark.parametrize(("gone", "other"), [("fo", "right"), ("right", "fo")])
def test_loss_of_one_partner_is_not_noticed_by_the_other(gone: str, other: str) -> None:
    trio = Trio()
    trio.wait(5)
    assert [trio.state(name) for name in PARTNERS] == [(NORMAL, NORMAL)] * 2
    link = trio.middle.server.failover.peers[other].link
    lines = len(trio.partners[other].log)
    trio.kill(gone)
    trio.wait(20)
    assert trio.state(gone)[0] == COMMUNICATIONS_INTERRUPTED
    turn = trio.middle.server.set_peer_state(gone, PARTNER_DOWN, trio.middle.moment)
    assert turn is not None
    trio.middle.take(turn)
    trio.wait(20)
    trio.partners[gone].journal = ""
    trio.restart(gone)
    assert trio.state(gone) == (PARTNER_DOWN, RECOVER_WAIT)
    trio.wait(40)
    assert trio.state(gone) == (NORMAL, NORMAL)
    assert trio.state(other) == (NORMAL, NORMAL)
    assert trio.middle.server.failover.peers[other].link is link
    assert trio.partners[other].log[lines:] == []


def test_clients_are_told_of_to_the_partner_that_shares_their_pool() -> None:
    trio = Trio()
    trio.wait(5)
    trio.middle.packet(packet_of(DISCOVER, SECONDARYS), "0.0.0.0")
    offered = trio.middle.replies[-1][16:20]
    trio.middle.packet(packet_of(REQUEST, SECONDARYS, ((50, offered),)), "0.0.0.0")
    assert trio.middle.replies[-1][242] == ACK
    trio.settle()
    leased = int.from_bytes(offered, "big")
    assert trio.partners["fo"].store.lease_of(leased).state == ACTIVE
    assert trio.partners["right"].store.pool_of(leased) is None

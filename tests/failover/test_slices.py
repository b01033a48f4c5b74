"""With many leases nothing takes a Turn so long that clients would notice."""

from collections.abc import Sequence

from pydhcpd.core.turn import Turn
from pydhcpd.failover import option
from pydhcpd.failover.codec import encode
from pydhcpd.failover.connect import LARGEST_WINDOW
from pydhcpd.failover.message import BNDUPD, POOLREQ, POOLRESP, UPDDONE, UPDREQALL, Message
from pydhcpd.failover.pools import MOST_REQUESTS, STEPS_AT_ONCE
from pydhcpd.failover.scan import SCANNED_AT_ONCE
from pydhcpd.failover.update import SENT_AT_ONCE
from pydhcpd.lease.lease import ACTIVE, BACKUP, EXPIRED, Lease
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    NORMAL,
    POTENTIAL_CONFLICT,
    PeerState,
)
from pydhcpd.lease.store import LeaseStore
from tests.failover.pair import ADDRESSES, START_US, Pair
from tests.failover.side import SUBNET, Side, configuration_text
from tests.lease.pools import address
from tests.resolve.reading import configuration_of

NOW = START_US // 1_000_000
FIRST = address("10.13.64.0")
SIZE = 10_240
# What is given, and what is marked as sent.
MOST_CHANGES = STEPS_AT_ONCE + SENT_AT_ONCE
HELD = SCANNED_AT_ONCE + 1_500


class WatchedSide(Side):
    """Remembers the most that a Turn changed, and that it sent."""

    most_changes = 0
    most_links = 0

    def take(self, turn: Turn) -> Turn:
        self.most_changes = max(self.most_changes, len(turn.changes))
        self.most_links = max(self.most_links, len(turn.links))
        return super().take(turn)

    def count(self, code: int) -> int:
        return sum(message.code == code for _, message in self.sent)


class LargePair(Pair):
    """`stored` and `saved` are the leases and states with which each begins."""

    def __init__(
        self,
        stored: tuple[Sequence[Lease], Sequence[Lease]],
        saved: tuple[PeerState | None, PeerState | None],
        settings: str = "",
    ) -> None:
        self.stored = stored
        self.saved = saved
        super().__init__(settings=settings)

    def _make(self, is_primary: bool) -> WatchedSide:
        text = configuration_text(
            is_primary, self.settings, pool="range 10.13.64.0 10.13.103.255;", mclt=30
        )
        configuration = configuration_of(
            text.replace(
                SUBNET, SUBNET.replace("37.0", "0.0", 1).replace("255.255.255.0", "255.255.0.0")
            )
        )
        number = 0 if is_primary else 1
        store = LeaseStore(configuration.pools, self.stored[number])
        return WatchedSide(configuration, self.now_us, ADDRESSES[number], self.saved[number], store)

    @property
    def watched(self) -> tuple[WatchedSide, WatchedSide]:
        first, second = self.nodes
        assert isinstance(first, WatchedSide)
        assert isinstance(second, WatchedSide)
        return first, second

    def free_and_backup(self) -> list[tuple[int, int]]:
        counts = [node.store.counts(0) for node in self.nodes]
        return [(count.free, count.backup) for count in counts]


def held(is_known: bool) -> list[Lease]:
    """The first addresses are clients'."""
    told = NOW + 3600 if is_known else 0
    return [
        Lease(
            FIRST + number,
            ACTIVE,
            EXPIRED,
            ACTIVE,
            starts=NOW - 60,
            ends=NOW + 3600,
            tstp=NOW + 3600,
            tsfp=told,
            atsfp=told,
            cltt=NOW - 60,
            hardware=b"\1\2\0" + number.to_bytes(4, "big"),
        )
        for number in range(HELD)
    ]


def backups() -> list[Lease]:
    """The last ones are the secondary's."""
    told = NOW - 60
    return [
        Lease(FIRST + number, BACKUP, BACKUP, BACKUP, told, told, told, told, told)
        for number in range(HELD + (SIZE - HELD) // 2, SIZE)
    ]


def states(mine: int) -> PeerState:
    return PeerState("fo", mine, NOW - 60, NORMAL, NOW - 60, 30)


BOTH_NORMAL = states(NORMAL), states(NORMAL)


def test_balancing_many_leases_goes_on_turn_after_turn() -> None:
    pair = LargePair(([], []), BOTH_NORMAL)
    pair.wait(2)
    assert pair.free_and_backup() == [(SIZE // 2, SIZE // 2)] * 2
    primary, secondary = pair.watched
    assert max(primary.most_changes, secondary.most_changes) <= MOST_CHANGES
    balanced = f"total {SIZE}  free {SIZE // 2}  backup {SIZE // 2}  lts 0"
    assert [line for line in primary.log if "balanced pool" in line and balanced in line]
    assert sum("balancing pool" in line for line in primary.log) == 1


def test_who_asks_for_leases_during_a_balancing_is_answered_at_its_end() -> None:
    pair = LargePair(([], []), BOTH_NORMAL)
    primary, _ = pair.watched
    assert primary.peer.balancing is not None
    assert primary.peer.link is not None
    requests = [Message(POOLREQ, NOW, xid, {}, {}) for xid in range(MOST_REQUESTS + 4)]
    primary.received(primary.peer.link.number, b"".join([encode(one) for one in requests]))
    assert primary.count(POOLRESP) == 0
    pair.wait(2)
    answers = [message for _, message in primary.sent if message.code == POOLRESP]
    given = {option.ADDRESSES_TRANSFERRED: SIZE // 2}
    assert [answer.numbers for answer in answers] == [given] * MOST_REQUESTS


def test_a_partner_without_leases_gets_them_all() -> None:
    known = [*held(True), *backups()]
    pair = LargePair((known, []), (states(COMMUNICATIONS_INTERRUPTED), None))
    pair.wait(40)
    assert pair.states == (NORMAL, NORMAL)
    primary, secondary = pair.watched
    assert secondary.count(UPDREQALL) >= 1
    assert primary.count(UPDDONE) == 1
    # Each of the never-used addresses is told, too, as dhcpd does.
    assert primary.count(BNDUPD) >= SIZE
    assert secondary.store.counts(0).active == HELD
    assert all(secondary.store.lease_of(lease.address).state == lease.state for lease in known)
    assert max(primary.most_changes, secondary.most_changes) <= MOST_CHANGES


def test_what_the_partner_does_not_know_is_searched_turn_after_turn() -> None:
    told, untold = [*held(True), *backups()], [*held(False), *backups()]
    interrupted = states(COMMUNICATIONS_INTERRUPTED)
    pair = LargePair((untold, told), (interrupted, interrupted))
    pair.wait(2)
    primary, _ = pair.watched
    assert primary.count(BNDUPD) >= HELD
    assert primary.peer.queue.is_empty
    assert not primary.peer.queue.in_flight
    assert "Sending updates to fo." in primary.log
    assert all(primary.store.lease_of(lease.address).atsfp for lease in untold)


def test_a_request_for_updates_ends_though_nothing_is_found() -> None:
    told = [*held(True), *backups()]
    pair = LargePair((told, told), (states(POTENTIAL_CONFLICT), states(POTENTIAL_CONFLICT)))
    pair.wait(2)
    assert pair.states == (NORMAL, NORMAL)
    assert [node.count(UPDDONE) for node in pair.watched] == [1, 1]


def test_no_window_is_too_large_to_be_served_in_turns() -> None:
    told, untold = [*held(True), *backups()], [*held(False), *backups()]
    interrupted = states(COMMUNICATIONS_INTERRUPTED)
    pair = LargePair((untold, told), (interrupted, interrupted), "max-unacked-updates 50000;")
    pair.wait(4)
    primary, _ = pair.watched
    assert primary.peer.link is not None
    assert primary.peer.link.max_unacked == LARGEST_WINDOW
    assert primary.most_links <= 2 * SENT_AT_ONCE
    assert primary.peer.queue.is_empty
    assert all(primary.store.lease_of(lease.address).atsfp for lease in untold)

"""The composed server: which core gets an event, and in which order a batch is served.

Pure like the cores it composes: events and moments in, Turns out. The daemon carries them out
and tells the outcome of each commit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, final

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.peer_report import PeerReport
from pydhcpd.core.turn import PeerStateChange, Turn
from pydhcpd.failover.failover import Failover
from pydhcpd.failover.partner import ClientPartner
from pydhcpd.failover.report import report_peers
from pydhcpd.lease.change import LeaseChange
from pydhcpd.lease.lease import Lease
from pydhcpd.lease.peerstate import PeerState
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.text import LeaseWriter
from pydhcpd.model.configuration import Configuration
from pydhcpd.server.batch import order_batch
from pydhcpd.server.overload import Overload
from pydhcpd.v4.dispatch import Dhcp4
from pydhcpd.wire.moment import Moment


@final
class Server:
    """One server over one configuration and one store of leases."""

    __slots__ = (
        "_configuration",
        "_dhcp4",
        "_failover",
        "_now",
        "_overload",
        "_unwritten",
        "_unwritten_peers",
        "_writer",
        "store",
    )

    def __init__(
        self,
        configuration: Configuration,
        store: LeaseStore,
        writer: LeaseWriter,
        server_port: int,
        client_port: int,
        broadcast_address: int,
    ) -> None:
        self.store: Final = store
        self._configuration: Final = configuration
        self._writer: Final = writer
        self._failover: Failover | None = None
        self._dhcp4: Final = Dhcp4(
            configuration, store, server_port, client_port, broadcast_address
        )
        self._overload: Final = Overload()
        self._now = 0
        # Addresses whose last record is not on disk, because a commit failed.
        self._unwritten: Final[dict[int, None]] = {}
        # States of failover peers in the same plight.
        self._unwritten_peers: Final[dict[str, PeerState]] = {}

    def receive(self, datagrams: Sequence[Datagram], moment: Moment) -> Turn:
        """Serve what one draining of the sockets brought in; at most a few hundred datagrams."""
        turn = Turn()
        self._now = moment.seconds
        try:
            for datagram in order_batch(datagrams, self._overload, moment):
                self._dhcp4.receive(datagram, moment, turn)
                if turn.fatal is not None:
                    break
        except Exception:
            # A mistake of ours: nobody is answered, and what changed before is still recorded.
            self.commit_failed(turn.changes)
            raise
        return self._after(moment, turn)

    def echo_replied(self, address: int, moment: Moment) -> Turn:
        """An ICMP echo reply came from `address`."""
        turn = Turn()
        self._now = moment.seconds
        self._dhcp4.echo_replied(address, moment, turn)
        return self._after(moment, turn)

    def name_found(self, address: int, name: bytes, moment: Moment) -> None:
        """The resolver's answer to a look-up; an empty name: it has none."""
        self._dhcp4.name_found(address, name, moment)

    def next_timer_us(self) -> int | None:
        """When `handle_timer` wants to be called (microseconds since the epoch), None: never."""
        due_us = _earlier(self._dhcp4.next_timer_us(), self._overload.next_timer_us())
        if self._failover is None:
            return due_us
        return _earlier(due_us, self._failover.next_timer_us())

    @property
    def discover_share(self) -> float:
        """The part of all DISCOVERs that the sockets should let in, up to 1."""
        return self._overload.share

    def handle_timer(self, moment: Moment) -> Turn:
        """Expiries and ping time-outs that are due; call again while more are."""
        turn = Turn()
        self._now = moment.seconds
        self._overload.handle_timer(moment)
        self._dhcp4.handle_timer(moment, turn)
        if self._failover is not None:
            self._failover.handle_timer(moment, turn)
        return self._after(moment, turn)

    # -- Failover

    def start_failover(
        self,
        saved: Mapping[str, PeerState],
        waiting: Iterable[int],
        jitter_s: Callable[[], int],
        moment: Moment,
    ) -> Turn:
        """Take up the relationships with the peers; until then each pool is served alone.

        `saved` are the states of the leases file, `waiting` addresses of leases that ended while
        nobody served; `jitter_s` gives 0 to 4 at random.
        """
        turn = self._begin(moment)
        if self._configuration.peers:
            self._take_up(saved, waiting, jitter_s).start(moment, turn)
        return turn

    def continue_failover(
        self,
        before: "Server",
        saved: Mapping[str, PeerState],
        waiting: Iterable[int],
        jitter_s: Callable[[], int],
        moment: Moment,
    ) -> Turn:
        """Like `start_failover`, in the place of a server with the configuration until now.

        Links of relationships that stay as they were stay too.
        """
        old = before._failover
        if old is None:
            return self.start_failover(saved, waiting, jitter_s, moment)
        turn = self._begin(moment)
        # Without peers, too: the old one may have links to close.
        self._take_up(saved, waiting, jitter_s).go_on(old, moment, turn)
        return self._after(moment, turn)

    def _take_up(
        self,
        saved: Mapping[str, PeerState],
        waiting: Iterable[int],
        jitter_s: Callable[[], int],
    ) -> Failover:
        service = self._dhcp4.service
        failover = Failover(self._configuration, self.store, service, saved, jitter_s, self._now)
        self._failover = failover
        for peer in failover.peers.values():
            for pool in peer.pools:
                service.partners[pool.index] = ClientPartner(peer)
        for address in waiting:
            shared = self.store.pool_of(address)
            if shared is not None and shared.failover_peer is not None:
                failover.peers[shared.failover_peer].waiting[address] = None
        return failover

    @property
    def failover(self) -> Failover:
        """The failover core."""
        assert self._failover is not None, "failover was not started"
        return self._failover

    def link_accepted(self, link: int, remote: int, moment: Moment) -> Turn:
        """Somebody at `remote` has connected to the failover port."""
        turn = self._begin(moment)
        self.failover.accepted(link, remote, moment, turn)
        return self._after(moment, turn)

    def link_dialled(self, link: int, peer: str, remote: int, moment: Moment) -> Turn:
        """The connection that a Turn asked for is there."""
        turn = self._begin(moment)
        self.failover.dialled(link, peer, remote, moment, turn)
        return self._after(moment, turn)

    def dial_failed(self, peer: str, reason: str | None, moment: Moment) -> Turn:
        """The connection is not there; `reason` if it could not even be tried."""
        turn = self._begin(moment)
        self.failover.dial_failed(peer, reason, moment, turn)
        return self._after(moment, turn)

    def dial_refused(self, peer: str, moment: Moment) -> Turn:
        """The partner's host has refused the connection."""
        turn = self._begin(moment)
        self.failover.dial_refused(peer, moment)
        return self._after(moment, turn)

    def link_received(self, link: int, data: bytes, moment: Moment) -> Turn:
        """Bytes have come over a link."""
        turn = self._begin(moment)
        self.failover.received(link, data, moment, turn)
        return self._after(moment, turn)

    def link_closed(self, link: int, moment: Moment) -> Turn:
        """The partner has closed a link."""
        turn = self._begin(moment)
        self.failover.closed(link, moment, turn)
        return self._after(moment, turn)

    def link_broken(self, link: int, moment: Moment) -> Turn:
        """A link was reset, or can't go on."""
        turn = self._begin(moment)
        self.failover.broken(link, moment, turn)
        return self._after(moment, turn)

    def peer_resolved(self, peer: str, addresses: tuple[int, ...]) -> None:
        """The addresses of a partner, from its name."""
        self.failover.resolved(peer, addresses)

    def set_peer_state(self, peer: str, state: int, moment: Moment) -> Turn | None:
        """The admin moves this server to another failover state; None if that can't be."""
        turn = self._begin(moment)
        if self._failover is None or not self._failover.set_state(peer, state, moment, turn):
            return None
        return self._after(moment, turn)

    def peer_reports(self) -> list[PeerReport]:
        """How the relationships stand, for an admin."""
        if self._failover is None:
            return []
        return report_peers(self._configuration, self.store, self._failover.peers)

    def peer_states(self) -> list[PeerState]:
        """What a new leases file has to say of the peers."""
        if self._failover is None:
            return []
        return [peer.state_to_record() for peer in self._failover.peers.values()]

    def _begin(self, moment: Moment) -> Turn:
        self._now = moment.seconds
        return Turn()

    def _after(self, moment: Moment, turn: Turn) -> Turn:
        """Tell the partners what has changed."""
        if self._failover is not None:
            self._failover.flush(moment, turn)
        return turn

    # -- Records

    def record_text(
        self, changes: Sequence[LeaseChange], states: Sequence[PeerStateChange] = ()
    ) -> bytes:
        """The records to append for these changes, with those of commits that failed before."""
        leases = [change.after for change in changes]
        if states or self._unwritten_peers:
            return self._mixed_text(leases, states)
        if self._unwritten:
            changed = {lease.address for lease in leases}
            missing = [self.store.lease_of(at) for at in self._unwritten if at not in changed]
            leases = missing + leases
        return "".join([self._writer.record(lease, self._now) for lease in leases]).encode(
            "latin-1"
        )

    def _mixed_text(self, leases: list[Lease], states: Sequence[PeerStateChange]) -> bytes:
        """Leases with the states of peers between them, in order."""
        writer = self._writer
        changed = {lease.address for lease in leases}
        texts = [
            writer.record(self.store.lease_of(at), self._now)
            for at in self._unwritten
            if at not in changed
        ]
        texts += [writer.peer_state(state) for state in self._unwritten_peers.values()]
        at = 0
        for change in states:
            texts += [writer.record(lease, self._now) for lease in leases[at : change.position]]
            texts.append(writer.peer_state(change.state))
            at = change.position
        texts += [writer.record(lease, self._now) for lease in leases[at:]]
        return "".join(texts).encode("latin-1")

    def commit_failed(
        self, changes: Sequence[LeaseChange], states: Sequence[PeerStateChange] = ()
    ) -> None:
        """The records of these changes are not on disk: they go with the next commit.

        Such a lease may not be confirmed from memory, so it is marked as not reusable.
        """
        for change in changes:
            self._unwritten[change.after.address] = None
            self._dhcp4.distrust(change)
        for state in states:
            self._unwritten_peers[state.state.name] = state.state

    def drop_links(self, moment: Moment) -> Turn:
        """A commit has failed: partners were not told what they should have been."""
        turn = self._begin(moment)
        if self._failover is not None:
            self._failover.commit_failed(moment, turn)
        return turn

    def committed(self) -> None:
        """The last `record_text` is on disk."""
        self._unwritten.clear()
        self._unwritten_peers.clear()

    @property
    def has_unwritten(self) -> bool:
        """Records of failed commits wait for the disk."""
        return bool(self._unwritten) or bool(self._unwritten_peers)


def _earlier(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)

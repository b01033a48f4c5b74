"""One server of a simulated pair: its clock, its disk, its process, as the daemon runs it."""

from random import Random

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.turn import LinkAction, LinkSend, Reply, Turn
from pydhcpd.failover.relationship import Relationship
from pydhcpd.lease.load import Loaded, load_leases
from pydhcpd.lease.rewrite import Rewriting
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.text import LeaseWriter
from pydhcpd.model.configuration import Configuration
from pydhcpd.server.server import Server
from pydhcpd.wire.moment import Moment
from tests.v4.room import SERVER_MAC

RECORD_END = b"\n}\n"


class ProcessDies(Exception):
    """The process is killed while it writes."""


class Process:
    """`offset_us` is how far its clock is ahead of the world's.

    `store` outlives the process that had it; `life` counts the processes. What is to leave is in
    `actions` and `replies` when a call returns.
    """

    def __init__(
        self, configuration: Configuration, address: int, offset_us: int, chance: Random
    ) -> None:
        self.configuration = configuration
        self.address = address
        self.offset_us = offset_us
        self.chance = chance
        agent = configuration.spaces.find("agent")
        assert agent is not None
        self.writer = LeaseWriter(agent, configuration.lease_id_format, None)
        self.interface = Interface("e0", 1, SERVER_MAC, (address,), 0)
        (self.name,) = configuration.peers
        self.disk: list[bytes] = []
        self.is_disk_failing = False
        self.torn_at: float | None = None  # what part of the next commit a crash leaves
        self.is_torn = False
        self.is_running = False
        self.life = 0
        self.now_us = 0
        self.store = LeaseStore(configuration.pools)
        self.server = self._make_server(self.store)
        self.actions: list[LinkAction] = []
        self.replies: list[Reply] = []
        self.log: list[str] = []
        self.due_us: int | None = None
        self.retry_us: int | None = None

    @property
    def peer(self) -> Relationship:
        return self.server.failover.peers[self.name]

    @property
    def state(self) -> int:
        """The failover state, while the process is away the one that the file has."""
        return self.peer.state_before_startup

    @property
    def moment(self) -> Moment:
        return Moment(self.now_us)

    def set_clock(self, world_us: int) -> None:
        self.now_us = world_us + self.offset_us

    def _make_server(self, store: LeaseStore) -> Server:
        return Server(self.configuration, store, self.writer, 67, 68, 0xFFFFFFFF)

    # -- Life

    def start(self, is_rewritten: bool) -> None:
        """A new process over what is on disk."""
        self.retry_us = None
        self._begin(is_rewritten, None)

    def reload(self) -> None:
        """SIGHUP: a new core over the same file, which goes on with the links of the old one."""
        self._begin(False, self.server)

    def _begin(self, is_rewritten: bool, before: Server | None) -> None:
        now = self.moment.seconds
        loaded = self._load(now)
        records = [self.writer.record(change.after, now) for change in loaded.changes]
        self.disk.append("".join(records).encode("latin-1"))
        if is_rewritten:
            writing = Rewriting(
                loaded.store, loaded.odd_records, self.configuration, self.writer, now
            )
            self.disk = list(writing.chunks())
        self.is_running = True
        self.life += 1
        self.store = loaded.store
        self.server = self._make_server(self.store)
        states, waiting = loaded.peer_states, loaded.waiting
        if before is None:
            turn = self.server.start_failover(states, waiting, self._jitter_s, self.moment)
        else:
            turn = self.server.continue_failover(
                before, states, waiting, self._jitter_s, self.moment
            )
        self._carry_out(turn)

    def _jitter_s(self) -> int:
        return self.chance.randrange(5)

    def _load(self, now: int) -> Loaded:
        loaded = load_leases("dhcpd.leases", [b"".join(self.disk)], self.configuration, now)
        assert self.is_torn or loaded.messages == []
        if self.is_torn:
            # The daemon puts the damaged file aside and writes a new one.
            writing = Rewriting(
                loaded.store, loaded.odd_records, self.configuration, self.writer, now
            )
            self.disk = list(writing.chunks())
            self.is_torn = False
        return loaded

    def stop(self) -> None:
        self.is_running = False
        self.due_us = None
        self.retry_us = None
        self.actions = []
        self.replies = []
        self.torn_at = None

    def lose_file(self) -> None:
        self.disk = []

    # -- Events

    def packet(self, payload: bytes, source: int) -> None:
        datagram = Datagram(payload, self.interface, source)
        self._carry_out(self.server.receive([datagram], self.moment))

    def accepted(self, link: int, remote: int) -> None:
        self._carry_out(self.server.link_accepted(link, remote, self.moment))

    def dialled(self, link: int, remote: int) -> None:
        self._carry_out(self.server.link_dialled(link, self.name, remote, self.moment))

    def dial_failed(self, reason: str | None) -> None:
        self._carry_out(self.server.dial_failed(self.name, reason, self.moment))

    def dial_refused(self) -> None:
        self._carry_out(self.server.dial_refused(self.name, self.moment))

    def received(self, link: int, wire: bytes) -> None:
        self._carry_out(self.server.link_received(link, wire, self.moment))

    def lost(self, link: int) -> None:
        self._carry_out(self.server.link_closed(link, self.moment))

    def broken(self, link: int) -> None:
        self._carry_out(self.server.link_broken(link, self.moment))

    def order(self, state: int) -> None:
        """The admin's."""
        turn = self.server.set_peer_state(self.name, state, self.moment)
        assert turn is not None
        self._carry_out(turn)

    def pass_time(self) -> None:
        """Whatever is due."""
        if self.retry_us is not None and self.retry_us <= self.now_us:
            self.retry_us = None
            self.retry()
        if self.due_us is not None and self.due_us <= self.now_us:
            self._carry_out(self.server.handle_timer(self.moment))

    def next_us(self) -> int | None:
        """When `pass_time` is wanted, by the world's clock."""
        due = [at for at in (self.due_us, self.retry_us) if at is not None]
        return min(due) - self.offset_us if due else None

    # -- The daemon's work

    def _carry_out(self, turn: Turn) -> None:
        is_on_disk = self._commit(turn)
        self.replies += [one for one in turn.replies if is_on_disk or not one.is_held]
        self._do(turn.links, is_on_disk)
        if not is_on_disk:
            dropped = self.server.drop_links(self.moment)
            self._do(dropped.links, False)
            self._commit(dropped)
            if self.retry_us is None:
                self.retry_us = self.now_us + 1_000_000
        self.due_us = self.server.next_timer_us()

    def _do(self, links: list[LinkAction], is_on_disk: bool) -> None:
        self.actions += [
            one for one in links if is_on_disk or not isinstance(one, LinkSend) or not one.is_held
        ]

    def _commit(self, turn: Turn) -> bool:
        self.log += [text for _, text in turn.log]
        if not turn.changes and not turn.peer_states:
            return True
        text = self.server.record_text(turn.changes, turn.peer_states)
        if self.torn_at is not None:
            self.disk.append(text[: int(len(text) * self.torn_at)])
            self.is_torn = True
            raise ProcessDies
        if self.is_disk_failing:
            self.server.commit_failed(turn.changes, turn.peer_states)
            return False
        self.disk.append(text)
        self.server.committed()
        return True

    def retry(self) -> bool:
        """Bring what could not be written to disk."""
        text = self.server.record_text(())
        if text and self.is_disk_failing:
            self.server.commit_failed(())
            self.retry_us = self.now_us + 1_000_000
            return False
        self.disk.append(text)
        self.server.committed()
        return True

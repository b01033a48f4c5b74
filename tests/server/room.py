"""A whole server in a test: a fake clock, packets in, Turns out, a journal in memory."""

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import Lease
from pydhcpd.lease.load import load_leases
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.text import LeaseWriter
from pydhcpd.model.configuration import Configuration
from pydhcpd.server.server import Server
from pydhcpd.wire.moment import Moment
from tests.resolve.reading import configuration_of
from tests.v4.room import SERVER_MAC, START_S, address

INTERFACE = Interface("v4s0", 1, SERVER_MAC, (address("10.0.0.1"),), 0)


class ServerRoom:
    """One server; `journal` is what its commits put on the disk, which can be made to fail."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        space = configuration.spaces.find("agent")
        assert space is not None
        self.store = LeaseStore(configuration.pools)
        self.writer = LeaseWriter(space, configuration.lease_id_format, None)
        self.server = Server(configuration, self.store, self.writer, 67, 68, 0xFFFFFFFF)
        self.now_us = START_S * 1_000_000
        self.journal = b""
        self.is_disk_full = False

    @property
    def now(self) -> int:
        return self.now_us // 1_000_000

    def receive(self, *payloads: bytes, source: str = "0.0.0.0") -> Turn:
        """A batch of datagrams, whose changes are committed."""
        datagrams = [Datagram(payload, INTERFACE, address(source)) for payload in payloads]
        return self.commit(self.server.receive(datagrams, Moment(self.now_us)))

    def echo(self, text: str) -> Turn:
        return self.commit(self.server.echo_replied(address(text), Moment(self.now_us)))

    def handle_timer(self) -> Turn:
        return self.commit(self.server.handle_timer(Moment(self.now_us)))

    def wait(self, seconds: float) -> Turn:
        """Let time pass; all that happens is added up."""
        target_us = self.now_us + int(seconds * 1_000_000)
        total = Turn()
        while (due_us := self.server.next_timer_us()) is not None and due_us <= target_us:
            self.now_us = max(self.now_us, due_us)
            total.add(self.handle_timer())
        self.now_us = target_us
        return total

    def commit(self, turn: Turn) -> Turn:
        """What the daemon does with a Turn."""
        if turn.changes or self.server.has_unwritten:
            text = self.server.record_text(turn.changes)
            if self.is_disk_full:
                self.server.commit_failed(turn.changes)
            else:
                self.journal += text
                self.server.committed()
        return turn

    def record(self, lease: Lease) -> str:
        """The record of a lease as it would be written now."""
        return self.writer.record(lease, self.now)

    def restart(self) -> LeaseStore:
        """The store of a server that starts now with the journal."""
        loaded = load_leases("dhcpd.leases", [self.journal], self.configuration, self.now)
        assert loaded.messages == []
        return loaded.store


def room_of(text: str) -> ServerRoom:
    """A server over a dhcpd.conf."""
    return ServerRoom(configuration_of(text))

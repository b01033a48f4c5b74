"""The server's machine: its clock, its disk, which can fill up, and what a crash leaves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import Lease
from pydhcpd.lease.load import Loaded, load_leases
from pydhcpd.lease.rewrite import Rewriting, is_written
from pydhcpd.model.configuration import Configuration
from pydhcpd.server.server import Server
from pydhcpd.wire.moment import Moment
from tests.server.room import INTERFACE, ServerRoom
from tests.v4.room import address

_RECORDED = re.compile(rb"^lease (\S+) \{\n", re.MULTILINE)
_RECORD_END = b"\n}\n"


@dataclass(frozen=True)
class Entry:
    """A record of the journal: where it ends, the lease as it was, and when (epoch seconds)."""

    end: int
    lease: Lease
    now: int


class Machine(ServerRoom):
    """`entries` are the records appended since the file was last written anew, which began with
    the leases of `base`."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(configuration)
        self.base: dict[int, Lease] = {}
        self.base_size = 0
        self.entries: list[Entry] = []
        self.latest: dict[int, Lease] = {}  # of each address the lease last recorded
        self.torn_at: float | None = None  # which part of the next commit a crash leaves

    def serve(self, packets: Sequence[tuple[bytes, str]]) -> Turn:
        """A batch of payloads with their sources; what it changed is committed."""
        datagrams = [Datagram(payload, INTERFACE, address(source)) for payload, source in packets]
        return self.commit(self.server.receive(datagrams, Moment(self.now_us)))

    def commit(self, turn: Turn) -> Turn:
        """What the daemon does with a Turn, noting which record is of which lease."""
        if not turn.changes and not self.server.has_unwritten:
            return turn
        text = self.server.record_text(turn.changes)
        if self.torn_at is not None:
            self.tear(text[: int(len(text) * self.torn_at)], turn)
            return turn
        if self.is_disk_full:
            self.server.commit_failed(turn.changes)
            return turn
        self.note(text, turn)
        self.journal += text
        self.server.committed()
        return turn

    def tear(self, text: bytes, turn: Turn) -> None:
        """The process is killed while it writes: whole records count, the rest stays as dirt."""
        text = text.removesuffix(b"}")  # with its brace the record would be whole
        whole = text[: text.rfind(_RECORD_END) + len(_RECORD_END)] if _RECORD_END in text else b""
        self.note(whole, turn)
        self.journal += text

    def note(self, text: bytes, turn: Turn) -> None:
        """Remember the leases of these records, which go to the end of the journal."""
        changed: dict[int, list[Lease]] = {}
        for change in turn.changes:
            changed.setdefault(change.after.address, []).append(change.after)
        at = 0
        for found in _RECORDED.finditer(text):
            number = address(found[1].decode())
            # A record without a change is one that a full disk had refused.
            later = changed.get(number)
            lease = later.pop(0) if later else self.store.lease_of(number)
            at = text.index(_RECORD_END, found.end()) + len(_RECORD_END)
            self.entries.append(Entry(len(self.journal) + at, lease, self.now))
            self.latest[number] = lease
        assert at == len(text)

    def load(self, journal: bytes, now: int) -> Loaded:
        return load_leases("dhcpd.leases", [journal], self.configuration, now)

    def begin_again(self) -> Loaded:
        """The process is gone; another one begins with the file, which it writes anew."""
        loaded = self.load(self.journal, self.now)
        self.torn_at = None
        self.is_disk_full = False
        self.store = loaded.store
        text = Rewriting(self.store, [], self.configuration, self.writer, self.now)
        self.journal = b"".join(text.chunks())
        self.base = {lease.address: lease for lease in self.store.leases() if is_written(lease)}
        self.base_size = len(self.journal)
        self.entries = []
        self.latest = dict(self.base)
        self.server = Server(self.configuration, self.store, self.writer, 67, 68, 0xFFFFFFFF)
        return loaded

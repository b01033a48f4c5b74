"""From dhcpd.leases to the server that gives its leases out, and back to text."""

import random
import struct
import time
from collections.abc import Iterator
from typing import Final, final

from pydhcpd.core.command import Command
from pydhcpd.core.log import ERR, LogLine
from pydhcpd.core.turn import Turn
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.path import file_name
from pydhcpd.expression.context import FATAL
from pydhcpd.lease.load import Loaded, load_leases
from pydhcpd.lease.odd import FAILOVER, OddRecord
from pydhcpd.lease.rewrite import Rewriting, duid_text
from pydhcpd.lease.text import LeaseWriter
from pydhcpd.model.configuration import DUID_LLT, Configuration
from pydhcpd.server.server import Server
from pydhcpd.v4.outcome import LOG_LEVELS
from pydhcpd.wire.moment import Moment

CHUNK_BYTES: Final = 4 * 1024 * 1024
LOCAL_TIME: Final = "local"
LONGEST_JITTER_S: Final = 4
# DUID-LLT counts seconds from the year 2000 (RFC 8415 section 11.2).
DUID_EPOCH: Final = 946_684_800

MISSING_LEASES: Final = (
    "  check for failed database rewrite attempt!",
    "Please read the dhcpd.leases manual page if you",
    "don't know what to do about this.",
)


@final
class ServedLeases:
    """The leases of a file, the server that gives them out, and the texts to write."""

    def __init__(self, loaded: Loaded, server: Server, writer: LeaseWriter) -> None:
        self._loaded: Final = loaded
        self._writer: Final = writer
        self.server: Final = server

    @property
    def messages(self) -> list[LogLine]:
        """What there was to say about the file."""
        return [(ERR, message) for message in self._loaded.messages]

    @property
    def expiry_lines(self) -> list[LogLine]:
        """What the events of leases that ended meanwhile had to say."""
        lines: list[LogLine] = []
        for level, text in self._loaded.expiries.log:
            if level == FATAL:
                raise Fatal(text)
            lines.append((LOG_LEVELS[level], text))
        return lines

    @property
    def expiry_commands(self) -> list[Command]:
        """What these events want run."""
        return [Command(address, words) for address, words in self._loaded.expiries.commands]

    @property
    def is_damaged(self) -> bool:
        """Whether the file holds more than could be read."""
        return self._loaded.is_damaged

    def leases_text(self, seconds: int) -> Rewriting:
        """A whole new file as of now."""
        return Rewriting(
            self._loaded.store,
            self._odd_records(),
            self._loaded.configuration,
            self._writer,
            seconds,
        )

    def _odd_records(self) -> list[OddRecord]:
        """The file's, but for peers what they are now."""
        records = self._loaded.odd_records
        states = self.server.peer_states()
        if not states:
            return records
        texts = [self._writer.peer_state(state).strip().encode("latin-1") for state in states]
        others = [record for record in records if record.kind != FAILOVER]
        return others + [OddRecord(FAILOVER, "", text, False, False) for text in texts]

    def start_failover(self, moment: Moment) -> Turn:
        """Take up the relationships with failover peers, as the file remembers them."""
        loaded = self._loaded
        return self.server.start_failover(
            loaded.peer_states, loaded.waiting, _balance_jitter_s, moment
        )

    def continue_failover(self, before: Server, moment: Moment) -> Turn:
        """Take them up from a server that served until now."""
        loaded = self._loaded
        return self.server.continue_failover(
            before, loaded.peer_states, loaded.waiting, _balance_jitter_s, moment
        )

    def expiry_records(self, seconds: int) -> bytes:
        """The records of the leases that expired while nobody served."""
        records = [self._writer.record(change.after, seconds) for change in self._loaded.changes]
        return "".join(records).encode("latin-1")

    def server_duid_record(self, hardware: bytes, seconds: int) -> bytes:
        """The server's DUID: the file's, dhcpd.conf's, or one made of the first interface."""
        configuration = self._loaded.configuration
        duid = self._loaded.server_duid or configuration.server_duid
        if duid is None:
            duid = struct.pack("!HH", configuration.server_duid_type, hardware[0])
            if configuration.server_duid_type == DUID_LLT:
                duid += struct.pack("!I", seconds - DUID_EPOCH & 0xFFFFFFFF)
            duid += hardware[1:]
        return duid_text(self._writer, duid)


def load_leases_file(
    configuration: Configuration,
    path: str,
    server_port: int,
    client_port: int,
    broadcast_address: int,
    moment: Moment,
) -> ServedLeases:
    """Read dhcpd.leases and put a server on it."""
    loaded = load_leases(path, read_chunks(path), configuration, moment.seconds)
    agent = configuration.spaces.find("agent")
    assert agent is not None, "the space of relay agent information is built in"
    local_text = time_text if configuration.db_time_format == LOCAL_TIME else None
    writer = LeaseWriter(agent, configuration.lease_id_format, local_text)
    server = Server(
        loaded.configuration, loaded.store, writer, server_port, client_port, broadcast_address
    )
    return ServedLeases(loaded, server, writer)


def _balance_jitter_s() -> int:
    """So that the two servers of a pair don't balance in the same second."""
    return random.randrange(LONGEST_JITTER_S + 1)


def read_chunks(path: str) -> Iterator[bytes]:
    """The leases file in big pieces, or dhcpd's refusal: a missing one is never made."""
    try:
        with open(file_name(path), "rb", buffering=0) as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
    except IsADirectoryError as error:
        raise Fatal(f"Can't read in {path}: {error.strerror}") from None
    except OSError as error:
        text = f"Can't open lease database {path}: {error.strerror} --"
        raise Fatal(text, *MISSING_LEASES) from None


def time_text(seconds: int) -> str:
    """A second in local time, as ctime(3) has it."""
    return time.strftime("%a %b %e %H:%M:%S %Y", time.localtime(seconds))

"""Turns carried out: log lines, then the records onto the disk, then the replies.

A held reply promises a lease: it leaves only after its record is on disk. If the disk fails,
nothing that is held leaves, and the client asks again. No call here waits for the network: a
reply that the kernel does not take at once is dropped and counted.
"""

import errno
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, final

from pydhcpd.core.log import ERR, LogLine
from pydhcpd.core.turn import RAW, PeerStateChange, Reply, Turn
from pydhcpd.daemon.database import Database
from pydhcpd.daemon.frame import build_frame
from pydhcpd.daemon.log import Log
from pydhcpd.lease.change import LeaseChange
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.moment import Moment

FALLBACK: Final = "fallback"
# What the kernel takes at once of datagrams of one size (udp(7), UDP_SEGMENT).
ALIKE_AT_ONCE: Final = 64
ALIKE_BYTES: Final = 65_000
# The kernel's buffers are full: the network's state, not a mistake of ours.
FULL: Final = frozenset((errno.EAGAIN, errno.ENOBUFS))


class Recorder(Protocol):
    """What the server says about records, and is told about them."""

    def record_text(
        self, changes: Sequence[LeaseChange], states: Sequence[PeerStateChange] = ()
    ) -> bytes:
        """The records to append, with those of commits that failed before."""

    def commit_failed(
        self, changes: Sequence[LeaseChange], states: Sequence[PeerStateChange] = ()
    ) -> None:
        """These changes are not on disk."""

    def committed(self) -> None:
        """The last `record_text` is on disk."""


class FrameSender(Protocol):
    """An interface that takes frames."""

    def send(self, frame: bytes) -> None:
        """Send or raise OSError."""


class DatagramSender(Protocol):
    """A socket that takes UDP payloads."""

    def send(self, payload: bytes, address: int, port: int) -> None:
        """Send or raise OSError."""

    def send_alike(self, payloads: Sequence[bytes], address: int, port: int) -> None:
        """Send payloads of one size, or raise OSError."""


class Pinger(Protocol):
    """A socket that takes echo requests."""

    def ping(self, address: int) -> None:
        """Send or raise OSError."""


@final
class Delivery:
    """`links` are the interfaces by name; without a pinger the offers just wait."""

    def __init__(
        self,
        log: Log,
        database: Database,
        links: Mapping[str, FrameSender],
        udp: DatagramSender,
        pinger: Pinger | None,
        server_port: int,
    ) -> None:
        self._log: Final = log
        self._database: Final = database
        self._links: Final = links
        self._udp: Final = udp
        self._pinger: Final = pinger
        self._server_port: Final = server_port
        self._dropped = 0
        self._told_s = 0

    def carry_out(self, recorder: Recorder, turn: Turn, moment: Moment) -> bool:
        """Do what the turn says; False if the disk failed."""
        self._log.write(turn.log)
        if turn.pings:
            self._ping(turn.pings)
        is_on_disk = True
        if turn.changes or turn.peer_states:
            is_on_disk = self._commit(recorder, turn, moment)
        if turn.replies:
            self._send_all(turn.replies, is_on_disk, moment)
        return is_on_disk

    def retry(self, recorder: Recorder) -> bool:
        """Try again to bring the records of failed commits onto the disk."""
        records = recorder.record_text(())
        if records and not self._database.retry(records):
            recorder.commit_failed(())
            return False
        recorder.committed()
        return True

    def _commit(self, recorder: Recorder, turn: Turn, moment: Moment) -> bool:
        records = recorder.record_text(turn.changes, turn.peer_states)
        if records and not self._database.commit(records, moment.seconds):
            recorder.commit_failed(turn.changes, turn.peer_states)
            return False
        recorder.committed()
        return True

    def _send_all(self, replies: Sequence[Reply], is_on_disk: bool, moment: Moment) -> None:
        leaving = [reply for reply in replies if is_on_disk or not reply.is_held]
        self._log.write([reply.log for reply in leaving if reply.log is not None])
        failures: list[LogLine] = []
        # A relay gets many replies of one size: they leave with one call.
        alike: dict[tuple[int, int, int], list[Reply]] = {}
        for reply in leaving:
            if reply.path == RAW:
                self._send(reply, failures)
            else:
                key = (reply.destination, reply.port, len(reply.payload))
                alike.setdefault(key, []).append(reply)
        for same in alike.values():
            self._send_alike(same, failures)
        if self._dropped and moment.seconds != self._told_s:
            failures.append((ERR, f"{self._dropped} replies dropped: socket buffers are full"))
            self._dropped = 0
            self._told_s = moment.seconds
        self._log.write(failures)

    def _send_alike(self, replies: Sequence[Reply], failures: list[LogLine]) -> None:
        """Send UDP replies of one size to one destination."""
        first = replies[0]
        at_once = min(ALIKE_AT_ONCE, ALIKE_BYTES // len(first.payload))
        for at in range(0, len(replies), at_once):
            some = replies[at : at + at_once]
            if len(some) > 1:
                try:
                    self._udp.send_alike(
                        [reply.payload for reply in some], first.destination, first.port
                    )
                    continue
                except OSError:
                    pass  # one by one, then: some may leave, and each failure has its line
            for reply in some:
                self._send(reply, failures)

    def _send(self, reply: Reply, failures: list[LogLine]) -> None:
        try:
            self._put_on_wire(reply)
        except OSError as error:
            if error.errno in FULL:
                self._dropped += 1
            else:
                failures += _failure_lines(reply, error)

    def _put_on_wire(self, reply: Reply) -> None:
        if reply.path != RAW:
            self._udp.send(reply.payload, reply.destination, reply.port)
            return
        interface = reply.interface
        frame = build_frame(
            reply.hardware,
            interface.hardware[1:],
            reply.source,
            reply.destination,
            self._server_port,
            reply.port,
            reply.payload,
        )
        self._links[interface.name].send(frame)

    def _ping(self, addresses: Sequence[int]) -> None:
        if self._pinger is None:
            return
        for address in addresses:
            try:
                self._pinger.ping(address)
            except OSError as error:
                self._log.err(f"icmp_echorequest {format_ipv4(address)}: {error.strerror}")


def _failure_lines(reply: Reply, error: OSError) -> list[LogLine]:
    lines: list[LogLine] = [(ERR, f"send_packet: {error.strerror}")]
    if error.errno == errno.ENETUNREACH:
        lines.append((ERR, "send_packet: please consult README file regarding broadcast address."))
    name = reply.interface.name if reply.path == RAW else FALLBACK
    lines.append(
        (
            ERR,
            f"{reply.site}: Failed to send {len(reply.payload)} byte long packet "
            f"over {name} interface.",
        )
    )
    return lines

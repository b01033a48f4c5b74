"""Where log lines go: syslog(3) through a socket of our own, and copies on stderr.

A batch of lines is one write to stderr; the time text of syslog is made once a second. Without a
syslog daemon nothing fails, and a daemon that stops reading costs at most a short wait.
"""

import os
import socket
import struct
import time
from collections.abc import Sequence
from typing import Final, final

from pydhcpd.core.log import DEBUG, ERR, INFO, LogLine

SYSLOG_PATH: Final = "/dev/log"
DAEMON: Final = 3  # the facility before `log-facility` takes effect
# dhcpd cuts messages at this many bytes.
LONGEST_MESSAGE: Final = 1023
# How long a batch of lines may wait for a syslog daemon that does not read.
SEND_TIMEOUT_US: Final = 200_000
RECONNECT_S: Final = 1.0


@final
class Log:
    """One program's log; `stderr` is the descriptor of the copies."""

    def __init__(self, program: str, stderr: int = 2, syslog_path: str = SYSLOG_PATH) -> None:
        self._program: Final = program
        self._stderr: Final = stderr
        self._path: Final = syslog_path
        self._socket: socket.socket | None = None
        self._next_try = 0.0
        self._second = -1
        self._headers: dict[int, bytes] = {}
        self.facility = DAEMON
        self.has_stderr = True

    def open(self) -> None:
        """Connect to the syslog daemon at once (NDELAY): a later chroot does not cut us off."""
        self._next_try = time.monotonic() + RECONNECT_S
        link = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        link.setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", 0, SEND_TIMEOUT_US)
        )
        try:
            link.connect(self._path)
        except OSError:
            link.close()
            return
        self._socket = link

    def close(self) -> None:
        """Close the connection to the syslog daemon."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def err(self, text: str) -> None:
        """One line of level err."""
        self.write(((ERR, text),))

    def info(self, text: str) -> None:
        """One line of level info."""
        self.write(((INFO, text),))

    def debug(self, text: str) -> None:
        """One line of level debug."""
        self.write(((DEBUG, text),))

    def write(self, lines: Sequence[LogLine]) -> None:
        """Log these lines in order."""
        if not lines:
            return
        if self.has_stderr:
            self._write_stderr(_encode_lines([text for _, text in lines]))
        if self._socket is not None or time.monotonic() >= self._next_try:
            self.write_syslog([(level, _encode(text)) for level, text in lines])

    def write_syslog(self, messages: Sequence[tuple[int, bytes]]) -> None:
        """Send these messages to the syslog daemon only."""
        if self._socket is None:
            if time.monotonic() < self._next_try:
                return
            self.open()
        link = self._socket
        if link is None:
            return
        now = int(time.time())
        if now != self._second:
            self._second = now
            self._headers = {}
        try:
            for level, message in messages:
                link.send(self._header(level) + message)
        except BlockingIOError:
            return  # the daemon does not read: the rest of this batch is lost, service is not
        except OSError:
            # The daemon went away (a restart); the next lines look for it again.
            link.close()
            self._socket = None

    def _header(self, level: int) -> bytes:
        priority = self.facility << 3 | level
        header = self._headers.get(priority)
        if header is None:
            stamp = time.strftime("%b %e %H:%M:%S", time.localtime(self._second))
            header = f"<{priority}>{stamp} {self._program}[{os.getpid()}]: ".encode()
            self._headers[priority] = header
        return header

    def _write_stderr(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._stderr, data) :]
        except OSError:
            self.has_stderr = False  # nobody reads there any more: that must not end service


def _encode_lines(texts: Sequence[str]) -> bytes:
    """The lines as stderr gets them, mostly encoded all at once."""
    lines = "\n".join(texts)
    data = lines.encode("latin-1", "backslashreplace")
    if max(map(len, texts)) > LONGEST_MESSAGE or len(data) > len(lines):
        data = b"\n".join(map(_encode, texts))
    return data + b"\n"


def _encode(text: str) -> bytes:
    # Texts from files, packets and arguments have one character for each byte.
    message = text.encode("latin-1", "backslashreplace")
    return message[:LONGEST_MESSAGE]

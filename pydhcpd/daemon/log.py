"""Where log lines go: syslog(3) through a socket of our own, and copies on stderr.

A batch of lines is one write to stderr; the time text of syslog is made once a second. Without a
syslog daemon nothing fails. One that was restarted gets the next line, as with syslog(3); one
that stops reading costs a short wait now and then, and is told later how much it has missed.
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
# How long a batch of lines may wait for a syslog daemon that does not read, and how long after
# that no other waits.
SEND_TIMEOUT_US: Final = 200_000
IMPATIENCE_S: Final = 2.0


@final
class Log:
    """One program's log; `stderr` is the descriptor of the copies."""

    def __init__(self, program: str, stderr: int = 2, syslog_path: str = SYSLOG_PATH) -> None:
        self._program: Final = program
        self._stderr: Final = stderr
        self._path: Final = syslog_path
        self._socket: socket.socket | None = None
        self._patient_from = 0.0
        self._lost = 0
        self._second = -1
        self._headers: dict[int, bytes] = {}
        self.facility = DAEMON
        self.has_stderr = True

    def open(self) -> None:
        """Connect to the syslog daemon at once (NDELAY): a later chroot does not cut us off."""
        try:
            self._socket = _connect(self._path)
        except OSError:
            self._socket = None  # no daemon, or no descriptor left: the next lines try again

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
        if self._socket is None:
            self.open()
        if self._socket is not None:
            self.write_syslog([(level, _encode(text)) for level, text in lines])

    def write_syslog(self, messages: Sequence[tuple[int, bytes]]) -> None:
        """Send these messages to the syslog daemon only."""
        now = int(time.time())
        if now != self._second:
            self._second = now
            self._headers = {}
        if self._lost:
            text = f"{self._lost} lines lost: the syslog daemon did not read"
            if self._send(((ERR, text.encode()),)):
                self._lost = 0
        left = messages[self._send(messages) :]
        if left and self._socket is None:
            # The daemon went away, perhaps for a restart.
            self.open()
            left = left[self._send(left) :]
        if self._socket is not None:
            self._lost += len(left)

    def _send(self, messages: Sequence[tuple[int, bytes]]) -> int:
        """How many the daemon took; if it is gone, so is the socket."""
        link = self._socket
        if link is None:
            return 0
        flags = 0 if time.monotonic() >= self._patient_from else socket.MSG_DONTWAIT
        sent = 0
        try:
            for level, message in messages:
                link.send(self._header(level) + message, flags)
                sent += 1
        except BlockingIOError:
            if not flags:
                self._patient_from = time.monotonic() + IMPATIENCE_S
        except OSError:
            self.close()
        return sent

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
            return  # nobody reads there, a full disk, a full pipe: these lines are lost there


def _connect(path: str) -> socket.socket:
    link = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    try:
        timeout = struct.pack("@ll", 0, SEND_TIMEOUT_US)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
        link.connect(path)
    except OSError:
        link.close()
        raise
    return link


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

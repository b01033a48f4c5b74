"""The control socket: a Unix socket beside the leases file on which root may ask the server.

Only bytes are moved here: one line in, one line out, then the connection is closed. Whoever
says nothing, too much, or does not read, loses the connection; DHCP service goes on meanwhile.
"""

import asyncio
import contextlib
import errno
import os
import socket
import stat
import struct
from collections.abc import Callable
from typing import Final, final

from pydhcpd.control.control import LONGEST_REQUEST, refusal
from pydhcpd.daemon.path import file_name
from pydhcpd.daemon.shortage import REST_S, SHORTAGES, rest

SUFFIX: Final = ".ctl"
# Only the owner may connect, which is root: the socket is made before the user is changed.
MASK: Final = 0o177
BACKLOG: Final = 4
MOST_CONNECTIONS: Final = 8
TIMEOUT_S: Final = 5.0
# What sun_path of sockaddr_un holds (unix(7)), without the NUL.
LONGEST_PATH: Final = 107
CREDENTIALS: Final = struct.Struct("iII")  # struct ucred: pid, uid, gid
ROOT: Final = 0


def control_path(leases: str) -> str:
    """Where the server that has this leases file listens."""
    return f"{leases}{SUFFIX}"


@final
class ControlListener:
    """The listening socket at `path`; OSError if it can't be there."""

    def __init__(self, path: str) -> None:
        self._name: Final = file_name(path)
        if len(self._name) > LONGEST_PATH:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        _remove_stale(self._name)
        self.socket: Final = socket.socket(
            socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        )
        mask = os.umask(MASK)
        try:
            self.socket.bind(self._name)
            self.socket.listen(BACKLOG)
            self._identity: Final = _identity_of(self._name)
        except OSError:
            self.socket.close()
            raise
        finally:
            os.umask(mask)

    def close(self) -> None:
        """Take the socket away, unless another server has put its own there."""
        self.socket.close()
        # Without the right to do so it stays, and the next server replaces it.
        with contextlib.suppress(OSError):
            if _identity_of(self._name) == self._identity:
                os.unlink(self._name)


@final
class _Connection:
    def __init__(self, accepted: socket.socket, timer: asyncio.TimerHandle) -> None:
        self.socket: Final = accepted
        self.timer: Final = timer
        self.input: Final = bytearray()
        self.output = b""


@final
class ControlSocket:
    """Serves connections; `answer` gives the line that answers a line."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        listener: ControlListener,
        answer: Callable[[bytes], bytes],
        timeout_s: float = TIMEOUT_S,
        rest_s: float = REST_S,
    ) -> None:
        self._loop: Final = loop
        self._listener: Final = listener
        self._answer: Final = answer
        self._timeout_s: Final = timeout_s
        self._rest_s: Final = rest_s
        self._connections: Final[dict[int, _Connection]] = {}

    def listen(self) -> None:
        """From here on connections are accepted."""
        self._loop.add_reader(self._listener.socket.fileno(), self._accept)

    def close(self) -> None:
        """No more questions: connections end where they are."""
        self._loop.remove_reader(self._listener.socket.fileno())
        for descriptor in list(self._connections):
            self._discard(descriptor)

    def _accept(self) -> None:
        try:
            accepted, _ = self._listener.socket.accept()
        except OSError as error:
            if error.errno in SHORTAGES:
                rest(self._loop, self._listener.socket, self._accept, self._rest_s)
            return  # else whoever it was has gone
        if len(self._connections) >= MOST_CONNECTIONS:
            accepted.close()
            return
        accepted.setblocking(False)
        descriptor = accepted.fileno()
        timer = self._loop.call_later(self._timeout_s, self._discard, descriptor)
        connection = _Connection(accepted, timer)
        self._connections[descriptor] = connection
        if _user_of(accepted) == ROOT:
            self._loop.add_reader(descriptor, self._read, descriptor)
        else:
            self._reply(descriptor, refusal("only root may ask").text)

    def _read(self, descriptor: int) -> None:
        connection = self._connections[descriptor]
        try:
            data = connection.socket.recv(LONGEST_REQUEST - len(connection.input))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        connection.input.extend(data)
        line, end, _ = bytes(connection.input).partition(b"\n")
        if end:
            self._loop.remove_reader(descriptor)
            text = self._answer(line)
            if descriptor in self._connections:  # else that was the server's end
                self._reply(descriptor, text)
        elif not data or len(connection.input) >= LONGEST_REQUEST:
            self._discard(descriptor)

    def _reply(self, descriptor: int, text: bytes) -> None:
        self._connections[descriptor].output = text
        self._loop.add_writer(descriptor, self._write, descriptor)

    def _write(self, descriptor: int) -> None:
        connection = self._connections[descriptor]
        try:
            taken = connection.socket.send(connection.output)
        except BlockingIOError:
            return
        except OSError:
            self._discard(descriptor)
            return
        connection.output = connection.output[taken:]
        if not connection.output:
            self._discard(descriptor)

    def _discard(self, descriptor: int) -> None:
        connection = self._connections.pop(descriptor)
        connection.timer.cancel()
        self._loop.remove_reader(descriptor)
        self._loop.remove_writer(descriptor)
        connection.socket.close()


def _user_of(accepted: socket.socket) -> int:
    raw = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    user: int = CREDENTIALS.unpack(raw)[1]
    return user


def _identity_of(name: bytes) -> tuple[int, int]:
    found = os.lstat(name)
    return found.st_dev, found.st_ino


def _remove_stale(name: bytes) -> None:
    """Take away what a killed server left; what is no socket, or answers, stays."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.lstat(name).st_mode):
            return
        probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            probe.connect(name)
        except ConnectionRefusedError:
            os.unlink(name)
        except BlockingIOError:
            pass  # it lives, and has many callers
        finally:
            probe.close()

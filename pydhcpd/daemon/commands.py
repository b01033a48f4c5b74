"""Runs the commands that `execute` asks for, beside the service, which does not wait for them.

dhcpd waits for each command before it does anything else. Here the commands of one lease run in
their order, one at a time, as scripts expect it, and those of different leases side by side.
Children that still run at the end of the server are left alone.
"""

import errno
import os
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final, final

from pydhcpd.core.command import Command
from pydhcpd.daemon.log import Log

MOST_RUNNING: Final = 16
MOST_WAITING: Final = 1024
SHELL: Final = b"/bin/sh"
# Python sets it where no locale is set (PEP 538), and ignores a signal that dhcpd does not.
LOCALE: Final = b"LC_CTYPE"
NOT_TO_IGNORE: Final = (signal.SIGXFSZ,)
# The wait status of a child that could not become the program: exit(127).
NOT_EXECUTED: Final = 127 << 8

# Program and arguments to the id of the process; raises OSError.
Spawn = Callable[[Sequence[bytes]], int]
# The id of a process to its wait status, None while it runs.
Poll = Callable[[int], int | None]


@final
class Commands:
    """`submit` commands, and `reap` whenever a child may have ended."""

    def __init__(
        self,
        log: Log,
        spawn: Spawn,
        poll: Poll,
        most_running: int = MOST_RUNNING,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._log: Final = log
        self._spawn: Final = spawn
        self._poll: Final = poll
        self._most_running: Final = most_running
        self._most_waiting: Final = most_waiting
        self._running: Final[dict[int, Command]] = {}
        # By address what waits behind the command that runs or is about to.
        self._waiting: Final[dict[int, deque[Command]]] = {}
        self._ready: Final[deque[Command]] = deque()
        self._count = 0

    def submit(self, commands: Sequence[Command]) -> None:
        """Run these as soon as may be; what is beyond the limit is dropped."""
        for command in commands:
            if self._count >= self._most_waiting:
                path = command.words[0].decode("latin-1")
                self._log.err(f"execute: {path} not run: {self._count} commands are waiting")
                continue
            self._count += 1
            queue = self._waiting.get(command.address)
            if queue is None:
                self._waiting[command.address] = deque()
                self._ready.append(command)
            else:
                queue.append(command)
        self._start()

    def reap(self) -> None:
        """Take note of the children that have ended; only of those started here."""
        for process in tuple(self._running):
            status = self._poll(process)
            if status is not None:
                self._finish(self._running.pop(process), status)
        self._start()

    def _start(self) -> None:
        while self._ready and len(self._running) < self._most_running:
            command = self._ready.popleft()
            self._count -= 1
            try:
                self._running[self._spawn(command.words)] = command
            except OSError as error:
                path = command.words[0].decode("latin-1")
                self._log.err(f"Unable to execute {path}: {error.strerror}")
                self._finish(command, NOT_EXECUTED)

    def _finish(self, command: Command, status: int) -> None:
        if status:
            path = command.words[0].decode("latin-1")
            self._log.err(f"execute: {path} exit status {status}")
        queue = self._waiting[command.address]
        if queue:
            self._ready.append(queue.popleft())
        else:
            del self._waiting[command.address]


def given_environment() -> dict[bytes, bytes]:
    """The environment as we were given it; must be asked for before a chroot hides /proc."""
    environment = dict(os.environb)
    try:
        with open("/proc/self/environ", "rb") as file:
            is_given = LOCALE in [entry.partition(b"=")[0] for entry in file.read().split(b"\0")]
    except OSError:
        is_given = True
    if not is_given:
        environment.pop(LOCALE, None)
    return environment


def spawn_process(environment: Mapping[bytes, bytes], words: Sequence[bytes]) -> int:
    """Start a program, found as a shell would find it, with our descriptors.

    As with execvp(3), a text without an interpreter's line goes to the shell as a script.
    """
    # Arguments are C strings: what stands behind a NUL is not passed on (observed).
    arguments = [word.partition(b"\0")[0] for word in words]
    try:
        return os.posix_spawnp(arguments[0], arguments, environment, setsigdef=NOT_TO_IGNORE)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
    return os.posix_spawn(SHELL, [SHELL, *arguments], environment, setsigdef=NOT_TO_IGNORE)


def poll_process(process: int) -> int | None:
    """The wait status of a child that has ended."""
    try:
        ended, status = os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        # Whoever started us ignores its children, and so did we until we served.
        return 0
    return status if ended else None

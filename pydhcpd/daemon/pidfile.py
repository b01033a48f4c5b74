"""The pid file: is another server running, our own number, and its removal (dhcpd(8))."""

import os
import re
from typing import Final, final

from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.path import file_name

# What scanf's %d takes from the start of the file.
NUMBER: Final = re.compile(rb"\s*([+-]?[0-9]+)")


def check_pid_file(path: str) -> None:
    """Refuse to start beside a live process that the file names.

    An unreadable or empty file is fine; garbage is taken for a running server, as dhcpd does.
    """
    try:
        with open(file_name(path), "rb") as file:
            text = file.read(64)
    except OSError:
        return
    if not text:
        return
    number = NUMBER.match(text)
    pid = int(number[1]) if number else 0
    if pid == os.getpid():
        return  # left by a former life in a container, where numbers repeat
    if pid <= 0 or _is_alive(pid):
        raise Fatal("There's already a DHCP server running.")


@final
class PidFile:
    """Our own pid file, kept open so that it can be emptied when it can't be removed."""

    def __init__(self, path: str) -> None:
        self._path: Final = os.path.abspath(file_name(path))  # the daemon changes to / later
        self._descriptor: Final = os.open(
            file_name(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644
        )
        os.write(self._descriptor, b"%d\n" % os.getpid())

    def remove(self) -> None:
        """Take the file away; without the right to do so leave it empty, which says the same."""
        try:
            os.unlink(self._path)
        except OSError:
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def _is_alive(pid: int) -> bool:
    """Whether signal 0 reaches the process; one that we may not signal counts as dead."""
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError):
        return False
    return True

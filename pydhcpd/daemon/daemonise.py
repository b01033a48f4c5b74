"""Into the background: the parent waits until the child serves (dhcpd(8))."""

import os
from typing import Final, final

from pydhcpd.daemon.fatal import Finished


def open_standard_descriptors() -> None:
    """Make sure that 0 to 2 are open: a socket must not become somebody's stderr."""
    descriptor = os.open("/dev/null", os.O_RDWR)
    while descriptor <= 2:
        descriptor = os.dup(descriptor)
    os.close(descriptor)


@final
class Detachment:
    """The child's end of the pipe on which the parent waits for one byte."""

    def __init__(self, pipe: int) -> None:
        self._pipe: Final = pipe

    def complete(self) -> None:
        """Tell the parent that service begins, and leave its terminal."""
        os.write(self._pipe, b"\0")
        os.close(self._pipe)
        os.setsid()
        null = os.open("/dev/null", os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        os.close(null)
        os.chdir("/")


def detach() -> Detachment:
    """Fork. Only the child returns; the parent's exit status tells how the start ended."""
    receiver, sender = os.pipe()
    if os.fork() == 0:
        os.close(receiver)
        return Detachment(sender)
    os.close(sender)
    raise Finished(0 if os.read(receiver, 1) else 1)

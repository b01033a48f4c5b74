"""What is done while the system has no descriptor, memory or thread left for one thing more.

A connection that can't be accepted stays in the kernel's queue, and its listener ready: to ask
again at once would take all of the processor's time. dhcpd does so.
"""

import asyncio
import errno
import socket
from collections.abc import Callable
from threading import Thread
from typing import Final

SHORTAGES: Final = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))
# How long a listener rests.
REST_S: Final = 5.0


def rest(
    loop: asyncio.AbstractEventLoop,
    listener: socket.socket,
    accept: Callable[[], None],
    rest_s: float,
) -> None:
    """Call `accept` for a ready listener only when some time has passed."""
    loop.remove_reader(listener.fileno())
    loop.call_later(rest_s, _await, loop, listener, accept)


def start_thread(work: Callable[[], None], name: str) -> Thread | None:
    """A thread for which nobody waits when the process ends; None if there can't be one."""
    thread = Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread


def _await(
    loop: asyncio.AbstractEventLoop, listener: socket.socket, accept: Callable[[], None]
) -> None:
    if listener.fileno() >= 0:  # else it was closed meanwhile
        loop.add_reader(listener.fileno(), accept)

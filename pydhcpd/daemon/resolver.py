"""Asks for the names of addresses in a thread of its own, so that no packet waits for DNS."""

import codecs
import socket
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Final, final

from pydhcpd.daemon.shortage import start_thread
from pydhcpd.wire.address import format_ipv4

# The first look-up would import it, which a chroot may prevent.
codecs.lookup("idna")

QUESTIONS_LIMIT: Final = 1024


@final
class Resolver:
    """`answer` is called in the thread with each address and its name, empty if it has none."""

    def __init__(
        self, answer: Callable[[int, bytes], None], look_up: Callable[[int], bytes]
    ) -> None:
        self._answer: Final = answer
        self._look_up: Final = look_up
        self._questions: Final[SimpleQueue[int]] = SimpleQueue()
        self._asked: Final[set[int]] = set()
        self._lock: Final = Lock()
        self._thread: Thread | None = None

    def ask(self, address: int) -> None:
        """Look an address up, unless that is under way or too much is."""
        with self._lock:
            if address not in self._asked and len(self._asked) < QUESTIONS_LIMIT:
                self._asked.add(address)
                self._questions.put(address)
        if self._thread is None:
            # Without a thread the questions wait for the next one that is asked.
            self._thread = start_thread(self._work, "resolver")

    def _work(self) -> None:
        while True:
            address = self._questions.get()
            name = self._look_up(address)
            with self._lock:
                self._asked.discard(address)
            self._answer(address, name)


def look_up_name(address: int) -> bytes:
    """The name that gethostbyaddr(3) gives, empty if there is none."""
    try:
        name = socket.gethostbyaddr(format_ipv4(address))[0]
    except (OSError, UnicodeError):
        return b""
    return name.encode("latin-1", "replace")

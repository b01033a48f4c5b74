"""Ctrl-C and the signals that end a process, turned into one orderly way out."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def orderly_exit() -> Iterator[None]:
    """While the block runs, each of the signals leaves it by SystemExit (128 and the number)."""
    before = {number: signal.signal(number, _leave) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_signals() -> None:
    """From now on nothing cuts the cleaning up short."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _leave(number: int, frame: FrameType | None) -> None:
    ignore_signals()
    raise SystemExit(128 + number)

"""Dates as the commands print them."""

import time
from typing import Final

FORMAT: Final = "%Y-%m-%d %H:%M:%S"


def utc_text(seconds: int) -> str:
    """For tables: `2026-11-22 07:55:41`."""
    return time.strftime(FORMAT, time.gmtime(seconds))


def local_text(seconds: int) -> str:
    """The same in the time zone of this machine."""
    return time.strftime(FORMAT, time.localtime(seconds))


def utc_date(seconds: int) -> str | None:
    """For scripts (RFC 3339); None for none."""
    return f"{utc_text(seconds).replace(' ', 'T')}Z" if seconds else None

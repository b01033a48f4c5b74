"""What a lease says in words: dates, hardware, client identifiers that people can read."""

from collections.abc import Callable
from typing import Final

from pydhcpd.lease.binding import STATE_NAMES
from pydhcpd.lease.lease import BOOTP, RESERVED, Lease
from pydhcpd.wire.hardware import hardware_type_name
from pydhcpd.wire.moment import NEVER

ETHERNET: Final = 1
# Types of client identifiers (RFC 2132 section 9.14, RFC 4361)
TEXT: Final = 0
NOTHING: Final = "-"

# The text of a second since the epoch: `2026-11-22 07:55:41`.
DateText = Callable[[int], str]


def state_text(lease: Lease, now: int) -> str:
    """The binding state as recorded, and what else is to be said of it."""
    marks = []
    if lease.flags & RESERVED:
        marks.append("reserved")
    if lease.flags & BOOTP:
        marks.append("bootp")
    if lease.ends <= now and lease.state != lease.next_state:
        marks.append("over")
    state = STATE_NAMES[lease.state]
    return f"{state} ({', '.join(marks)})" if marks else state


def end_text(lease: Lease, date_text: DateText) -> str:
    """When it ends."""
    if not lease.ends:
        return NOTHING
    return "never" if lease.ends >= NEVER else date_text(lease.ends)


def hardware_text(hardware: bytes | None) -> str:
    """The address; its type too if it is no Ethernet address."""
    if not hardware:
        return NOTHING
    address = hardware[1:].hex(":")
    if hardware[0] == ETHERNET:
        return address
    return f"{hardware_type_name(hardware[0])} {address}".rstrip()


def client_identifier_text(uid: bytes | None) -> str:
    """In quotes if it is a text, with its type in front if that says so; else in hexadecimal."""
    if not uid:
        return NOTHING
    if _is_text(uid):
        return f'"{uid.decode("ascii")}"'
    if uid[0] == TEXT and len(uid) > 1 and _is_text(uid[1:]):
        return f'00:"{uid[1:].decode("ascii")}"'
    return uid.hex(":")


def host_name_text(name: bytes | None) -> str:
    """The client's own name; it must not command the terminal."""
    return printable(name.decode("latin-1")) if name else NOTHING


def printable(text: str) -> str:
    """The text without what would command the terminal."""
    return text if text.isprintable() else "".join([c if c.isprintable() else "?" for c in text])


def _is_text(value: bytes) -> bool:
    return value.isascii() and value.decode("ascii").isprintable()

"""Failover messages to bytes and back (draft-ietf-dhc-failover-12 section 6).

A header of twelve bytes (length, type, offset of the options, the sender's time, xid), then
options of code and length, two bytes each, and their data. What a message says wrong is told in
dhcpd's words; the connection is closed then. Unknown options and those that mean nothing in the
message are skipped.
"""

from typing import Final

from pydhcpd.failover.message import MESSAGES, Message
from pydhcpd.failover.option import OPTIONS
from pydhcpd.wire.errors import WireError

HEADER_SIZE: Final = 12
LONGEST_MESSAGE: Final = 2048
OPTION_HEAD_SIZE: Final = 4
_FAILOVER: Final = "FAILOVER"


def encode(message: Message) -> bytes:
    """The bytes of a message, its options in the order of its row."""
    parts: list[bytes] = []
    for code in MESSAGES[message.code].options:
        size = OPTIONS[code].size
        if size:
            number = message.numbers.get(code)
            if number is None:
                continue
            value = (number & (1 << 8 * size) - 1).to_bytes(size, "big")
        else:
            data = message.data.get(code)
            if data is None:
                continue
            value = data
        parts.append(code.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value)
    options = b"".join(parts)
    size = HEADER_SIZE + len(options)
    assert size <= LONGEST_MESSAGE, f"a message of {size} bytes"
    return (
        size.to_bytes(2, "big")
        + bytes((message.code, HEADER_SIZE))
        + (message.time & 0xFFFFFFFF).to_bytes(4, "big")
        + (message.xid & 0xFFFFFFFF).to_bytes(4, "big")
        + options
    )


def decode(wire: bytes) -> Message:
    """The message of exactly these bytes; WireError says what is wrong with them."""
    if len(wire) < HEADER_SIZE or int.from_bytes(wire[:2], "big") != len(wire):
        raise WireError(_FAILOVER, "message overflow at header.")
    code = wire[2]
    at = wire[3]
    if at < HEADER_SIZE or at > len(wire):
        raise WireError(_FAILOVER, "message overflow at payload offset.")
    message = Message(
        code, int.from_bytes(wire[4:8], "big"), int.from_bytes(wire[8:12], "big"), {}, {}
    )
    row = MESSAGES.get(code)
    if at < len(wire) and row is None:
        raise WireError(_FAILOVER, f"invalid message type: {code}")
    meant: tuple[int, ...] = () if row is None else row.options
    while at < len(wire):
        at = _take_option(wire, at, meant, message)
    return message


def _take_option(wire: bytes, at: int, meant: tuple[int, ...], message: Message) -> int:
    """Read the option at `at` into the message; where the next one begins."""
    if at + 2 > len(wire):
        raise WireError(_FAILOVER, "message overflow at option code.")
    if at + OPTION_HEAD_SIZE > len(wire):
        raise WireError(_FAILOVER, "message overflow at length.")
    code = int.from_bytes(wire[at : at + 2], "big")
    size = int.from_bytes(wire[at + 2 : at + OPTION_HEAD_SIZE], "big")
    start = at + OPTION_HEAD_SIZE
    end = start + size
    if end > len(wire):
        raise WireError(_FAILOVER, "message overflow at data.")
    row = OPTIONS.get(code)
    if row is None or code not in meant:
        return end
    if code in message.numbers or code in message.data:
        raise WireError(_FAILOVER, f"duplicate option {row.name}")
    if not row.size:
        message.data[code] = wire[start:end]
    elif size == row.size:
        message.numbers[code] = int.from_bytes(wire[start:end], "big")
    else:
        raise WireError(_FAILOVER, f"option size ({size}:{row.size}), option {row.name}")
    return end

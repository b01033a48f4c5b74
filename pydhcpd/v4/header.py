"""The fixed header of replies (RFC 951, RFC 2131 section 2; field by field as observed)."""

from struct import Struct
from typing import Final

from pydhcpd.core.log import INFO
from pydhcpd.core.turn import Turn
from pydhcpd.v4 import loglines
from pydhcpd.v4.message import BOOTREPLY, MINIMUM_REPLY_SIZE
from pydhcpd.v4.packet import Packet

FILE_SIZE: Final = 128
SNAME_SIZE: Final = 64
ADDRESSES_SIZE: Final = 44
EMPTY_FIELDS: Final = bytes(SNAME_SIZE + FILE_SIZE)

# op; htype to secs, copied; flags, ciaddr, yiaddr, siaddr, giaddr; chaddr
_pack_header = Struct("!B9sHIIII16s").pack


def encode_header(
    packet: Packet,
    flags: int,
    ciaddr: int,
    yiaddr: int,
    siaddr: int,
    fields: bytes = EMPTY_FIELDS,
) -> bytes:
    """236 bytes: what is not given is copied from the request; `fields` is sname and file."""
    return encode_addresses(packet, flags, ciaddr, yiaddr, siaddr) + fields


def encode_addresses(packet: Packet, flags: int, ciaddr: int, yiaddr: int, siaddr: int) -> bytes:
    """The 44 bytes before sname."""
    return _pack_header(
        BOOTREPLY,
        packet.payload[1:10],
        flags,
        ciaddr,
        yiaddr,
        siaddr,
        packet.giaddr,
        packet.chaddr,
    )


def name_fields(server_name: bytes | None, filename: bytes | None, turn: Turn | None) -> bytes:
    """sname and file: a name that fills its field has no NUL, and is logged in `turn`, if given."""
    if server_name is None and filename is None:
        return EMPTY_FIELDS
    # dhcpd complains of the file name first.
    file = _field("file", FILE_SIZE, filename, turn)
    return _field("server", SNAME_SIZE, server_name, turn) + file


def pad(payload: bytes) -> bytes:
    """A BOOTP client may drop what is shorter than 300 bytes (RFC 1542 section 2.1)."""
    return payload.ljust(MINIMUM_REPLY_SIZE, b"\0")


def _field(kind: str, size: int, value: bytes | None, turn: Turn | None) -> bytes:
    if value is None:
        return bytes(size)
    if len(value) >= size and turn is not None:
        turn.log.append((INFO, loglines.field_truncated(kind, size, value)))
    return value[:size].ljust(size, b"\0")

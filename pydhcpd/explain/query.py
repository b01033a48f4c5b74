"""The packet that is asked about, as a datagram for the core (RFC 2131 section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Final

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.v4.message import (
    BOOTP,
    BOOTREQUEST,
    INFORM,
    MAGIC_COOKIE,
    MESSAGE_TYPE,
    REQUESTED_ADDRESS,
)
from pydhcpd.v4.packet import MAXIMUM_HLEN
from pydhcpd.wire.address import address_bytes

XID: Final = 0x70640001
LONGEST_CHUNK: Final = 255
END: Final = b"\xff"
_HEADER: Final = Struct("!BBBBIHHIIII16s64s128s")


@dataclass(frozen=True, slots=True)
class Query:
    """`kind` is the message type, BOOTP for none; `hardware` type byte and address.

    `options` are those of the dhcp space by code, encoded. `requested` is the address asked for,
    for a DHCPINFORM the client's own; `relay` the giaddr, 0 for none.
    """

    kind: int
    hardware: bytes
    options: Mapping[int, bytes]
    requested: int | None
    relay: int
    interface: Interface


def datagram_of(query: Query) -> Datagram:
    """The packet as it comes in."""
    own = (query.requested or 0) if query.kind == INFORM else 0
    address = query.hardware[1:][:MAXIMUM_HLEN]
    header = _HEADER.pack(
        BOOTREQUEST,
        query.hardware[0],
        len(address),
        1 if query.relay else 0,
        XID,
        0,
        0,
        own,
        0,
        0,
        query.relay,
        address,
        b"",
        b"",
    )
    return Datagram(header + _option_area(query), query.interface, query.relay or own)


def _option_area(query: Query) -> bytes:
    options = dict(query.options)
    if query.kind != BOOTP:
        options = {MESSAGE_TYPE: bytes((query.kind,)), **options}
        if query.requested is not None and query.kind != INFORM:
            options.setdefault(REQUESTED_ADDRESS, address_bytes(query.requested))
    elif not options:
        return b""
    area = b"".join([_encode(code, value) for code, value in options.items()])
    return MAGIC_COOKIE + area + END


def _encode(code: int, value: bytes) -> bytes:
    """One option; a long value goes into several (RFC 3396)."""
    chunks = [value[at : at + LONGEST_CHUNK] for at in range(0, len(value), LONGEST_CHUNK)]
    return b"".join([bytes((code, len(chunk))) + chunk for chunk in chunks or [b""]])

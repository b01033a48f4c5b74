"""The clients' packets (RFC 2131 section 2), made before the clock runs, and the replies' fields.

A client is a number, and its hardware address, client identifier and host name follow from it.
All packets have the same length and keep their fields at the same place.
"""

from __future__ import annotations

from typing import Final

from conformance.bench.network import RELAY_ADDRESS

DISCOVER: Final = 1
OFFER: Final = 2
REQUEST: Final = 3
ACK: Final = 5
NAK: Final = 6

TYPE_AT: Final = 242
PACKET_SIZE: Final = 300  # BOOTP's least size (RFC 1542 section 2.1), as most clients pad to
FIRST_POOL_ADDRESS: Final = 10 << 24 | 65 << 16

_COOKIE: Final = b"\x63\x82\x53\x63"
_PARAMETER_REQUEST_LIST: Final = bytes((55, 9, 1, 3, 6, 12, 15, 28, 51, 58, 59))
_NO_ADDRESS: Final = bytes(4)
_RELAY: Final = bytes(int(part) for part in RELAY_ADDRESS.split("."))


def hardware_address(client: int) -> bytes:
    """A locally administered Ethernet address."""
    return b"\x02\x50\x44" + client.to_bytes(3, "big")


def host_name(client: int) -> bytes:
    return b"c%06x" % client


def leased_address(client: int) -> bytes:
    """The address the prepared leases file gives to `client`."""
    return (FIRST_POOL_ADDRESS + client).to_bytes(4, "big")


def discover(client: int, xid: int) -> bytes:
    """DHCPDISCOVER as a relay agent passes it on."""
    return _packet(client, xid, DISCOVER, 1, _NO_ADDRESS, _RELAY)


def renewal(client: int, xid: int) -> bytes:
    """DHCPREQUEST in state RENEWING: ciaddr set, unicast, no relay (RFC 2131 section 4.3.2)."""
    return _packet(client, xid, REQUEST, 0, leased_address(client), _NO_ADDRESS)


# DISCOVER and REQUEST differ in the message type and in the two options added at the end.
OPTIONS_END: Final = TYPE_AT + 1 + 9 + 9 + len(_PARAMETER_REQUEST_LIST)
REQUESTED_ADDRESS: Final = b"\x32\x04"
SERVER_IDENTIFIER: Final = b"\x36\x04"
REQUEST_TAIL: Final = b"\xff".ljust(PACKET_SIZE - OPTIONS_END - 12, b"\0")


def request(discovered: bytes, address: bytes, server: bytes) -> bytes:
    """DHCPREQUEST in state SELECTING, made of the client's own DISCOVER."""
    return (
        discovered[:TYPE_AT]
        + b"\x03"
        + discovered[TYPE_AT + 1 : OPTIONS_END]
        + REQUESTED_ADDRESS
        + address
        + SERVER_IDENTIFIER
        + server
        + REQUEST_TAIL
    )


def read_options(reply: bytes) -> tuple[int, bytes]:
    """Message type and server identifier of a reply that does not begin with these two."""
    kind, server, place = 0, _NO_ADDRESS, TYPE_AT - 2
    while place + 1 < len(reply) and reply[place] != 255:
        if reply[place] == 0:
            place += 1
            continue
        value = reply[place + 2 : place + 2 + reply[place + 1]]
        if reply[place] == 53 and len(value) == 1:
            kind = value[0]
        elif reply[place] == 54:
            server = value
        place += 2 + reply[place + 1]
    return kind, server


def _packet(client: int, xid: int, kind: int, hops: int, ciaddr: bytes, giaddr: bytes) -> bytes:
    hardware = hardware_address(client)
    fixed = (
        bytes((1, 1, 6, hops))
        + xid.to_bytes(4, "big")
        + bytes(4)  # secs, flags
        + ciaddr
        + bytes(8)  # yiaddr, siaddr
        + giaddr
        + hardware.ljust(16, b"\0")
        + bytes(192)  # sname, file
    )
    options = (
        bytes((53, 1, kind))
        + b"\x3d\x07\x01"
        + hardware
        + b"\x0c\x07"
        + host_name(client)
        + _PARAMETER_REQUEST_LIST
        + b"\xff"
    )
    return (fixed + _COOKIE + options).ljust(PACKET_SIZE, b"\0")

"""A simulated DHCP client: DISCOVER, OFFER, REQUEST, ACK (RFC 2131 section 3.1), no sockets.

Messages go in, messages come out; who sends them, and when again, is the business of
`exchange.py`.
"""

import struct
from dataclasses import dataclass
from typing import Final, final

from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.errors import WireError

BOOTREQUEST: Final = 1
BOOTREPLY: Final = 2
ETHERNET: Final = 1
MAGIC_COOKIE: Final = b"\x63\x82\x53\x63"
# RFC 2131 figure 1: op to giaddr, chaddr, sname and file
HEADER: Final = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")

DISCOVER: Final = 1
OFFER: Final = 2
REQUEST: Final = 3
ACK: Final = 5
NAK: Final = 6

PAD: Final = 0
ROUTERS: Final = 3
DOMAIN_NAME_SERVERS: Final = 6
HOST_NAME: Final = 12
REQUESTED_ADDRESS: Final = 50
LEASE_TIME: Final = 51
MESSAGE_TYPE: Final = 53
SERVER_IDENTIFIER: Final = 54
PARAMETER_REQUEST_LIST: Final = 55
MAXIMUM_MESSAGE_SIZE: Final = 57
END: Final = 255

# Subnet mask, routers, DNS, host name, domain name, broadcast address
ASKED_FOR: Final = bytes((1, ROUTERS, DOMAIN_NAME_SERVERS, HOST_NAME, 15, 28))
INFINITE: Final = 0xFFFFFFFF


@final
@dataclass(frozen=True, slots=True)
class Reply:
    """What a client reads of a server's message; options by code."""

    xid: int
    hardware: bytes
    yiaddr: bytes
    options: dict[int, bytes]

    @property
    def message_type(self) -> int:
        """OFFER, ACK or NAK; 0 when the option is missing or not one byte."""
        value = self.options.get(MESSAGE_TYPE, b"")
        return value[0] if len(value) == 1 else 0

    @property
    def address(self) -> str:
        """The address offered or leased."""
        return format_ipv4(int.from_bytes(self.yiaddr, "big"))

    @property
    def lease_time(self) -> str:
        """The lease time in words: `1800 s`, `infinite`."""
        seconds = int.from_bytes(self.options.get(LEASE_TIME, b""), "big")
        return "infinite" if seconds == INFINITE else f"{seconds} s"

    @property
    def host_name(self) -> str:
        """The host name that the server gives; empty when it gives none."""
        return self.options.get(HOST_NAME, b"").decode("ascii", "replace")

    def addresses(self, code: int) -> str:
        """An option that lists addresses, in words."""
        value = self.options.get(code, b"")
        whole = len(value) - len(value) % 4
        quads = (value[at : at + 4] for at in range(0, whole, 4))
        return ", ".join(format_ipv4(int.from_bytes(quad, "big")) for quad in quads)


def read_reply(message: bytes) -> Reply:
    """The reply that a UDP payload holds."""
    if len(message) < HEADER.size + len(MAGIC_COOKIE):
        raise WireError("reply", f"only {len(message)} bytes")
    if message[HEADER.size : HEADER.size + len(MAGIC_COOKIE)] != MAGIC_COOKIE:
        raise WireError("reply", "no magic cookie")
    fields = HEADER.unpack_from(message)
    if fields[0] != BOOTREPLY:
        raise WireError("reply", f"op {fields[0]}")
    options = _read_options(message, HEADER.size + len(MAGIC_COOKIE))
    return Reply(fields[4], fields[11][: fields[2]], fields[8], options)


def _read_options(message: bytes, at: int) -> dict[int, bytes]:
    options: dict[int, bytes] = {}
    while at < len(message) and message[at] != END:
        code = message[at]
        if code == PAD:
            at += 1
            continue
        if at + 2 > len(message) or at + 2 + message[at + 1] > len(message):
            raise WireError(f"option {code}", "runs past the end of the message")
        end = at + 2 + message[at + 1]
        # RFC 3396: an option that comes in several pieces is their concatenation.
        options[code] = options.get(code, b"") + message[at + 2 : end]
        at = end
    return options


@final
class SimulatedClient:
    """One client on its way to a lease: SELECTING, REQUESTING, BOUND (RFC 2131 figure 5).

    `name` goes to the server as host name. `lease` is the ACK once there is one.
    """

    __slots__ = ("_offer", "hardware", "lease", "name", "xid")

    def __init__(self, hardware: bytes, name: str, xid: int) -> None:
        self.hardware: Final = hardware
        self.name: Final = name
        self.xid: Final = xid
        self.lease: Reply | None = None
        self._offer: Reply | None = None

    def next_message(self) -> bytes | None:
        """What the client says now, for the first time or again; None once it is BOUND."""
        if self.lease is not None:
            return None
        if self._offer is None:
            return self._message(DISCOVER, b"")
        server = self._offer.options.get(SERVER_IDENTIFIER, b"")
        asked = _option(REQUESTED_ADDRESS, self._offer.yiaddr)
        return self._message(REQUEST, _option(SERVER_IDENTIFIER, server) + asked)

    def receive(self, reply: Reply) -> bool:
        """Take a reply in; True when it moved the client on to its next message."""
        if reply.xid != self.xid or reply.hardware != self.hardware or self.lease is not None:
            return False
        kind = reply.message_type
        if kind == OFFER and self._offer is None:
            self._offer = reply
            return True
        if kind == ACK and self._offer is not None:
            self.lease = reply
            return True
        if kind == NAK and self._offer is not None:
            self._offer = None
            return True
        return False

    def _message(self, message_type: int, options: bytes) -> bytes:
        nowhere = bytes(4)
        hardware = self.hardware
        # Broadcast flag off: the reply comes as a frame to the client's own hardware address.
        header = HEADER.pack(
            *(BOOTREQUEST, ETHERNET, len(hardware), 0, self.xid, 0, 0),
            *(nowhere, nowhere, nowhere, nowhere, hardware, b"", b""),
        )
        return b"".join(
            (
                header,
                MAGIC_COOKIE,
                _option(MESSAGE_TYPE, bytes((message_type,))),
                options,
                _option(MAXIMUM_MESSAGE_SIZE, (1500).to_bytes(2, "big")),
                _option(HOST_NAME, self.name.encode("ascii")),
                _option(PARAMETER_REQUEST_LIST, ASKED_FOR),
                bytes((END,)),
            )
        ).ljust(300, b"\0")  # the least that BOOTP relays and servers let through (RFC 1542)


def _option(code: int, value: bytes) -> bytes:
    return bytes((code, len(value))) + value

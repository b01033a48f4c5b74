"""A request as the v4 core sees it: BOOTP header and options decoded (RFC 2131 section 2).

Which defects drop a packet, and with which line, is dhcpd's (observed); anything else that is
odd is let through: op and hops of DHCP messages, missing End, wrong lengths of options.
"""

from struct import Struct
from typing import Final, final

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.log import DEBUG, ERR, INFO, LogLine
from pydhcpd.lease.lease import Lease
from pydhcpd.options.decode import parse_options, parse_suboptions
from pydhcpd.options.space import AGENT, OptionSpaces
from pydhcpd.v4 import loglines
from pydhcpd.v4.message import (
    ACK,
    CLIENT_IDENTIFIER,
    FIXED_HEADER_SIZE,
    HOST_NAME,
    MAGIC_COOKIE,
    MESSAGE_TYPE,
    NAK,
    OFFER,
    OPTION_OVERLOAD,
    RELAY_AGENT_INFORMATION,
    REQUESTED_ADDRESS,
)
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.errors import WireError
from pydhcpd.wire.hardware import NO_HARDWARE_TYPE

MAXIMUM_HLEN: Final = 16
MAXIMUM_PRINTED_TEXT: Final = 57
MAXIMUM_PRINTED_BYTES: Final = 20
# By bit of option 52: where `file` and `sname` begin and end
OVERLOADED_FIELDS: Final = ((1, (108, 236)), (2, (44, 108)))
REPLY_KINDS: Final = (bytes((OFFER,)), bytes((ACK,)), bytes((NAK,)))
NO_OPTIONS: Final[dict[int, bytes]] = {}
NO_AGENT_OPTIONS: Final[dict[int, bytes]] = {}

# htype, hlen; flags, ciaddr; giaddr
_unpack_header = Struct("!xBB7xHI8xI").unpack_from


@final
class Packet:
    """One request. `hardware` is type byte and address; `agent` the sub-options of option 82.

    `via` is where it came through: the relay, else the interface. `requested_address` is option
    50.
    """

    __slots__ = (
        "agent",
        "chaddr",
        "ciaddr",
        "client_identifier",
        "flags",
        "giaddr",
        "hardware",
        "hardware_text",
        "hlen",
        "htype",
        "interface",
        "is_agent_stashed",
        "is_null_terminating",
        "message_type",
        "options",
        "payload",
        "requested_address",
        "source",
        "via",
    )

    def __init__(self, datagram: Datagram) -> None:
        payload = datagram.payload
        (
            self.htype,
            self.hlen,
            self.flags,
            self.ciaddr,
            self.giaddr,
        ) = _unpack_header(payload)
        self.payload: Final = payload
        self.interface: Final[Interface] = datagram.interface
        self.source: Final = datagram.source
        self.chaddr: Final = payload[28:44]
        address = payload[28 : 28 + self.hlen]
        self.hardware: Final = payload[1:2] + address
        # As log lines print it; not through a cache, since most clients are new under load.
        self.hardware_text: Final = address.hex(":")
        self.via: Final = format_ipv4(self.giaddr) if self.giaddr else datagram.interface.name
        self.requested_address: int | None = None
        self.options = NO_OPTIONS
        self.agent = NO_AGENT_OPTIONS
        self.is_agent_stashed = False
        self.is_null_terminating = False
        self.message_type = 0
        self.client_identifier: bytes | None = None

    @property
    def op(self) -> int:
        """BOOTREQUEST, or whatever the sender has put there."""
        return self.payload[0]

    @property
    def secs(self) -> int:
        """Seconds since the client began."""
        return int.from_bytes(self.payload[8:10], "big")

    @property
    def has_options(self) -> bool:
        """The vendor area is one of options (RFC 1048)."""
        return self.payload[236:240] == MAGIC_COOKIE

    def sender(self, lease: Lease | None) -> str:
        """How log lines name the client: by hardware, or where that has no type by uid."""
        if self.htype:
            return self.hardware_text
        return NO_HARDWARE_TYPE if lease is None else identifier_text(lease.uid or b"")

    def agent_option(self, code: int) -> bytes | None:
        """A sub-option of the relay agent information."""
        return self.agent.get(code)


def identifier_text(identifier: bytes) -> str:
    """A client identifier as log lines print it: quoted if every byte prints, else in hex.

    Quoted text is cut; of what is too long in hex nothing is printed (observed).
    """
    text = identifier.decode("latin-1")
    if text.isascii() and text.isprintable():
        return f'"{text[:MAXIMUM_PRINTED_TEXT]}"'
    return identifier.hex(":") if len(identifier) <= MAXIMUM_PRINTED_BYTES else ""


def parse_packet(datagram: Datagram, spaces: OptionSpaces, log: list[LogLine]) -> Packet | None:
    """The request in a datagram, or None when dhcpd drops it; says so in `log` when dhcpd does."""
    payload = datagram.payload
    if len(payload) < FIXED_HEADER_SIZE:
        return None
    packet = Packet(datagram)
    if packet.hlen > MAXIMUM_HLEN:
        log.append((INFO, loglines.BOGUS_HLEN))
        return None
    if payload[236:240] == MAGIC_COOKIE:
        options = packet.options = {}
        try:
            packet.is_null_terminating = parse_options(
                payload, 240, options, spaces.dhcp.text_codes
            )
            if OPTION_OVERLOAD in options:
                _parse_overloaded(packet, options, spaces)
        except WireError as error:
            log.append((ERR, f"parse_option_buffer: {error}"))
            if options.get(MESSAGE_TYPE, b"")[:1] not in REPLY_KINDS:
                return None
            packet.is_null_terminating = False
        if RELAY_AGENT_INFORMATION in options:
            _parse_agent(packet, options[RELAY_AGENT_INFORMATION], spaces, log)
        message_type = options.get(MESSAGE_TYPE)
        if message_type:
            packet.message_type = message_type[0]
        requested = options.get(REQUESTED_ADDRESS)
        if requested:
            # Too short a value is filled up with zeros, of a long one the rest is ignored
            # (observed).
            packet.requested_address = int.from_bytes(requested[:4].ljust(4, b"\0"), "big")
        if HOST_NAME in options and not options[HOST_NAME]:
            log.append((DEBUG, loglines.EMPTY_HOST_NAME))
            del options[HOST_NAME]
        identifier = options.get(CLIENT_IDENTIFIER)
        if identifier is not None:
            if len(identifier) < 2:
                return _with_short_identifier(packet, identifier, log)
            packet.client_identifier = identifier
            return packet
    if packet.hlen == 0:
        log.append((DEBUG, loglines.NO_IDENTIFIER))
    return packet


def _parse_overloaded(packet: Packet, options: dict[int, bytes], spaces: OptionSpaces) -> None:
    """Decode the options in the fields that option 52 names."""
    text_codes = spaces.dhcp.text_codes
    overload = int.from_bytes(options[OPTION_OVERLOAD][:1], "big")
    for bit, (start, end) in OVERLOADED_FIELDS:
        if overload & bit:
            packet.is_null_terminating |= parse_options(
                packet.payload[:end], start, options, text_codes
            )


def _parse_agent(packet: Packet, value: bytes, spaces: OptionSpaces, log: list[LogLine]) -> None:
    """Decode option 82; the sub-options before a broken one count (observed)."""
    packet.agent = {}
    try:
        parse_suboptions(value, spaces.spaces[AGENT], packet.agent)
    except WireError as error:
        log.append((ERR, f"parse_option_buffer: {error}"))


def _with_short_identifier(packet: Packet, identifier: bytes, log: list[LogLine]) -> Packet | None:
    if not identifier:
        log.append((DEBUG, loglines.EMPTY_CLIENT_IDENTIFIER))
        return None
    log.append((DEBUG, loglines.SHORT_CLIENT_IDENTIFIER))
    packet.client_identifier = identifier
    return packet

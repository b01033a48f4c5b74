"""The OFFER, ACK and dynamic BOOTREPLY as bytes (RFC 2131 section 4.3.1, table 3).

The common reply is one header and a few concatenations: what depends only on the scope, the
parameter request list and the subnet is encoded once and kept with the scope. Whatever is out
of the ordinary (overload, splitting, NUL termination) is built option by option.
"""

from typing import Final

from pydhcpd.core.log import ERR, LogLine
from pydhcpd.core.turn import Reply, Turn
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.agent import agent_value
from pydhcpd.v4.destination import address_reply
from pydhcpd.v4.effective import REPLIES_LIMIT, ReplyParts
from pydhcpd.v4.granted import Granted
from pydhcpd.v4.header import ADDRESSES_SIZE, encode_addresses, encode_header, name_fields, pad
from pydhcpd.v4.identity import server_identifier
from pydhcpd.v4.order import MANDATORY
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.packing import (
    END,
    bootp_room,
    encode_agent,
    encode_plain,
    file_field,
    message_room,
    option_area,
    pack,
    sname_field,
)
from pydhcpd.v4.service import Service
from pydhcpd.v4.values import complain_of_vendor_space, order_values, reply_values
from pydhcpd.wire.address import address_bytes

# 53, 54 and 51 stand at the head of every OFFER and ACK.
HEAD_SIZE: Final = 3 + 6 + 6
# A tail up to this size fits whatever the client's maximum message size (packing.fits_plain).
PLAIN_TAIL_LIMIT: Final = message_room(0, 0) - HEAD_SIZE - 4
LEASE_TIME_HEAD: Final = bytes((message.LEASE_TIME, 4))
LEASE_TIME_SIZE: Final = 4
# Kept where concatenation does not do.
NO_PARTS: Final[ReplyParts] = (b"", b"", b"")


def build_reply(
    service: Service,
    packet: Packet,
    granted: Granted,
    now: int,
    is_held: bool,
    line: LogLine,
    turn: Turn,
) -> Reply:
    """The addressed reply for what was granted."""
    effective = granted.effective
    identifier = server_identifier(effective, packet.interface)
    flags = packet.flags
    if effective.parameters.always_broadcast:
        flags |= message.BROADCAST_FLAG
    remaining_s = granted.ends - now if granted.ends > now else 0
    payload = b""
    if effective.is_plain and not packet.is_null_terminating:
        payload = _build_plain(service, packet, granted, flags, identifier, remaining_s)
    if not payload:
        payload = _build_in_full(service, packet, granted, flags, identifier, now, turn)
    return address_reply(
        service,
        packet,
        payload,
        granted.kind,
        flags,
        granted.lease.address,
        granted.subnet.network,
        identifier,
        is_held,
        line,
    )


def _build_plain(
    service: Service,
    packet: Packet,
    granted: Granted,
    flags: int,
    identifier: int,
    remaining_s: int,
) -> bytes:
    """The whole payload from kept parts; empty when more than the parameter request list shapes
    the options, or when they do not fit plainly."""
    options = packet.options
    if message.SUBNET_SELECTION in options or granted.kind == message.BOOTP:
        return b""
    effective = granted.effective
    requested = options.get(message.PARAMETER_REQUEST_LIST)
    key = (requested, granted.subnet, granted.kind, identifier)
    kept = effective.replies.get(key)
    if kept is None:
        kept = _encode_kept(service, packet, granted, identifier, remaining_s)
        if len(effective.replies) >= REPLIES_LIMIT:
            effective.replies.clear()
        effective.replies[key] = kept
    head, tail, end = kept
    if not head:
        return b""
    addresses = encode_addresses(
        packet,
        flags,
        packet.ciaddr,
        granted.lease.address,
        effective.parameters.next_server or 0,
    )
    time = remaining_s.to_bytes(4, "big")
    # The configuration may set agent options, too.
    agent = agent_value(packet, effective) if packet.agent or effective.others else b""
    if not agent:
        return addresses + head + time + end
    return pad(addresses + head + time + tail + encode_agent(agent) + END)


def _encode_kept(
    service: Service, packet: Packet, granted: Granted, identifier: int, remaining_s: int
) -> ReplyParts:
    """All but the addresses, the value of option 51 and option 82; NO_PARTS if the options or
    the names need more than concatenation."""
    parameters = granted.effective.parameters
    values = reply_values(service, packet, granted, identifier, remaining_s)
    codes = order_values(service, packet, granted.effective, values, True)
    if parameters.vendor_option_space is not None:
        complaint = Turn()
        complain_of_vendor_space(service, granted.effective, codes, complaint)
        if complaint.log:
            return NO_PARTS
    first = (message.MESSAGE_TYPE, message.SERVER_IDENTIFIER, message.LEASE_TIME)
    assert tuple(codes[: len(first)]) == first == MANDATORY[: len(first)], "these come first"
    tail = encode_plain(codes[len(first) :], values)
    if tail is None or len(tail) > PLAIN_TAIL_LIMIT:
        return NO_PARTS
    names = Turn()
    head = (
        name_fields(parameters.server_name, parameters.filename, names)
        + message.MAGIC_COOKIE
        + bytes((message.MESSAGE_TYPE, 1, granted.kind, message.SERVER_IDENTIFIER, 4))
        + address_bytes(identifier)
        + LEASE_TIME_HEAD
    )
    if names.log:
        # A name that is cut off has its line in every reply.
        return NO_PARTS
    size = message.MINIMUM_REPLY_SIZE - ADDRESSES_SIZE - len(head) - LEASE_TIME_SIZE
    return head, tail, (tail + END).ljust(size, b"\0")


def _build_in_full(
    service: Service,
    packet: Packet,
    granted: Granted,
    flags: int,
    identifier: int,
    now: int,
    turn: Turn,
) -> bytes:
    """The whole payload, option by option."""
    effective = granted.effective
    parameters = effective.parameters
    agent = agent_value(packet, effective)
    remaining_s = max(granted.ends - now, 0)
    values = reply_values(service, packet, granted, identifier, remaining_s)
    if parameters.get_lease_hostnames and message.HOST_NAME not in values:
        _add_host_name(service, granted.lease.address, values, now, turn)
    codes = order_values(service, packet, effective, values, granted.kind != message.BOOTP)
    complain_of_vendor_space(service, effective, codes, turn)
    if granted.kind == message.BOOTP and not option_57(packet, values):
        room = bootp_room(len(packet.payload))
    else:
        room = message_room(option_57(packet, values), len(encode_agent(agent)))
    can_overload = granted.kind != message.BOOTP
    packed = pack(
        codes,
        values,
        room,
        can_overload and parameters.filename is None,
        can_overload and parameters.server_name is None,
    )
    fields = name_fields(parameters.server_name, parameters.filename, turn)
    if packed.file is not None or packed.sname is not None:
        fields = sname_field(packed, parameters.server_name or b"") + file_field(
            packed, parameters.filename or b""
        )
    header = encode_header(
        packet,
        flags,
        packet.ciaddr,
        granted.lease.address,
        parameters.next_server or 0,
        fields,
    )
    return pad(header + option_area(packed, agent, room))


def _add_host_name(
    service: Service, address: int, values: dict[int, bytes], now: int, turn: Turn
) -> None:
    """The name that the resolver gave the address; if nobody asked so far, ask."""
    name = service.host_names.find(address, now)
    if name:
        values[message.HOST_NAME] = name
    elif name is None:
        turn.lookups.append(address)
    else:
        turn.log.append((ERR, loglines.no_host_name(address)))


def option_57(packet: Packet, values: dict[int, bytes]) -> int:
    """The client's maximum message size, else the configured one, else 0.

    One that is too short counts as none at all, but keeps the configured one out (observed).
    """
    size = packet.options.get(message.MAX_MESSAGE_SIZE)
    if size is None:
        size = values.get(message.MAX_MESSAGE_SIZE, b"")
    return int.from_bytes(size[:2], "big") if len(size) >= 2 else 0

"""BOOTP (RFC 951, RFC 1534): packets without a DHCP message type.

A fixed address gets a reply of its own form; anybody else a dynamic lease, if a pool permits.
"""

from typing import Final

from pydhcpd.core.log import INFO
from pydhcpd.core.turn import RAW, UDP, Reply, Turn
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.allocate import allocate_lease
from pydhcpd.v4.client import Client
from pydhcpd.v4.destination import ETHERNET_HLEN, LOOPBACK
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.event import NOTHING_KEPT, run_commit
from pydhcpd.v4.execution import execute_scopes, finish_options
from pydhcpd.v4.grant import grant_lease
from pydhcpd.v4.header import FILE_SIZE, encode_header, name_fields, pad
from pydhcpd.v4.hosts import FixedAddress
from pydhcpd.v4.identity import server_identifier
from pydhcpd.v4.lookup import Found, find_lease, fixed_lease
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.packing import bootp_room, message_room, option_area, pack
from pydhcpd.v4.partner import leaves_to_partner, may_keep
from pydhcpd.v4.refusal import is_refused
from pydhcpd.v4.reply import option_57
from pydhcpd.v4.service import Service
from pydhcpd.v4.values import add_encapsulated, complain_of_vendor_space, order_all
from pydhcpd.wire.address import address_bytes
from pydhcpd.wire.moment import Moment

SITE: Final = "bootp.c:405"
NO_DYNAMIC_LEASES: Final = ": BOOTP from dynamic client and no dynamic leases"
FILE_AT: Final = 108
OPTIONS_AT: Final = 236


def serve_bootp(service: Service, client: Client, moment: Moment, turn: Turn) -> None:
    """BOOTREPLY, from a host declaration or from a pool."""
    packet = client.packet
    if packet.op != message.BOOTREQUEST:
        return
    prefix = loglines.bootrequest(packet.hardware_text, packet.via)
    if client.network is None:
        turn.log.append((INFO, f"{prefix}: network unknown"))
        return
    now = moment.seconds
    found = find_lease(service, client, client.network, now, turn).found
    if found is not None and found.fixed is not None:
        _serve_fixed(service, client, found.fixed, prefix, now, turn)
        return
    if service.partners and found is not None and found.pool is not None:
        partner = service.partners.get(found.pool.index)
        if partner is not None and not may_keep(partner, found.lease, now):
            found = None
    if found is None:
        found = allocate_lease(service, client, client.network, now, turn)
    if found is None:
        turn.log.append((INFO, prefix + NO_DYNAMIC_LEASES))
        return
    if service.partners and found.pool is not None:
        partner = service.partners.get(found.pool.index)
        if partner is not None and leaves_to_partner(
            service, client, found.pool, partner, prefix, turn
        ):
            return
    grant_lease(service, client, found, message.BOOTP, prefix, moment, turn)


def _serve_fixed(
    service: Service, client: Client, fixed: FixedAddress, prefix: str, now: int, turn: Turn
) -> None:
    packet = client.packet
    found = Found(fixed_lease(fixed, packet), None, fixed.host, fixed)
    effective, kept = execute_scopes(service, client, found, fixed.subnet, NOTHING_KEPT, now, turn)
    if is_refused(packet, effective.parameters, fixed.host, prefix, turn):
        return
    run_commit(client.context, kept, fixed.address, 0, now, turn)
    finish_options(service, client, effective, turn)
    reply = _build(service, packet, fixed, effective, turn)
    turn.log.append((INFO, prefix))
    turn.replies.append(reply)


def _build(
    service: Service, packet: Packet, fixed: FixedAddress, effective: Effective, turn: Turn
) -> Reply:
    parameters = effective.parameters
    identifier = server_identifier(effective, packet.interface)
    # Here siaddr defaults to this server, unlike in DHCP replies (observed).
    siaddr = parameters.next_server or (packet.interface.addresses or (0,))[0]
    # Too long a name is cut without a word, unlike in DHCP replies (observed).
    fields = name_fields(parameters.server_name, parameters.filename, None)
    if parameters.filename is None:
        fields = fields[:-FILE_SIZE] + packet.payload[FILE_AT:OPTIONS_AT]
    header = encode_header(packet, packet.flags, packet.ciaddr, fixed.address, siaddr, fields)
    if packet.has_options or parameters.always_reply_rfc1048:
        options = _options(service, packet, fixed, effective, turn)
    else:
        # Not RFC 1048: the vendor area goes back as it came.
        options = packet.payload[OPTIONS_AT:]
    line = (
        INFO,
        loglines.bootp_reply(fixed.address, fixed.host.name, packet.hardware_text, packet.via),
    )
    path, destination, port = RAW, fixed.address, service.client_port
    hardware = packet.chaddr[:ETHERNET_HLEN]
    if packet.giaddr:
        path, destination = UDP, packet.giaddr
        if packet.giaddr != LOOPBACK:
            port = service.server_port
    elif packet.flags & message.BROADCAST_FLAG:
        # IP broadcast, but still to the client's own hardware address (observed).
        destination = service.broadcast_address
    if packet.hlen != ETHERNET_HLEN:
        hardware = message.ETHERNET_BROADCAST
    payload = pad(header + options)
    return Reply(
        payload,
        packet.interface,
        path,
        destination,
        port,
        identifier,
        hardware,
        False,
        line,
        SITE,
    )


def _options(
    service: Service, packet: Packet, fixed: FixedAddress, effective: Effective, turn: Turn
) -> bytes:
    """All that is set, as far as it fits; the parameter request list does not count."""
    values = dict(effective.dhcp)
    values.setdefault(message.SUBNET_MASK, address_bytes(fixed.subnet.mask))
    if effective.parameters.use_host_decl_names:
        values.setdefault(message.HOST_NAME, fixed.host.name.encode("latin-1"))
    add_encapsulated(service, effective, values)
    codes = order_all(service, effective, values)
    complain_of_vendor_space(service, effective, codes, turn)
    size = option_57(packet, values)
    room = message_room(size, 0) if size else bootp_room(len(packet.payload))
    return option_area(pack(codes, values, room, False, False), b"", room)

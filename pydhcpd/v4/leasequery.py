"""DHCPLEASEQUERY (RFC 4388): a relay asks who holds an address, or what a client holds."""

from typing import Final

from pydhcpd.core.command import NO_ADDRESS
from pydhcpd.core.log import INFO
from pydhcpd.core.turn import UDP, Reply, Turn
from pydhcpd.lease.lease import ACTIVE, Lease
from pydhcpd.lease.longchain import NAMED_KIND, NAMELESS_KIND, LongChain
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.agent import encode_suboptions
from pydhcpd.v4.client import Client
from pydhcpd.v4.destination import LOOPBACK, SITE_RELAYED
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.identity import server_identifier
from pydhcpd.v4.order import order_unrequested
from pydhcpd.v4.outcome import hand_over
from pydhcpd.v4.packet import Packet, identifier_text
from pydhcpd.v4.packing import encode_agent, message_room, option_area, pack
from pydhcpd.v4.reply import option_57
from pydhcpd.v4.service import Service
from pydhcpd.wire.address import address_bytes, format_ipv4
from pydhcpd.wire.moment import Moment

MAXIMUM_ASSOCIATED: Final = 40
# Of a client that has very many leases no more than these are counted.
MAXIMUM_COUNTED: Final = 1000
VENDOR_CLASS_VARIABLE: Final = "vendor-class-identifier"


def serve_leasequery(service: Service, client: Client, moment: Moment, turn: Turn) -> None:
    """LEASEACTIVE, LEASEUNASSIGNED or LEASEUNKNOWN to the relay that asks."""
    packet = client.packet
    origin = f"DHCPLEASEQUERY from {format_ipv4(packet.giaddr)}"
    if not packet.giaddr:
        ciaddr = format_ipv4(packet.ciaddr)
        turn.log.append((INFO, f"{origin}: missing giaddr, ciaddr is {ciaddr}, no reply sent"))
        return
    effective = _relay_scope(service, client)
    effective.finish(client.context, None)
    hand_over(client.context, NO_ADDRESS, turn)
    if not effective.parameters.leasequery:
        turn.log.append((INFO, f"{origin}: LEASEQUERY not allowed, query ignored"))
        return
    what, lease, others = _find(service, packet)
    if len(others) > MAXIMUM_ASSOCIATED:
        text = loglines.leasequery_too_many(len(others), what, MAXIMUM_ASSOCIATED)
        turn.log.append((INFO, text))
    turn.log.append((INFO, f"{origin} for {what}"))
    reply = _build(service, packet, effective, what, lease, others, moment.seconds)
    turn.replies.append(reply)


def _relay_scope(service: Service, client: Client) -> Effective:
    subnet = service.configuration.find_subnet(client.packet.giaddr)
    scope = service.configuration.scope if subnet is None else subnet.scope
    return service.scopes.effective(scope, None, client.classes, None, client.context)


def _find(service: Service, packet: Packet) -> tuple[str, Lease | None, tuple[Lease, ...]]:
    """What is asked for in words, its lease, and the client's other active leases."""
    store = service.store
    if packet.ciaddr:
        pool = service.configuration.find_pool(packet.ciaddr)
        lease = store.lease_of(packet.ciaddr) if pool is not None else None
        return f"IP {format_ipv4(packet.ciaddr)}", lease, ()
    if packet.client_identifier is not None:
        what = f"client-id {identifier_text(packet.client_identifier)}"
        leases = store.by_uid(packet.client_identifier)
    else:
        what = f"MAC address {packet.hardware_text}"
        leases = store.by_hardware(packet.hardware)
    if not leases:
        return what, None, ()
    # An active lease before others, then the one that ends last, then the first (observed).
    if isinstance(leases, LongChain):
        newest = leases.latest()
        active = leases.first_of_kinds((NAMELESS_KIND, NAMED_KIND), 1 + MAXIMUM_COUNTED)
    else:
        newest = max(leases, key=lambda lease: (lease.state == ACTIVE, lease.ends))
        active = [lease for lease in leases if lease.state == ACTIVE]
    others = [lease for lease in active if lease is not newest]
    return what, newest, tuple(others[:MAXIMUM_COUNTED])


def _build(
    service: Service,
    packet: Packet,
    effective: Effective,
    what: str,
    lease: Lease | None,
    others: tuple[Lease, ...],
    now: int,
) -> Reply:
    identifier = server_identifier(effective, packet.interface)
    if lease is not None and lease.state == ACTIVE:
        kind = message.LEASEACTIVE
        options = _active_options(packet, lease, others, identifier, now)
    else:
        kind = message.LEASEUNASSIGNED if lease is not None else message.LEASEUNKNOWN
        options = _scope_options(packet, effective, kind, identifier)
    name = message.TYPE_NAMES[kind]
    line = f"{name} to {format_ipv4(packet.giaddr)} for {what} ({len(others)} associated IPs)"
    port = service.client_port if packet.giaddr == LOOPBACK else service.server_port
    return Reply(
        _header(packet, lease) + options,
        packet.interface,
        UDP,
        packet.giaddr,
        port,
        identifier,
        b"",
        False,
        (INFO, line),
        SITE_RELAYED,
    )


def _header(packet: Packet, lease: Lease | None) -> bytes:
    """The request's own header with op, ciaddr and the lease's hardware address put in."""
    payload = packet.payload
    header = bytearray(payload[: message.FIXED_HEADER_SIZE])
    header[0] = message.BOOTREPLY
    if lease is not None:
        header[12:16] = address_bytes(lease.address)
        if lease.state == ACTIVE and lease.hardware is not None:
            header[1] = lease.hardware[0]
            header[2] = len(lease.hardware) - 1
            header[28:44] = lease.hardware[1:].ljust(16, b"\0")
    return bytes(header)


def _active_options(
    packet: Packet, lease: Lease, others: tuple[Lease, ...], identifier: int, now: int
) -> bytes:
    """RFC 4388 section 6.4.2; the parameter request list is ignored (observed)."""
    values = {
        message.MESSAGE_TYPE: bytes((message.LEASEACTIVE,)),
        message.SERVER_IDENTIFIER: address_bytes(identifier),
    }
    length = lease.ends - lease.starts
    for code, at in (
        (message.LEASE_TIME, lease.ends),
        (message.RENEWAL_TIME, lease.starts + length // 2),
        # dhcpd adds up a half, a quarter and an eighth, each rounded down (observed).
        (message.REBINDING_TIME, lease.starts + length // 2 + length // 4 + length // 8),
    ):
        if at > now:
            values[code] = (at - now).to_bytes(4, "big")
    if others:
        values[message.ASSOCIATED_IP] = b"".join(
            address_bytes(other.address) for other in others[:MAXIMUM_ASSOCIATED]
        )
    if lease.cltt:
        seconds = max(now - lease.cltt, 0)
        values[message.CLIENT_LAST_TRANSACTION_TIME] = seconds.to_bytes(4, "big")
    for name, value in lease.variables:
        if name == VENDOR_CLASS_VARIABLE and isinstance(value, bytes):
            values[message.VENDOR_CLASS_IDENTIFIER] = value
    if lease.uid is not None:
        values[message.CLIENT_IDENTIFIER] = lease.uid
    agent = encode_suboptions(lease.agent_options)
    room = message_room(option_57(packet, values), len(encode_agent(agent)))
    # Option 82 is on the list, so that no other option counts as the last one (observed).
    codes = (*values, message.RELAY_AGENT_INFORMATION)
    return option_area(pack(codes, values, room, False, False), agent, room)


def _scope_options(packet: Packet, effective: Effective, kind: int, identifier: int) -> bytes:
    """All that the relay's scope has set (observed; RFC 4388 would send nothing)."""
    values = dict(effective.dhcp)
    values[message.MESSAGE_TYPE] = bytes((kind,))
    values[message.SERVER_IDENTIFIER] = address_bytes(identifier)
    codes = order_unrequested(values, ())
    room = message_room(option_57(packet, values), 0)
    return option_area(pack(codes, values, room, False, False), b"", room)

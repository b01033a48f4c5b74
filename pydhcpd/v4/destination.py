"""Where a reply goes (RFC 2131 section 4.1; first match wins, as observed)."""

from typing import Final

from pydhcpd.core.log import LogLine
from pydhcpd.core.turn import RAW, UDP, Reply
from pydhcpd.v4.message import ACK, BROADCAST_FLAG, ETHERNET_BROADCAST, SERVER_IDENTIFIER
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.service import Service

LOOPBACK: Final = 0x7F000001
ETHERNET_HLEN: Final = 6

# The places in dhcpd's source that its line about a failed send names.
SITE_RELAYED: Final = "dhcp.c:4093"
SITE_RENEWED: Final = "dhcp.c:4131"
SITE_RAW: Final = "dhcp.c:4164"


def address_reply(
    service: Service,
    packet: Packet,
    payload: bytes,
    kind: int,
    flags: int,
    yiaddr: int,
    network: int,
    source: int,
    is_held: bool,
    line: LogLine,
) -> Reply:
    """Send an OFFER, ACK or BOOTREPLY to relay, client address, or onto the wire.

    `network` is the shared network of the lease, `flags` those of the reply.
    """
    interface = packet.interface
    if packet.giaddr:
        # A relay on this very host listens on the client port (observed).
        port = service.client_port if packet.giaddr == LOOPBACK else service.server_port
        return Reply(
            payload,
            interface,
            UDP,
            packet.giaddr,
            port,
            source,
            b"",
            is_held,
            line,
            SITE_RELAYED,
        )
    is_local = network == interface.network
    wants_broadcast = SERVER_IDENTIFIER in packet.options or flags & BROADCAST_FLAG
    if kind == ACK and packet.ciaddr and not (wants_broadcast and is_local):
        return Reply(
            payload,
            interface,
            UDP,
            packet.ciaddr,
            service.client_port,
            source,
            b"",
            is_held,
            line,
            SITE_RENEWED,
        )
    address, hardware = service.broadcast_address, ETHERNET_BROADCAST
    if not flags & BROADCAST_FLAG:
        address = yiaddr
        if packet.hlen == ETHERNET_HLEN:
            hardware = packet.chaddr[:ETHERNET_HLEN]
    return Reply(
        payload,
        interface,
        RAW,
        address,
        service.client_port,
        source,
        hardware,
        is_held,
        line,
        SITE_RAW,
    )

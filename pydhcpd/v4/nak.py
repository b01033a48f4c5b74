"""DHCPNAK (RFC 2131 section 4.3.2, table 3): the client must start anew."""

from typing import Final

from pydhcpd.core.log import INFO
from pydhcpd.core.turn import RAW, UDP, Reply, Turn
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.agent import agent_value
from pydhcpd.v4.client import Client
from pydhcpd.v4.destination import LOOPBACK
from pydhcpd.v4.header import encode_header, pad
from pydhcpd.v4.identity import nak_server_identifier
from pydhcpd.v4.packing import encode_agent, message_room, option_area, pack
from pydhcpd.v4.reply import option_57
from pydhcpd.v4.service import Service
from pydhcpd.wire.address import address_bytes

SITE_RELAYED: Final = "dhcp.c:1986"
SITE_RAW: Final = "dhcp.c:2003"


def send_nak(service: Service, client: Client, address: int, turn: Turn) -> None:
    """Refuse `address`; always broadcast, so that a client with a wrong address hears it."""
    packet = client.packet
    identifier = nak_server_identifier(service, client, turn)
    values = {
        message.MESSAGE_TYPE: bytes((message.NAK,)),
        message.SERVER_IDENTIFIER: address_bytes(identifier),
        message.MESSAGE: service.nak_text,
    }
    if packet.client_identifier is not None and service.echo_client_id(client):
        values[message.CLIENT_IDENTIFIER] = packet.client_identifier
    agent = agent_value(packet, None)
    room = message_room(option_57(packet, values), len(encode_agent(agent)))
    options = option_area(pack(tuple(values), values, room, False, False), agent, room)
    flags = packet.flags | message.BROADCAST_FLAG
    payload = pad(encode_header(packet, flags, 0, 0, 0) + options)
    line = (INFO, loglines.nak(address, packet.hardware_text, packet.via))
    if packet.giaddr:
        port = service.client_port if packet.giaddr == LOOPBACK else service.server_port
        path, destination, site = UDP, packet.giaddr, SITE_RELAYED
    else:
        path, destination, site = RAW, service.broadcast_address, SITE_RAW
        port = service.client_port
    turn.replies.append(
        Reply(
            payload,
            packet.interface,
            path,
            destination,
            port,
            identifier,
            message.ETHERNET_BROADCAST,
            False,
            line,
            site,
        )
    )

"""DHCPINFORM (RFC 2131 section 4.3.5): options for a client that has its address already."""

from typing import Final

from pydhcpd.core.command import NO_ADDRESS
from pydhcpd.core.log import INFO
from pydhcpd.core.turn import UDP, Reply, Turn
from pydhcpd.model.host import Host
from pydhcpd.model.network import Subnet
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.agent import agent_value
from pydhcpd.v4.client import Client
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.execution import finish_options
from pydhcpd.v4.header import encode_header, name_fields, pad
from pydhcpd.v4.identity import server_identifier
from pydhcpd.v4.network import find_selector
from pydhcpd.v4.outcome import hand_over
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.packing import (
    encode_agent,
    message_room,
    option_area,
    pack,
)
from pydhcpd.v4.reply import option_57
from pydhcpd.v4.service import Service
from pydhcpd.v4.values import (
    add_encapsulated,
    add_site_options,
    complain_of_vendor_space,
    is_site_space_unknown,
    order_values,
    terminate_texts,
)
from pydhcpd.wire.address import address_bytes, format_ipv4
from pydhcpd.wire.moment import Moment

SITE: Final = "dhcp.c:1756"
ADVICE_EVERY: Final = 101
NO_HARDWARE: Final = "<no client hardware address>"


def serve_inform(service: Service, client: Client, moment: Moment, turn: Turn) -> None:
    """Send the options of the client's subnet; the lease database stays as it is."""
    packet = client.packet
    asked = packet.ciaddr or packet.source
    if not asked:
        reason = ": ignored (null source address)."
        turn.log.append((INFO, loglines.inform(asked, packet.via, reason)))
        return
    located = _locate(packet)
    if located is None:
        reason = ": ignored (invalid subnet selection option)."
        turn.log.append((INFO, loglines.inform(asked, packet.via, reason)))
        return
    kind, address = located
    subnet = service.configuration.find_subnet(address)
    if subnet is None:
        reason = f": unknown subnet for {kind} address {format_ipv4(address)}"
        turn.log.append((INFO, loglines.inform(asked, packet.via, reason)))
        return
    if not subnet.is_authoritative:
        _log_no_authority(service, packet, asked, subnet, turn)
        return
    effective = _execute_scopes(service, client, subnet)
    hand_over(client.context, NO_ADDRESS, turn)
    parameters = effective.parameters
    if is_site_space_unknown(service, parameters, turn):
        return
    # What is said of names comes before the request's line, what is said of options behind it.
    fields = name_fields(parameters.server_name, parameters.filename, turn)
    turn.log.append((INFO, loglines.inform(asked, packet.via)))
    finish_options(service, client, effective, turn)
    turn.replies.append(_build(service, packet, effective, subnet, asked, fields, turn))


def _locate(packet: Packet) -> tuple[str, int] | None:
    """Which address says where the client is, with dhcpd's word for it; None: a bad selector."""
    selector = find_selector(packet)
    if selector is not None:
        if len(selector) != 4:
            return None
        is_relayed = packet.giaddr and not packet.ciaddr
        kind = "relay link select" if is_relayed else "selected"
        return kind, int.from_bytes(selector, "big")
    if packet.ciaddr:
        return "client", packet.ciaddr
    if packet.giaddr:
        return "relay", packet.giaddr
    return "source", packet.source


def _log_no_authority(
    service: Service, packet: Packet, asked: int, subnet: Subnet, turn: Turn
) -> None:
    reason = f": not authoritative for subnet {format_ipv4(subnet.address)}"
    turn.log.append((INFO, loglines.inform(asked, packet.via, reason)))
    if service.authority_refusals % ADVICE_EVERY == 0:
        for advice in loglines.AUTHORITY_ADVICE:
            turn.log.append((INFO, advice))
    service.authority_refusals += 1


def _execute_scopes(service: Service, client: Client, subnet: Subnet) -> Effective:
    """Subnet, the pool of ciaddr's lease, classes, and the host."""
    pool = service.configuration.find_pool(client.packet.ciaddr) if client.packet.ciaddr else None
    host = _choose_host(service, client)
    return service.scopes.effective(
        subnet.scope, pool, client.classes, host, client.context, is_leased=False
    )


def _choose_host(service: Service, client: Client) -> Host | None:
    """By client identifier then hardware: first with the very address, then without any."""
    packet = client.packet
    configuration = service.configuration
    lists: list[tuple[Host, ...]] = []
    if packet.client_identifier is not None:
        lists.append(configuration.hosts_by_client_identifier.get(packet.client_identifier, ()))
    lists.append(configuration.hosts_by_hardware.get(packet.hardware, ()))
    for hosts in lists:
        for host in hosts:
            if packet.ciaddr in host.fixed_addresses:
                return host
    for hosts in lists:
        for host in hosts:
            if not host.fixed_addresses:
                return host
    return None


def _build(
    service: Service,
    packet: Packet,
    effective: Effective,
    subnet: Subnet,
    asked: int,
    fields: bytes,
    turn: Turn,
) -> Reply:
    parameters = effective.parameters
    identifier = server_identifier(effective, packet.interface)
    flags = packet.flags
    destination, port = asked, service.client_port
    via = packet.interface.name
    if not packet.ciaddr and packet.giaddr:
        # Only the relay can reach the client, and the client knows only itself.
        flags |= message.BROADCAST_FLAG
        destination, port = packet.giaddr, service.server_port
        via = packet.via
    header = encode_header(
        packet,
        flags,
        packet.ciaddr,
        0,
        parameters.next_server or 0,
        fields,
    )
    payload = pad(header + _options(service, packet, effective, subnet, identifier, turn))
    hardware = packet.hardware_text if packet.htype and packet.hlen else NO_HARDWARE
    line = (INFO, loglines.inform_ack(asked, hardware, via))
    return Reply(
        payload, packet.interface, UDP, destination, port, identifier, b"", False, line, SITE
    )


def _options(
    service: Service,
    packet: Packet,
    effective: Effective,
    subnet: Subnet,
    identifier: int,
    turn: Turn,
) -> bytes:
    """Cookie to End: no lease times, and the netmask only for those who ask or ask nothing."""
    values: dict[int, bytes] = {}
    selection = packet.options.get(message.SUBNET_SELECTION)
    if selection is not None:
        # Set first, unlike in an OFFER or ACK: a configured one wins (observed).
        values[message.SUBNET_SELECTION] = selection
    values.update(effective.dhcp)
    for code in (message.LEASE_TIME, message.RENEWAL_TIME, message.REBINDING_TIME):
        values.pop(code, None)
    values[message.MESSAGE_TYPE] = bytes((message.ACK,))
    values[message.SERVER_IDENTIFIER] = address_bytes(identifier)
    values.setdefault(message.SUBNET_MASK, address_bytes(subnet.mask))
    add_encapsulated(service, effective, values)
    add_site_options(effective, values)
    terminate_texts(service, packet, values)
    codes = order_values(service, packet, effective, values, False)
    complain_of_vendor_space(service, effective, codes, turn)
    agent = agent_value(packet, effective)
    # Only the client's own option 57 counts, not a configured one (observed).
    room = message_room(option_57(packet, {}), len(encode_agent(agent)))
    return option_area(pack(codes, values, room, False, False), agent, room)

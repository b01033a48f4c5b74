"""The DHCPv4 core: one datagram, echo reply or timer in, one Turn out (RFC 2131)."""

from collections.abc import Callable
from typing import Final, final

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.log import DEBUG, INFO
from pydhcpd.core.turn import Turn
from pydhcpd.expression.context import Context
from pydhcpd.lease.change import LeaseChange
from pydhcpd.lease.lease import ACTIVE, Lease
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.configuration import Configuration
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.bootp import serve_bootp
from pydhcpd.v4.client import Client, context_of
from pydhcpd.v4.decline import abandon_lease, serve_decline
from pydhcpd.v4.discover import serve_discover
from pydhcpd.v4.effective import NO_CLASSES
from pydhcpd.v4.hosts import NO_HOSTS, matching_hosts
from pydhcpd.v4.inform import serve_inform
from pydhcpd.v4.leasequery import serve_leasequery
from pydhcpd.v4.memory import not_reusable
from pydhcpd.v4.network import locate_network
from pydhcpd.v4.outcome import ServerEnds
from pydhcpd.v4.packet import Packet, parse_packet
from pydhcpd.v4.release import serve_release
from pydhcpd.v4.request import serve_request
from pydhcpd.v4.service import Service
from pydhcpd.wire.moment import Moment

# What each type of request leads to; the replies' own types are ignored without a word, since
# the packet socket may hear our own replies to relays.
MESSAGES: Final[dict[int, Callable[[Service, Client, Moment, Turn], None]]] = {
    message.BOOTP: serve_bootp,
    message.DISCOVER: serve_discover,
    message.REQUEST: serve_request,
    message.DECLINE: serve_decline,
    message.RELEASE: serve_release,
    message.INFORM: serve_inform,
    message.LEASEQUERY: serve_leasequery,
}
EXPIRIES_PER_TURN: Final = 256


@final
class Dhcp4:
    """One DHCPv4 service over a configuration and a store of leases."""

    __slots__ = ("service",)

    def __init__(
        self,
        configuration: Configuration,
        store: LeaseStore,
        server_port: int,
        client_port: int,
        broadcast_address: int,
    ) -> None:
        self.service: Final = Service(
            configuration, store, server_port, client_port, broadcast_address
        )

    def receive(self, datagram: Datagram, moment: Moment, turn: Turn) -> None:
        """Serve one datagram; what follows from it is added to the Turn."""
        service = self.service
        packet = parse_packet(datagram, service.configuration.spaces, turn.log)
        if packet is None:
            return
        serve = MESSAGES.get(packet.message_type)
        if serve is None:
            self._log_unserved(packet, turn)
            return
        try:
            serve(service, self.identify(packet, moment, turn), moment, turn)
        except ServerEnds as end:
            turn.fatal = str(end)

    def echo_replied(self, address: int, moment: Moment, turn: Turn) -> None:
        """Somebody holds an address that is about to be offered."""
        service = self.service
        if not service.pings.is_any_pending():
            return
        if service.configuration.find_pool(address) is None:
            turn.log.append((DEBUG, loglines.echo_unexpected(address)))
            return
        if service.pings.cancel(address) is None:
            turn.log.append((DEBUG, loglines.echo_late(address)))
            return
        turn.log.append((DEBUG, loglines.echo_while_valid(address)))
        lease = service.store.lease_of(address)
        abandon_lease(service, lease, "pinged before offer", moment.seconds, turn)

    def name_found(self, address: int, name: bytes, moment: Moment) -> None:
        """The resolver's answer to a look-up; an empty name: it has none."""
        self.service.host_names.learn(address, name, moment.seconds)

    def next_timer_us(self) -> int | None:
        """When `handle_timer` is due, in microseconds since the epoch."""
        due_us = self.service.pings.next_due_us()
        expiry = self.service.store.next_expiry()
        if expiry is None:
            return due_us
        expiry_us = expiry * 1_000_000
        return expiry_us if due_us is None else min(due_us, expiry_us)

    def handle_timer(self, moment: Moment, turn: Turn) -> None:
        """Offers whose ping time is over leave; leases whose time is over expire."""
        service = self.service
        while (offer := service.pings.pop_due(moment.us)) is not None:
            turn.replies.append(offer.reply_by(service.store.lease_of(offer.address)))
        for lease in service.store.due(moment.seconds, EXPIRIES_PER_TURN):
            service.end(lease, moment.seconds, turn)
            if turn.fatal is not None:
                return

    def distrust(self, change: LeaseChange) -> None:
        """The record of this change is not on disk, and its client was not answered.

        The lease must not be confirmed without a record, nor end before what was promised last.
        """
        before = change.before
        lease = self.service.store.lease_of(before.address)
        ends = lease.ends
        if lease.state == ACTIVE and before.state == ACTIVE:
            ends = max(ends, before.ends)
        self.service.store.put(not_reusable(lease, ends))

    def identify(self, packet: Packet, moment: Moment, turn: Turn) -> Client:
        """Who sent the packet: network, classes and host declarations."""
        service = self.service
        if packet.ciaddr:
            _present_stashed_options(service, packet, moment.seconds)
        configuration = service.configuration
        context: Context | None = None
        classes = NO_CLASSES
        if configuration.classes and packet.message_type != message.BOOTP:
            # BOOTP packets belong to no class (observed).
            context = context_of(packet, service.variables)
            classes = service.classifier.classify(packet, context, turn.log)
        hosts = matching_hosts(configuration, packet) if configuration.hosts else NO_HOSTS
        network = locate_network(configuration, packet)
        return Client(packet, network, classes, hosts, context, service.variables)

    def _log_unserved(self, packet: Packet, turn: Turn) -> None:
        kind = packet.message_type
        if locate_network(self.service.configuration, packet) is None:
            name = message.TYPE_NAMES.get(kind, f"type {kind}")
            line = loglines.unknown_segment(name, packet.sender(None), packet.via)
            turn.log.append((INFO, line))
        elif kind not in message.REPLY_TYPES:
            line = loglines.unknown_type(kind, packet.sender(None), packet.via)
            turn.log.append((INFO, line))


def _present_stashed_options(service: Service, packet: Packet, now: int) -> None:
    """A unicast renewal carries no relay options: those stored at the ACK speak for it."""
    if packet.message_type != message.REQUEST or packet.giaddr:
        return
    if packet.agent or message.RELAY_AGENT_INFORMATION in packet.options:
        return
    lease = service.store.find(packet.ciaddr)
    if lease is None or not lease.agent_options or lease.ends <= now or lease.state != ACTIVE:
        return
    if _is_its_client(lease, packet):
        packet.agent = dict(lease.agent_options)
        packet.is_agent_stashed = True


def _is_its_client(lease: Lease, packet: Packet) -> bool:
    if lease.uid is not None:
        return lease.uid == packet.client_identifier
    return lease.hardware == packet.hardware

"""Runs the DHCPv4 core over one packet, with no leases and nobody else on the wire."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydhcpd.core.log import DEBUG, ERR, LogLine
from pydhcpd.core.turn import Reply, Turn
from pydhcpd.explain.query import Query, datagram_of
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.configuration import Configuration
from pydhcpd.options.decode import parse_options
from pydhcpd.v4.client import Client
from pydhcpd.v4.dispatch import Dhcp4
from pydhcpd.v4.effective import Execution
from pydhcpd.v4.message import (
    DISCOVER,
    MAGIC_COOKIE,
    OPTION_OVERLOAD,
    REQUEST,
    SERVER_IDENTIFIER,
)
from pydhcpd.v4.packet import OVERLOADED_FIELDS, Packet, parse_packet
from pydhcpd.wire.moment import Moment, moment_of

SERVER_PORT: Final = 67
CLIENT_PORT: Final = 68
BROADCAST: Final = 0xFFFFFFFF
OPTIONS_AT: Final = 240


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the core made of a packet.

    `client` is None if the packet is dropped unread, `execution` if no scopes were executed for
    its lease, `reply` if there is no answer.
    """

    query: Query
    client: Client | None
    execution: Execution | None
    reply: Reply | None
    log: Sequence[LogLine]


def run(configuration: Configuration, query: Query, now: int) -> Outcome:
    """The outcome of one packet; a DHCPREQUEST for nothing asks for what would be offered."""
    if query.kind == REQUEST and query.requested is None:
        offered = run(configuration, replace(query, kind=DISCOVER), now)
        if offered.reply is None:
            return offered
        options = {**query.options}
        server = reply_options(configuration, offered.reply).get(SERVER_IDENTIFIER)
        if server is not None:
            options.setdefault(SERVER_IDENTIFIER, server)
        query = replace(query, requested=your_address(offered.reply), options=options)
    core = Dhcp4(
        configuration,
        LeaseStore(configuration.pools, []),
        SERVER_PORT,
        CLIENT_PORT,
        BROADCAST,
    )
    datagram = datagram_of(query)
    client = _identify(core, parse_packet(datagram, configuration.spaces, []), now)
    executions: list[Execution] = []
    core.service.scopes.trace = executions
    turn = Turn()
    core.receive(datagram, moment_of(now), turn)
    due_us = core.service.pings.next_due_us()
    if due_us is not None:
        # The offer waits for a ping that nobody answers.
        core.handle_timer(Moment(due_us), turn)
    reply = turn.replies[0] if turn.replies else None
    log = [*turn.log]
    log += [(DEBUG, command.would_execute()) for command in turn.commands]
    if turn.fatal is not None:
        log.append((ERR, f"{turn.fatal}: the server ends here"))
    if reply is not None and reply.log is not None:
        log.append(reply.log)
    return Outcome(query, client, executions[-1] if executions else None, reply, log)


def reply_options(configuration: Configuration, reply: Reply) -> dict[int, bytes]:
    """The options of a reply by code, in their order; those of overloaded fields last."""
    payload = reply.payload
    options: dict[int, bytes] = {}
    if payload[OPTIONS_AT - len(MAGIC_COOKIE) : OPTIONS_AT] != MAGIC_COOKIE:
        return options
    text_codes = configuration.spaces.dhcp.text_codes
    parse_options(payload, OPTIONS_AT, options, text_codes)
    overload = int.from_bytes(options.get(OPTION_OVERLOAD, b""), "big")
    for bit, (start, end) in OVERLOADED_FIELDS:
        if overload & bit:
            parse_options(payload[:end], start, options, text_codes)
    return options


def your_address(reply: Reply) -> int:
    """The yiaddr."""
    return int.from_bytes(reply.payload[16:20], "big")


def next_server(reply: Reply) -> int:
    """The siaddr."""
    return int.from_bytes(reply.payload[20:24], "big")


def _identify(core: Dhcp4, packet: Packet | None, now: int) -> Client | None:
    return None if packet is None else core.identify(packet, moment_of(now), Turn())

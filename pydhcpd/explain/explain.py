"""From a packet to the explanation of what becomes of it."""

from typing import Final

from pydhcpd.check.subject import Subject
from pydhcpd.core.turn import Reply
from pydhcpd.explain.answer import header_values, option_values, unsent_values
from pydhcpd.explain.explanation import Answer, Declared, Explanation, Sender
from pydhcpd.explain.lease_time import Origins, lease_time_text
from pydhcpd.explain.origin import origins, place
from pydhcpd.explain.pool import pool_view
from pydhcpd.explain.query import Query
from pydhcpd.explain.run import Outcome, reply_options, run, your_address
from pydhcpd.listing.text import client_identifier_text
from pydhcpd.model.client_class import ClientClass
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.network import Pool, range_text
from pydhcpd.options.space import SERVER
from pydhcpd.v4 import message
from pydhcpd.v4.client import Client
from pydhcpd.v4.effective import AnyClass, Execution
from pydhcpd.v4.refusal import refusing_parameter
from pydhcpd.wire.address import format_ipv4

BOOTREQUEST: Final = "BOOTREQUEST"
BOOTREPLY: Final = "BOOTREPLY"
REFUSALS: Final[dict[int, str]] = {
    6: "unknown clients are refused",
    8: "BOOTP clients are refused",
    9: "booting is refused",
    14: "the client has not waited for min-secs",
}


def explain(subject: Subject, query: Query, now: int) -> Explanation:
    """Why the packet gets its answer, or none."""
    configuration = subject.configuration
    outcome = run(configuration, query, now)
    client = outcome.client
    execution = outcome.execution
    found = {} if execution is None else origins(execution.statements)
    uid = None if client is None else client.packet.client_identifier
    return Explanation(
        request=message.TYPE_NAMES.get(outcome.query.kind, BOOTREQUEST),
        hardware=query.hardware[1:].hex(":"),
        client_identifier=client_identifier_text(uid) if uid else None,
        via=format_ipv4(query.relay) if query.relay else query.interface.name,
        sender=None if client is None else _sender(subject, client, now),
        answer=None if outcome.reply is None else _answer(subject, outcome, outcome.reply, found),
        refusal=_refusal(outcome, found),
        log=[text for _, text in outcome.log],
    )


def _sender(subject: Subject, client: Client, now: int) -> Sender:
    configuration = subject.configuration
    network = None
    pools: tuple[Pool, ...] = ()
    if client.network is not None:
        network = configuration.shared_networks[client.network]
        pools = network.pools
    return Sender(
        network=None if network is None else Declared(network.name, network.token),
        classes=[_class(configuration, member) for member in client.classes],
        hosts=[Declared(host.name, subject.host_token(host)) for host in client.hosts],
        pools=[pool_view(pool, client, now) for pool in pools],
    )


def _answer(subject: Subject, outcome: Outcome, reply: Reply, found: Origins) -> Answer:
    configuration = subject.configuration
    options = reply_options(configuration, reply)
    kind = options.get(message.MESSAGE_TYPE)
    name = BOOTREPLY if kind is None else message.TYPE_NAMES.get(kind[0], BOOTREPLY)
    execution = outcome.execution
    client = outcome.client
    if execution is None or client is None or kind == bytes((message.NAK,)):
        values = list(option_values(configuration, options, {}, None))
        return Answer(name, None, None, None, None, "", [], values, [])
    address = your_address(reply)
    subnet = configuration.find_subnet(address or client.packet.ciaddr)
    time = options.get(message.LEASE_TIME)
    time_s = None if time is None else int.from_bytes(time, "big")
    host = execution.host
    requested = client.packet.options.get(message.PARAMETER_REQUEST_LIST)
    return Answer(
        kind=name,
        address=format_ipv4(address) if address else None,
        source=_source(subject, execution, address),
        host=None if host is None else Declared(host.name, subject.host_token(host)),
        lease_time_s=time_s,
        lease_time="" if time_s is None else lease_time_text(client, execution, found, time_s),
        header=list(header_values(configuration, reply, execution.effective, found)),
        options=list(
            option_values(configuration, options, found, None if subnet is None else subnet.token)
        ),
        unsent=list(unsent_values(configuration, options, requested, found)),
    )


def _source(subject: Subject, execution: Execution, address: int) -> Declared | None:
    """The declaration that has the address to give: a range, or a host."""
    pool = execution.pool
    if not address:
        return None
    if pool is None:
        host = execution.host
        return None if host is None else Declared(host.name, subject.host_token(host))
    for addresses in pool.ranges:
        if addresses.low <= address <= addresses.high:
            return Declared(range_text(addresses), addresses.token)
    return None


def _class(configuration: Configuration, member: AnyClass) -> Declared:
    """A class; a subclass goes by its class and its key."""
    if isinstance(member, ClientClass):
        return Declared(f'"{member.name}"', member.token)
    token = next(
        (one.token for one in configuration.classes if one.name == member.class_name), None
    )
    return Declared(f'"{member.class_name}" {client_identifier_text(member.key)}', token)


def _refusal(outcome: Outcome, found: Origins) -> str:
    """By which parameter the client is refused, and where that is set."""
    execution = outcome.execution
    if outcome.reply is not None or execution is None or outcome.client is None:
        return ""
    parameters = execution.effective.parameters
    code = refusing_parameter(outcome.client.packet, parameters, execution.host)
    origin = found.get((SERVER, code))
    if origin is None or not origin.givers:
        return ""
    return f"{REFUSALS[code]} ({place(origin.givers[-1].token)})"

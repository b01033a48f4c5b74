"""`pydhcpctl explain`: what a client would get from a configuration, and why."""

import time
from typing import Final

import click

from pydhcpd.check.subject import Subject
from pydhcpd.command.output import write_lines
from pydhcpd.config.parser import parse_configuration
from pydhcpd.core.interface import Interface
from pydhcpd.daemon.configuration import look_up, read_file, read_main_file, this_machine
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.interfaces import match_interfaces, system_interfaces
from pydhcpd.daemon.path import text_of
from pydhcpd.explain.explain import explain
from pydhcpd.explain.query import Query
from pydhcpd.explain.report import format_explanation, format_json
from pydhcpd.explain.words import WordProblem, read_client_identifier, read_hardware, read_options
from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.resolution import resolve_configuration
from pydhcpd.v4.message import BOOTP, DISCOVER, INFORM, REQUEST
from pydhcpd.wire.address import parse_ipv4

TYPES: Final = {"discover": DISCOVER, "request": REQUEST, "inform": INFORM, "bootp": BOOTP}
NO_HARDWARE: Final = b"\1\0\0\0\0\0\0"


@click.command("explain", short_help="Say what a client would get, and why.")
@click.argument("conf")
@click.option("--mac", required=True, metavar="MAC", help="The client's Ethernet address.")
@click.option("--client-id", metavar="X", help="Its client identifier: 01:02:... or a text.")
@click.option("--relay", metavar="ADDR", help="The relay's address (giaddr).")
@click.option("--interface", metavar="NAME", help="The interface that the packet comes in by.")
@click.option("--network", metavar="ADDR", help="An address of the network it comes in by.")
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    help="An option of the packet, written as in dhcpd.conf.",
)
@click.option(
    "--type",
    "kind",
    type=click.Choice(list(TYPES)),
    default="discover",
    show_default=True,
    help="What the client sends.",
)
@click.option("--requested", metavar="ADDR", help="The address that the client asks for.")
@click.option("--json", "is_json", is_flag=True, help="Print an object, for scripts.")
def command(
    conf: str,
    mac: str,
    client_id: str | None,
    relay: str | None,
    interface: str | None,
    network: str | None,
    options: tuple[str, ...],
    kind: str,
    requested: str | None,
    is_json: bool,
) -> None:
    """Say what a client would get from a server with CONF, and which statements are the reason.

    The server's own code serves the packet, with no leases and nobody else on the wire.

    \b
    On a network of the server:  pydhcpctl explain CONF --mac MAC --network 10.1.0.1
    Behind a relay agent:        pydhcpctl explain CONF --mac MAC --relay 10.2.0.1
    As a certain device:         ... --option vendor-class-identifier=PXEClient
    """
    try:
        subject = _read(text_of(conf))
        configuration = subject.configuration
        sent = read_options(tuple(map(text_of, options)), configuration)
        if client_id is not None:
            code, value = read_client_identifier(text_of(client_id), configuration)
            sent[code] = value
        query = Query(
            TYPES[kind],
            read_hardware(mac),
            sent,
            None if requested is None else _address(requested),
            0 if relay is None else _address(relay),
            _interface(configuration, interface, network, relay is not None),
        )
        if query.kind == INFORM and not query.requested:
            raise WordProblem("--type inform needs --requested: the address that the client has")
        explanation = explain(subject, query, subject.now)
    except (Fatal, WordProblem) as problem:
        raise click.ClickException(str(problem)) from None
    if is_json:
        write_lines([format_json(explanation)])
    else:
        write_lines(format_explanation(explanation))


def _read(path: str) -> Subject:
    """A good file."""
    tree = parse_configuration(path, read_main_file(path), read_file)
    resolution = resolve_configuration(tree, look_up, this_machine(True))
    if resolution.configuration is None:
        lines = [text for _, text in resolution.messages]
        raise Fatal("\n".join([*lines, resolution.fatal or ""]))
    return Subject(tree, resolution.configuration, int(time.time()))


def _address(text: str) -> int:
    address = parse_ipv4(text)
    if address is None:
        raise WordProblem(f"{text} is no IPv4 address")
    return address


def _interface(
    configuration: Configuration, name: str | None, network: str | None, is_relayed: bool
) -> Interface:
    """Where the packet comes in. With a relay that says nothing of the client's network."""
    if network is not None:
        subnet = configuration.find_subnet(_address(network))
        if subnet is None:
            raise WordProblem(f"{network} is in no declared subnet")
        own = (_address(network),) if _address(network) != subnet.address else ()
        return Interface(name or f"the network of {network}", 1, NO_HARDWARE, own, subnet.network)
    if name is not None:
        for match in match_interfaces(system_interfaces(), [name], configuration, []):
            if match.name == name and match.network is not None:
                return Interface(name, match.index, NO_HARDWARE, match.addresses, match.network)
        raise WordProblem(f"{name} is on no declared subnet: use --network")
    networks = configuration.shared_networks
    if len(networks) == 1 or (networks and is_relayed):
        return Interface("its network", 1, NO_HARDWARE, (), networks[0].index)
    names = ", ".join([one.name for one in networks]) or "none"
    raise WordProblem(f"say --network, --interface or --relay: the networks are {names}")

"""What an admin writes on the command line: hardware addresses, identifiers, options."""

from typing import Final

from pydhcpd.config import ast
from pydhcpd.config.parser import parse_configuration
from pydhcpd.config.problem import Refusal
from pydhcpd.expression.data import Constant
from pydhcpd.expression.statement import SetOption
from pydhcpd.model.configuration import Configuration
from pydhcpd.options.encode import encapsulate
from pydhcpd.options.space import AGENT, DHCP
from pydhcpd.resolve.draft import Draft
from pydhcpd.resolve.machine import NO_MACHINE
from pydhcpd.resolve.option import read_option_value
from pydhcpd.resolve.place import GLOBAL, Place
from pydhcpd.v4.message import CLIENT_IDENTIFIER, RELAY_AGENT_INFORMATION
from pydhcpd.v4.packet import MAXIMUM_HLEN
from pydhcpd.wire.hardware import ETHERNET

COMMAND_LINE: Final = "command line"


class WordProblem(Exception):
    """A word that cannot be understood; the text says why."""


def read_hardware(text: str) -> bytes:
    """Type byte and address of `00:11:22:33:44:55` (or with dashes): an Ethernet address."""
    parts = text.replace("-", ":").split(":")
    try:
        address = bytes([int(part, 16) for part in parts])
    except ValueError:
        raise WordProblem(f"{text} is no hardware address") from None
    if len(address) > MAXIMUM_HLEN:
        raise WordProblem(f"{text} is too long for a hardware address")
    return bytes((ETHERNET,)) + address


def read_client_identifier(text: str, configuration: Configuration) -> tuple[int, bytes]:
    """Octets in hexadecimal joined by colons; anything else is a text."""
    _, _, value = _assign(f"dhcp-client-identifier={text}", configuration, ":" in text)
    return CLIENT_IDENTIFIER, value


def read_options(texts: tuple[str, ...], configuration: Configuration) -> dict[int, bytes]:
    """`NAME=VALUE` as `option NAME VALUE;` of dhcpd.conf; what is no value there is a text.

    The options of the agent space make up option 82.
    """
    options: dict[int, bytes] = {}
    agent: dict[int, bytes] = {}
    for text in texts:
        space, code, value = _assign(text, configuration, True)
        if space == DHCP:
            options[code] = value
        elif space == AGENT:
            agent[code] = value
        else:
            raise WordProblem(f"{text}: only options of the spaces dhcp and agent can be sent")
    if agent:
        options[RELAY_AGENT_INFORMATION] = encapsulate(configuration.spaces, AGENT, {AGENT: agent})
    return options


def _assign(text: str, configuration: Configuration, is_value: bool) -> tuple[str, int, bytes]:
    """Space, code and encoded value."""
    name, equals, value = text.partition("=")
    if not equals:
        raise WordProblem(f"{text}: NAME=VALUE expected")
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    written = [f"option {name} {value};"] if is_value else []
    problem = ""
    for statement in (*written, f'option {name} "{quoted}";'):
        try:
            return _read(statement, configuration)
        except Refusal as refusal:
            problem = problem or refusal.problem.text
    raise WordProblem(f"{text}: {problem}")


def _read(statement: str, configuration: Configuration) -> tuple[str, int, bytes]:
    tree = parse_configuration(COMMAND_LINE, statement.encode("latin-1", "replace"), _no_file)
    node = tree.statements[0]
    if isinstance(node, ast.Mistake):
        raise Refusal(node.problem)
    draft = Draft(configuration.spaces, NO_MACHINE)
    if isinstance(node, ast.OptionValue) and len(tree.statements) == 1:
        read_option_value(node, draft, Place(GLOBAL, draft.scope), None)
    for found in draft.scope.statements:
        if isinstance(found, SetOption) and isinstance(found.value, Constant):
            return found.space, found.code, found.value.content
    raise WordProblem(f"{statement}: no value")


def _no_file(path: str) -> bytes:
    raise FileNotFoundError(2, "No such file or directory")

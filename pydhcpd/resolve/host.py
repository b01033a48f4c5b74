"""Host declarations and groups (dhcpd.conf(5)); hosts are global wherever they are written."""

from typing import Final

from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.expression.data import Constant
from pydhcpd.expression.statement import SetOption
from pydhcpd.model.host import HostIdentifier
from pydhcpd.options.address import HostNames, read_dotted_name, read_ipv6_address
from pydhcpd.options.space import DHCP, OptionDefinition
from pydhcpd.options.text import print_string
from pydhcpd.options.value import read_value
from pydhcpd.options.word import ValueProblem, is_identifier, is_numeric
from pydhcpd.resolve.address import read_octets
from pydhcpd.resolve.draft import ERR, Draft, DraftHost
from pydhcpd.resolve.option import read_written_value
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import GROUP, HOST, SHARED_NETWORK, SUBNET, Place
from pydhcpd.resolve.walk import Walk
from pydhcpd.wire.hardware import HARDWARE_TYPE_CODES

CLIENT_IDENTIFIER: Final = 61
HARDWARE_SIZE_LIMIT: Final = 20
UNKNOWN_HARDWARE: Final = "unknown-"
ADDRESSES: Final = OptionDefinition(DHCP, 0, "fixed-address", "IA")
OCTETS: Final = OptionDefinition(DHCP, 0, "uid", "X")


def read_host(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`host NAME { ... }`."""
    draft = walk.draft
    reader = phrase.reader
    warn_of_scope(draft, place)
    word = reader.peek()
    if reader.is_at_end or not (is_identifier(word) or word.kind == "number"):
        raise reader.problem("expecting a name for host declaration.")
    name = read_dotted_name(reader)
    body = phrase.expect_body()
    inside = place.inside(HOST)
    host = DraftHost(name, inside.scope, phrase.keyword)
    walk.read_body(body, inside.of_host(host))
    _take_client_identifier(draft, host)
    if host.is_deleted:
        draft.hosts.pop(name, None)
        return
    if name in draft.hosts:
        raise Refusal(problem_at(body.close, f"host {name}: already exists"))
    draft.hosts[name] = host


def warn_of_scope(draft: Draft, place: Place) -> None:
    """Say once that hosts are global, at the first one in a network."""
    if not draft.is_host_scope_warned and place.kind in (SUBNET, SHARED_NETWORK):
        draft.is_host_scope_warned = True
        draft.log(
            ERR,
            "WARNING: Host declarations are global.  "
            "They are not limited to the scope you declared them in.",
        )


def read_hardware(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`hardware TYPE ADDRESS;`."""
    host = place.host
    assert host is not None, "the row allows nothing else"
    reader = phrase.reader
    word = phrase.next_word()
    if word in HARDWARE_TYPE_CODES:
        htype = HARDWARE_TYPE_CODES[word]
    elif word.startswith(UNKNOWN_HARDWARE) and word[len(UNKNOWN_HARDWARE) :].isdigit():
        htype = int(word[len(UNKNOWN_HARDWARE) :]) & 255
    else:
        raise reader.problem("expecting a network hardware type")
    reader.take()
    address = read_octets(reader)
    if len(address) > HARDWARE_SIZE_LIMIT:
        raise ValueProblem("hardware address too long", reader.index - 1)
    phrase.expect_semicolon("expecting semicolon.")
    if host.hardware is not None:
        text = f"Host {host.name} hardware address already configured."
        raise ValueProblem(text, reader.count)
    host.hardware = bytes((htype,)) + address


def read_fixed_address(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`fixed-address ADDRESS-OR-NAME, ...;`."""
    host = place.host
    assert host is not None, "the row allows nothing else"
    if phrase.reader.is_at_end:
        raise ValueProblem("; (59): expecting IP address or hostname", 0)
    value = read_written_value(ADDRESSES, phrase, walk.draft, walk.look_up)
    if host.fixed_addresses is not None:
        text = "Only one fixed address declaration per host."
        raise ValueProblem(text, phrase.reader.count)
    octets = value or b""
    host.fixed_addresses = tuple(
        int.from_bytes(octets[at : at + 4], "big") for at in range(0, len(octets), 4)
    )


def read_uid(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`uid STRING-OR-HEX;`: the client identifier that recognises the host."""
    host = place.host
    assert host is not None, "the row allows nothing else"
    reader = phrase.reader
    word = reader.peek()
    if reader.is_at_end or not (word.kind == "string" or is_numeric(word)):
        raise reader.problem("expecting numeric value.")
    value = read_value(OCTETS, reader.words)
    assert not isinstance(value, HostNames), "the format holds no names"
    if phrase.terminator.kind != ";":
        raise ValueProblem("semicolon expected.", reader.count)
    if host.client_identifier is not None:
        shown = _padded(host.client_identifier)
        text = f"Host '{host.name}' already has a uid '{shown}'"
        raise ValueProblem(text, reader.count)
    host.client_identifier = value


def read_host_identifier(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`host-identifier option NAME VALUE;`."""
    host = place.host
    assert host is not None, "the row allows nothing else"
    reader = phrase.reader
    if phrase.next_word() == "v6relopt":
        raise reader.problem("v6relopt: not supported by this version of pydhcpd.")
    if not phrase.accept("option"):
        raise reader.problem("host-identifier must be an option or v6relopt")
    if reader.is_at_end or not is_identifier(reader.peek()):
        raise reader.problem("expecting identifier after option keyword.")
    space_name, name = DHCP, reader.take().text
    if reader.accept("."):
        if reader.is_at_end or not is_identifier(reader.peek()):
            raise reader.problem("expecting identifier after '.'")
        space_name, name = name, reader.take().text
    space = walk.draft.spaces.find(space_name)
    if space is None:
        raise ValueProblem(f"no option space named {space_name}.", reader.index - 1)
    definition = space.find(name)
    if definition is None:
        raise ValueProblem(f"unknown option {space.name}.{name}", reader.index - 1)
    rest = Phrase(phrase.keyword, phrase.tokens[reader.index :], phrase.end, phrase.body)
    value = read_written_value(definition, rest, walk.draft, walk.look_up)
    if host.identifier is not None:
        raise ValueProblem("only one host-identifier allowed per host", reader.count)
    if value is not None:
        host.identifier = HostIdentifier(definition.space, definition.code, value)


def read_group(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`group [NAME] { ... }`, or in a host `group NAME;`."""
    reader = phrase.reader
    name: str | None = None
    if not reader.is_at_end and (reader.peek().kind == "string" or is_identifier(reader.peek())):
        name = reader.take().text
    if place.host is not None and place.kind == HOST:
        if name is None:
            raise reader.problem("expecting string or identifier.")
        if name not in walk.draft.groups:
            text = f"unknown group {name} in host {place.host.name}"
            raise ValueProblem(text, reader.index - 1)
        phrase.expect_semicolon()
        place.host.group_name = name
        place.host.group_scope = walk.draft.groups[name]
        return
    body = phrase.expect_body()
    inside = place.inside(GROUP)
    walk.read_body(body, inside)
    if name is not None and walk.draft.groups.pop(name, None) is None:
        # A second declaration of a name only takes the first one away (observed).
        walk.draft.groups[name] = inside.scope


def read_ipv6_host_value(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`fixed-address6` and `fixed-prefix6`: no DHCPv4 client is told of them."""
    reader = phrase.reader
    while True:
        read_ipv6_address(reader)
        if phrase.keyword.word == "fixed-prefix6":
            if not reader.accept("/"):
                raise reader.problem("expecting '/'")
            if reader.is_at_end or not is_numeric(reader.peek()):
                raise reader.problem("expecting number")
            reader.take()
        if not reader.accept(","):
            break
    phrase.expect_semicolon()


def read_mark(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`dynamic`, `deleted` and `static`: marks of objects made at run time."""
    phrase.expect_semicolon()
    if place.host is not None and place.kind == HOST:
        if phrase.keyword.word == "deleted":
            place.host.is_deleted = True
        else:
            place.host.is_dynamic = True


def _take_client_identifier(draft: Draft, host: DraftHost) -> None:
    """A constant dhcp-client-identifier in the body recognises the host, unless `uid` does."""
    value: bytes | None = None
    for statement in host.scope.statements:
        if not isinstance(statement, SetOption) or not isinstance(statement.value, Constant):
            continue
        if statement.space == DHCP and statement.code == CLIENT_IDENTIFIER:
            value = statement.value.content
    if value is None:
        return
    if host.client_identifier is None:
        host.client_identifier = value
        return
    draft.log(
        ERR,
        f"Warning, host declaration '{host.name}' already has uid "
        f"'{print_string(host.client_identifier)}', ignoring dhcp-client-identifier "
        f"'{print_string(value)}'",
    )


def _padded(value: bytes) -> str:
    return value.hex(":")

"""Host declarations and groups (dhcpd.conf(5)); hosts are global wherever they are written."""

from typing import Final

from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.expression.data import Constant
from pydhcpd.expression.statement import SetOption
from pydhcpd.model.host import HostIdentifier
from pydhcpd.options.address import HostNames, read_dotted_name
from pydhcpd.options.space import DHCP, OptionDefinition, leading_number
from pydhcpd.options.text import print_identifier
from pydhcpd.options.value import read_value
from pydhcpd.options.word import ValueProblem, is_identifier, is_numeric
from pydhcpd.resolve.address import read_address6, read_octets
from pydhcpd.resolve.draft import ERR, Draft, DraftHost
from pydhcpd.resolve.network6 import read_prefix
from pydhcpd.resolve.option import complain_about_end, read_written_value
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import GROUP, HOST, NETWORKS, Place
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
    if not draft.is_host_scope_warned and place.kind in NETWORKS:
        draft.is_host_scope_warned = True
        draft.log(
            ERR,
            "WARNING: Host declarations are global.  "
            "They are not limited to the scope you declared them in.",
        )


def read_hardware(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`hardware TYPE ADDRESS;`."""
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
    host = _expect_host(place, phrase, "hardware address parameter not allowed here.")
    if host.hardware is not None:
        text = f"Host {host.name} hardware address already configured."
        raise ValueProblem(text, reader.count)
    host.hardware = bytes((htype,)) + address


def read_fixed_address(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`fixed-address ADDRESS-OR-NAME, ...;`."""
    if phrase.reader.is_at_end:
        raise ValueProblem("; (59): expecting IP address or hostname", 0)
    value = read_written_value(ADDRESSES, phrase, walk.draft, walk.look_up)
    host = _take_addresses(place, phrase)
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
        shown = print_identifier(host.client_identifier)
        text = f"Host '{host.name}' already has a uid '{shown}'"
        raise ValueProblem(text, reader.count)
    host.client_identifier = value


def read_host_identifier(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`host-identifier option NAME VALUE;`, `host-identifier v6relopt N NAME VALUE;`."""
    host = place.host
    assert host is not None, "the row allows nothing else"
    reader = phrase.reader
    relay: int | None = None
    if phrase.accept("v6relopt"):
        if reader.is_at_end or reader.peek().kind != "number":
            raise reader.problem("host-identifier v6relopt must have a number")
        relay = leading_number(reader.take().text)
    elif not phrase.accept("option"):
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
    if reader.is_at_end:
        complain_about_end(definition, phrase)
    rest = Phrase(phrase.keyword, phrase.tokens[reader.index :], phrase.end, phrase.body)
    value = read_written_value(definition, rest, walk.draft, walk.look_up)
    if host.identifier is not None:
        raise ValueProblem("only one host-identifier allowed per host", reader.count)
    if value is not None:
        host.identifier = HostIdentifier(definition.space, definition.code, value, relay)


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


def read_fixed_address6(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`fixed-address6 ADDRESS, ...;`."""
    reader = phrase.reader
    addresses = [read_address6(reader)]
    while reader.accept(","):
        addresses.append(read_address6(reader))
    phrase.expect_semicolon()
    host = _take_addresses(place, phrase)
    host.fixed_addresses6 = tuple(addresses)


def read_fixed_prefix6(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`fixed-prefix6 NET/BITS;`, as often as one likes."""
    host = place.host
    assert host is not None, "the row allows nothing else"
    prefix = read_prefix(phrase)
    phrase.expect_semicolon()
    host.fixed_prefixes6 += (prefix,)


def read_mark(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`dynamic`, `deleted` and `static`: marks of objects made at run time."""
    phrase.expect_semicolon()
    if place.host is not None and place.kind == HOST:
        if phrase.keyword.word == "deleted":
            place.host.is_deleted = True
        else:
            place.host.is_dynamic = True


def _take_addresses(place: Place, phrase: Phrase) -> DraftHost:
    """The host that fixed addresses belong to, which has none so far."""
    host = _expect_host(place, phrase, "fixed-address parameter not allowed here.")
    if host.fixed_addresses is not None or host.fixed_addresses6 is not None:
        text = "Only one fixed address declaration per host."
        raise ValueProblem(text, phrase.reader.count)
    return host


def _expect_host(place: Place, phrase: Phrase, misplaced: str) -> DraftHost:
    """The host around; dhcpd looks for it when it has read the whole statement."""
    if place.kind != HOST or place.host is None:
        raise ValueProblem(misplaced, phrase.reader.count)
    return place.host


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
        f"'{print_identifier(host.client_identifier)}', ignoring dhcp-client-identifier "
        f"'{print_identifier(value)}'",
    )

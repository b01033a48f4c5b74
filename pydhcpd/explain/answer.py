"""The values of a reply with their origins, and the values that are set but do not go out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydhcpd.check.option import option_name
from pydhcpd.config.token import Token
from pydhcpd.core.turn import Reply
from pydhcpd.explain.explanation import Giver, Value
from pydhcpd.explain.lease_time import Origins
from pydhcpd.explain.origin import NOBODY, Origin, place, written_value
from pydhcpd.explain.run import next_server
from pydhcpd.expression.statement import SetOption
from pydhcpd.model.configuration import Configuration
from pydhcpd.options.space import DHCP, SERVER, OptionSpaces
from pydhcpd.options.value import print_value
from pydhcpd.v4 import message
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.message import PARAMETER_REQUEST_LIST
from pydhcpd.wire.address import format_ipv4

FILENAME: Final = 15
SERVER_NAME: Final = 16
NEXT_SERVER: Final = 17
USE_HOST_DECL_NAMES: Final = 12
USE_LEASE_ADDR: Final = 13
ECHO_CLIENT_ID: Final = 85
NO_ADDRESS: Final = bytes(4)
ENCAPSULATED: Final = "encapsulated"
# What the server puts in by itself, unless a statement did.
NOTES: Final[dict[int, str]] = {
    message.MESSAGE_TYPE: "the server",
    message.LEASE_TIME: "the server",
    message.SERVER_IDENTIFIER: "the address of the interface",
    message.SUBNET_MASK: "the netmask of the subnet",
    message.RELAY_AGENT_INFORMATION: "the relay's, sent back",
    message.SUBNET_SELECTION: "the client's, sent back",
    message.OPTION_OVERLOAD: "the server: options are in header fields",
    message.MESSAGE: "the server",
}
# Parameters by which the server fills in an option.
PARAMETERS: Final[dict[int, int]] = {
    message.HOST_NAME: USE_HOST_DECL_NAMES,
    message.ROUTERS: USE_LEASE_ADDR,
    message.CLIENT_IDENTIFIER: ECHO_CLIENT_ID,
}


def option_values(
    configuration: Configuration,
    options: Mapping[int, bytes],
    found: Origins,
    subnet: Token | None,
) -> Iterator[Value]:
    """Each option of the reply; `subnet` is where the subnet of the lease is declared."""
    spaces = configuration.spaces
    for code, value in options.items():
        definition = spaces.dhcp.find_code(code)
        origin, note = _origin(spaces, code, found)
        if code == message.SERVER_IDENTIFIER and value == NO_ADDRESS:
            note = f"{note}, which is not known here"
        if code == message.SUBNET_MASK and not origin.givers and subnet is not None:
            note = f"{note} ({place(subnet)})"
        yield Value(
            code,
            definition.name,
            print_value(definition, value),
            _givers(origin.givers, spaces),
            _givers(origin.overridden, spaces),
            note,
        )


def header_values(
    configuration: Configuration, reply: Reply, effective: Effective, found: Origins
) -> Iterator[Value]:
    """siaddr, file and sname, where they are set."""
    parameters = effective.parameters
    fields = (
        (NEXT_SERVER, format_ipv4(next_server(reply)) if next_server(reply) else None),
        (FILENAME, _text(parameters.filename)),
        (SERVER_NAME, _text(parameters.server_name)),
    )
    for code, text in fields:
        if text is None:
            continue
        origin = found.get((SERVER, code), NOBODY)
        name = option_name(configuration.spaces, SERVER, code)
        givers = _givers(origin.givers, configuration.spaces)
        overridden = _givers(origin.overridden, configuration.spaces)
        note = "" if givers else "the address of the interface"
        yield Value(code, name, text, givers, overridden, note)


def unsent_values(
    configuration: Configuration,
    options: Mapping[int, bytes],
    requested: bytes | None,
    found: Origins,
) -> Iterator[Value]:
    """Options that statements set and the reply does not hold."""
    spaces = configuration.spaces
    for (space, code), origin in found.items():
        if space != DHCP or code in options or code == PARAMETER_REQUEST_LIST:
            continue
        value = written_value(origin.givers[-1], spaces) or "a value of the packet"
        if requested and code not in requested:
            note = "the client does not ask for it"
        else:
            note = "it has no value, or does not fit"
        name = spaces.dhcp.find_code(code).name
        yield Value(code, name, value, _givers(origin.givers, spaces), [], note)


def _origin(spaces: OptionSpaces, code: int, found: Origins) -> tuple[Origin, str]:
    """The origin of an option, and what there is to say beside it."""
    origin = found.get((DHCP, code))
    if origin is not None and code not in (message.MESSAGE_TYPE, message.LEASE_TIME):
        return origin, ""
    parameter = PARAMETERS.get(code)
    if parameter is not None:
        return found.get((SERVER, parameter), NOBODY), option_name(spaces, SERVER, parameter)
    carried = _carried(spaces, code, found)
    if carried:
        return Origin(carried, []), ENCAPSULATED
    return NOBODY, NOTES.get(code, "the server")


def _carried(spaces: OptionSpaces, code: int, found: Origins) -> list[SetOption]:
    """The statements whose values are inside an option that carries a space."""
    space = spaces.dhcp.find_code(code).encapsulated_space
    carried: list[SetOption] = []
    for (name, _), origin in found.items():
        is_inside = name == space or (
            code == message.VENDOR_ENCAPSULATED_OPTIONS and name not in (DHCP, SERVER, "agent")
        )
        if code == message.RELAY_AGENT_INFORMATION:
            is_inside = name == "agent"
        if is_inside:
            carried.extend(origin.givers)
    return carried


def _givers(statements: Sequence[SetOption], spaces: OptionSpaces) -> list[Giver]:
    return [Giver(one.token, written_value(one, spaces)) for one in statements]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")

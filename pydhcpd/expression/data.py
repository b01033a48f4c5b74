"""Data expressions (dhcp-eval(5)): their values are byte strings."""

from collections.abc import Callable
from typing import Final, final

from pydhcpd.expression.context import LOOKUPS_LIMIT, Context
from pydhcpd.expression.datanode import Data
from pydhcpd.expression.node import Expression
from pydhcpd.options.domain import Labels, decode_names, encode_names
from pydhcpd.wire.errors import WireError

# The addresses of a host name, 4 bytes each; nothing if it has none.
LookUp = Callable[[str], bytes]

# Fields of the BOOTP header (RFC 951 section 3)
SNAME: Final = slice(44, 108)
FILE: Final = slice(108, 236)
NO_LEASE: Final = (
    'data: "leased-address" configuration directive: there is no lease associated with this client.'
)


@final
class Constant(Data):
    """A string or hex constant, or an option value that is already in wire form."""

    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    @property
    def opcode(self) -> int:
        return 14

    @property
    def is_constant(self) -> bool:
        return True

    def data(self, context: Context) -> bytes | None:
        return self.content


@final
class Null(Data):
    """`null`."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 39

    @property
    def is_constant(self) -> bool:
        return True


@final
class Joined(Data):
    """What `append` and `prepend` make of an option's value; either may be null."""

    __slots__ = ("first", "second")

    def __init__(self, first: Expression, second: Expression) -> None:
        self.first = first
        self.second = second

    @property
    def is_constant(self) -> bool:
        return self.first.is_constant and self.second.is_constant

    def data(self, context: Context) -> bytes | None:
        first = self.first.data(context)
        second = self.second.data(context)
        return None if first is None or second is None else first + second


@final
class JoinedNames(Data):
    """The same for lists of compressed domain names."""

    __slots__ = ("first", "second")

    def __init__(self, first: Expression, second: Expression) -> None:
        self.first = first
        self.second = second

    @property
    def is_constant(self) -> bool:
        return self.first.is_constant and self.second.is_constant

    def data(self, context: Context) -> bytes | None:
        first = self.first.data(context)
        second = self.second.data(context)
        if first is None or second is None:
            return None
        names: list[Labels] = []
        for number, part in enumerate((first, second), 1):
            try:
                names += decode_names(part)
            except WireError:
                text = f"concat_dclists: error decompressing domain list {number}"
                context.log.append(("error", text))
                context.log.append(("error", "data: concat_dclist failed"))
                return None
        return encode_names(names, True)


@final
class ConfiguredOption(Data):
    """`config-option [space.]name`: the value that the reply has so far."""

    __slots__ = ("code", "space")

    def __init__(self, space: str, code: int) -> None:
        self.space = space
        self.code = code

    @property
    def opcode(self) -> int:
        return 28

    def data(self, context: Context) -> bytes | None:
        slot = context.state.find(self.space, self.code)
        if slot is None or context.lookups >= LOOKUPS_LIMIT:
            return None
        context.lookups += 1
        value = slot.data(context)
        context.lookups -= 1
        return value


@final
class RequestOption(Data):
    """`option [space.]name`: the value that the client sent."""

    __slots__ = ("code", "space")

    def __init__(self, space: str, code: int) -> None:
        self.space = space
        self.code = code

    @property
    def opcode(self) -> int:
        return 11

    def data(self, context: Context) -> bytes | None:
        return context.request_option(self.space, self.code)


@final
class Hardware(Data):
    """`hardware`: type byte and address of the client."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 12

    def data(self, context: Context) -> bytes | None:
        if context.hardware is None:
            text = "data: hardware: no raw packet or lease is available"
            context.log.append(("error", text))
        return context.hardware


@final
class RawPacket(Data):
    """`packet(offset, length)`: bytes of the raw packet."""

    __slots__ = ("length", "offset")

    def __init__(self, offset: Expression, length: Expression) -> None:
        self.offset = offset
        self.length = length

    @property
    def opcode(self) -> int:
        return 13

    def data(self, context: Context) -> bytes | None:
        packet = context.packet
        if packet is None:
            context.log.append(("error", "data: packet: raw packet not available"))
            return None
        offset = self.offset.number(context)
        length = self.length.number(context)
        if offset is None or length is None:
            return None
        # Beyond the end is null, unlike with substring (observed).
        return packet[offset : offset + length] if offset <= len(packet) else None


@final
class LeasedAddress(Data):
    """`leased-address`: the address of the lease."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 26

    def data(self, context: Context) -> bytes | None:
        if context.leased_address is None:
            context.log.append(("debug", NO_LEASE))
        return context.leased_address


@final
class HostDeclName(Data):
    """`host-decl-name`: the name of the host declaration that matched."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 29

    def data(self, context: Context) -> bytes | None:
        if context.host_name is None:
            context.log.append(("error", "data: host_decl_name: not available"))
        return context.host_name


@final
class Filename(Data):
    """`filename`: the request's file field."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 42

    def data(self, context: Context) -> bytes | None:
        return header_text(context, FILE)


@final
class ServerName(Data):
    """`server-name`: the request's sname field."""

    __slots__ = ()

    @property
    def opcode(self) -> int:
        return 43

    def data(self, context: Context) -> bytes | None:
        return header_text(context, SNAME)


@final
class HostName(Data):
    """`gethostname()`: what the machine is called."""

    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    @property
    def opcode(self) -> int:
        return 60

    @property
    def is_constant(self) -> bool:
        return True

    def data(self, context: Context) -> bytes | None:
        return self.content


def header_text(context: Context, field: slice) -> bytes | None:
    """The text in a field of the BOOTP header, null if it is empty."""
    if context.packet is None:
        return None
    return context.packet[field].partition(b"\0")[0] or None


@final
class HostByName(Data):
    """`gethostbyname("NAME")`: its addresses, looked up when they are first needed.

    dhcpd looks up in the middle of serving a packet; here a server looks up at its start, and a
    test of the configuration only what it evaluates.
    """

    __slots__ = ("_addresses", "_is_known", "_look_up", "name")

    def __init__(self, name: str, look_up: LookUp) -> None:
        self.name = name
        self._look_up = look_up
        self._is_known = False
        self._addresses: bytes | None = None

    def find(self) -> None:
        """Look the addresses up, once."""
        if not self._is_known:
            self._addresses = self._look_up(self.name) or None
            self._is_known = True

    @property
    def opcode(self) -> int:
        return 7

    def data(self, context: Context) -> bytes | None:
        self.find()
        if self._addresses is None:
            context.log.append(("error", f"{self.name}: host unknown."))
        return self._addresses

"""Option spaces inside an option: what goes into options 43, 81, 82, 124, 125 and user spaces.

Values come in the order in which they were set. Most spaces go out in the order of dhcpd's hash
table; the relay agent's sub-options keep the order of setting. Empty values are left out.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from pydhcpd.options.domain import encode_names, split_name
from pydhcpd.options.space import DHCP, FQDN, OptionSpace, OptionSpaces

HASH_BUCKETS: Final = 17
NO_LIMIT: Final = 0xFFFF

# The parts of the client FQDN (RFC 4702) and their place in the flags.
NO_CLIENT_UPDATE: Final = 1
SERVER_UPDATE: Final = 2
ENCODED: Final = 3
RCODE1: Final = 4
RCODE2: Final = 5
FQDN_NAME: Final = 8
FLAG_SERVER_UPDATE: Final = 0x01
FLAG_NO_CLIENT_UPDATE: Final = 0x02
FLAG_ENCODED: Final = 0x04

Values = Mapping[int, bytes | None]


def hash_order(codes: Iterable[int]) -> list[int]:
    """Codes in setting order as dhcpd's hash table lists them.

    The table has 17 buckets and a new entry goes to the head of its bucket.
    """
    buckets: list[list[int]] = [[] for _ in range(HASH_BUCKETS)]
    for code in codes:
        buckets[((code & 31) + (code >> 5 & 31)) % HASH_BUCKETS].append(code)
    return [code for bucket in buckets for code in reversed(bucket)]


def encode_space(space: OptionSpace, values: Values) -> bytes:
    """The space's own values as code, length, data. A value too long for its length is left out.

    Spaces of DHCPv6 vendors have no lengths.
    """
    codes = list(values) if space.is_linked else hash_order(values)
    width = space.length_width
    longest = (1 << 8 * width) - 1 if width else NO_LIMIT
    wire: list[bytes] = []
    for code in codes:
        value = values[code]
        if value and len(value) <= longest:
            wire.append(code.to_bytes(space.code_width, "big"))
            if width:
                wire.append(len(value).to_bytes(width, "big"))
            wire.append(value)
    return b"".join(wire)


def encapsulate(spaces: OptionSpaces, name: str, state: Mapping[str, Values]) -> bytes:
    """A space with the spaces it encapsulates itself, which come behind its own values.

    Empty when the space has no values of its own, whatever lies deeper. The nwip space is never
    sent (observed: option 63 goes out only when it is set as a whole).
    """
    values = state.get(name)
    space = spaces.find(name)
    if not values or space is None or name == "nwip":
        return b""
    if name == FQDN:
        return encode_fqdn(values)
    wire = encode_space(space, values)
    for inner, definition in spaces.encapsulations.items():
        if definition.space != name or definition.code in values:
            continue
        nested = encapsulate(spaces, inner, state)
        if nested:
            wire += encode_space(space, {definition.code: nested})
    return wire


def encapsulating_codes(spaces: OptionSpaces, state: Mapping[str, Values]) -> dict[int, bytes]:
    """The options of the dhcp space that carry a space with values, by code, in dhcpd's order.

    Option 82 is not among them: the relay agent's information has its own place.
    """
    carried: dict[int, bytes] = {}
    for inner, definition in spaces.encapsulations.items():
        if definition.space == DHCP and inner != "agent" and state.get(inner):
            wire = encapsulate(spaces, inner, state)
            if wire:
                carried[definition.code] = wire
    return carried


def encode_fqdn(values: Values) -> bytes:
    """Option 81: flags, two codes, and the name as text or, if `encoded` is set, as labels."""
    flags = 0
    for code, flag in (
        (NO_CLIENT_UPDATE, FLAG_NO_CLIENT_UPDATE),
        (SERVER_UPDATE, FLAG_SERVER_UPDATE),
        (ENCODED, FLAG_ENCODED),
    ):
        if _first_byte(values.get(code)):
            flags |= flag
    name = values.get(FQDN_NAME) or b""
    if name and flags & FLAG_ENCODED:
        labels = split_name(name)
        name = b"" if labels is None else encode_names([labels], False)
    return bytes((flags, _first_byte(values.get(RCODE1)), _first_byte(values.get(RCODE2)))) + name


def _first_byte(value: bytes | None) -> int:
    return value[0] if value else 0

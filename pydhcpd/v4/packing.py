"""Options into the reply: budget, option overload and splitting (RFC 2131 section 4.1, RFC 3396).

The option area is: cookie, options, option 52 if a header field carries options, option 82, End.
How much goes where is dhcpd's own rule, observed with the real daemon in 240 random replies.
"""

from collections.abc import Mapping, Sequence
from typing import Final, final

COOKIE: Final = b"\x63\x82\x53\x63"
END: Final = b"\xff"
HEADER_SIZE: Final = 236
COOKIE_SIZE: Final = 4
FILE_SIZE: Final = 128
SNAME_SIZE: Final = 64
LONGEST_CHUNK: Final = 255
OVERLOAD: Final = 52
OVERLOAD_FILE: Final = 1
OVERLOAD_SNAME: Final = 2
RELAY_AGENT_INFORMATION: Final = 82

IP_AND_UDP_SIZE: Final = 28
LEAST_MESSAGE_SIZE: Final = 576
GREATEST_MESSAGE_SIZE: Final = 1500
BOOTP_OPTION_SIZE: Final = 64
OVERHEAD: Final = IP_AND_UDP_SIZE + HEADER_SIZE + COOKIE_SIZE

# Option 52 (three bytes) and End have to fit behind the last option.
RESERVE: Final = 3

Values = Mapping[int, bytes]


@final
class Packed:
    """Options by field, each without its End. `file` or `sname` is None where none went."""

    __slots__ = ("file", "main", "sname")

    def __init__(self, main: bytes, file: bytes | None, sname: bytes | None) -> None:
        self.main: Final = main
        self.file: Final = file
        self.sname: Final = sname


def message_room(max_message_size: int, agent_size: int) -> int:
    """Bytes for options behind the cookie, by option 57 (0: the client sent none).

    Option 82, `agent_size` bytes with its header, comes on top of that as long as the whole
    message stays below 1500 bytes.
    """
    if max_message_size < LEAST_MESSAGE_SIZE:
        size = LEAST_MESSAGE_SIZE
    elif max_message_size > GREATEST_MESSAGE_SIZE:
        size = GREATEST_MESSAGE_SIZE
    else:
        size = max_message_size
    return min(size - OVERHEAD, GREATEST_MESSAGE_SIZE - OVERHEAD - agent_size)


def bootp_room(request_size: int) -> int:
    """The same for a BOOTP client: what its request had, at least 64 bytes with the cookie."""
    return max(request_size - HEADER_SIZE, BOOTP_OPTION_SIZE) - COOKIE_SIZE


def encode_plain(codes: Sequence[int], values: Values) -> bytes | None:
    """The options that have a value as code, length, data; None if one is too long for that."""
    wire: list[bytes] = []
    for code in codes:
        value = values.get(code)
        if value:
            size = len(value)
            if size > LONGEST_CHUNK:
                return None
            wire.append(bytes((code, size)))
            wire.append(value)
    return b"".join(wire)


def fits_plain(size: int, room: int) -> bool:
    """True if options of that total size all go into the main area, so `pack` isn't needed."""
    return size + RESERVE < room


def pack(
    codes: Sequence[int], values: Values, room: int, is_file_free: bool, is_sname_free: bool
) -> Packed:
    """Place the options that have a value, in order, each into the first area that has room.

    An option that fits nowhere whole is split; one that fits nowhere at all is left out.
    """
    plain = encode_plain(codes, values)
    if plain is not None and fits_plain(len(plain), room):
        return Packed(plain, None, None)
    file_size = FILE_SIZE if is_file_free else 0
    sname_size = SNAME_SIZE if is_sname_free else 0
    main, file, sname = bytearray(), bytearray(), bytearray()
    last = codes[-1] if codes else 0
    for code in codes:
        value = values.get(code)
        if not value:
            continue
        size = len(value)
        is_whole = size <= LONGEST_CHUNK
        is_very_last = code == last and not file and not sname
        if is_whole and (
            len(main) + 5 + size < room or (is_very_last and len(main) + 2 + size < room)
        ):
            _append(main, code, value)
        elif is_whole and len(file) + 3 + size < file_size:
            _append(file, code, value)
        elif is_whole and len(sname) + 3 + size < sname_size:
            _append(sname, code, value)
        else:
            _split(code, value, main, room, file, file_size, sname, sname_size)
    return Packed(bytes(main), bytes(file) or None, bytes(sname) or None)


def option_area(packed: Packed, agent: bytes, room: int) -> bytes:
    """Cookie to End; `agent` is the value of option 82, which comes last.

    There is no End when the options fill their room to the last byte. Without any option there
    is not even a cookie, nor option 82: a BOOTP client may ask for nothing that is set (observed).
    """
    if not packed.main and not packed.file and not packed.sname:
        return b""
    overload = (OVERLOAD_FILE if packed.file else 0) | (OVERLOAD_SNAME if packed.sname else 0)
    area = COOKIE + packed.main
    if overload:
        area += bytes((OVERLOAD, 1, overload))
    is_full = len(area) - COOKIE_SIZE >= room
    if agent:
        area += encode_agent(agent)
    return area if is_full else area + END


def encode_agent(agent: bytes) -> bytes:
    """Option 82 with its value, which a relay may have made longer than one option."""
    wire = bytearray()
    for at in range(0, len(agent), LONGEST_CHUNK):
        _append(wire, RELAY_AGENT_INFORMATION, agent[at : at + LONGEST_CHUNK])
    return bytes(wire)


def file_field(packed: Packed, filename: bytes) -> bytes:
    """The `file` field of the header: options with their End, or the boot file's name."""
    return _field(packed.file, filename, FILE_SIZE)


def sname_field(packed: Packed, server_name: bytes) -> bytes:
    """The `sname` field of the header: options with their End, or the server's name."""
    return _field(packed.sname, server_name, SNAME_SIZE)


def _field(options: bytes | None, name: bytes, size: int) -> bytes:
    content = name[:size] if options is None else options + END
    return content.ljust(size, b"\0")


def _append(area: bytearray, code: int, value: bytes) -> None:
    area.append(code)
    area.append(len(value))
    area += value


def _split(
    code: int,
    value: bytes,
    main: bytearray,
    room: int,
    file: bytearray,
    file_size: int,
    sname: bytearray,
    sname_size: int,
) -> None:
    """Spread one value over the areas in chunks; if that fails, undo it altogether."""
    before = len(main), len(file), len(sname)
    rest = value
    while rest:
        if len(main) + 6 < room:
            area, chunk = main, room - len(main) - 5
        elif len(file) + 4 < file_size:
            area, chunk = file, file_size - len(file) - 3
        elif len(sname) + 4 < sname_size:
            area, chunk = sname, sname_size - len(sname) - 3
        else:
            del main[before[0] :], file[before[1] :], sname[before[2] :]
            return
        chunk = min(chunk, LONGEST_CHUNK)
        _append(area, code, rest[:chunk])
        rest = rest[chunk:]

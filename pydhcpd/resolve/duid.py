"""`server-duid` (dhcpd.conf(5)): the server's DUID (RFC 8415 section 11), or only its type.

No DHCPv4 client is told of it, but it is in the leases file.
"""

import struct
from typing import Final

from pydhcpd.model.configuration import DUID_EN, DUID_LL, DUID_LLT
from pydhcpd.options.number import convert_number
from pydhcpd.options.space import leading_number
from pydhcpd.options.word import WordReader, is_numeric
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import Place
from pydhcpd.resolve.walk import Walk
from pydhcpd.wire.hardware import HARDWARE_TYPE_CODES

DUID_TYPES: Final[dict[str, int]] = {"llt": DUID_LLT, "en": DUID_EN, "ll": DUID_LL}
# Observed: infiniband is refused here.
HARDWARE_TYPES: Final = frozenset(("ethernet", "token-ring", "fddi"))


def read_server_duid(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`server-duid llt|ll [HARDWARE ...];`, `server-duid en NUMBER "TEXT";`, or any other type."""
    draft = walk.draft
    reader = phrase.reader
    kind = DUID_TYPES.get(phrase.next_word())
    if kind is None and (reader.is_at_end or reader.peek().kind != "number"):
        raise reader.problem("DUID type of LLT, EN, or LL expected")
    word = reader.take()
    duid: bytes | None = None
    if kind is None:
        duid = struct.pack("!H", leading_number(word.text) & 0xFFFF) + _read_identifier(reader)
    elif kind == DUID_EN:
        number = _read_number(reader, "enterprise number expected")
        duid = struct.pack("!HI", kind, number) + _read_identifier(reader)
    elif not reader.is_at_end or phrase.terminator.kind != ";":
        duid = struct.pack("!HH", kind, _read_hardware_type(phrase))
        if kind == DUID_LLT:
            duid += struct.pack("!I", _read_number(reader, "timestamp expected"))
        duid += _read_address(reader)
    phrase.expect_semicolon("semicolon expected")
    draft.server_duid = duid
    draft.server_duid_type = kind or DUID_LLT


def _read_hardware_type(phrase: Phrase) -> int:
    name = phrase.next_word()
    if name not in HARDWARE_TYPES:
        raise phrase.reader.problem("hardware type expected")
    phrase.reader.take()
    return HARDWARE_TYPE_CODES[name]


def _read_number(reader: WordReader, expected: str) -> int:
    if reader.is_at_end or reader.peek().kind != "number":
        raise reader.problem(expected)
    return leading_number(reader.take().text) & 0xFFFFFFFF


def _read_identifier(reader: WordReader) -> bytes:
    if reader.is_at_end or reader.peek().kind != "string":
        raise reader.problem("identifier expected")
    return reader.take().text.encode("latin-1")


def _read_address(reader: WordReader) -> bytes:
    value = b""
    while True:
        if reader.is_at_end or not is_numeric(reader.peek()):
            raise reader.problem("expecting hexadecimal number.")
        value += convert_number(reader, 16, 1)
        if not reader.accept(":"):
            return value

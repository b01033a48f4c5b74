"""Dotted quads in declarations, where no host name may stand."""

from pydhcpd.options.number import convert_number
from pydhcpd.options.word import WordReader, is_numeric


def read_quad(reader: WordReader) -> int:
    """Four decimal octets."""
    value = b""
    while True:
        if reader.is_at_end or reader.peek().kind != "number":
            raise reader.problem("expecting numeric value.")
        value += convert_number(reader, 10, 1)
        if len(value) == 4:
            return int.from_bytes(value, "big")
        if not reader.accept("."):
            raise reader.problem("too few numbers.")


def read_octets(reader: WordReader) -> bytes:
    """Hexadecimal octets joined by colons; none at all is allowed."""
    if reader.is_at_end:
        return b""
    value = b""
    while True:
        if reader.is_at_end or not is_numeric(reader.peek()):
            raise reader.problem("expecting numeric value.")
        value += convert_number(reader, 16, 1)
        if not reader.accept(":"):
            return value

"""Byte strings: formats t (text) and X (string or hexadecimal), and the names U and k."""

from typing import Final

from pydhcpd.options.address import read_dotted_name
from pydhcpd.options.number import convert_number
from pydhcpd.options.word import WordReader, is_identifier, is_numeric

ESCAPED: Final = frozenset(b"\"'`$\\")


def read_text(reader: WordReader, is_optional: bool) -> bytes:
    """A quoted string or one identifier. In an optional place any other word is swallowed."""
    word = reader.peek()
    if word.kind == "string" or is_identifier(word):
        return reader.take().text.encode("latin-1")
    if is_optional:
        reader.take()
        return b""
    raise reader.problem("expecting string.")


def read_string(reader: WordReader) -> bytes:
    """A quoted string, or hexadecimal bytes joined by colons."""
    word = reader.peek()
    if word.kind == "string":
        return reader.take().text.encode("latin-1")
    if not is_numeric(word):
        raise reader.problem("expecting string or hexadecimal data.")
    value = convert_number(reader, 16, 1)
    while reader.accept(":"):
        if not is_numeric(reader.peek()):
            raise reader.problem("expecting hexadecimal number.")
        value += convert_number(reader, 16, 1)
    return value


def read_space_name(reader: WordReader) -> bytes:
    """The name of an option space; nothing asks whether that space exists."""
    if not is_identifier(reader.peek()):
        raise reader.problem("expecting identifier.")
    return reader.take().text.encode("latin-1")


def read_key_name(reader: WordReader) -> bytes:
    """The name of a key, dotted or quoted."""
    word = reader.peek()
    if word.kind == "string":
        return reader.take().text.encode("latin-1")
    if not is_identifier(word) and word.kind != "number":
        raise reader.problem_before("not a valid key name.")
    return read_dotted_name(reader).encode("latin-1")


def print_text(value: bytes) -> str:
    """The text in quotes."""
    return f'"{escape(value)}"'


def print_string(value: bytes) -> str:
    """Text in quotes if every byte prints, else the bytes in hexadecimal without padding."""
    if is_printable(value):
        return print_text(value.removesuffix(b"\0"))
    return print_hexadecimal(value)


def print_hexadecimal(value: bytes) -> str:
    """Bytes joined by colons, without leading zeros: `0:1:ff`."""
    return ":".join(format(byte, "x") for byte in value)


def print_identifier(value: bytes) -> str:
    """A client identifier in a message: like `print_string`, but with leading zeros."""
    return print_text(value) if is_printable(value) else value.hex(":")


def escape(value: bytes) -> str:
    """Printable ASCII, what a shell might expand behind a backslash, all else in octal."""
    characters: list[str] = []
    for byte in value:
        if byte in ESCAPED:
            characters.append("\\" + chr(byte))
        elif 0x20 <= byte <= 0x7E:
            characters.append(chr(byte))
        else:
            characters.append(f"\\{byte:03o}")
    return "".join(characters)


def is_printable(value: bytes) -> bool:
    """True if every byte is printable ASCII; one NUL at the end is tolerated."""
    return all(0x20 <= byte <= 0x7E for byte in value.removesuffix(b"\0"))

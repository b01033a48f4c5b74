"""Addresses: formats I (IPv4 address or host name) and 6 (IPv6 address, RFC 4291 text).

A host name is not resolved here: it stays a HostName inside a HostNames value, and whoever
starts the server asks the resolver.
"""

from collections.abc import Mapping
from ipaddress import AddressValueError, IPv6Address
from typing import Final, final

from pydhcpd.options.number import convert_number
from pydhcpd.options.word import Word, WordReader, is_identifier, is_numeric

IPV6_TEXT_LIMIT: Final = 45
# dhcpd names the unexpected token by its number; a quoted string is token 262.
STRING_TOKEN: Final = 262


@final
class HostName:
    """A name in place of an address; `is_single`: only its first address counts."""

    __slots__ = ("is_single", "name")

    def __init__(self, name: str, is_single: bool) -> None:
        self.name: Final = name
        self.is_single: Final = is_single


@final
class HostNames:
    """An option value with host names in it: wire bytes and names in order."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[bytes | HostName, ...]) -> None:
        self.parts: Final = parts

    def names(self) -> list[str]:
        """The host names to resolve, in order."""
        return [part.name for part in self.parts if isinstance(part, HostName)]

    def resolved(self, addresses: Mapping[str, bytes]) -> bytes | None:
        """The wire value, given each name's addresses (4 bytes each, joined).

        None when a name has no address: dhcpd logs `NAME: host unknown.` for each such name
        and leaves the whole option out.
        """
        value: list[bytes] = []
        for part in self.parts:
            if isinstance(part, bytes):
                value.append(part)
                continue
            found = addresses.get(part.name)
            if not found:
                return None
            value.append(found[:4] if part.is_single else found)
        return b"".join(value)


def read_address(reader: WordReader, is_single: bool) -> bytes | HostName:
    """A dotted quad or a host name."""
    word = reader.peek()
    if word.kind == "number" and _is_dotted_number(reader):
        return _read_dotted_quad(reader)
    if is_identifier(word) or word.kind == "number":
        name = read_dotted_name(reader)
        return HostName(name, is_single)
    token = STRING_TOKEN if word.kind == "string" else ord(word.text)
    raise reader.problem(f"{word.text} ({token}): expecting IP address or hostname")


def print_address(value: bytes) -> str:
    """The dotted quad."""
    return f"{value[0]}.{value[1]}.{value[2]}.{value[3]}"


def read_dotted_name(reader: WordReader) -> str:
    """Identifiers or numbers joined by dots, with or without a dot at the end."""
    if reader.accept("."):
        raise reader.problem("expecting identifier after '.'")
    labels = [reader.take().text]
    while reader.accept("."):
        word = reader.peek()
        if not is_identifier(word) and word.kind != "number":
            labels.append("")
            break
        labels.append(reader.take().text)
    return ".".join(labels)


def read_ipv6_address(reader: WordReader) -> bytes:
    """The words that belong to an IPv6 address, none with a blank before it, as one text."""
    text = ""
    start = reader.index
    while not reader.is_at_end:
        word = reader.peek()
        if reader.index > start and word.is_spaced:
            break
        if not _is_ipv6_part(word):
            break
        text += reader.take().text
        if len(text) > IPV6_TEXT_LIMIT:
            break
    try:
        return IPv6Address(text).packed
    except AddressValueError:
        raise reader.problem_before("Invalid IPv6 address.") from None


def print_ipv6_address(value: bytes) -> str:
    """The address as inet_ntop writes it."""
    address = IPv6Address(value)
    # Python writes ::ffff:102:304 where inet_ntop writes ::ffff:1.2.3.4.
    number = int(address)
    is_mapped = number >> 32 == 0xFFFF
    is_compatible = number >> 32 == 0 and number > 0xFFFF
    if is_mapped or is_compatible:
        return ("::ffff:" if is_mapped else "::") + print_address(value[12:])
    return str(address)


def _is_dotted_number(reader: WordReader) -> bool:
    """True for a number, a dot and a number: then it has to be a dotted quad.

    A number alone is a host name (and means what inet_aton makes of it).
    """
    index, words = reader.index, reader.words
    return (
        index + 2 < reader.count
        and words[index + 1].text == "."
        and words[index + 2].kind == "number"
    )


def _read_dotted_quad(reader: WordReader) -> bytes:
    value = b""
    while True:
        if reader.peek().kind != "number":
            raise reader.problem("expecting numeric value.")
        value += convert_number(reader, 10, 1)
        if len(value) == 4:
            return value
        if not reader.accept("."):
            raise reader.problem("too few numbers.")


def _is_ipv6_part(word: Word) -> bool:
    if word.kind == "punctuation":
        return word.text in ".:"
    # `add` is a keyword, but one that may be part of an address.
    return is_numeric(word) or (word.kind == "name" and word.text.lower() == "add")

"""Addresses in declarations, where no host name may stand: one by one, or very many at once."""

import struct
from collections.abc import Sequence
from typing import Final

from pydhcpd.options.address import print_ipv6_address, read_ipv6_address
from pydhcpd.options.number import convert_number
from pydhcpd.options.word import WordReader, is_numeric

ETHERNET: Final = b"\1"
ETHERNET_SIZE: Final = 6
ETHERNET_TEXT_SIZE: Final = 17
_OCTETS: Final = {str(octet): octet for octet in range(256)}


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


def read_ethernet_addresses(texts: Sequence[str]) -> list[bytes]:
    """Six octets of one or two hexadecimal digits each, as type byte and address."""
    if min(map(len, texts)) < ETHERNET_TEXT_SIZE:
        return [ETHERNET + octets for octets in read_octet_lists(texts)]
    octets = bytes.fromhex("".join(texts).replace(":", ""))
    return [
        ETHERNET + octets[at : at + ETHERNET_SIZE] for at in range(0, len(octets), ETHERNET_SIZE)
    ]


def read_octet_lists(texts: Sequence[str]) -> list[bytes]:
    """Octets of one or two hexadecimal digits each, joined by colons; none where nothing is."""
    return [_read_octet_list(text) for text in texts]


def read_quads(texts: Sequence[str]) -> list[tuple[int, ...]]:
    """Dotted quads in range, each as the one item of a tuple; none where the text is empty."""
    written = [text for text in texts if text]
    octets = bytes(map(_OCTETS.__getitem__, ".".join(written).split("."))) if written else b""
    addresses = list(struct.iter_unpack("!I", octets))
    if len(addresses) == len(texts):
        return addresses
    remaining = iter(addresses)
    return [next(remaining) if text else () for text in texts]


def _read_octet_list(text: str) -> bytes:
    if text[1:2] == ":":
        text = "0" + text  # a hardware type
    if len(text) < 3 * text.count(":") + 2:
        text = ":".join([octet.zfill(2) for octet in text.split(":")]) if text else ""
    return bytes.fromhex(text.replace(":", " "))


def read_address6(reader: WordReader) -> int:
    """An IPv6 address."""
    return int.from_bytes(read_ipv6_address(reader), "big")


def format_ipv6(address: int) -> str:
    """The address as inet_ntop(3) writes it."""
    return print_ipv6_address(address.to_bytes(16, "big"))

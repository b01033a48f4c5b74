"""Domain names on the wire (RFC 1035 section 3.1): formats d, D and Dc (RFC 3397 compression).

Text may hold the escapes of a zone file: `\\DDD` with three decimal digits, and a backslash
before a character that is meant literally.
"""

from typing import Final

from pydhcpd.options.address import read_dotted_name
from pydhcpd.options.text import escape
from pydhcpd.options.word import WordReader, is_identifier
from pydhcpd.wire.errors import WireError

LABEL_LIMIT: Final = 63
NAME_LIMIT: Final = 255
POINTER: Final = 0xC0
POINTER_REACH: Final = 0x3FFF

Labels = tuple[bytes, ...]


def read_domain_name(reader: WordReader) -> bytes:
    """Identifiers joined by dots, unquoted, as one uncompressed name."""
    word = reader.peek()
    if not is_identifier(word) and word.kind != "number":
        raise reader.problem_before("not a valid domain name.")
    labels = split_name(read_dotted_name(reader).encode("latin-1"))
    if labels is None:
        raise reader.problem_before("Error assembling domain name: Message too long")
    return encode_names([labels], False)


def read_domain_list(reader: WordReader, is_compressed: bool) -> bytes:
    """Quoted names separated by commas."""
    names: list[Labels] = []
    while True:
        word = reader.peek()
        if word.kind != "string":
            raise reader.problem("Expecting a domain string.")
        labels = split_name(word.text.encode("latin-1"))
        if labels is None:
            what = "compressing" if is_compressed else "assembling"
            raise reader.problem(f"Error {what} domain list: Message too long")
        names.append(labels)
        reader.take()
        if not reader.accept(","):
            return encode_names(names, is_compressed)


def print_domain_name(value: bytes) -> str:
    """The name with a dot at the end."""
    return print_labels(decode_names(value)[0])


def print_domain_list(value: bytes) -> str:
    """Every name in quotes with a dot at the end, separated by comma and blank."""
    return ", ".join(f'"{print_labels(labels)}"' for labels in decode_names(value))


def split_name(text: bytes) -> Labels | None:
    """The labels of a name as written, or None if it is no domain name.

    The text ends at its first NUL, as in dhcpd. The empty text and `.` are the root.
    """
    text = text.partition(b"\0")[0]
    labels: list[bytes] = []
    label = bytearray()
    at = 0
    if text == b".":
        return ()
    while at < len(text):
        byte = text[at : at + 1]
        at += 1
        if byte == b".":
            if not label:
                return None
            labels.append(bytes(label))
            label.clear()
            continue
        if byte == b"\\":
            digits = text[at : at + 3]
            if digits[:1].isdigit():
                if len(digits) < 3 or not digits.isdigit() or int(digits) > 255:
                    return None
                label.append(int(digits))
                at += 3
                continue
            byte = text[at : at + 1]
            at += 1
        label += byte
    if label:
        labels.append(bytes(label))
    if any(len(part) > LABEL_LIMIT for part in labels):
        return None
    if sum(len(part) + 1 for part in labels) + 1 > NAME_LIMIT:
        return None
    return tuple(labels)


def encode_names(names: list[Labels], is_compressed: bool) -> bytes:
    """The names one after another, pointing back into this list where that is allowed."""
    wire = bytearray()
    known: dict[Labels, int] = {}
    for labels in names:
        at = 0
        while at < len(labels):
            rest = tuple(label.lower() for label in labels[at:])
            target = known.get(rest) if is_compressed else None
            if target is not None:
                wire += (POINTER << 8 | target).to_bytes(2, "big")
                break
            if len(wire) <= POINTER_REACH:
                known.setdefault(rest, len(wire))
            wire.append(len(labels[at]))
            wire += labels[at]
            at += 1
        else:
            wire.append(0)
    return bytes(wire)


def decode_names(value: bytes) -> list[Labels]:
    """The names of a list, compressed or not; WireError if it is none."""
    names: list[Labels] = []
    at = 0
    while at < len(value):
        labels, at = _decode_name(value, at)
        names.append(labels)
    return names


def _decode_name(value: bytes, start: int) -> tuple[Labels, int]:
    """One name and the offset behind it. Pointers must lead backwards, so they can't loop."""
    labels: list[bytes] = []
    at = start
    end = 0
    lowest = start
    while True:
        if at >= len(value):
            raise WireError("domain name", "name beyond the end")
        length = value[at]
        if length == 0:
            return tuple(labels), end or at + 1
        if length >= POINTER:
            if at + 1 >= len(value):
                raise WireError("domain name", "pointer beyond the end")
            end = end or at + 2
            at = (length & ~POINTER) << 8 | value[at + 1]
            if at >= lowest:
                raise WireError("domain name", "pointer leads forward")
            lowest = at
            continue
        if length > LABEL_LIMIT or at + 1 + length > len(value):
            raise WireError("domain name", "bad label")
        labels.append(value[at + 1 : at + 1 + length])
        at += 1 + length


def print_labels(labels: Labels) -> str:
    """The labels, a dot behind each; the root is empty. Observed: a dot in a label shows plain."""
    return "".join(escape(label) + "." for label in labels)

"""The value of an option: from words to wire, from wire to text, and what is wrong with a wire.

The letters live in their own files (`number.py`, `address.py`, `text.py`, `domain.py`,
`enumeration.py`); here is the walk along a format (see `format.py`).
"""

from collections.abc import Sequence
from typing import Final

from pydhcpd.options.address import (
    HostName,
    HostNames,
    print_address,
    print_ipv6_address,
    read_address,
    read_ipv6_address,
)
from pydhcpd.options.domain import (
    print_domain_list,
    print_domain_name,
    read_domain_list,
    read_domain_name,
)
from pydhcpd.options.enumeration import (
    member_size,
    print_flag,
    print_member,
    read_flag,
    read_member,
)
from pydhcpd.options.format import Format, Item, parse_format
from pydhcpd.options.number import SIZES, print_integer, read_integer
from pydhcpd.options.space import OptionDefinition
from pydhcpd.options.text import (
    print_hexadecimal,
    print_string,
    print_text,
    read_key_name,
    read_space_name,
    read_string,
    read_text,
)
from pydhcpd.options.word import ValueProblem, Word, WordReader
from pydhcpd.wire.errors import WireError

# The letters of a fixed size; the others take all bytes that are left.
WIDTHS: Final[dict[str, int]] = {**SIZES, "I": 4, "6": 16, "f": 1, "Z": 0}
# How many bytes the others need at least.
LEAST_WIDTHS: Final[dict[str, int]] = {"X": 1, "E": 1, "d": 1, "D": 1, "Dc": 1}
# What dhcpd prints in place of a value that is too short.
NO_VALUE: Final = "<error>"


def read_value(definition: OptionDefinition, words: Sequence[Word]) -> bytes | HostNames:
    """The wire form of what is written between the option's name and the semicolon.

    Raises ValueProblem with dhcpd's text.
    """
    form = parse_format(definition.format)
    reader = WordReader(words)
    if reader.is_at_end and (not form.items or form.items[0].letter != "Z"):
        # dhcpd eats the semicolon as if it were the value and misses one behind it.
        raise ValueProblem("semicolon expected.", reader.count + 1)
    if not form.items:
        # nwip.illegal-1 and its brothers; the reference prints stray bytes in the quotes.
        raise ValueProblem("Bad format '' in parse_option_token.", reader.index - 1)
    parts: list[bytes | HostName] = []
    _read_record(reader, form, parts)
    while form.is_repeated and reader.accept(","):
        _read_record(reader, form, parts)
    if not reader.is_at_end:
        if form.items[-1].letter == "Z":
            raise reader.problem_before("semicolon expected.")
        raise reader.problem("semicolon expected.")
    wire = [part for part in parts if isinstance(part, bytes)]
    if len(wire) < len(parts):
        return HostNames(tuple(parts))
    return b"".join(wire)


def print_value(definition: OptionDefinition, value: bytes) -> str:
    """The value as dhcpd.leases shows it; bytes that don't complete an item are left out.

    dhcpd stops writing leases for good when a domain name is broken; here it is `<error>` as
    for a value that is too short.
    """
    form = parse_format(definition.format)
    items = printed_items(form)
    if len(value) < least_size(form):
        return NO_VALUE
    try:
        if items[0].letter in "XE":
            return print_string(value)
        if items[-1].is_repeated:
            head, at = _print_record(items[:-1], value, 0)
            tail = _print_repeated(items[-1:], value, at)
            return f"{head} {tail}" if head else tail
        if form.is_repeated:
            return _print_repeated(items, value, 0)
        return _print_record(items, value, 0)[0]
    except WireError:
        return NO_VALUE


def complaint(definition: OptionDefinition, value: bytes) -> str | None:
    """What dhcpd logs when the size of a value doesn't fit its format, or None."""
    form = parse_format(definition.format)
    items = printed_items(form)
    least = least_size(form)
    if len(value) < least:
        return f"{definition.name}: expecting at least {least} bytes; got {len(value)}"
    width = _width(items[-1])
    if width is None:
        return None
    if items[-1].is_repeated:
        extra = (len(value) - least) % width if width else 0
    elif form.is_repeated:
        extra = len(value) % least if least else 0
    else:
        extra = len(value) - least
        return f"{definition.name}: {extra} extra bytes" if extra else None
    return f"{definition.name}: {extra} extra bytes at end of array" if extra else None


def printed_items(form: Format) -> tuple[Item, ...]:
    """The items that can be told apart on the wire: none behind a repeated one."""
    for number, item in enumerate(form.items):
        if item.is_repeated:
            return form.items[: number + 1]
    return form.items


def least_size(form: Format) -> int:
    """How many bytes a value has at least, repeated items counted once."""
    size = 0
    for item in printed_items(form):
        width = _width(item)
        size += LEAST_WIDTHS.get(item.letter, 0) if width is None else width
    return size


def _width(item: Item) -> int | None:
    """The size of an item; None if it takes all bytes that are left."""
    return member_size(item.name) if item.letter == "N" else WIDTHS.get(item.letter)


def _read_record(reader: WordReader, form: Format, parts: list[bytes | HostName]) -> None:
    for item in form.items:
        if item.is_optional and reader.is_at_end:
            return
        is_single = not item.is_repeated and not form.is_repeated
        parts.append(_read_item(reader, item, is_single))
        while item.is_repeated and reader.accept(","):
            parts.append(_read_item(reader, item, is_single))


def _read_item(reader: WordReader, item: Item, is_single: bool) -> bytes | HostName:
    letter = item.letter
    if letter == "I":
        return read_address(reader, is_single)
    if letter in SIZES:
        return read_integer(reader, letter)
    if letter == "t":
        return read_text(reader, item.is_optional)
    if letter in "XE":
        return read_string(reader)
    if letter == "f":
        return read_flag(reader)
    if letter == "6":
        return read_ipv6_address(reader)
    if letter == "d":
        return read_domain_name(reader)
    if letter in ("D", "Dc"):
        return read_domain_list(reader, letter == "Dc")
    if letter == "N":
        return read_member(reader, item.name)
    if letter == "U":
        return read_space_name(reader)
    if letter == "k":
        return read_key_name(reader)
    assert letter == "Z", f"no reader for format letter {letter}"
    return b""


def _print_repeated(items: tuple[Item, ...], value: bytes, at: int) -> str:
    """As many whole records as there are, joined by commas."""
    size = sum(_width(item) or 0 for item in items)
    records: list[str] = []
    while size and at + size <= len(value):
        record, at = _print_record(items, value, at)
        records.append(record)
    return ",".join(records)


def _print_record(items: tuple[Item, ...], value: bytes, at: int) -> tuple[str, int]:
    """The items of one record with blanks between them, and the offset behind them."""
    text = ""
    for item in items:
        width = _width(item)
        if width is None:
            return text + _print_rest(item, value[at:], bool(text)), len(value)
        if text:
            text += " "
        text += _print_item(item, value[at : at + width])
        at += width
    return text, at


def _print_rest(item: Item, value: bytes, is_behind: bool) -> str:
    """An item that takes all the rest; `is_behind` another item, which changes the separator."""
    letter = item.letter
    if letter in "XE":
        # Observed: behind another item always in hexadecimal, and with nothing between.
        return print_hexadecimal(value) if is_behind else print_string(value)
    if letter in ("D", "Dc"):
        return (" , " if is_behind else "") + print_domain_list(value)
    if letter == "d":
        return (" " if is_behind else "") + print_domain_name(value)
    if letter == "t":
        text = value.removesuffix(b"\0")
        if is_behind:
            return " " + print_text(text) if text else ""
        return print_text(text)
    return value.decode("latin-1")


def _print_item(item: Item, value: bytes) -> str:
    letter = item.letter
    if letter == "I":
        return print_address(value)
    if letter in SIZES:
        return print_integer(value, letter)
    if letter == "f":
        return print_flag(value)
    if letter == "6":
        return print_ipv6_address(value)
    if letter == "N":
        return print_member(value, item.name)
    return ""

"""How a value is written in dhcpd.conf, in words, from the letters of its format."""

from typing import Final

from pydhcpd.options.enumeration import SETS
from pydhcpd.options.format import Item, parse_format

LETTERS: Final[dict[str, str]] = {
    "I": "ip-address",
    "6": "ip6-address",
    "l": "int32",
    "L": "uint32",
    "s": "int16",
    "S": "uint16",
    "b": "int8",
    "B": "uint8",
    "T": "seconds",
    "f": "flag",
    "t": "text",
    "X": "string",
    "d": "domain-name",
    "D": "domain-list",
    "Dc": "domain-list",
    "U": "space",
    "k": "key",
}
# Sets with more members than a line holds are named, and their members listed in the text.
LONGEST_SET: Final = 6


def describe_value(form: str) -> str:
    """The arguments of a macro line, such as `Ar flag Ar ip-address , ...`; empty for no value."""
    record = parse_format(form)
    items = [_describe_item(item) for item in record.items]
    text = " ".join(item for item in items if item)
    return f"{text} Op , Ar ..." if record.is_repeated else text


def _describe_item(item: Item) -> str:
    if item.letter == "Z":
        return ""
    if item.letter == "E":
        return "Ar string"
    if item.letter == "N":
        members = list(SETS[item.name]) if item.name in SETS else []
        text = " | ".join(f"Cm {member}" for member in members)
        text = text if 0 < len(members) <= LONGEST_SET else f"Ar {item.name.rstrip('s')}"
    else:
        text = f"Ar {LETTERS[item.letter]}"
    if item.is_repeated:
        text += " Op , Ar ..."
    return f"Op {text}" if item.is_optional else text

"""Option formats: the format string of a row, taken apart.

A format is a sequence of letters, one per item of the record (dhcp-options(5), DEFINING NEW
OPTIONS):

    I ip-address     6 ip6-address    l L s S b B integers of 32, 16 and 8 bits
    T seconds        f flag           t text           X string
    d domain-name    D domain-list    Dc compressed domain-list
    Z zero-length    N<set>. name from a set           E<space>. encapsulated space
    U space name     k key name

`a` behind a letter repeats that item, `A` at the end repeats the whole record, `o` behind a
letter allows the item to be missing.
"""

from dataclasses import dataclass
from functools import lru_cache

DISTINCT_FORMATS = 1024


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a record; `name` is the set of N or the space of E, `Dc` is one letter."""

    letter: str
    name: str
    is_repeated: bool
    is_optional: bool


@dataclass(frozen=True, slots=True)
class Format:
    """The items of the record; `is_repeated` when the whole record may occur again."""

    items: tuple[Item, ...]
    is_repeated: bool


@lru_cache(maxsize=DISTINCT_FORMATS)
def parse_format(text: str) -> Format:
    """The items that a format string spells."""
    items: list[Item] = []
    at = 0
    while at < len(text) and text[at] != "A":
        letter = text[at]
        name = ""
        at += 1
        if letter in "EN":
            dot = text.index(".", at)
            name = text[at:dot]
            at = dot + 1
        elif letter == "D" and text[at : at + 1] == "c":
            letter = "Dc"
            at += 1
        is_repeated = text[at : at + 1] == "a"
        at += is_repeated
        is_optional = text[at : at + 1] == "o"
        at += is_optional
        items.append(Item(letter, name, is_repeated, is_optional))
    return Format(tuple(items), text.endswith("A"))

"""The declarations and other keywords (dhcpd.conf(5)): rows of the statement table.

The parts of a head in declarations.txt are lines of syntax; one that begins with `in ` says where
the statement may stand, for rows whose reader decides that.
"""

from collections.abc import Mapping
from typing import Final

from man.lists.mdoc import paragraph, syntax, tagged_list
from man.lists.words import Entry, read_words
from pydhcpd.resolve.place import DECLARATIONS, EVERYWHERE
from pydhcpd.resolve.statements import ROWS
from pydhcpd.resolve.walk import Row

ORDER: Final = (
    *("global", "shared-network", "subnet", "subnet6"),
    *("pool", "pool6", "group", "class", "host"),
)


def list_declarations() -> list[str]:
    """One entry for each keyword that declarations.txt explains, in its order."""
    words = read_words("declarations.txt")
    lines: list[str] = []
    for entry in words.values():
        lines.extend(_describe(entry, ROWS))
    return tagged_list(lines)


def _describe(entry: Entry, rows: Mapping[str, Row]) -> list[str]:
    lines = [f".It {syntax(part)}" for part in entry.parts if not part.startswith("in ")]
    where = [part[3:] for part in entry.parts if part.startswith("in ")]
    if not where and entry.name in rows:
        where = [describe_places(rows[entry.name].places)]
    lines.extend([*paragraph(f"Where: {where[0]}."), ".br"] if where else [])
    return lines + paragraph(entry.description)


def describe_places(places: frozenset[str]) -> str:
    """The bodies of a row in words."""
    if places == EVERYWHERE:
        return "everywhere"
    if places == DECLARATIONS:
        return "any declaration"
    missing = DECLARATIONS - places
    if len(missing) < len(places):
        return "any declaration but " + _enumerate(missing)
    return _enumerate(places)


def _enumerate(places: frozenset[str]) -> str:
    names = [f"`{name}`" if name != "global" else "global" for name in ORDER if name in places]
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]

"""The options of a space (dhcp-options(5)): name, code, how the value is written, what it is."""

from collections.abc import Sequence

from man.lists.mdoc import paragraph, tagged_list
from man.lists.values import describe_value
from man.lists.words import read_words
from pydhcpd.options.row import Row
from pydhcpd.options.space import DHCP, SERVER, SPACE_ROWS


def listed_spaces() -> dict[str, tuple[Row, ...]]:
    """The spaces with rows of their own; the server's rows are the parameters."""
    spaces: dict[str, tuple[Row, ...]] = {}
    for name, *_, rows in SPACE_ROWS:
        if name != SERVER and rows not in spaces.values():
            spaces[name] = rows
    return spaces


def list_options(space: str, rows: Sequence[Row]) -> list[str]:
    """One entry for each row, by code.

    Raises KeyError for a row that options.txt does not explain.
    """
    words = read_words("options.txt")
    prefix = "" if space == DHCP else f"{space}."
    lines: list[str] = []
    for code, name, form in rows:
        entry = words[f"{space}.{name}"]
        lines.append(_head(f"{prefix}{name}", describe_value(form)))
        reference = f" ({entry.parts[0]})" if entry.parts else ""
        lines.append(f"Code {code}{reference}.")
        lines.extend(paragraph(entry.description))
    return tagged_list(lines)


def _head(name: str, value: str) -> str:
    return f".It Ic option {name} {value} ;".replace("  ", " ")

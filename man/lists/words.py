"""What the tables don't say: a paragraph for each name, kept in text files beside this one.

An entry is a head line, lines of description, and a blank line. The parts of the head are
separated by ` | `: the name first, then what the list of that file wants. Lines that begin with
`#` are comments, and `[space]` puts the following names into an option space.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """A name, the other parts of its head, and its description as running text."""

    name: str
    parts: tuple[str, ...]
    description: str


def read_words(file_name: str) -> dict[str, Entry]:
    """The entries of a file by name; `space.name` below a `[space]`.

    Raises ValueError if a name is explained twice or not at all.
    """
    entries: dict[str, Entry] = {}
    space = ""
    for block in _blocks((HERE / file_name).read_text(encoding="utf-8")):
        if block[0].startswith("["):
            space = block[0].strip("[]") + "."
            continue
        name, *parts = block[0].split(" | ")
        if space + name in entries or len(block) < 2:
            raise ValueError(f"{file_name}: {name} is explained twice or not at all")
        entries[space + name] = Entry(name, tuple(parts), " ".join(block[1:]))
    return entries


def _blocks(text: str) -> Iterator[list[str]]:
    """Runs of lines between blank ones, without comments."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if line.strip():
            block.append(line.strip())
        elif block:
            yield block
            block = []

"""How a scenario file is laid out: title lines, and headings with an indented block each."""

from collections.abc import Iterator
from dataclasses import dataclass

# Numbered lines of the file, without the indentation.
Block = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A line at the left margin, and what is indented under it."""

    line: str
    number: int
    block: Block


def read_title(text: str) -> list[str]:
    """The sentences of the lines that begin with #."""
    return [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]


def read_headings(text: str) -> Iterator[Heading]:
    """All other lines."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line, number = lines[at].rstrip(), at + 1
        at += 1
        if not line or line.startswith("#"):
            continue
        block: Block = []
        while at < len(lines) and (lines[at].startswith("  ") or not lines[at].strip()):
            block.append((at + 1, lines[at][2:].rstrip()))
            at += 1
        yield Heading(line, number, block)

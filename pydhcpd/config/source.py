"""A configuration text and places in it: file, line and column, counted from 1.

Bytes are kept as Latin-1 characters, one for each, so that every byte survives and an offset
into the text is an offset into the file.
"""

from bisect import bisect_right
from typing import Final, final

# How much of a line is quoted; syslog takes 1023 bytes.
EXCERPT_SIZE: Final = 1000


@final
class Source:
    """One file's text under the path by which the configuration names it."""

    __slots__ = ("_line_starts", "path", "text")

    def __init__(self, path: str, text: bytes) -> None:
        self.path = path
        self.text = text.decode("latin-1")
        self._line_starts: list[int] | None = None

    def line_at(self, offset: int) -> int:
        """The number of the line that holds an offset."""
        return bisect_right(self._starts(), offset)

    def column_at(self, offset: int) -> int:
        """The column of an offset in its line."""
        return offset - self._starts()[self.line_at(offset) - 1] + 1

    def excerpt(self, offset: int) -> tuple[str, str]:
        """The line of an offset, and what of it stands before the offset.

        Of a line that is too long to be shown only the part around the offset.
        """
        starts = self._starts()
        line = self.line_at(offset)
        start = starts[line - 1]
        end = starts[line] if line < len(starts) else len(self.text)
        if end - start > EXCERPT_SIZE:
            start = max(start, offset - EXCERPT_SIZE // 2)
            end = min(end, start + EXCERPT_SIZE)
        return self.text[start:end].rstrip("\r\n"), self.text[start:offset]

    def _starts(self) -> list[int]:
        if self._line_starts is None:
            starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._line_starts = starts
        return self._line_starts


@final
class Position:
    """A place in a file."""

    __slots__ = ("offset", "source")

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset

    @property
    def file(self) -> str:
        """The path of the file as the configuration names it."""
        return self.source.path

    @property
    def line(self) -> int:
        """The line, from 1."""
        return self.source.line_at(self.offset)

    @property
    def column(self) -> int:
        """The column, from 1; a TAB is one column."""
        return self.source.column_at(self.offset)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

"""How dhcpd lays out statements in dhcpd.leases(5): tokens put one by one into lines of 79.

A token that does not fit goes to a new line at the indentation of what it belongs to. One that
would not fit there either goes to a new line under the place where it would have stood, and what
follows is counted as if it had ended just before the edge (all observed).
"""

from typing import Final, final

WIDTH: Final = 79


@final
class Layout:
    """Text in the making; `column` is where dhcpd believes it is."""

    __slots__ = ("_parts", "column")

    def __init__(self) -> None:
        self._parts: Final[list[str]] = []
        self.column = 0

    def text(self) -> str:
        """All that was put, without the first line end."""
        return "".join(self._parts).removeprefix("\n")

    def new_line(self, indent: int) -> None:
        """A new line with this many blanks."""
        self._parts.append("\n" + " " * indent)
        self.column = indent

    def add(self, token: str) -> None:
        """A token where the last one ended, whether or not there is room."""
        self._parts.append(token)
        self.column += len(token)

    def put(self, token: str, indent: int, before: str = "", behind: str = "") -> None:
        """A token with what stands `before` it and `behind`, where there is room for that."""
        length = len(before) + len(token)
        if self.column + length > WIDTH:
            if indent + length < WIDTH:
                self.new_line(indent)
                self.column += len(token)
            else:
                self.new_line(self.column)
                self.column = length if length > WIDTH else WIDTH - 1
        else:
            self._parts.append(before)
            self.column += length
        self._parts.append(token)
        if behind:
            if self.column + len(behind) > WIDTH:
                self.new_line(indent)
            else:
                self._parts.append(behind)
                self.column += len(behind)

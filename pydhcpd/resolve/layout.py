"""Lines as dhcpd lays them out in its leases file: 79 columns, broken between tokens."""

from typing import Final, final

LINE_WIDTH: Final = 79


@final
class Layout:
    """Text that grows token by token; columns are counted from 0."""

    __slots__ = ("_column", "_parts")

    def __init__(self) -> None:
        self._parts: Final[list[str]] = []
        self._column = 0

    @property
    def column(self) -> int:
        """Where the next token will stand."""
        return self._column

    def line(self, indent: int) -> None:
        """Begin a new line."""
        self._parts.append("\n" + " " * indent)
        self._column = indent

    def write(self, text: str) -> None:
        """Put a text down wherever it ends."""
        self._parts.append(text)
        self._column += len(text)

    def token(self, text: str, indent: int, before: str = "", after: str = "") -> None:
        """Put a token down; on a new line without what comes before it if it does not fit."""
        if self._column + len(before) + len(text) > LINE_WIDTH:
            self.line(indent)
        else:
            self.write(before)
        self.write(text)
        if after and self._column + len(after) > LINE_WIDTH:
            self.line(indent)
        else:
            self.write(after)

    def text(self) -> str:
        """Everything so far."""
        return "".join(self._parts)

"""Tokens of dhcpd.conf as its lexer makes them, before any keyword is recognised."""

from typing import Final, final

from pydhcpd.config.source import Position, Source

NAME: Final = "name"
HEX: Final = "hex"  # a word that may also be a hexadecimal number: `a`, `be`, `1f`, `0x10`
NUMBER: Final = "number"
STRING: Final = "string"
END: Final = "end"  # of the file
MISSING: Final = "missing"  # what is missing here; its text says so

WORDS: Final = frozenset((NAME, HEX, NUMBER))
IDENTIFIERS: Final = frozenset((NAME, HEX))


@final
class Token:
    """One token; `kind` is one of the names above, or the character itself for any other byte.

    `text` is what stands in the file, for a string what lies between the quotes with its escapes
    resolved.
    """

    __slots__ = ("kind", "offset", "source", "text")

    def __init__(self, kind: str, text: str, source: Source, offset: int) -> None:
        self.kind = kind
        self.text = text
        self.source = source
        self.offset = offset

    @property
    def position(self) -> Position:
        """The place of the first character."""
        return Position(self.source, self.offset)

    @property
    def word(self) -> str:
        """The text as a keyword: lower case, and nothing for strings."""
        return "" if self.kind == STRING else self.text.lower()

    @property
    def is_identifier(self) -> bool:
        """True for whatever may stand as a name."""
        return self.kind in IDENTIFIERS

    def __repr__(self) -> str:
        return f"{self.kind}:{self.text!r}@{self.position}"

"""Tokens of dhcpd.leases(5), for what is not written in the daemon's own hand.

Words are letters, digits, `-` and `_`; strings stand in quotes; anything else is a mark of one
byte. Blanks, line ends and comments lie between.
"""

import re
from typing import Final, final

WORD: Final = 0
STRING: Final = 1
MARK: Final = 2
END: Final = 3

_BETWEEN: Final = re.compile(rb"(?:[ \t\r\n\f\v]+|#[^\n]*)*")
_WORD: Final = re.compile(rb"[A-Za-z0-9_-]+")
_STRING: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_CONTROLS: Final = {b"t": b"\t", b"r": b"\r", b"n": b"\n", b"b": b"\b"}
_QUOTE: Final = ord('"')


@final
class Damage(Exception):
    """What is written at `offset` cannot be understood; `text` says why in dhcpd's words."""

    def __init__(self, text: str, offset: int) -> None:
        super().__init__(text)
        self.text: Final = text
        self.offset: Final = offset


@final
class Incomplete(Exception):
    """The text ends before the record does; `offset` is where its last token stands."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.text: Final = "unexpected end of file"
        self.offset: Final = offset


@final
class Token:
    """One token. `text` is a string's content without escapes, else what is written."""

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: int, text: bytes, start: int, end: int) -> None:
        self.kind: Final = kind
        self.text: Final = text
        self.start: Final = start
        self.end: Final = end

    def is_mark(self, mark: bytes) -> bool:
        """Is it this mark?"""
        return self.kind == MARK and self.text == mark

    @property
    def keyword(self) -> str:
        """A word in lower case; empty for anything else."""
        return self.text.decode("ascii").lower() if self.kind == WORD else ""


@final
class Tokens:
    """Walks along the tokens of a stretch of text."""

    __slots__ = ("_buffer", "_end", "offset")

    def __init__(self, buffer: bytes, start: int, end: int) -> None:
        self._buffer: Final = buffer
        self._end: Final = end
        self.offset = start

    def take(self) -> Token:
        """The next token. Raises Incomplete at the end of the text."""
        buffer = self._buffer
        end = self._end
        between = _BETWEEN.match(buffer, self.offset, end)
        start = between.end() if between is not None else self.offset
        if start >= end:
            raise Incomplete(min(self.offset, end))
        word = _WORD.match(buffer, start, end)
        if word is not None:
            self.offset = word.end()
            return Token(WORD, word.group(), start, word.end())
        if buffer[start] == _QUOTE:
            string = _STRING.match(buffer, start, end)
            if string is None:
                raise Incomplete(start)
            self.offset = string.end()
            return Token(STRING, unescape(string.group(1)), start, string.end())
        self.offset = start + 1
        return Token(MARK, buffer[start : start + 1], start, start + 1)

    def statement(self, first: Token) -> list[Token]:
        """The tokens of a statement that `first` begins, without the semicolon."""
        found = [first]
        while True:
            token = self.take()
            if token.kind == MARK:
                if token.text == b";":
                    return found
                if token.text in (b"{", b"}"):
                    raise Damage("semicolon expected.", token.start)
            found.append(token)

    def skip_block(self) -> int:
        """Go behind the brace that closes the one just taken; returns the offset there."""
        depth = 1
        while depth:
            token = self.take()
            if token.kind == MARK:
                depth += (token.text == b"{") - (token.text == b"}")
            elif token.keyword == "lease" and self._buffer[token.start - 1 : token.start] == b"\n":
                # The next record: this one's end is lost.
                raise Damage("unexpected end of file", token.start)
        return self.offset


def unescape(text: bytes) -> bytes:
    """What a quoted string stands for."""
    return _ESCAPE.sub(_escaped, text) if b"\\" in text else text


def _escaped(found: "re.Match[bytes]") -> bytes:
    octal, hexadecimal, character = found.groups()
    if octal is not None:
        return bytes((int(octal, 8) & 0xFF,))
    if hexadecimal is not None:
        return bytes((int(hexadecimal, 16),))
    return _CONTROLS.get(character, bytes(character))

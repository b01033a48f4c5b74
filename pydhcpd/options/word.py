"""Words of a statement as option values see them, and the one error a value can have.

A word is one token of dhcpd.conf: `10.0.0.1` is seven words. What stands between a statement's
keyword and its semicolon is given as a sequence of words; the semicolon itself is not among
them. This room knows nothing of files: an error names the word by its number, the resolver
knows where that word stands.
"""

from collections.abc import Sequence
from typing import Final, Literal, final

Kind = Literal["string", "number", "number-or-name", "name", "punctuation"]

OPTION_NAME: Final = -1
HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")


@final
class ValueProblem(Exception):
    """A value that dhcpd refuses: its text, and the number of the word that is to blame.

    The number is OPTION_NAME for the word before the first, the count of words for the
    semicolon, and one more for the word after the semicolon (where dhcpd reports that a value
    is missing altogether).
    """

    def __init__(self, text: str, index: int) -> None:
        super().__init__(text)
        self.text: Final = text
        self.index: Final = index


@final
class Word:
    """One token. `text` holds one character per byte; `is_spaced`: a blank stands before it."""

    __slots__ = ("is_spaced", "kind", "text")

    def __init__(self, kind: Kind, text: str, is_spaced: bool = True) -> None:
        self.kind: Final = kind
        self.text: Final = text
        self.is_spaced: Final = is_spaced


def quoted(text: bytes, is_spaced: bool = True) -> Word:
    """The word of a quoted string, escapes already resolved."""
    return Word("string", text.decode("latin-1"), is_spaced)


def bare(text: str, is_spaced: bool = True) -> Word:
    """The word of an unquoted token; its kind follows from its letters."""
    return Word(bare_kind(text), text, is_spaced)


def bare_kind(text: str) -> Kind:
    """What dhcpd's lexer takes an unquoted token for.

    `add` is the one keyword made of hex digits; every other keyword lexes like a name.
    """
    first, rest = text[0], text[1:]
    if first.isdigit() or first == "-":
        if not rest or rest.isdigit():
            return "number"
        is_hexadecimal = text.startswith(("0x", "0X")) and len(text) > 2
        digits = text[2:] if is_hexadecimal else rest
        return "number-or-name" if HEX_DIGITS.issuperset(digits) else "name"
    if not first.isalpha():
        return "punctuation"
    if HEX_DIGITS.issuperset(rest) and text.lower() != "add":
        return "number-or-name"
    return "name"


@final
class WordReader:
    """Walks along the words of one value; behind the last one stands the semicolon."""

    __slots__ = ("count", "index", "words")

    def __init__(self, words: Sequence[Word]) -> None:
        self.words: Final = words
        self.count: Final = len(words)
        self.index = 0

    @property
    def is_at_end(self) -> bool:
        """Only the semicolon is left."""
        return self.index >= self.count

    def peek(self) -> Word:
        """The next word, which may be the semicolon."""
        if self.index < self.count:
            return self.words[self.index]
        return Word("punctuation", ";")

    def take(self) -> Word:
        """The next word, consumed. The semicolon is never used up."""
        word = self.peek()
        if self.index < self.count:
            self.index += 1
        return word

    def accept(self, character: str) -> bool:
        """Consume the next word if it is this punctuation character."""
        word = self.peek()
        if word.kind != "punctuation" or word.text != character or self.is_at_end:
            return False
        self.index += 1
        return True

    def problem(self, text: str) -> ValueProblem:
        """A problem with the next word."""
        return ValueProblem(text, self.index)

    def problem_before(self, text: str) -> ValueProblem:
        """A problem that dhcpd reports at the word before the next one."""
        return ValueProblem(text, self.index - 1)


def is_identifier(word: Word) -> bool:
    """True for what dhcpd accepts as an identifier, keywords included."""
    return word.kind == "name" or word.kind == "number-or-name"


def is_numeric(word: Word) -> bool:
    """True for what may be a number in some base."""
    return word.kind == "number" or word.kind == "number-or-name"

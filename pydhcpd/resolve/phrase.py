"""One statement's words with the places they stand at, and the way from a word to a problem."""

from collections.abc import Sequence
from typing import Final, NoReturn, final

from pydhcpd.config.ast import Body
from pydhcpd.config.lexer import next_token
from pydhcpd.config.problem import Problem, Refusal, problem_at
from pydhcpd.config.token import END, HEX, NAME, NUMBER, STRING, Token
from pydhcpd.options.word import Kind, ValueProblem, Word, WordReader

_KINDS: Final[dict[str, Kind]] = {
    NAME: "name",
    HEX: "number-or-name",
    NUMBER: "number",
    STRING: "string",
}
_SEMICOLON_TOKEN: Final = "; (59): "
# The number by which dhcpd names the end of the file.
_END_TOKEN: Final = 607


@final
class Phrase:
    """A keyword, a reader over the words behind it, and what ends the statement.

    Readers raise ValueProblem with the number of a word; `problem` finds its place.
    """

    __slots__ = ("body", "end", "keyword", "reader", "tokens")

    def __init__(
        self, keyword: Token, tokens: Sequence[Token], end: Token, body: Body | None
    ) -> None:
        self.keyword: Final = keyword
        self.tokens: Final = tokens
        self.end: Final = end
        self.body: Final = body
        self.reader: Final = WordReader([_word(token) for token in tokens])

    @property
    def terminator(self) -> Token:
        """What stands behind the words: ";", the opening brace, or what is there instead."""
        return self.body.open if self.body is not None else self.end

    def next_word(self) -> str:
        """The next word as a keyword: lower case, empty at the end and for strings."""
        if self.reader.is_at_end:
            return ""
        word = self.reader.peek()
        return "" if word.kind == "string" else word.text.lower()

    def accept(self, keyword: str) -> bool:
        """Consume the next word if it is this keyword."""
        if self.next_word() != keyword:
            return False
        self.reader.take()
        return True

    def expect_semicolon(self, text: str = "semicolon expected.") -> None:
        """Nothing is left but the semicolon, and it is there."""
        if not self.reader.is_at_end:
            raise self.reader.problem(text)
        if self.terminator.kind != ";":
            raise ValueProblem(text, self.reader.count)

    def expect_body(self, text: str = "expecting left brace.") -> Body:
        """Nothing is left but the body."""
        if not self.reader.is_at_end:
            raise self.reader.problem(text)
        if self.body is None:
            raise ValueProblem(text, self.reader.count)
        return self.body

    def refuse(self, text: str) -> NoReturn:
        """A problem with the keyword itself."""
        raise Refusal(problem_at(self.keyword, text))

    def problem(self, error: ValueProblem) -> Problem:
        """The located problem of a reader's error."""
        text = error.text
        terminator = self.terminator
        if text.startswith(_SEMICOLON_TOKEN) and terminator.kind != ";":
            shown = terminator.text or "END-OF-FILE"
            number = _END_TOKEN if terminator.kind == END else ord(terminator.kind)
            text = f"{shown} ({number}): {text.removeprefix(_SEMICOLON_TOKEN)}"
        return problem_at(self._token(error.index), text)

    def _token(self, index: int) -> Token:
        if index < 0:
            return self.keyword
        if index < len(self.tokens):
            return self.tokens[index]
        terminator = self.terminator
        if index == len(self.tokens) or terminator.kind == END:
            return terminator
        try:
            following, _ = next_token(terminator.source, terminator.offset + 1)
        except Refusal:
            return terminator
        return terminator if following.kind == END else following


def _word(token: Token) -> Word:
    before = token.source.text[token.offset - 1 : token.offset]
    return Word(_KINDS.get(token.kind, "punctuation"), token.text, before.isspace())

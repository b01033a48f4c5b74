"""What the grammar is fed with: terminals, each a token or a stretch of words under a type."""

from typing import final

from pydhcpd.config.ast import ConfigurationFile, Mistake, PlainRun, Words
from pydhcpd.config.token import Token


@final
class Symbol:
    """A terminal that is one token."""

    __slots__ = ("token", "type")

    def __init__(self, terminal: str, token: Token) -> None:
        self.type = terminal
        self.token = token


@final
class Run:
    """WORDS or DEFINITION: raw words."""

    __slots__ = ("type", "words")

    def __init__(self, terminal: str, words: Words) -> None:
        self.type = terminal
        self.words = words


@final
class FileName:
    """FILE_NAME: the words after `include`, and what reading the file they name gave."""

    __slots__ = ("content", "failure", "refusal", "type", "words")

    def __init__(
        self,
        words: Words,
        content: ConfigurationFile | None = None,
        failure: str | None = None,
        refusal: str | None = None,
    ) -> None:
        self.type = "FILE_NAME"
        self.words = words
        self.content = content
        self.failure = failure
        self.refusal = refusal


@final
class Whole:
    """A whole statement: MISTAKE, which could not be read, or RUN, many read at once."""

    __slots__ = ("statement", "type")

    def __init__(self, terminal: str, statement: Mistake | PlainRun) -> None:
        self.type = terminal
        self.statement = statement

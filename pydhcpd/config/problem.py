"""Problems: located mistakes in a configuration, in dhcpd's three-line form.

dhcpd's wording and line number; the quoted line is the whole source line and the caret stands
under the offending token. dhcpd gives the line of the token it consumed last, so a message about
what should have come next (`expecting a declaration`) names the line where the text ended.
"""

from dataclasses import dataclass

from pydhcpd.config.source import Position
from pydhcpd.config.token import Token

TAB_STOP = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """A message and its place; `line` may differ from the position's (0: before any token)."""

    position: Position
    line: int
    text: str

    def lines(self) -> tuple[str, str, str]:
        """The three lines as printed."""
        source = self.position.source
        quoted, before = source.excerpt(self.position.offset)
        return (f"{source.path} line {self.line}: {self.text}", quoted, " " * _width(before) + "^")


class Refusal(Exception):
    """A statement cannot be understood; carries the one problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def problem_at(token: Token, text: str) -> Problem:
    """A problem with a token that dhcpd has consumed when it complains."""
    return Problem(token.position, token.position.line, text)


def problem_before(at: Position, last: Token | None, text: str) -> Problem:
    """A problem with what dhcpd has only looked at; `last` is the token consumed before.

    The end of the file has no line of its own either.
    """
    if last is None:
        return Problem(at, 0, text)
    line = last.position.line
    return Problem(at if at.line == line else last.position, line, text)


def _width(text: str) -> int:
    """Blanks needed to stand below the character after the text."""
    width = 0
    for character in text:
        width = (width // TAB_STOP + 1) * TAB_STOP if character == "\t" else width + 1
    return width

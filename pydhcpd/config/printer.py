"""From the syntax tree to canonical text: one statement a line, two blanks for each depth.

The words of a statement are taken from the text as they were written; what stood between them is
replaced, except comments and single blank lines. So the text means what it meant: blanks matter
nowhere but between raw words, and there only whether there is one. Long statements go on behind a
comma or before `and` and `or`.
"""

from collections.abc import Iterator, Sequence
from typing import Final, final

from pydhcpd.config import ast
from pydhcpd.config.gap import Comment, read_gap
from pydhcpd.config.lexer import next_token
from pydhcpd.config.run import statements_of
from pydhcpd.config.source import Source
from pydhcpd.config.spacing import is_always_apart, is_apart, may_break
from pydhcpd.config.token import END, Token

INDENT: Final = "  "
CONTINUATION: Final = INDENT * 2
WIDTH: Final = 80
# Their words are values whose blanks may mean something.
RAW: Final = (ast.Plain, ast.OptionValue, ast.OptionSpaceDefinition, ast.Include)
# A comment before one of these goes behind it.
_CLOSING: Final = frozenset(";,{")


def print_file(file: ast.ConfigurationFile) -> bytes:
    """The canonical text of a file without mistakes; files it includes stay where they are."""
    return _Printer(file.source).run(file.statements).encode("latin-1")


@final
class _Printer:
    """The lines of one file, the last one still growing."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines: list[str] = []
        self._depth = 0
        self._offset = 0  # behind the last token that was printed
        self._before: Token | None = None  # that token, if its line goes on
        self._chunk: list[str] = []  # what must stand on one line and is not yet on any
        self._comments: list[Comment] = []  # read before a token, to be printed behind it
        self._has_comment = False  # at the end of the last line
        self._is_at_opening = True  # nothing was printed in this body yet

    def run(self, statements: Sequence[ast.Statement]) -> str:
        """The whole text."""
        self._print_statements(statements)
        self._print_gap(len(self._source.text))
        return "".join(f"{line}\n" for line in self._lines)

    def _print_statements(self, statements: Sequence[ast.Statement]) -> None:
        """Statements of one body; those behind a label one step further in."""
        depth = self._depth
        for statement in _each(statements):
            if isinstance(statement, ast.Case):
                self._depth = depth
            has_blank_line = self._print_gap(statement.token.offset)
            if has_blank_line and not self._is_at_opening:
                self._lines.append("")
            self._print_statement(statement)
            if isinstance(statement, ast.Case):
                self._depth = depth + 1

    def _print_statement(self, statement: ast.Statement) -> None:
        self._start_line(self._depth * INDENT)
        self._before = None
        is_raw = isinstance(statement, RAW)
        for body in ast.bodies_of(statement):
            self._print_words(body.open.offset + 1, is_raw)
            self._print_body(body)
        self._print_words(statement.end.offset + 1, is_raw)

    def _print_body(self, body: ast.Body) -> None:
        depth = self._depth
        self._depth += 1
        self._is_at_opening = True
        self._print_statements(body.statements)
        self._print_gap(body.close.offset)
        self._depth = depth
        self._start_line(depth * INDENT + "}")
        self._before = body.close
        self._offset = body.close.offset + 1

    # Between statements.

    def _print_gap(self, end: int) -> bool:
        """The comments up to an offset; true if a blank line follows them."""
        gap = read_gap(self._source.text, self._offset, end)
        self._print_comments([*self._comments, *gap.comments], self._depth * INDENT)
        self._comments.clear()
        self._offset = end
        return gap.has_blank_line

    def _print_comments(self, comments: Sequence[Comment], indent: str) -> None:
        for comment in comments:
            if comment.is_trailing and self._lines and not self._has_comment:
                self._lines[-1] += f" {comment.text}"
            else:
                if comment.is_after_blank_line and not self._is_at_opening:
                    self._lines.append("")
                self._start_line(indent + comment.text)
            self._has_comment = True

    def _start_line(self, text: str) -> None:
        self._lines.append(text)
        self._has_comment = False
        self._is_at_opening = False

    # In a statement.

    def _print_words(self, end: int, is_raw: bool) -> None:
        """The tokens up to an offset, and on the last line, so far, what it has room for."""
        text = self._source.text
        while self._offset < end:
            token, behind = next_token(self._source, self._offset)
            if token.kind == END or token.offset >= end:
                break
            self._comments.extend(read_gap(text, self._offset, token.offset).comments)
            if self._comments and token.kind not in _CLOSING:
                self._break_at_comments()
            self._add(token, text[token.offset : behind], is_raw)
            self._before = token
            self._offset = behind
        self._place_chunk()

    def _add(self, token: Token, written: str, is_raw: bool) -> None:
        before = self._before
        if before is not None:
            if may_break(before, token):
                self._place_chunk()
            if self._is_apart(before, token, is_raw):
                self._chunk.append(" ")
        self._chunk.append(written)

    def _is_apart(self, before: Token, after: Token, is_raw: bool) -> bool:
        apart = is_always_apart(before, after)
        if apart is not None:
            return apart
        return after.offset > self._offset if is_raw else is_apart(before, after)

    def _place_chunk(self) -> None:
        """Put the chunk on the line, or on a new one where there is no room."""
        chunk = "".join(self._chunk)
        self._chunk.clear()
        line = self._lines[-1]
        if len(line) + len(chunk) > WIDTH and line.strip() and chunk.startswith(" "):
            self._start_line(self._depth * INDENT + CONTINUATION + chunk[1:])
        else:
            self._lines[-1] += chunk

    def _break_at_comments(self) -> None:
        """End the line at the comments that stand in the middle of the statement."""
        self._place_chunk()
        indent = self._depth * INDENT
        if self._before is None or self._before.kind != "}":
            indent += CONTINUATION
        self._print_comments(self._comments, indent)
        self._comments.clear()
        self._start_line(indent)
        self._before = None


def _each(statements: Sequence[ast.Statement]) -> Iterator[ast.Statement]:
    for statement in statements:
        if isinstance(statement, ast.PlainRun):
            yield from statements_of(statement)
        else:
            yield statement

"""The statements of a configuration in the order of writing, included files in their places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydhcpd.config import ast
from pydhcpd.config.token import Token


@dataclass(frozen=True, slots=True)
class Written:
    """A statement and the innermost declaration around it, None at the top of the file."""

    statement: ast.Statement
    around: ast.Plain | None


def walk(statements: Sequence[ast.Statement], around: ast.Plain | None) -> Iterator[Written]:
    """Every statement, those of a body behind their declaration."""
    for statement in statements:
        yield Written(statement, around)
        for body, inner in _bodies(statement, around):
            yield from walk(body, inner)


def find_statement(declaration: ast.Plain, keyword: str) -> Token | None:
    """Where the declaration's own statement of that keyword begins."""
    if declaration.body is None:
        return None
    for written in walk(declaration.body.statements, declaration):
        if written.around is declaration and written.statement.token.word == keyword:
            return written.statement.token
    return None


def words_of(statement: ast.Statement) -> list[str]:
    """The words of a plain statement behind its keyword, keywords in lower case."""
    if not isinstance(statement, ast.Plain):
        return []
    return [token.word or token.text for token in statement.words.tokens()]


def _bodies(
    statement: ast.Statement, around: ast.Plain | None
) -> Iterator[tuple[Sequence[ast.Statement], ast.Plain | None]]:
    match statement:
        case ast.Plain():
            if statement.body is not None:
                is_executable = statement.token.word == "on"
                inner = around if is_executable else statement
                yield statement.body.statements, inner
        case ast.Include():
            if statement.content is not None:
                yield statement.content.statements, around
        case ast.Conditional():
            for branch in statement.branches:
                yield branch.body.statements, around
            if statement.otherwise is not None:
                yield statement.otherwise.statements, around
        case ast.Switch():
            yield statement.body.statements, around

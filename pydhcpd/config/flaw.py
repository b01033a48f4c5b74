"""What is wrong with the shape of a file, whatever the files that it includes would say."""

from collections.abc import Iterator, Sequence
from typing import Final

from pydhcpd.config import ast
from pydhcpd.config.lexer import next_token
from pydhcpd.config.problem import Problem, Refusal, problem_at
from pydhcpd.config.token import END

# What ends otherwise than with a semicolon and has no body.
_ENDED: Final = (ast.Case, ast.Mistake, ast.PlainRun)


def find_flaws(file: ast.ConfigurationFile) -> list[Problem]:
    """Statements that could not be read, ends that are missing, words that are none."""
    flaws = list(_in_statements(file.statements))
    try:
        token, behind = next_token(file.source, 0)
        while token.kind != END and not flaws:
            token, behind = next_token(file.source, behind)
    except Refusal as refusal:
        flaws.append(refusal.problem)
    return flaws


def has_unread_include(statements: Sequence[ast.Statement]) -> bool:
    """Whether a file that is included here, or by an included one, could not be read."""
    return any(_is_unread(statement) for statement in statements)


def _is_unread(statement: ast.Statement) -> bool:
    if isinstance(statement, ast.Include):
        if statement.content is None:
            return statement.failure is not None
        return has_unread_include(statement.content.statements)
    return any(has_unread_include(body.statements) for body in ast.bodies_of(statement))


def _in_statements(statements: Sequence[ast.Statement]) -> Iterator[Problem]:
    for statement in statements:
        if isinstance(statement, ast.Mistake):
            yield statement.problem
        bodies = ast.bodies_of(statement)
        for body in bodies:
            yield from _in_statements(body.statements)
            if body.close.kind == END:
                yield problem_at(body.close, "unexpected end of file")
        if not bodies and not isinstance(statement, _ENDED) and statement.end.kind != ";":
            yield problem_at(statement.end, "semicolon expected.")

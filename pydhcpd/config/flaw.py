"""What is wrong with the shape of a file, whatever the files that it includes would say."""

from collections.abc import Iterator
from typing import Final

from pydhcpd.config import ast
from pydhcpd.config.diagnosis import CASE_VALUE, UNSAID
from pydhcpd.config.lexer import next_token
from pydhcpd.config.problem import Problem, Refusal, problem_at
from pydhcpd.config.token import END, MISSING

# Bodies in bodies: walking recurses, so there is a limit.
NESTING_LIMIT: Final = 60
TOO_DEEP: Final = "declarations nested too deeply"

# What ends otherwise than with a semicolon and has no body.
_ENDED: Final = (ast.Case, ast.Mistake, ast.PlainRun)


def find_flaws(file: ast.ConfigurationFile) -> list[Problem]:
    """Statements that could not be read, ends that are missing, words that are none."""
    flaws = [flaw for statement, depth in _each(file) for flaw in _flaws_of(statement, depth)]
    try:
        token, behind = next_token(file.source, 0)
        while token.kind != END and not flaws:
            token, behind = next_token(file.source, behind)
    except Refusal as refusal:
        flaws.append(refusal.problem)
    return flaws


def find_unsaid(file: ast.ConfigurationFile) -> list[Problem]:
    """Mistakes that the server does not mention; a file that it takes has no others."""
    return [flaw for statement, depth in _each(file) for flaw in _flaws_of(statement, depth)]


def has_unread_include(file: ast.ConfigurationFile) -> bool:
    """Whether a file that is included here, or by an included one, could not be read."""
    for statement, _ in _each(file):
        if isinstance(statement, ast.Include):
            content = statement.content
            if statement.failure is not None or (content and has_unread_include(content)):
                return True
    return False


def _said(problem: Problem) -> Problem:
    if problem.text in (CASE_VALUE, UNSAID):
        return Problem(problem.position, problem.line, "expecting data expression.")
    return problem


def _flaws_of(statement: ast.Statement, depth: int) -> Iterator[Problem]:
    if isinstance(statement, ast.Mistake):
        yield _said(statement.problem)
    bodies = ast.bodies_of(statement)
    for body in bodies:
        if body.open.kind == MISSING:
            yield problem_at(body.open, body.open.text)
            return
        if depth == NESTING_LIMIT:
            yield problem_at(body.open, TOO_DEEP)
        if body.close.kind == END:
            yield problem_at(body.close, "unexpected end of file")
    if statement.end.kind == MISSING:
        yield _said(problem_at(statement.end, statement.end.text))
    elif not bodies and not isinstance(statement, _ENDED) and statement.end.kind != ";":
        yield problem_at(statement.end, "semicolon expected.")


def _each(file: ast.ConfigurationFile) -> Iterator[tuple[ast.Statement, int]]:
    """All statements, each before those in its bodies, and how many bodies they lie in."""
    waiting = [(statement, 0) for statement in reversed(file.statements)]
    while waiting:
        statement, depth = waiting.pop()
        yield statement, depth
        for body in reversed(ast.bodies_of(statement)):
            waiting.extend((inner, depth + 1) for inner in reversed(body.statements))

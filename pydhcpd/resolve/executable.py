"""Executable statements with a syntax of their own (dhcp-eval(5)): if, switch, set, define, log.

`walk` reads the bodies; the statements go into the scope of the place.
"""

from typing import TYPE_CHECKING, Final

from pydhcpd.config import ast
from pydhcpd.config.keyword import KEYWORDS
from pydhcpd.config.precedence import fold
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.config.token import END, Token
from pydhcpd.expression.control import If, Switch
from pydhcpd.expression.function import Function, FunctionAsValue
from pydhcpd.expression.node import Expression, Statement
from pydhcpd.expression.statement import (
    Define,
    Eval,
    Execute,
    Log,
    Return,
    SetVariable,
    Unset,
)
from pydhcpd.resolve.draft import Draft
from pydhcpd.resolve.expression import (
    check_there,
    resolve_any,
    resolve_boolean,
    resolve_data,
)
from pydhcpd.resolve.function import DATA, NUMBER
from pydhcpd.resolve.option import check_semicolon
from pydhcpd.resolve.place import EXECUTABLE, FUNCTION, SWITCH, Place

if TYPE_CHECKING:
    from pydhcpd.resolve.walk import Walk

LOG_LEVELS: Final = frozenset(("fatal", "error", "info", "debug"))
DEFAULT_LEVEL: Final = "debug"


class Unsaid(Exception):
    """A `log` lacks its data: dhcpd drops it without a word, and all statements around it up to
    the outermost executable one.

    `behind` is the token behind which it goes on too early: an `else` without its `if` is left, or
    the closing brace of that `else`.
    """

    def __init__(self, behind: Token | None = None) -> None:
        super().__init__()
        self.behind = behind


def read_conditional(walk: "Walk", node: ast.Conditional, place: Place) -> None:
    """`if`, `elsif`, `else`."""
    branches: list[tuple[Expression, tuple[Statement, ...]]] = []
    for branch in node.branches:
        condition = resolve_boolean(branch.condition, walk.draft)
        try:
            branches.append((condition, _read_body(walk, branch.body, place, EXECUTABLE)))
        except Unsaid as unsaid:
            is_last = branch is node.branches[-1] and node.otherwise is None
            raise Unsaid(unsaid.behind or (None if is_last else branch.body.close)) from None
    otherwise: tuple[Statement, ...] = ()
    if node.otherwise is not None:
        try:
            otherwise = _read_body(walk, node.otherwise, place, EXECUTABLE)
        except Unsaid as unsaid:
            raise Unsaid(unsaid.behind or _last_token(node.otherwise)) from None
    for condition, then in reversed(branches):
        otherwise = (If(condition, then, otherwise),)
    place.scope.statements.extend(otherwise)


def read_switch(walk: "Walk", node: ast.Switch, place: Place) -> None:
    """`switch`: data is compared if the subject is surely data, else numbers are."""
    missing = "expecting data or numeric expression."
    kind, subject = resolve_any(node.subject, walk.draft, missing, NUMBER)
    inside = place.inside(SWITCH)
    inside.scope.case_kind = DATA if kind == DATA else NUMBER
    walk.read_body(node.body, inside)
    scope = inside.scope
    place.scope.statements.append(
        Switch(
            subject,
            scope.case_kind == NUMBER,
            tuple(scope.cases),
            scope.default_case,
            tuple(scope.statements),
        )
    )


def read_case(draft: Draft, node: ast.Case, place: Place) -> None:
    """`case VALUE:` and `default:`; they name a place in the body of the switch."""
    scope = place.scope
    if place.kind != SWITCH:
        what = "case statement" if node.value is not None else "switch default statement"
        raise Refusal(problem_at(node.token, f"{what} in inappropriate scope."))
    if node.value is not None:
        kind = scope.case_kind
        _, value = resolve_any(node.value, draft, f"expecting {kind} expression.", kind)
        scope.cases.append((value, len(scope.statements)))
    elif scope.default_case is None:
        scope.default_case = len(scope.statements)


def read_set(draft: Draft, node: ast.SetVariable, place: Place) -> None:
    """`set NAME = VALUE;`."""
    name = _variable_name(node.name)
    _, value = resolve_any(node.value, draft)
    check_semicolon(node)
    place.scope.statements.append(SetVariable(name, value))


def read_unset(node: ast.UnsetVariable, place: Place) -> None:
    """`unset NAME;`."""
    name = _variable_name(node.name)
    check_semicolon(node)
    place.scope.statements.append(Unset(name))


def read_evaluation(draft: Draft, node: ast.Evaluation, place: Place) -> None:
    """`eval VALUE;`, `return VALUE;`."""
    _, value = resolve_any(node.value, draft, "expecting data expression.")
    check_semicolon(node)
    kind = Eval if node.token.word == "eval" else Return
    place.scope.statements.append(kind(value))


def read_function(walk: "Walk", node: ast.FunctionDefinition, place: Place) -> None:
    """`define NAME(PARAMETERS) { ... }`; with `set` the function is no value (observed)."""
    name = _variable_name(node.name)
    parameters: list[str] = []
    for token in node.parameters:
        if token.word in KEYWORDS:
            raise Refusal(problem_at(token, "expecting argument name"))
        parameters.append(token.text)
    draft = walk.draft
    outer_nesting = draft.nesting
    draft.nesting = 0
    body = _read_body(walk, node.body, place, FUNCTION)
    cost = draft.nesting
    draft.nesting = max(outer_nesting, cost)
    if node.token.word == "set":
        place.scope.statements.append(SetVariable(name, FunctionAsValue()))
        return
    function = Function(tuple(parameters), body, cost)
    place.scope.statements.append(Define(name, function))


def read_function_assignment(draft: Draft, node: ast.FunctionAssignment, place: Place) -> None:
    """`define NAME = VALUE;`: a function that nobody can call."""
    name = _variable_name(node.name)
    resolve_any(node.value, draft)
    check_semicolon(node)
    place.scope.statements.append(Define(name, Function((), (), 0)))


def read_log(draft: Draft, node: ast.CallStatement, place: Place) -> None:
    """`log(LEVEL, DATA);`, `log(DATA);`; may raise Unsaid."""
    arguments = node.call.arguments
    if not arguments or isinstance(arguments[0], ast.Missing):
        raise Unsaid
    level = arguments[0].token.word if isinstance(arguments[0], ast.Reference) else ""
    has_level = level in LOG_LEVELS
    if len(arguments) == has_level:
        raise Refusal(problem_at(node.call.end, "comma expected."))
    subject = arguments[has_level]
    if isinstance(subject, ast.Missing):
        raise Unsaid
    value = resolve_data(subject, draft)
    if len(arguments) > 1 + has_level:
        surplus = node.call.commas[has_level]
        raise Refusal(problem_at(surplus, "right parenthesis expected."))
    check_semicolon(node)
    place.scope.statements.append(Log(level if has_level else DEFAULT_LEVEL, value))


def read_execute(draft: Draft, node: ast.CallStatement, place: Place) -> None:
    """`execute("PATH", DATA, ...);`."""
    arguments = node.call.arguments
    first = arguments[0] if arguments else None
    if not isinstance(first, ast.Text):
        token = first.token if first is not None else node.call.end
        raise Refusal(problem_at(token, "Expecting a quoted string."))
    words = [resolve_data(argument, draft, "expecting expression.") for argument in arguments[1:]]
    check_semicolon(node)
    path = first.token.text.encode("latin-1")
    place.scope.statements.append(Execute(path, tuple(words)))


def read_expression(draft: Draft, node: ast.ExpressionStatement, place: Place) -> None:
    """`NAME(ARGUMENTS);`, `NAME = VALUE;`: an expression for what it does, as with `eval`."""
    _, value = resolve_any(fold(node.operands, node.operators), draft)
    check_semicolon(node)
    place.scope.statements.append(Eval(value))


def _read_body(walk: "Walk", body: ast.Body, place: Place, kind: str) -> tuple[Statement, ...]:
    inside = place.inside(kind)
    walk.draft.nesting = max(walk.draft.nesting, inside.depth)
    walk.read_body(body, inside)
    return tuple(inside.scope.statements)


def _variable_name(token: Token) -> str:
    check_there(token)
    if token.word in KEYWORDS:
        raise Refusal(problem_at(token, f"{token.text} can't be a variable name"))
    return token.text


def _last_token(body: ast.Body) -> Token | None:
    """What stands before the closing brace, if there is one."""
    if body.close.kind == END:
        return None
    return ast.Words(body.open.source, body.open.offset, body.close.offset).tokens()[-1]

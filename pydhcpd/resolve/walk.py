"""The one ordered walk over the statements: later ones see what earlier ones defined.

Statements with fixed syntax are read by their kind of node, all others by the row of their
keyword. A statement that is refused leaves one problem, and the walk goes on with the next.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, final

from pydhcpd.config import ast
from pydhcpd.config.diagnosis import STRAY
from pydhcpd.config.flaw import NESTING_LIMIT, TOO_DEEP
from pydhcpd.config.keyword import KEYWORDS
from pydhcpd.config.precedence import fold
from pydhcpd.config.problem import Problem, Refusal, problem_at, problem_before
from pydhcpd.config.run import statements_of
from pydhcpd.config.token import END, HEX, MISSING, Token
from pydhcpd.expression.data import LookUp
from pydhcpd.options.word import ValueProblem
from pydhcpd.resolve.client_class import read_match
from pydhcpd.resolve.definition import define_option, define_space
from pydhcpd.resolve.draft import ERR, Draft, FatalError
from pydhcpd.resolve.executable import (
    Unsaid,
    read_case,
    read_conditional,
    read_evaluation,
    read_execute,
    read_expression,
    read_function,
    read_function_assignment,
    read_log,
    read_set,
    read_switch,
    read_unset,
)
from pydhcpd.resolve.expression import find_option, hex_byte
from pydhcpd.resolve.option import (
    find_parameter,
    read_assignment,
    read_option_assignment,
    read_option_value,
    read_parameter,
    server_identifier,
)
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import CLASS, FUNCTION, GLOBAL, SHARED_NETWORK, Place

# More mistakes are not looked for.
PROBLEM_LIMIT: Final = 10_000
RIGHT_BRACE: Final = "right brace expected."
_QUIET: Final = frozenset(((SHARED_NETWORK, "subnet"), (SHARED_NETWORK, "subnet6")))
_SPAWN: Final = "expecting with after spawn"


@dataclass(frozen=True, slots=True)
class Row:
    """A keyword: the bodies it may stand in, who reads it, and what is said elsewhere.

    `is_declaration` decides whether a mistake behind it is "expecting a declaration"; None: that
    depends on the statement before it. `misplaced` None means that dhcpd does not even recognise
    a statement elsewhere.
    """

    keyword: str
    places: frozenset[str]
    read: "Callable[[Walk, Place, Phrase], None]"
    is_declaration: bool | None = None
    misplaced: str | None = None
    # Reads plain declarations at once. Given and gives whether a declaration was read last.
    read_run: "Callable[[Walk, Place, ast.PlainRun, bool], bool] | None" = None


@final
class Walk:
    """Reads statements into a draft."""

    __slots__ = (
        "_last",
        "_rows",
        "draft",
        "is_writing",
        "lines_before",
        "look_up",
        "problem_count",
    )

    def __init__(
        self,
        rows: Mapping[str, Row],
        look_up: LookUp | None,
        draft: Draft,
    ) -> None:
        self._rows: Final = rows
        self.look_up: Final = look_up
        self.draft: Final = draft
        self.problem_count = 0
        # Whether the texts of events are made, by which leases store them.
        self.is_writing = True
        # For a text that was cut out of a bigger file.
        self.lines_before = 0
        self._last: Token | None = None

    def apart(self) -> "Walk":
        """A walk beside this one, for a look at what a text says."""
        draft = Draft(self.draft.spaces, self.draft.machine, self.draft.family)
        draft.classes.update(self.draft.classes)
        walk = Walk(self._rows, self.look_up, draft)
        walk.is_writing = False
        return walk

    def read_file(self, file: ast.ConfigurationFile, place: Place) -> None:
        """The statements of a file; its lines are counted anew."""
        self._last = None
        self._read_statements(file.statements, place)

    def read_body(self, body: ast.Body, place: Place) -> None:
        """The statements of a body."""
        if place.depth > NESTING_LIMIT:
            raise Refusal(problem_at(body.open, TOO_DEEP))
        if body.open.kind == MISSING:
            raise Refusal(problem_at(body.open, body.open.text))
        self._last = body.open
        self._read_statements(body.statements, place)
        if body.close.kind == END:
            text = _right_brace(place) if place.is_executable else "unexpected end of file"
            self.report(problem_at(body.close, text))

    def report(self, problem: Problem) -> None:
        """Keep a problem."""
        self.problem_count += 1
        placed = Problem(problem.position, problem.line + self.lines_before, problem.text)
        self.draft.problems.append(placed)
        for line in placed.lines():
            self.draft.log(ERR, line)
        if self.problem_count == PROBLEM_LIMIT:
            raise FatalError(f"{PROBLEM_LIMIT} mistakes: more are not looked for.")

    def _read_statements(
        self, statements: Sequence[ast.Statement], place: Place, is_after_declaration: bool = False
    ) -> bool:
        """Read the statements of a body; true if the last one was a declaration."""
        for statement in statements:
            try:
                is_after_declaration = self._read(statement, place, is_after_declaration)
                if statement.end.kind == MISSING:
                    raise Refusal(problem_at(statement.end, statement.end.text))
            except Unsaid as unsaid:
                if place.is_executable:
                    raise
                if unsaid.behind is not None:
                    self.report(problem_at(unsaid.behind, _stray_text(is_after_declaration)))
            except Refusal as refusal:
                self.report(_reworded(refusal.problem, statement, place, is_after_declaration))
            self._last = statement.end
        return is_after_declaration

    def _read(self, node: ast.Statement, place: Place, is_after_declaration: bool) -> bool:
        """Read one statement; true if dhcpd expects declarations only behind it."""
        draft = self.draft
        match node:
            case ast.Plain():
                return self._read_plain(node, place, is_after_declaration)
            case ast.PlainRun():
                return self._read_run(node, place, is_after_declaration)
            case ast.OptionValue():
                read_option_value(node, draft, place, self.look_up)
            case ast.OptionAssignment():
                read_option_assignment(node, draft, place)
            case ast.OptionDefinition():
                if place.is_executable:
                    find_option(node.name, draft)
                    raise Refusal(problem_at(node.end, "semicolon expected."))
                if place.kind != GLOBAL:
                    text = "option definitions may not be scoped."
                    raise Refusal(problem_at(node.token, text))
                define_option(node, draft.spaces)
            case ast.OptionSpaceDefinition():
                if place.is_executable:
                    text = "no option named space in space dhcp"
                    raise Refusal(problem_at(node.token, text))
                if place.kind != GLOBAL:
                    text = "option space definitions may not be scoped."
                    raise Refusal(problem_at(node.token, text))
                define_space(node, draft.spaces)
            case ast.Conditional():
                read_conditional(self, node, place)
            case ast.Assignment():
                self._read_assignment(node, place, is_after_declaration)
            case ast.CallStatement():
                read = read_log if node.token.word == "log" else read_execute
                read(draft, node, place)
            case ast.ExpressionStatement():
                self._read_expression(node, place, is_after_declaration)
            case ast.Match():
                self._read_match(node, place, is_after_declaration)
            case ast.Include():
                return self._read_include(node, place)
            case ast.Switch():
                read_switch(self, node, place)
            case ast.Case():
                read_case(draft, node, place)
            case ast.SetVariable():
                read_set(draft, node, place)
            case ast.UnsetVariable():
                read_unset(node, place)
            case ast.Evaluation():
                read_evaluation(draft, node, place)
            case ast.FunctionDefinition():
                read_function(self, node, place)
            case ast.FunctionAssignment():
                read_function_assignment(draft, node, place)
            case ast.Mistake():
                raise Refusal(self._place_mistake(node, place, is_after_declaration))
        return is_after_declaration

    def _place_mistake(
        self, node: ast.Mistake, place: Place, is_after_declaration: bool
    ) -> Problem:
        """A mistake in the shape, worded and placed as in this body."""
        problem = node.problem
        text, is_stray = problem.text, node.is_stray
        if text == _SPAWN and place.kind != CLASS:
            text, is_stray = STRAY, True  # no such statement here
        elif text == _SPAWN and place.subclass is not None:
            text = "invalid spawn in subclass."
        if text == STRAY:
            if place.is_executable:
                return Problem(problem.position, problem.position.line, _right_brace(place))
            text = _stray_text(is_after_declaration)
        if is_stray:
            return problem_before(problem.position, self._last, text)
        return Problem(problem.position, problem.line, text)

    def _read_plain(self, node: ast.Plain, place: Place, is_after_declaration: bool) -> bool:
        keyword = node.token.word
        row = self._rows.get(keyword)
        if row is not None and place.kind in row.places:
            phrase = Phrase(node.token, node.words.tokens(), node.end, node.body)
            try:
                row.read(self, place, phrase)
            except ValueProblem as error:
                raise Refusal(phrase.problem(error)) from None
            if row.is_declaration is None:
                return is_after_declaration
            # Observed: a shared network goes on with parameters behind its subnets.
            return row.is_declaration and (place.kind, keyword) not in _QUIET
        if row is not None:
            if place.is_executable or row.misplaced is None:
                self._refuse_stray(node.token, place, is_after_declaration)
            raise Refusal(problem_at(node.token, row.misplaced))
        if find_parameter(keyword, self.draft.spaces) is not None:
            phrase = Phrase(node.token, node.words.tokens(), node.end, node.body)
            read_parameter(keyword, phrase, self.draft, place, self.look_up)
        else:
            self._read_unknown(node, place, is_after_declaration)
        return is_after_declaration

    def _read_run(self, node: ast.PlainRun, place: Place, is_after_declaration: bool) -> bool:
        row = self._rows[node.token.text]
        if row.read_run is not None and place.kind in row.places:
            return row.read_run(self, place, node, is_after_declaration)
        return self.read_each(node, place, is_after_declaration)

    def read_each(self, run: ast.PlainRun, place: Place, is_after_declaration: bool) -> bool:
        """Read the declarations of a run one by one; true if the last one was a declaration."""
        return self._read_statements(statements_of(run), place, is_after_declaration)

    def _read_unknown(self, node: ast.Plain, place: Place, is_after_declaration: bool) -> None:
        """dhcpd takes a word that it doesn't know for a variable: alone it does nothing."""
        if node.token.word in KEYWORDS:
            self._refuse_stray(node.token, place, is_after_declaration)
        if node.token.kind == HEX:
            hex_byte(node.token)
        phrase = Phrase(node.token, node.words.tokens(), node.end, node.body)
        try:
            if node.token.kind == HEX and phrase.next_word() == ":":
                phrase.reader.take()
                raise phrase.reader.problem("expecting hexadecimal number.")
            phrase.expect_semicolon()
        except ValueProblem as error:
            raise Refusal(phrase.problem(error)) from None

    def _read_assignment(
        self, node: ast.Assignment, place: Place, is_after_declaration: bool
    ) -> None:
        name = node.token.word
        definition = find_parameter(name, self.draft.spaces)
        if name == "server-identifier" and not place.is_executable:
            definition = server_identifier(self.draft.spaces)
        if name == "authoritative" and not place.is_executable:
            raise Refusal(problem_at(node.equals, "semicolon expected."))
        if definition is not None:
            read_assignment(node, definition, self.draft, place)
        else:
            self._refuse_stray(node.token, place, is_after_declaration)

    def _read_expression(
        self, node: ast.ExpressionStatement, place: Place, is_after_declaration: bool
    ) -> None:
        token = node.token
        definition = find_parameter(token.word, self.draft.spaces)
        if definition is None:
            read_expression(self.draft, node, place)
            return
        # A parameter that the configuration itself has defined.
        first = node.operators[0] if node.operators else None
        if first is not None and first.text == "=" and isinstance(node.operands[0], ast.Reference):
            value = fold(node.operands[1:], node.operators[1:])
            assignment = ast.Assignment(token, node.end, first.token, value)
            read_assignment(assignment, definition, self.draft, place)
            return
        words = ast.Words(token.source, token.offset + len(token.text), node.end.offset)
        self._read_plain(ast.Plain(token, node.end, words, None), place, is_after_declaration)

    def _read_match(self, node: ast.Match, place: Place, is_after_declaration: bool) -> None:
        if place.kind != CLASS:
            self._refuse_stray(node.token, place, is_after_declaration)
        if place.subclass is not None:
            what = "spawn" if node.is_spawning else "match"
            text = f"invalid {what} in subclass."
            # Only the first of these words is consumed before it is refused.
            if node.is_spawning:
                raise Refusal(problem_at(node.token, text))
            raise Refusal(self.problem_before(node.token, text))
        read_match(node, self.draft, place)

    def _read_include(self, node: ast.Include, place: Place) -> bool:
        if place.is_executable:
            raise Refusal(problem_at(node.token, _right_brace(place)))
        phrase = Phrase(node.token, node.words.tokens(), node.end, None)
        reader = phrase.reader
        try:
            if reader.is_at_end or reader.peek().kind != "string":
                raise reader.problem("filename string expected.")
            path = reader.take().text
            if node.failure is not None:
                raise FatalError(f"Can't open {path}: {node.failure}")
            if node.refusal is not None:
                raise reader.problem(node.refusal)
            assert node.content is not None, "or it would have been refused"
            before = self.problem_count
            self.read_file(node.content, place)
            if self.problem_count > before:
                raise ValueProblem(f"{path}: bad parse.", 0)
            phrase.expect_semicolon()
        except ValueProblem as error:
            raise Refusal(phrase.problem(error)) from None
        return True

    def problem_before(self, token: Token, text: str) -> Problem:
        """A problem with a statement of which dhcpd has only looked at the first word."""
        return problem_before(token.position, self._last, text)

    def _refuse_stray(self, token: Token, place: Place, is_after_declaration: bool) -> NoReturn:
        if place.is_executable:
            raise Refusal(problem_at(token, _right_brace(place)))
        raise Refusal(self.problem_before(token, _stray_text(is_after_declaration)))


def _right_brace(place: Place) -> str:
    return "expecting right brace." if place.kind == FUNCTION else RIGHT_BRACE


def _reworded(
    problem: Problem, statement: ast.Statement, place: Place, is_after_declaration: bool
) -> Problem:
    """What is missing behind "=" is said in the words for a statement that is none."""
    text = problem.text
    if text != _stray_text(False):
        return problem
    if not place.is_executable:
        text = _stray_text(is_after_declaration)
    elif isinstance(statement, ast.OptionAssignment):
        text = "expecting a data expression."
    else:
        text = _right_brace(place)
    return Problem(problem.position, problem.line, text)


def _stray_text(is_after_declaration: bool) -> str:
    return "expecting a declaration" if is_after_declaration else STRAY

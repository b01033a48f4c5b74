"""The syntax tree of dhcpd.conf: what was written, and where. It gives nothing a meaning.

Every node starts with a token, and so has a file, a line and a column. Words of ordinary
statements are kept as a stretch of text and are cut into tokens when somebody reads them: a file
of 100,000 hosts would otherwise fill the memory with colons.
"""

from dataclasses import dataclass, fields
from typing import final

from pydhcpd.config.lexer import next_token
from pydhcpd.config.problem import Problem, Refusal
from pydhcpd.config.source import Position, Source
from pydhcpd.config.token import END, Token


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Node:
    """Anything in the tree; `token` is its first token."""

    token: Token

    @property
    def position(self) -> Position:
        """Where the node starts."""
        return self.token.position

    @property
    def file(self) -> str:
        """The file that holds it."""
        return self.token.source.path

    @property
    def line(self) -> int:
        """Its line, from 1."""
        return self.position.line

    @property
    def column(self) -> int:
        """Its column, from 1."""
        return self.position.column


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Words:
    """A stretch of raw words; may be empty."""

    source: Source
    start: int
    end: int

    def tokens(self) -> tuple[Token, ...]:
        """The words; raises Refusal where the text breaks a lexical rule."""
        tokens: list[Token] = []
        offset = self.start
        while offset < self.end:
            token, offset = next_token(self.source, offset)
            if token.kind == END or token.offset >= self.end:
                break
            tokens.append(token)
        return tuple(tokens)

    def last_end(self) -> int:
        """Where the last word ends; the end of the stretch if it cannot be cut into words."""
        end = self.start
        try:
            token, offset = next_token(self.source, end)
            while token.kind != END:
                end = offset
                token, offset = next_token(self.source, end)
        except Refusal:
            return self.end
        return end


# Expressions (dhcp-eval(5)).


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Expression(Node):
    """Any expression."""


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Text(Expression):
    """A quoted string."""


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Digits(Expression):
    """`10`, `1:2:ff`: hex data or a number, whatever is expected at this place."""

    items: tuple[Token, ...]


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reference(Expression):
    """A bare word: `known`, `hardware`, a variable."""


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call(Expression):
    """`name(argument, ...)`; `end` is the closing parenthesis."""

    arguments: tuple[Expression, ...]
    commas: tuple[Token, ...]
    end: Token


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Group(Expression):
    """`(EXPRESSION)`; `end` is the closing parenthesis."""

    inner: Expression
    end: Token


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Negation(Expression):
    """`not` and one operand."""

    operand: Expression


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binary(Expression):
    """Two operands; the node's token is the operator's, `operator` its text (`!=` in one).

    `is_rest`: its left operand begins the rest of an expression behind a looser operator. Then
    the operator decides what digits on its right mean, not the left operand (observed).
    """

    operator: str
    left: Expression
    right: Expression
    is_rest: bool = False


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OptionName:
    """`[space.]name`; `space` is None when it was not written."""

    space: Token | None
    name: Token


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OptionData(Expression):
    """`option NAME` (the request's value) or `config-option NAME` (the reply's)."""

    name: OptionName


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Exists(Expression):
    """`exists NAME`."""

    name: OptionName


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Defined(Expression):
    """`defined(NAME)`; `end` is the closing parenthesis."""

    name: Token
    end: Token


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Check(Expression):
    """`check "COLLECTION"`."""

    collection: Token


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Missing(Expression):
    """Nothing, where an operand should stand; its place says so unless the token has to."""

    is_said: bool


@final
class Operator:
    """A binary operator as written: its first token and its text in lower case."""

    __slots__ = ("text", "token")

    def __init__(self, token: Token, text: str) -> None:
        self.token = token
        self.text = text


# Statements. `end` is the last token: ";" or "}", or what stands where one of them is missing. If
# something is missing before, `end` is a token of the kind MISSING, and so are all that stand for
# something behind it.


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Statement(Node):
    """Any statement."""

    end: Token


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Body:
    """`{ ... }`; `close` is the closing brace, or the end of the file where it is missing."""

    open: Token
    statements: tuple[Statement, ...]
    close: Token


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plain(Statement):
    """A keyword, its words, and a body or a semicolon: most declarations and parameters."""

    words: Words
    body: Body | None


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PlainRun(Statement):
    """Plain declarations of one kind in a row, without nodes of their own.

    The token is the first one's keyword and says how to read a row. `host`: name, Ethernet
    address, fixed address or the name of one, `option` and its host-name. `subclass`: class,
    octets, text. What is not written is empty.
    """

    rows: tuple[tuple[str, ...], ...]


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Include(Statement):
    """`include "FILE";`: the file's statements, or why there are none.

    `failure` is what the system said, `refusal` what is wrong with reading this file here.
    """

    words: Words
    content: "ConfigurationFile | None"
    failure: str | None
    refusal: str | None


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Assignment(Statement):
    """`PARAMETER = EXPRESSION;`."""

    equals: Token
    value: Expression


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CallStatement(Statement):
    """`log(ARGUMENTS);`, `execute(ARGUMENTS);`."""

    call: Call


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ExpressionStatement(Statement):
    """`NAME(ARGUMENTS);`, `NAME = EXPRESSION;`: an expression that begins with no keyword.

    Flat, since a configuration may add parameters of its own: then the first operator assigns.
    """

    operands: tuple[Expression, ...]
    operators: tuple[Operator, ...]


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OptionSpaceDefinition(Statement):
    """`option space NAME ...;`."""

    words: Words


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OptionDefinition(Statement):
    """`option NAME code N = TYPE;`; `words` is what follows `code`."""

    name: OptionName
    words: Words


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OptionValue(Statement):
    """`option NAME VALUE;`; the token says which of option, supersede, default ... it is."""

    name: OptionName
    words: Words


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OptionAssignment(Statement):
    """`option NAME = EXPRESSION;`."""

    name: OptionName
    value: Expression


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Branch(Node):
    """A condition and what is done when it holds."""

    condition: Expression
    body: Body


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Conditional(Statement):
    """`if`, any number of `elsif` (or `else if`), and `else`."""

    branches: tuple[Branch, ...]
    otherwise: Body | None


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Switch(Statement):
    """`switch (EXPRESSION) { ... }`."""

    subject: Expression
    body: Body


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Case(Statement):
    """`case EXPRESSION:`, or `default:` with no value."""

    value: Expression | None


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SetVariable(Statement):
    """`set NAME = EXPRESSION;`."""

    name: Token
    value: Expression


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UnsetVariable(Statement):
    """`unset NAME;`."""

    name: Token


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Evaluation(Statement):
    """`eval EXPRESSION;` or `return EXPRESSION;`, as the token says."""

    value: Expression


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FunctionDefinition(Statement):
    """`define NAME(PARAMETERS) { ... }`."""

    name: Token
    parameters: tuple[Token, ...]
    body: Body


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FunctionAssignment(Statement):
    """`define NAME = EXPRESSION;`, which dhcpd reads and can do nothing with."""

    name: Token
    value: Expression


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Match(Statement):
    """`match if BOOLEAN;`, `match DATA;` or `spawn with DATA;`."""

    is_test: bool
    is_spawning: bool
    value: Expression


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mistake(Statement):
    """What could not be read as a statement; a stray token if none was even begun.

    `token` is the statement's first word, or its end where nobody knows that.
    """

    problem: Problem
    is_stray: bool


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ConfigurationFile:
    """A file; `end` is its end."""

    source: Source
    statements: tuple[Statement, ...]
    end: Token


def bodies_of(statement: Statement) -> tuple[Body, ...]:
    """The bodies of a statement of any kind, in the order in which they are written."""
    bodies: list[Body] = []
    for field in fields(statement):
        value: object = getattr(statement, field.name)
        if isinstance(value, Body):
            bodies.append(value)
        elif isinstance(value, tuple):
            bodies.extend(one.body for one in value if isinstance(one, Branch))
    return tuple(bodies)

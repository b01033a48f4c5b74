"""From written expressions to runtime ones (dhcp-eval(5)), with dhcpd's type check.

The place decides what digits are: a decimal number where a number is expected, behind a numeric
operand included, and hexadecimal data everywhere else. Variables and calls of functions have
any type; what they turn out to be is checked when they are evaluated.
"""

from typing import Final

from pydhcpd.config import ast
from pydhcpd.config.diagnosis import ARGUMENTS, STRAY
from pydhcpd.config.keyword import KEYWORDS
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.config.token import MISSING, Token
from pydhcpd.config.token import NUMBER as NUMBER_TOKEN
from pydhcpd.expression.boolean import Chain, Check, Equal, Exists, Known, Not, Static
from pydhcpd.expression.data import (
    ConfiguredOption,
    Constant,
    Filename,
    Hardware,
    HostDeclName,
    LeasedAddress,
    Null,
    RequestOption,
    ServerName,
)
from pydhcpd.expression.function import Call
from pydhcpd.expression.node import Expression
from pydhcpd.expression.number import Arithmetic, ClientState, LeaseTime, Number
from pydhcpd.expression.regex import Matches
from pydhcpd.expression.variable import Defined, Variable
from pydhcpd.options.number import convert_number
from pydhcpd.options.space import (
    DHCP,
    OptionDefinition,
    OptionSpace,
    leading_number,
    redefinition_notice,
)
from pydhcpd.options.word import ValueProblem, Word, WordReader
from pydhcpd.resolve.draft import INFO, Draft
from pydhcpd.resolve.function import (
    ANY,
    BOOLEAN,
    DATA,
    FUNCTIONS,
    LITERAL,
    NUMBER,
    WIDTH,
    read_literal,
    read_width,
    refuse,
)

# Evaluation recurses, so nesting has a limit.
NESTING_LIMIT: Final = 100
OPERATORS_LIMIT: Final = 10_000
LARGEST_LONG: Final = (1 << 63) - 1

EQUALITY: Final = frozenset(("=", "!="))
PATTERN: Final = frozenset(("~=", "~~"))
LOGIC: Final = frozenset(("and", "or"))
BOOLEAN_OPERATORS: Final = EQUALITY | PATTERN | LOGIC

Typed = tuple[str, Expression]

DEFAULT_COLLECTION: Final = "default"
# Words with a value of their own. The numbers were observed; those behind `rebind` are the
# results of DNS updates and mean nothing to a server.
WORDS: Final[dict[str, Typed]] = {
    "client-state": (NUMBER, ClientState()),
    "filename": (DATA, Filename()),
    "hardware": (DATA, Hardware()),
    "host-decl-name": (DATA, HostDeclName()),
    "known": (BOOLEAN, Known()),
    "lease-time": (NUMBER, LeaseTime()),
    "leased-address": (DATA, LeasedAddress()),
    "null": (DATA, Null()),
    "server-name": (DATA, ServerName()),
    "static": (BOOLEAN, Static()),
    **{
        name: (NUMBER, Number(value))
        for name, value in (
            ("reboot", 1),
            ("booting", 2),
            ("select", 3),
            ("request", 4),
            ("bound", 5),
            ("renew", 6),
            ("rebind", 7),
            ("noerror", 0),
            ("formerr", 1),
            ("servfail", 393230),
            ("nxdomain", 393231),
            ("notimp", 27),
            ("refused", 393233),
            ("yxdomain", 393234),
            ("yxrrset", 393235),
            ("nxrrset", 393236),
            ("notauth", 393237),
            ("notzone", 393238),
        )
    },
}


def resolve_data(
    node: ast.Expression, draft: Draft, missing: str = "expecting data expression."
) -> Expression:
    """An expression whose value is data; `missing` is said when there is none."""
    return _resolve_typed(node, draft, DATA, missing, "Expecting a data expression.", 0)


def resolve_boolean(
    node: ast.Expression, draft: Draft, missing: str = "boolean expression expected."
) -> Expression:
    """An expression whose value is true or false."""
    return _resolve_typed(node, draft, BOOLEAN, missing, "Expecting a boolean expression.", 0)


def resolve_any(
    node: ast.Expression,
    draft: Draft,
    missing: str = "expecting expression.",
    expected: str = ANY,
) -> Typed:
    """An expression of any type, and its type; `expected` decides what digits are."""
    return _resolve(node, draft, expected, missing, 0)


def find_space(name: ast.OptionName, draft: Draft) -> OptionSpace:
    """The space that an option name speaks of."""
    check_there(name.name)
    space = draft.spaces.find(name.space.text if name.space is not None else DHCP)
    if space is None:
        assert name.space is not None, "the dhcp space always exists"
        refuse(name.name, f"no option space named {name.space.text}.")
    return space


def find_option(name: ast.OptionName, draft: Draft) -> OptionDefinition:
    """The option of that name, as executable statements and expressions look it up."""
    space = find_space(name, draft)
    try:
        definition = space.find(name.name.text)
    except ValueProblem as error:
        raise Refusal(problem_at(name.name, error.text)) from None
    if definition is None:
        refuse(name.name, f"no option named {name.name.text} in space {space.name}")
    notice = redefinition_notice(name.name.text, definition)
    if notice is not None:
        draft.log(INFO, notice)
    return definition


def hex_byte(token: Token) -> bytes:
    """One item of hexadecimal data."""
    reader = WordReader([Word("number-or-name", token.text)])
    try:
        return convert_number(reader, 16, 1)
    except ValueProblem as error:
        raise Refusal(problem_at(token, error.text)) from None


def _resolve_typed(
    node: ast.Expression, draft: Draft, wanted: str, missing: str, mistyped: str, depth: int
) -> Expression:
    kind, expression = _resolve(node, draft, wanted, missing, depth)
    if kind not in (wanted, ANY):
        refuse(_last_token(node), mistyped)
    return expression


def _resolve(node: ast.Expression, draft: Draft, expected: str, missing: str, depth: int) -> Typed:
    """The expression and its type; `missing` is said of a word that begins no expression."""
    _note_depth(node, draft, depth)
    if isinstance(node, ast.Binary):
        kind, expression, _ = _resolve_binary(node, draft, expected, missing, depth)
        return kind, expression
    if isinstance(node, ast.Group):
        text = missing if missing == STRAY else "expression expected"
        typed = _resolve(node.inner, draft, expected, text, depth + 1)
        check_there(node.end)
        return typed
    if isinstance(node, ast.Text):
        return DATA, Constant(node.token.text.encode("latin-1"))
    if isinstance(node, ast.Digits):
        return _resolve_digits(node, expected)
    if isinstance(node, ast.Reference):
        found = WORDS.get(node.token.word)
        return (ANY, Variable(node.token.text)) if found is None else found
    if isinstance(node, ast.Call):
        return _resolve_call(node, draft, missing, depth)
    if isinstance(node, ast.OptionData):
        definition = find_option(node.name, draft)
        if node.token.word == "option":
            return DATA, RequestOption(definition.space, definition.code)
        return DATA, ConfiguredOption(definition.space, definition.code)
    if isinstance(node, ast.Negation):
        kind, operand = _resolve(node.operand, draft, BOOLEAN, "expression expected", depth + 1)
        if kind != BOOLEAN:
            refuse(_last_token(node.operand), "boolean expression expected")
        return BOOLEAN, Not(operand)
    if isinstance(node, ast.Defined):
        check_there(node.name)
        if node.name.word in KEYWORDS:
            refuse(node.name, f"{node.name.text} can't be a variable name")
        check_there(node.end)
        return BOOLEAN, Defined(node.name.text)
    if isinstance(node, ast.Exists):
        definition = find_option(node.name, draft)
        return BOOLEAN, Exists(definition.space, definition.code)
    if isinstance(node, ast.Missing):
        refuse(node.token, node.token.text if node.is_said else missing)
    assert isinstance(node, ast.Check), "every other kind was looked at"
    check_there(node.collection)
    if node.collection.text != DEFAULT_COLLECTION:
        refuse(node.collection, "unknown collection.")
    return BOOLEAN, Check()


def check_there(token: Token) -> None:
    """Whether a mark or a name was written at all."""
    if token.kind == MISSING:
        refuse(token, token.text)


def _note_depth(node: ast.Expression, draft: Draft, depth: int) -> None:
    if depth > NESTING_LIMIT:
        refuse(node.token, "expression nested too deeply")
    draft.nesting = max(draft.nesting, depth)


def _resolve_digits(node: ast.Digits, expected: str) -> Typed:
    first = node.items[0]
    check_there(node.items[-1])
    if expected == NUMBER and first.kind == NUMBER_TOKEN:
        if len(node.items) > 1:
            refuse(node.items[1], "semicolon expected.")
        return NUMBER, Number(_c_int(first.text))
    return DATA, Constant(b"".join(hex_byte(item) for item in node.items))


def _c_int(text: str) -> int:
    """What C's atoi makes of a number: 32 bits with sign, of what fits into 64."""
    number = min(leading_number(text.removeprefix("-")), LARGEST_LONG)
    if text.startswith("-"):
        number = -number
    number &= 0xFFFFFFFF
    return number - (1 << 32) if number >> 31 else number


def _resolve_call(node: ast.Call, draft: Draft, missing: str, depth: int) -> Typed:
    name = node.token
    row = FUNCTIONS.get(name.word)
    if row is None:
        return ANY, _resolve_user_call(node, draft, missing, depth)
    operands: list[Expression] = []
    for index, argument in enumerate(node.arguments):
        if index >= len(row.arguments) and not row.is_variadic:
            refuse(node.commas[index - 1], "right parenthesis expected.")
        kind = row.arguments[min(index, len(row.arguments) - 1)]
        if kind == WIDTH:
            read_width(argument)
        elif kind == LITERAL:
            read_literal(argument)
        else:
            is_last = index + 1 >= len(row.arguments)
            if kind == NUMBER:
                _check_one_number(argument, is_last)
            text = _missing_argument(name.word, index, missing)
            operands.append(_resolve_argument(argument, draft, kind, text, depth + 1))
    check_there(node.end)
    if len(node.arguments) < len(row.arguments):
        refuse(node.end, "comma expected.")
    return row.result, row.build(node, tuple(operands), draft.machine)


def _resolve_argument(
    node: ast.Expression, draft: Draft, kind: str, missing: str, depth: int
) -> Expression:
    mistyped = f"Expecting a {kind} expression."
    return _resolve_typed(node, draft, kind, missing, mistyped, depth)


def _missing_argument(name: str, index: int, missing: str) -> str:
    if missing == STRAY and name != "encode-int":
        return missing
    texts = ARGUMENTS[name]
    return texts[min(index, len(texts) - 1)]


def _check_one_number(node: ast.Expression, is_last: bool) -> None:
    """Several numbers joined by colons are none."""
    if isinstance(node, ast.Digits) and len(node.items) > 1 and node.token.kind == NUMBER_TOKEN:
        mark = "right parenthesis" if is_last else "comma"
        refuse(node.items[1], f"{mark} expected.")


def _resolve_user_call(node: ast.Call, draft: Draft, missing: str, depth: int) -> Expression:
    text = missing if missing == STRAY else "expecting expression."
    if not node.arguments and missing != STRAY:
        refuse(node.token, text)
    arguments = [_resolve(argument, draft, ANY, text, depth + 1)[1] for argument in node.arguments]
    check_there(node.end)
    return Call(node.token.text, tuple(arguments))


def _resolve_binary(
    node: ast.Binary, draft: Draft, expected: str, missing: str, depth: int
) -> tuple[str, Expression, str]:
    """A chain of operators, its type and that of its last operand.

    It leans to the right as a rule, and may be long then.
    """
    waiting: list[tuple[ast.Binary, str, Expression]] = []
    tree: ast.Expression = node
    while isinstance(tree, ast.Binary):
        if isinstance(tree.left, ast.Binary):
            _note_depth(tree.left, draft, depth + 1)
            kind, left, before = _resolve_binary(tree.left, draft, expected, missing, depth + 1)
        else:
            kind, left = _resolve(tree.left, draft, expected, missing, depth + 1)
            before = kind
        waiting.append((tree, kind, left))
        if len(waiting) > OPERATORS_LIMIT:
            refuse(tree.token, "expression too long")
        if tree.is_rest:
            is_number = tree.operator not in BOOLEAN_OPERATORS
        else:
            is_number = before == NUMBER
        expected = NUMBER if is_number else ANY
        if missing != STRAY:
            missing = "expecting right-hand side."
        tree = tree.right
    kind, result = _resolve(tree, draft, expected, missing, depth + 1)
    last = kind
    end = _last_token(tree)
    operands = [result]
    operators: list[str] = []
    for binary, left_kind, left in reversed(waiting):
        operator = binary.operator
        _check_types(operator, left_kind, kind, end)
        kind = BOOLEAN if operator in BOOLEAN_OPERATORS else NUMBER
        if operator in LOGIC:
            operands.append(left)
            operators.append(operator)
        else:
            # Types keep logic out of the operands of everything else.
            operands[0] = _build_binary(operator, left, operands[0])
    if not operators:
        return kind, operands[0], last
    operands.reverse()
    operators.reverse()
    return kind, Chain(tuple(operands), tuple(one == "and" for one in operators)), last


def _check_types(operator: str, left: str, right: str, end: Token) -> None:
    """dhcpd compares the two types, then looks at the right one only."""
    if left != right and ANY not in (left, right):
        refuse(end, "illegal expression relating different types")
    if operator in EQUALITY:
        if right == BOOLEAN:
            refuse(end, "expecting data/numeric expression")
    elif operator in PATTERN:
        if operator == "~=" and right != DATA:
            refuse(end, "expecting data expression")
    elif operator in LOGIC:
        if right not in (BOOLEAN, ANY):
            refuse(end, "expecting boolean expressions")
    elif right not in (NUMBER, ANY):
        refuse(end, "expecting numeric expressions")


def _build_binary(operator: str, left: Expression, right: Expression) -> Expression:
    if operator in EQUALITY:
        return Equal(left, right, operator == "!=")
    if operator in PATTERN:
        return Matches(left, right, operator == "~~")
    return Arithmetic(operator, left, right)


def _last_token(node: ast.Expression) -> Token:
    """Where dhcpd is when an expression was read."""
    while isinstance(node, ast.Binary | ast.Negation):
        node = node.right if isinstance(node, ast.Binary) else node.operand
    if isinstance(node, ast.Call | ast.Defined | ast.Group):
        return node.end
    if isinstance(node, ast.Digits):
        return node.items[-1]
    if isinstance(node, ast.OptionData | ast.Exists):
        return node.name.name
    return node.collection if isinstance(node, ast.Check) else node.token

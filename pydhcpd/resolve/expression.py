"""From written expressions to runtime ones (dhcp-eval(5)), with dhcpd's type check.

The place decides what digits are: hexadecimal data where data is expected, a decimal number where
a number is. What dhcp-eval(5) offers beyond these rows is refused by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from pydhcpd.config import ast
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.config.token import Token
from pydhcpd.expression.boolean import And, Equal, Exists, Known, Not, Or, Static
from pydhcpd.expression.data import (
    BinaryToAscii,
    ChangeCase,
    Concat,
    Constant,
    EncodeInt,
    Expression,
    Hardware,
    Number,
    RequestOption,
    Substring,
    Suffix,
)
from pydhcpd.options.number import convert_number
from pydhcpd.options.space import (
    DHCP,
    OptionDefinition,
    OptionSpace,
    OptionSpaces,
    leading_number,
)
from pydhcpd.options.word import ValueProblem, Word, WordReader

DATA: Final = "data"
NUMBER: Final = "number"

# Evaluation recurses, so nesting has a limit.
NESTING_LIMIT: Final = 100
OPERATORS_LIMIT: Final = 500
ASCII_BASES: Final = (8, 10, 16)
WIDTHS: Final = (8, 16, 32)

Operands = tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """A function: the types of its arguments (the last one may repeat) and what it builds."""

    arguments: tuple[str, ...]
    is_variadic: bool
    build: Callable[[ast.Call, Operands], Expression]


def _build_binary_to_ascii(call: ast.Call, operands: Operands) -> Expression:
    base, width, separator, operand = operands
    assert isinstance(base, Number), "the row asks for a number"
    assert isinstance(width, Number), "the row asks for a number"
    if base.value not in ASCII_BASES:
        _refuse_unsupported(call.arguments[0].token, f"base {base.value}")
    if width.value not in WIDTHS:
        _refuse_unsupported(call.arguments[1].token, f"width {width.value}")
    return BinaryToAscii(base.value, width.value, separator, operand)


def _build_encode_int(call: ast.Call, operands: Operands) -> Expression:
    operand, width = operands
    assert isinstance(width, Number), "the row asks for a number"
    if width.value not in WIDTHS:
        _refuse(call.arguments[1].token, f"unsupported integer size {width.value}")
    return EncodeInt(operand, width.value)


FUNCTIONS: Final[dict[str, FunctionRow]] = {
    "binary-to-ascii": FunctionRow((NUMBER, NUMBER, DATA, DATA), False, _build_binary_to_ascii),
    "concat": FunctionRow((DATA, DATA), True, lambda _, operands: Concat(operands)),
    "encode-int": FunctionRow((NUMBER, NUMBER), False, _build_encode_int),
    "lcase": FunctionRow((DATA,), False, lambda _, operands: ChangeCase(operands[0], False)),
    "substring": FunctionRow(
        (DATA, NUMBER, NUMBER), False, lambda _, operands: Substring(*operands)
    ),
    "suffix": FunctionRow((DATA, NUMBER), False, lambda _, operands: Suffix(*operands)),
    "ucase": FunctionRow((DATA,), False, lambda _, operands: ChangeCase(operands[0], True)),
}
DATA_WORDS: Final[dict[str, Expression]] = {"hardware": Hardware()}
BOOLEAN_WORDS: Final[dict[str, Expression]] = {"known": Known(), "static": Static()}


def resolve_data(node: ast.Expression, spaces: OptionSpaces, depth: int = 0) -> Expression:
    """An expression whose value is data."""
    _check_depth(node, depth)
    if isinstance(node, ast.Text):
        return Constant(node.token.text.encode("latin-1"))
    if isinstance(node, ast.Digits):
        return Constant(b"".join(hex_byte(item) for item in node.items))
    if isinstance(node, ast.OptionData):
        if node.token.word != "option":
            _refuse_unsupported(node.token, node.token.text)
        definition = find_option(node.name, spaces)
        return RequestOption(definition.space, definition.code)
    if isinstance(node, ast.Call):
        return _resolve_call(node, spaces, depth)
    if isinstance(node, ast.Reference):
        found = DATA_WORDS.get(node.token.word)
        if found is not None:
            return found
        if node.token.word not in BOOLEAN_WORDS:
            _refuse_unsupported(node.token, node.token.text)
    if isinstance(node, ast.Exists):
        find_option(node.name, spaces)
    _refuse(node.token, "Expecting a data expression.")


def resolve_boolean(
    node: ast.Expression,
    spaces: OptionSpaces,
    mistyped: str = "Expecting a boolean expression.",
    depth: int = 0,
) -> Expression:
    """An expression whose value is true or false; `mistyped` is said when it is data."""
    _check_depth(node, depth)
    # A chain of comparisons leans to the right, and may be long.
    waiting: list[tuple[str, Expression]] = []
    while isinstance(node, ast.Binary) and node.operator in ("and", "or"):
        mistyped = "illegal expression relating different types"
        waiting.append((node.operator, resolve_boolean(node.left, spaces, mistyped, depth + 1)))
        if len(waiting) > OPERATORS_LIMIT:
            _refuse(node.token, "expression too long")
        node = node.right
    result = _resolve_test(node, spaces, mistyped, depth)
    for operator, left in reversed(waiting):
        result = And(left, result) if operator == "and" else Or(left, result)
    return result


def resolve_number(node: ast.Expression) -> Expression:
    """An expression whose value is a number: a constant, read like C's atoi."""
    if not isinstance(node, ast.Digits) or len(node.items) != 1:
        if isinstance(node, ast.Call | ast.Reference):
            _refuse_unsupported(node.token, node.token.text)
        _refuse(node.token, "expecting numeric expression.")
    text = node.token.text
    number = leading_number(text.removeprefix("-"))
    return Number(-number if text.startswith("-") else number)


def find_space(name: ast.OptionName, spaces: OptionSpaces) -> OptionSpace:
    """The space that an option name speaks of."""
    space = spaces.find(name.space.text if name.space is not None else DHCP)
    if space is None:
        assert name.space is not None, "the dhcp space always exists"
        _refuse(name.name, f"no option space named {name.space.text}.")
    return space


def find_option(name: ast.OptionName, spaces: OptionSpaces) -> OptionDefinition:
    """The option of that name, as executable statements and expressions look it up."""
    space = find_space(name, spaces)
    try:
        definition = space.find(name.name.text)
    except ValueProblem as error:
        raise Refusal(problem_at(name.name, error.text)) from None
    if definition is None:
        _refuse(name.name, f"no option named {name.name.text} in space {space.name}")
    return definition


def _resolve_test(
    node: ast.Expression, spaces: OptionSpaces, mistyped: str, depth: int
) -> Expression:
    if isinstance(node, ast.Binary):
        if node.operator not in ("=", "!="):
            _refuse_unsupported(node.token, f"operator {node.operator}")
        left = _resolve_compared(node.left, spaces, depth)
        right = _resolve_compared(node.right, spaces, depth)
        return Equal(left, right, node.operator == "!=")
    if isinstance(node, ast.Negation):
        return Not(resolve_boolean(node.operand, spaces, "boolean expression expected", depth + 1))
    if isinstance(node, ast.Exists):
        definition = find_option(node.name, spaces)
        return Exists(definition.space, definition.code)
    if isinstance(node, ast.Check):
        _refuse_unsupported(node.token, node.token.text)
    if isinstance(node, ast.Reference):
        found = BOOLEAN_WORDS.get(node.token.word)
        if found is not None:
            return found
        if node.token.word not in DATA_WORDS:
            _refuse_unsupported(node.token, node.token.text)
    if isinstance(node, ast.Call) and node.token.word not in FUNCTIONS:
        _refuse_unsupported(node.token, node.token.text)
    resolve_data(node, spaces, depth)
    _refuse(node.token, mistyped)


def _resolve_compared(node: ast.Expression, spaces: OptionSpaces, depth: int) -> Expression:
    if isinstance(node, ast.Negation):
        resolve_boolean(node.operand, spaces, "boolean expression expected", depth + 1)
    is_boolean = isinstance(node, ast.Negation | ast.Exists | ast.Check | ast.Binary)
    if is_boolean or (isinstance(node, ast.Reference) and node.token.word in BOOLEAN_WORDS):
        _refuse(node.token, "expecting data/numeric expression")
    return resolve_data(node, spaces, depth + 1)


def _resolve_call(node: ast.Call, spaces: OptionSpaces, depth: int) -> Expression:
    row = FUNCTIONS.get(node.token.word)
    if row is None:
        _refuse_unsupported(node.token, node.token.text)
    count = len(node.arguments)
    if count == 0:
        _refuse(node.end, "expecting a parameter or declaration")
    operands: list[Expression] = []
    for index, argument in enumerate(node.arguments):
        if index >= len(row.arguments) and not row.is_variadic:
            _refuse(argument.token, "right parenthesis expected.")
        kind = row.arguments[min(index, len(row.arguments) - 1)]
        if kind == NUMBER:
            operands.append(resolve_number(argument))
        else:
            operands.append(resolve_data(argument, spaces, depth + 1))
    if count < len(row.arguments):
        _refuse(node.end, "comma expected.")
    return row.build(node, tuple(operands))


def hex_byte(token: Token) -> bytes:
    """One item of hexadecimal data."""
    reader = WordReader([Word("number-or-name", token.text)])
    try:
        return convert_number(reader, 16, 1)
    except ValueProblem as error:
        raise Refusal(problem_at(token, error.text)) from None


def _check_depth(node: ast.Expression, depth: int) -> None:
    if depth > NESTING_LIMIT:
        _refuse(node.token, "expression nested too deeply")


def _refuse(token: Token, text: str) -> NoReturn:
    raise Refusal(problem_at(token, text))


def _refuse_unsupported(token: Token, what: str) -> NoReturn:
    raise Refusal(problem_at(token, f"{what}: not supported by this version of pydhcpd."))

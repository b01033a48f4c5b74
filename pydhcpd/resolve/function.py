"""The functions of dhcp-eval(5): their arguments, and what each builds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from pydhcpd.config import ast
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.config.token import NUMBER as NUMBER_TOKEN
from pydhcpd.config.token import Token
from pydhcpd.expression.data import HostByName, HostName, RawPacket
from pydhcpd.expression.node import Expression
from pydhcpd.expression.number import ExtractInt
from pydhcpd.expression.relay import RelayData
from pydhcpd.expression.transform import (
    BinaryToAscii,
    ChangeCase,
    Concat,
    EncodeInt,
    Pick,
    Reverse,
    Substring,
    Suffix,
)
from pydhcpd.options.space import leading_number
from pydhcpd.resolve.machine import Machine

# Types of expressions. ANY is known at run time only: variables and calls.
ANY: Final = "any"
DATA: Final = "data"
NUMBER: Final = "numeric"
BOOLEAN: Final = "boolean"
# Arguments that are no expressions.
WIDTH: Final = "width"
LITERAL: Final = "literal"

WIDTHS: Final = (8, 16, 32)

Operands = tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """A function: the types of its arguments (the last one may repeat), and what it gives."""

    arguments: tuple[str, ...]
    is_variadic: bool
    result: str
    build: Callable[[ast.Call, Operands, Machine], Expression]


def _build_encode_int(call: ast.Call, operands: Operands, machine: Machine) -> Expression:
    return EncodeInt(operands[0], read_width(call.arguments[1]))


def _build_extract_int(call: ast.Call, operands: Operands, machine: Machine) -> Expression:
    return ExtractInt(operands[0], read_width(call.arguments[1]))


def _build_host_name(call: ast.Call, operands: Operands, machine: Machine) -> Expression:
    return HostName(machine.host_name)


def _build_host_by_name(call: ast.Call, operands: Operands, machine: Machine) -> Expression:
    name = read_literal(call.arguments[0])
    node = HostByName(name, machine.look_up)
    if machine.is_serving:
        node.find()
    return node


FUNCTIONS: Final[dict[str, FunctionRow]] = {
    "binary-to-ascii": FunctionRow(
        (NUMBER, NUMBER, DATA, DATA),
        False,
        DATA,
        lambda _, operands, __: BinaryToAscii(*operands),
    ),
    "concat": FunctionRow((DATA, DATA), True, DATA, lambda _, operands, __: Concat(operands)),
    "encode-int": FunctionRow((NUMBER, WIDTH), False, DATA, _build_encode_int),
    "extract-int": FunctionRow((DATA, WIDTH), False, NUMBER, _build_extract_int),
    "gethostbyname": FunctionRow((LITERAL,), False, DATA, _build_host_by_name),
    "gethostname": FunctionRow((), False, DATA, _build_host_name),
    "lcase": FunctionRow(
        (DATA,), False, DATA, lambda _, operands, __: ChangeCase(operands[0], False)
    ),
    "packet": FunctionRow(
        (NUMBER, NUMBER), False, DATA, lambda _, operands, __: RawPacket(*operands)
    ),
    "pick": FunctionRow((DATA,), True, DATA, lambda _, operands, __: Pick(operands)),
    "pick-first-value": FunctionRow((DATA,), True, DATA, lambda _, operands, __: Pick(operands)),
    "reverse": FunctionRow((NUMBER, DATA), False, DATA, lambda _, operands, __: Reverse(*operands)),
    "substring": FunctionRow(
        (DATA, NUMBER, NUMBER), False, DATA, lambda _, operands, __: Substring(*operands)
    ),
    "suffix": FunctionRow((DATA, NUMBER), False, DATA, lambda _, operands, __: Suffix(*operands)),
    "ucase": FunctionRow(
        (DATA,), False, DATA, lambda _, operands, __: ChangeCase(operands[0], True)
    ),
    "v6relay": FunctionRow(
        (NUMBER, DATA), False, DATA, lambda _, operands, __: RelayData(*operands)
    ),
}


def read_width(node: ast.Expression) -> int:
    """8, 16 or 32; nothing else may be written there, not even an expression."""
    while isinstance(node, ast.Binary):
        if _is_number(node.left):
            refuse(node.token, "right parenthesis expected.")
        node = node.left
    if not _is_number(node):
        refuse(node.token, "number expected.")
    width = leading_number(node.token.text.removeprefix("-"))
    if width not in WIDTHS or node.token.text.startswith("-"):
        refuse(node.token, f"unsupported integer size {node.token.text}")
    return width


def read_literal(node: ast.Expression) -> str:
    """A quoted host name."""
    if not isinstance(node, ast.Text):
        refuse(node.token, 'Expecting quoted literal: "foo.example.com"')
    return node.token.text


def refuse(token: Token, text: str) -> NoReturn:
    """A problem with a word of an expression."""
    raise Refusal(problem_at(token, text))


def _is_number(node: ast.Expression) -> bool:
    return isinstance(node, ast.Digits) and len(node.items) == 1 and node.token.kind == NUMBER_TOKEN

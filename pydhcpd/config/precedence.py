"""Precedence of binary operators (dhcp-eval(5)), as dhcpd 4.4.3-P1 has it, not as one expects.

Operands are taken from the left. As long as the next operator does not bind tighter, what was
read so far becomes the left operand. When it does, the whole rest of the expression becomes the
right operand: `A = B and C = D or E = F` is `A = B and (C = D or E = F)`, `2*3+1` is 8.
"""

from collections.abc import Sequence
from typing import Final

from pydhcpd.config.ast import Binary, Expression, Operator

LEVELS: Final = {
    "&": 100,
    "|": 100,
    "^": 100,
    "=": 4,
    "!=": 4,
    "~=": 4,
    "~~": 4,
    "and": 3,
    "or": 3,
    "+": 2,
    "-": 2,
    "*": 1,
    "/": 1,
    "%": 1,
}


def fold(operands: Sequence[Expression], operators: Sequence[Operator]) -> Expression:
    """The tree of `operand operator operand ...`."""
    waiting: list[tuple[Expression, Operator, bool]] = []
    tree = operands[0]
    is_rest = False
    for index, operator in enumerate(operators):
        following = operators[index + 1] if index + 1 < len(operators) else None
        if following is not None and LEVELS[following.text] > LEVELS[operator.text]:
            waiting.append((tree, operator, is_rest))
            tree = operands[index + 1]
            is_rest = True
        else:
            tree = Binary(operator.token, operator.text, tree, operands[index + 1], is_rest)
            is_rest = False
    while waiting:
        left, operator, is_rest = waiting.pop()
        tree = Binary(operator.token, operator.text, left, tree, is_rest)
    return tree

"""What was read of an expression whose statement is broken: dhcpd has judged its types by then."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from pydhcpd.config.ast import Digits, Expression, Operator
from pydhcpd.config.precedence import complete_trees
from pydhcpd.config.symbol import Symbol

# Operators that the parser had not yet put together.
_OPERATORS: Final = frozenset(("AND", "BANG", "EQUALS", "OPERATOR", "OR", "TILDE"))
# Their parentheses belong to the statement.
_CONDITIONS: Final = frozenset(("ELSIF", "IF"))


def read_expressions(stack: Sequence[object]) -> tuple[Expression, ...]:
    """The complete parts of the last expression on the parser's stack, outside of parentheses.

    The stack begins with the statement.
    """
    operands: list[Expression] = []
    operators: list[Operator] = []
    is_open = False  # whether the expression goes on
    items = list(_flat(stack))
    is_closed = bool(items) and _terminal(items[-1]) == "RPAREN"
    for before, item in pairwise((None, *items)):
        if _terminal(item) == "_LPAREN" and not (is_closed and _terminal(before) in _CONDITIONS):
            break
        if isinstance(item, Expression):
            if not is_open:
                operands.clear()
                operators.clear()
            operands.append(item)
            is_open = False
        elif len(operators) < len(operands) and _is_operator(item):
            operators.append(_operator(item))
            is_open = True
        else:
            is_open = False
    trees = complete_trees(operands, operators)
    # What digits are depends on what stands before them.
    if len(trees) > 1 and isinstance(trees[-1], Digits):
        return trees[:-1]
    return trees


def _terminal(item: object) -> str:
    return item.type if isinstance(item, Symbol) else ""


def _is_operator(item: object) -> bool:
    return isinstance(item, Operator) or _terminal(item) in _OPERATORS


def _operator(item: object) -> Operator:
    if isinstance(item, Operator):
        return item
    assert isinstance(item, Symbol), "the caller has looked"
    word = item.token.word
    return Operator(item.token, f"{word}=" if word in "!~" else word)


def _flat(stack: Sequence[object]) -> Iterator[object]:
    """The items, with those that the parser has put together taken apart."""
    for item in stack:
        children: Sequence[object] | None = getattr(item, "children", None)
        if children is None:
            yield item
        else:
            yield from _flat(children)

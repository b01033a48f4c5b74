"""dhcpd's words for a shape that is wrong, from what was read of the statement so far.

The texts and when they appear were observed with dhcpd 4.4.3-P1.
"""

from collections.abc import Sequence
from typing import Final

from pydhcpd.config.ast import Call, Expression, OptionName, Reference
from pydhcpd.config.precedence import Operator
from pydhcpd.config.symbol import Symbol

# How many arguments a function has; None stands for any number.
ARGUMENTS: Final[dict[str, tuple[int, int | None]]] = {
    "binary-to-ascii": (4, 4),
    "concat": (2, None),
    "encode-int": (2, 2),
    "execute": (1, None),
    "extract-int": (2, 2),
    "lcase": (1, 1),
    "log": (1, 2),
    "pick": (1, None),
    "pick-first-value": (1, None),
    "reverse": (2, 2),
    "substring": (3, 3),
    "suffix": (2, 2),
    "ucase": (1, 1),
    "v6relay": (2, 2),
}
LOG_LEVELS: Final = frozenset(("fatal", "error", "info", "debug"))

# An operand is missing behind this terminal.
_OPERAND_EXPECTED: Final = {
    "IF": "boolean expression expected.",
    "ELSIF": "boolean expression expected.",
    "NOT": "expression expected",
    "WITH": "expecting data expr.",
    "MATCH": "expecting data expr.",
    "EQUALS": "expecting a parameter or declaration",
    "_COMMA": "expecting a parameter or declaration",
    "_LPAREN": "expecting a parameter or declaration",
    "CASE": "expecting a parameter or declaration",
}
# Something else is missing behind this one.
_MISSING: Final = {
    "BANG": "! in boolean context without =",
    "CHECK": "expecting string.",
    "CONFIG_OPTION": "expecting identifier after option keyword.",
    "ELSE": "left brace or if expected.",
    "EXISTS": "expecting identifier after option keyword.",
    "OPTION": "expecting identifier after option keyword.",
    "SPAWN": "expecting with after spawn",
    "SWITCH": "expecting left brace.",
    "TILDE": "expecting ~= or ~~ operator",
    "VERB": "expecting identifier after option keyword.",
    "_DOT": "expecting identifier after '.'",
}
# An expression is complete, and its statement does not go on with what follows.
_AFTER_EXPRESSION: Final = {
    "CASE": "colon expected.",
    "ELSIF": "left brace expected.",
    "IF": "left brace expected.",
    "SWITCH": "expecting left brace.",
}
_GROUPS: Final = {
    "ELSIF": "expecting right paren.",
    "IF": "expecting right paren.",
    "SWITCH": "right paren expected.",
}


def diagnose(stack: Sequence[object]) -> str | None:
    """The message for a token that cannot follow what lies on the parser's stack.

    None when no statement was begun.
    """
    last = stack[-1] if stack else None
    terminal = _terminal(last)
    if isinstance(last, Operator) or terminal in ("AND", "OR", "OPERATOR"):
        return "expecting right-hand side."
    if terminal == "EQUALS" and len(stack) > 1 and isinstance(stack[-2], Expression):
        return "expecting right-hand side."
    if terminal == "IF" and _terminal(stack[-2] if len(stack) > 1 else None) == "MATCH":
        return "expecting boolean expr."
    if terminal in _MISSING:
        return _MISSING[terminal]
    if terminal == "COLON" and _terminal(stack[-2]) == "DIGITS":
        return "expecting hexadecimal number."
    if terminal in _OPERAND_EXPECTED:
        return _OPERAND_EXPECTED[terminal]
    return _after_operand(stack)


def _after_operand(stack: Sequence[object]) -> str | None:
    """An operand is complete: which mark should have followed?"""
    function = (
        _terminal_text(stack[-1]) if _terminal(stack[-1] if stack else None) == "WORD" else ""
    )
    if function in ARGUMENTS:
        return "left parenthesis expected."
    arguments = 1
    closed = 0
    for index in range(len(stack) - 1, -1, -1):
        item = stack[index]
        terminal = _terminal(item)
        if terminal == "RPAREN":
            closed += 1
        elif closed:
            closed -= terminal == "_LPAREN"
        elif terminal == "_COMMA":
            arguments += 1
        elif terminal == "_LPAREN":
            return _in_parentheses(stack, index, arguments)
        elif terminal in _AFTER_EXPRESSION:
            before = _terminal(stack[index - 1]) if index else ""
            return "semicolon expected." if before == "MATCH" else _AFTER_EXPRESSION[terminal]
        elif terminal in ("EQUALS", "MATCH", "WITH"):
            return "semicolon expected."
        elif terminal in ("LBRACE", "RBRACE", "SEMICOLON"):
            break
        elif not isinstance(item, (Symbol, Expression, Operator, OptionName)):
            arguments += len(getattr(item, "children", ()))
    return "semicolon expected." if stack and _is_call_end(stack[-1]) else None


def _is_call_end(item: object) -> bool:
    return isinstance(item, Call) or _terminal(item) == "RPAREN"


def _in_parentheses(stack: Sequence[object], index: int, arguments: int) -> str:
    opener = stack[index - 1] if index else None
    terminal = _terminal(opener)
    if terminal != "WORD":
        return _GROUPS.get(terminal, "right paren expected")
    function = _terminal_text(opener)
    if function not in ARGUMENTS:
        return "Right parenthesis expected."
    first = stack[index + 1]
    if function == "log" and arguments == 1 and _first_word(first) in LOG_LEVELS:
        return "comma expected."
    least, _ = ARGUMENTS[function]
    return "comma expected." if arguments < least else "right parenthesis expected."


def _first_word(item: object) -> str:
    return item.token.word if isinstance(item, (Reference, Symbol)) else ""


def _terminal(item: object) -> str:
    return item.type if isinstance(item, Symbol) else ""


def _terminal_text(item: object) -> str:
    return item.token.word if isinstance(item, Symbol) else ""

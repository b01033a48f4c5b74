"""dhcpd's words for a shape that is wrong, from what was read of the statement so far.

The texts and when they appear were observed with dhcpd 4.4.3-P1.
"""

from collections.abc import Sequence
from typing import Final

from pydhcpd.config.ast import (
    Body,
    Branch,
    Expression,
    Operator,
    OptionName,
    Reference,
)
from pydhcpd.config.symbol import Symbol
from pydhcpd.config.token import Token

# What is said of each argument that is missing; the last one counts for any that follow.
_DATA: Final = "expecting data expression."
_NUMBER: Final = "expecting numeric expression."
_WIDTH: Final = "number expected."
ARGUMENTS: Final[dict[str, tuple[str, ...]]] = {
    "binary-to-ascii": (_DATA, _DATA, _DATA, _DATA),
    "concat": (_DATA, _DATA),
    "encode-int": (_NUMBER, _WIDTH),
    "execute": ("Expecting a quoted string.", "expecting expression."),
    "extract-int": (_DATA, _WIDTH),
    "gethostbyname": ('Expecting quoted literal: "foo.example.com"',),
    "gethostname": (),
    "lcase": (_DATA,),
    "log": (_DATA,),
    "packet": (_NUMBER, _NUMBER),
    "pick": (_DATA,),
    "pick-first-value": (_DATA,),
    "reverse": (_DATA, _DATA),
    "substring": (_DATA, _NUMBER, _NUMBER),
    "suffix": (_DATA, _NUMBER),
    "ucase": (_DATA,),
    "v6relay": (_DATA, _DATA),
}
LOG_LEVELS: Final = frozenset(("fatal", "error", "info", "debug"))

STRAY: Final = "expecting a parameter or declaration"
# For whoever knows what kind of values the `switch` compares.
CASE_VALUE: Final = "expecting {} expression."
# dhcpd drops a `log` that lacks its data without a word.
UNSAID: Final = ""
# A variable's or function's name is missing behind this terminal.
_NAMED: Final = ("DEFINE", "SET", "UNSET")
# What stands before the "(" of a call.
_CALLED: Final = ("ALONE", "CALLED", "FUNCTION", "NAME", "WORD")
# An operand is missing behind this terminal.
_OPERAND_EXPECTED: Final = {
    "IF": "boolean expression expected.",
    "ELSIF": "boolean expression expected.",
    "NOT": "expression expected",
    "WITH": "expecting data expr.",
    "MATCH": "expecting data expr.",
    "EQUALS": "expecting a parameter or declaration",
    "CASE": CASE_VALUE,
    "EVAL": "expecting data expression.",
    "RETURN": "expecting data expression.",
}
# The same behind "(", by what the parenthesis belongs to.
_OPERAND_IN_GROUP: Final = {
    "ELSIF": "boolean expression expected.",
    "IF": "boolean expression expected.",
    "SWITCH": "expecting data or numeric expression.",
}
# Something else is missing behind this one.
_MISSING: Final = {
    "BANG": "! in boolean context without =",
    "CHECK": "string expected.",
    "DEFINED": "left parenthesis expected.",
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
# Arguments that are no expressions: the token is taken before they are asked for.
_TAKEN: Final = frozenset((_WIDTH, ARGUMENTS["execute"][0], ARGUMENTS["gethostbyname"][0]))
# Said before the token is taken.
_ONLY_SEEN: Final = frozenset((_MISSING["BANG"], _MISSING["ELSE"], _MISSING["TILDE"]))
# An expression is complete, and its statement does not go on with what follows.
_AFTER_EXPRESSION: Final = {
    "CASE": "colon expected.",
    "ELSIF": "left brace expected.",
    "IF": "left brace expected.",
    "SWITCH": "left brace expected.",
}
_GROUPS: Final = {
    "ELSIF": "expecting right paren.",
    "IF": "expecting right paren.",
    "SWITCH": "right paren expected.",
}


def diagnose(stack: Sequence[object], token: Token) -> str | None:
    """The message for a token that cannot follow what lies on the parser's stack.

    None when no statement was begun.
    """
    last = stack[-1] if stack else None
    terminal = terminal_of(last)
    before = terminal_of(stack[-2]) if len(stack) > 1 else ""
    if isinstance(last, (Body, Branch)):
        return None
    if terminal in _NAMED or (terminal == "_LPAREN" and before == "DEFINED"):
        return f"{token.text} can't be a variable name"
    if terminal == "WORD" and before in ("SET", "DEFINE"):
        return f"expecting '=' in {before.lower()} statement."
    is_set = len(stack) > 2 and terminal_of(stack[-3]) in ("SET", "DEFINE")
    if terminal == "EQUALS" and before == "WORD" and is_set:
        return "expecting expression."
    definition = _in_definition(stack)
    if definition is not None:
        return definition
    if isinstance(last, Operator) or terminal in ("AND", "OR", "OPERATOR"):
        return "expecting right-hand side."
    if terminal == "EQUALS" and len(stack) > 1 and isinstance(stack[-2], Expression):
        return "expecting right-hand side."
    if before in ("BANG", "TILDE"):
        return "expecting right-hand side."
    if terminal == "IF" and terminal_of(stack[-2] if len(stack) > 1 else None) == "MATCH":
        return "expecting boolean expr."
    if terminal in _MISSING:
        return _MISSING[terminal]
    if token.kind == ":" and terminal == "DIGITS":
        return "expecting hexadecimal number."
    if terminal in ("_LPAREN", "COMMA"):
        return _missing_operand(stack)
    if terminal == "EQUALS" and len(stack) > 2 and terminal_of(stack[-3]) == "VERB":
        return "expecting a data expression."
    if terminal in _OPERAND_EXPECTED:
        return _OPERAND_EXPECTED[terminal]
    return _after_operand(stack)


def is_only_seen(text: str, is_operand: bool) -> bool:
    """Whether dhcpd has not taken the token that it complains of."""
    return text not in _TAKEN if is_operand else text in _ONLY_SEEN


def _after_operand(stack: Sequence[object]) -> str | None:
    """An operand is complete: which mark should have followed?"""
    last = stack[-1] if stack else None
    if _first_word(last) in ARGUMENTS:
        return "left parenthesis expected."
    arguments = 1
    closed = 0
    for index in range(len(stack) - 1, -1, -1):
        item = stack[index]
        terminal = terminal_of(item)
        if terminal == "RPAREN":
            closed += 1
        elif closed:
            closed -= terminal == "_LPAREN"
        elif terminal == "COMMA":
            arguments += 1
        elif terminal == "_LPAREN":
            return _in_parentheses(stack, index, arguments)
        elif terminal in _AFTER_EXPRESSION:
            return _AFTER_EXPRESSION[terminal]
        elif terminal in ("LBRACE", "RBRACE", "SEMICOLON"):
            break
        else:
            arguments += _more_arguments(item)
    return None


def _more_arguments(item: object) -> int:
    """How many arguments the parser has put together in one item."""
    children: Sequence[object] = getattr(item, "children", ())
    if not children or terminal_of(children[0]) != "COMMA":
        return 0  # statements, which may be very many
    return sum(terminal_of(child) == "COMMA" for child in children)


def _in_parentheses(stack: Sequence[object], index: int, arguments: int) -> str:
    opener = stack[index - 1] if index else None
    terminal = terminal_of(opener)
    if terminal == "DEFINED":
        return "right parenthesis expected."
    if terminal == "IF" and index > 1 and terminal_of(stack[index - 2]) == "MATCH":
        return "right paren expected"
    if terminal not in _CALLED:
        return _GROUPS.get(terminal, "right paren expected")
    function = _terminal_text(opener)
    if function not in ARGUMENTS:
        return "Right parenthesis expected."
    first = stack[index + 1]
    if function == "log" and arguments == 1 and _first_word(first) in LOG_LEVELS:
        return "comma expected."
    least = len(ARGUMENTS[function])
    if function == "execute":
        least = 1
    return "comma expected." if arguments < least else "right parenthesis expected."


def _missing_operand(stack: Sequence[object]) -> str:
    """Behind "(" or a comma: what should stand there."""
    opening, arguments = _opening(stack)
    if opening < 0:
        return STRAY
    opener = stack[opening - 1] if opening else None
    terminal = terminal_of(opener)
    if terminal not in _CALLED:
        return _OPERAND_IN_GROUP.get(terminal, "expression expected")
    wanted = ARGUMENTS.get(_terminal_text(opener))
    if wanted is None:
        return "expecting expression."
    if not wanted:
        return "right parenthesis expected."
    if _is_assignment(stack):
        return STRAY
    if terminal == "FUNCTION" and _terminal_text(opener) == "log":
        has_level = arguments > 1 and _first_word(stack[opening + 1]) in LOG_LEVELS
        return "right parenthesis expected." if arguments > 1 + has_level else UNSAID
    return wanted[min(arguments, len(wanted)) - 1]


def _is_assignment(stack: Sequence[object]) -> bool:
    """`option NAME = ...`: dhcpd has a message of its own for whatever is missing in it."""
    for index in range(len(stack) - 2, 0, -1):
        if isinstance(stack[index], OptionName) and terminal_of(stack[index + 1]) == "EQUALS":
            return terminal_of(stack[index - 1]) == "OPTION"
    return False


def _opening(stack: Sequence[object]) -> tuple[int, int]:
    """Where the innermost open parenthesis lies, -1 for none, and how many arguments it has."""
    arguments = 1
    closed = 0
    for index in range(len(stack) - 1, -1, -1):
        terminal = terminal_of(stack[index])
        if terminal == "RPAREN":
            closed += 1
        elif terminal == "_LPAREN":
            if not closed:
                return index, arguments
            closed -= 1
        elif not closed:
            arguments += terminal == "COMMA" or _more_arguments(stack[index])
    return -1, arguments


def _in_definition(stack: Sequence[object]) -> str | None:
    """Between `define NAME (` and the body."""
    opening = len(stack) - 1
    while opening >= 0 and terminal_of(stack[opening]) in ("WORD", "COMMA", "RPAREN"):
        opening -= 1
    if opening < 2 or terminal_of(stack[opening]) != "_LPAREN":
        return None
    if terminal_of(stack[opening - 2]) not in ("DEFINE", "SET"):
        return None
    last = terminal_of(stack[-1])
    if last == "RPAREN":
        return "expecting left brace."
    return "expecting right paren." if last == "WORD" else "expecting argument name"


def _first_word(item: object) -> str:
    return item.token.word if isinstance(item, (Reference, Symbol)) else ""


def terminal_of(item: object) -> str:
    """The terminal of an item on the stack, empty for what the parser has put together."""
    return item.type if isinstance(item, Symbol) else ""


def _terminal_text(item: object) -> str:
    return item.token.word if isinstance(item, Symbol) else ""

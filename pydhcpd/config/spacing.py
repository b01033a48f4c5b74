"""Where a blank stands between two tokens of a statement, and where its line may end."""

from typing import Final

from pydhcpd.config.token import STRING, WORDS, Token

_TEXTS: Final = WORDS | {STRING}
# A parenthesis behind any other word belongs to a call.
_BEFORE_GROUP: Final = frozenset(
    ("and", "case", "elsif", "eval", "if", "not", "or", "return", "switch")
)
_DOUBLE: Final = frozenset(("!=", "~=", "~~"))


def is_apart(before: Token, after: Token) -> bool:
    """Whether a blank stands between two tokens of an expression."""
    if before.kind == "(" or after.kind == ")":
        return False
    if after.kind == "(":
        return before.kind not in WORDS or before.word in _BEFORE_GROUP
    if before.kind in ".:" or after.kind in ".:":
        return False
    return before.kind + after.kind not in _DOUBLE


def is_always_apart(before: Token, after: Token) -> bool | None:
    """Whether a blank stands between two tokens wherever they are; None if that depends."""
    if after.kind in ";,":
        return False
    if before.kind == "," or before.kind in "{}" or after.kind in "{}":
        return True
    return True if before.kind in _TEXTS and after.kind in _TEXTS else None


def may_break(before: Token, after: Token) -> bool:
    """Whether a line that is too long may end here."""
    return before.kind == "," or after.word in ("and", "or")

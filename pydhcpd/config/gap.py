"""What stands between two tokens: comments, blank lines and nothing else."""

import re
from typing import Final, final

_PIECE: Final = re.compile(r"\#[^\n]*|\n")


@final
class Comment:
    """A comment without its line end; `is_trailing`: a token stands before it on its line."""

    __slots__ = ("is_after_blank_line", "is_trailing", "text")

    def __init__(self, text: str, is_trailing: bool, is_after_blank_line: bool) -> None:
        self.text: Final = text
        self.is_trailing: Final = is_trailing
        self.is_after_blank_line: Final = is_after_blank_line


@final
class Gap:
    """The comments between two tokens, and whether a blank line follows the last of them."""

    __slots__ = ("comments", "has_blank_line")

    def __init__(self, comments: tuple[Comment, ...], has_blank_line: bool) -> None:
        self.comments: Final = comments
        self.has_blank_line: Final = has_blank_line


NO_GAP: Final = Gap((), False)


def read_gap(text: str, start: int, end: int) -> Gap:
    """The gap that is this part of the text. A semicolon in it means nothing."""
    if start == end or text[start:end] == " ":
        return NO_GAP
    comments: list[Comment] = []
    line_ends = 0
    is_trailing = start > 0
    for found in _PIECE.finditer(text, start, end):
        if found[0] == "\n":
            line_ends += 1
            is_trailing = False
        else:
            comments.append(Comment(found[0].rstrip(), is_trailing, line_ends > 1))
            line_ends = 0
    return Gap(tuple(comments), line_ends > 1)

"""`~=` and `~~` (dhcp-eval(5)): is there a place in the data that the pattern matches?"""

from typing import final

from pydhcpd.expression.boolean import Boolean
from pydhcpd.expression.context import Context
from pydhcpd.expression.data import Constant
from pydhcpd.expression.node import Expression
from pydhcpd.expression.pattern import Pattern, compile_pattern
from pydhcpd.expression.transform import Substring


@final
class Matches(Boolean):
    """`data ~= pattern`, `data ~~ pattern` without regard to case.

    The data is cut at its first NUL, and so is the pattern. No match, a pattern that is none,
    and null are all null.
    """

    __slots__ = ("_constant", "ignores_case", "left", "right")

    def __init__(self, left: Expression, right: Expression, ignores_case: bool) -> None:
        self.left = left
        self.right = right
        self.ignores_case = ignores_case
        self._constant: Pattern | None = None
        if isinstance(right, Constant):
            self._constant = compile_pattern(right.content, ignores_case)

    def test(self, context: Context) -> bool | None:
        left = self.left.data(context)
        right = self.right.data(context)
        if left is None or right is None:
            return None
        if not left and is_nowhere(self.left):
            context.log.append(("error", "data_string_new: src cannot be NULL tree.c(811)"))
            return None
        pattern = self._constant
        if pattern is None:
            pattern = compile_pattern(right, self.ignores_case)
        if pattern is None:
            return None
        return pattern.search(left.partition(b"\0")[0])


def is_nowhere(node: Expression) -> bool:
    """Empty data for which dhcpd has no memory, and so cannot match (observed)."""
    return isinstance(node, Constant | Substring)

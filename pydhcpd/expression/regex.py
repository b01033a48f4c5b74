"""`~=` and `~~` (dhcp-eval(5)): is there a place in the data that the pattern matches?"""

from typing import final

from pydhcpd.expression.boolean import Boolean
from pydhcpd.expression.context import Context
from pydhcpd.expression.data import Constant
from pydhcpd.expression.node import Expression
from pydhcpd.expression.pattern import Pattern, compile_pattern
from pydhcpd.expression.transform import Pick, Substring, Suffix
from pydhcpd.expression.variable import Variable


@final
class Matches(Boolean):
    """`data ~= pattern`, `data ~~ pattern` without regard to case.

    The data is cut at its first NUL, and so is the pattern. A pattern that is none is false.
    """

    __slots__ = ("_constant", "ignores_case", "left", "right")

    def __init__(self, left: Expression, right: Expression, ignores_case: bool) -> None:
        self.left = left
        self.right = right
        self.ignores_case = ignores_case
        self._constant: Pattern | None = None
        if isinstance(right, Constant):
            self._constant = compile_pattern(right.content, ignores_case)

    @property
    def opcode(self) -> int:
        return 59 if self.ignores_case else 58

    def test(self, context: Context) -> bool | None:
        left = self.left.data(context)
        right = self.right.data(context)
        if left is None or right is None:
            return None
        if not left and _is_nowhere_unheard(self.left, context):
            context.log.append(("error", "data_string_new: src cannot be NULL tree.c(811)"))
            return None
        if not right and _is_nowhere_unheard(self.right, context):
            return False
        pattern = self._constant
        if pattern is None:
            pattern = compile_pattern(right, self.ignores_case)
        return pattern is not None and pattern.search(left.partition(b"\0")[0])


def _is_nowhere_unheard(node: Expression, context: Context) -> bool:
    """The same, without saying again what the evaluation has said before."""
    said = len(context.log)
    found = is_nowhere(node, context)
    del context.log[said:]
    return found


def is_nowhere(node: Expression, context: Context) -> bool:
    """True for an empty value that dhcpd has no memory for, and so cannot match (observed).

    That is the literal `""` and what is cut off beyond the end, also in a variable.
    """
    if isinstance(node, Constant | Variable):
        return True
    if isinstance(node, Pick):
        for operand in node.operands:
            if operand.data(context) is not None:
                return is_nowhere(operand, context)
        return False
    if isinstance(node, Suffix):
        return not node.operand.data(context) and is_nowhere(node.operand, context)
    if not isinstance(node, Substring):
        return False
    value = node.operand.data(context)
    if not value:
        return is_nowhere(node.operand, context)
    offset = node.offset.number(context)
    return offset is not None and offset >= len(value)

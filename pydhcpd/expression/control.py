"""Statements that choose what is executed: if, switch, break (dhcp-eval(5))."""

from typing import final

from pydhcpd.expression.context import Context, empty_context
from pydhcpd.expression.node import (
    BREAK,
    NEXT,
    RETURN,
    Expression,
    Statement,
    all_folding,
    execute_all,
)


@final
class If(Statement):
    """`if`: null counts as false. A `break` in a branch ends only the branch (observed)."""

    __slots__ = ("condition", "otherwise", "then")

    def __init__(
        self,
        condition: Expression,
        then: tuple[Statement, ...],
        otherwise: tuple[Statement, ...],
    ) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise

    @property
    def is_constant(self) -> bool:
        # What is not executed does not count. A loop, because a chain of elsif may be longer than
        # calls can be nested.
        context = empty_context()
        branch: tuple[Statement, ...] = (self,)
        while len(branch) == 1 and isinstance(branch[0], If):
            only = branch[0]
            if not only.condition.is_constant:
                return False
            branch = only.then if only.condition.test(context) else only.otherwise
        return all_folding(branch)

    def execute(self, context: Context) -> int:
        branch: tuple[Statement, ...] = (self,)
        while len(branch) == 1 and isinstance(branch[0], If):
            only = branch[0]
            branch = only.then if only.condition.test(context) else only.otherwise
        return RETURN if execute_all(branch, context) == RETURN else NEXT


@final
class Switch(Statement):
    """`switch`: runs from the first equal case on, through those behind it, up to a `break`.

    `cases` are the values with the place in `body` where each starts; `default` is the place
    of the first `default`, None without one.
    """

    __slots__ = ("body", "cases", "default", "is_numeric", "subject")

    def __init__(
        self,
        subject: Expression,
        is_numeric: bool,
        cases: tuple[tuple[Expression, int], ...],
        default: int | None,
        body: tuple[Statement, ...],
    ) -> None:
        self.subject = subject
        self.is_numeric = is_numeric
        self.cases = cases
        self.default = default
        self.body = body

    def execute(self, context: Context) -> int:
        start = self._find_number(context) if self.is_numeric else self._find_data(context)
        if start is None:
            start = self.default
        if start is None:
            return NEXT
        return RETURN if execute_all(self.body[start:], context) == RETURN else NEXT

    def _find_data(self, context: Context) -> int | None:
        wanted = self.subject.data(context)
        if wanted is None:
            return None
        for value, start in self.cases:
            if value.data(context) == wanted:
                return start
        return None

    def _find_number(self, context: Context) -> int | None:
        wanted = self.subject.number(context)
        if wanted is None:
            return None
        for value, start in self.cases:
            if value.number(context) == wanted:
                return start
        return None


@final
class Break(Statement):
    """`break`: the list ends here, at file level all that follows in the scope."""

    __slots__ = ()

    def execute(self, context: Context) -> int:
        return BREAK

"""Which statements gave a value, and which ones they overrode (dhcpd.conf(5), dhcp-eval(5))."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydhcpd.config.token import Token
from pydhcpd.expression.data import Constant
from pydhcpd.expression.node import Statement
from pydhcpd.expression.statement import DEFAULT, SUPERSEDE, SetOption
from pydhcpd.options.space import OptionSpaces
from pydhcpd.options.value import print_value


@dataclass(frozen=True, slots=True)
class Origin:
    """`givers` made the value, in the order of execution; `overridden` had a say before them."""

    givers: Sequence[SetOption] = field(default_factory=list)
    overridden: Sequence[SetOption] = field(default_factory=list)


NOBODY = Origin()


def origins(statements: Iterable[Statement]) -> dict[tuple[str, int], Origin]:
    """The origins of all values, by space and code, in the order of first setting."""
    found: dict[tuple[str, int], Origin] = {}
    for statement in statements:
        if not isinstance(statement, SetOption):
            continue
        key = (statement.space, statement.code)
        before = found.get(key, NOBODY)
        if statement.operation == DEFAULT and before.givers:
            found[key] = Origin(before.givers, [*before.overridden, statement])
        elif statement.operation == SUPERSEDE:
            found[key] = Origin([statement], [*before.overridden, *before.givers])
        else:
            found[key] = Origin([*before.givers, statement], before.overridden)
    return found


def place(token: Token | None) -> str:
    """File and line."""
    return "nowhere" if token is None else f"{token.source.path} line {token.position.line}"


def written_value(statement: SetOption, spaces: OptionSpaces) -> str | None:
    """The value that a statement sets by itself; None if it depends on the packet."""
    space = spaces.find(statement.space)
    value = statement.value.content if isinstance(statement.value, Constant) else None
    if space is None or value is None:
        return None
    return print_value(space.find_code(statement.code), value)

"""Which statement is in force for a parameter or an option, as far as no packet is needed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pydhcpd.config.token import Token
from pydhcpd.expression.control import If, Switch
from pydhcpd.expression.data import Constant
from pydhcpd.expression.node import Statement
from pydhcpd.expression.statement import SUPERSEDE, SetOption
from pydhcpd.model.scope import Scope


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and the token of its statement; both None where nothing sets it.

    `is_certain` False means that it depends on the packet.
    """

    value: bytes | None
    token: Token | None
    is_certain: bool

    def number(self, default: int) -> int:
        """The value as a number, or the default where nothing sets one."""
        return default if not self.value else int.from_bytes(self.value, "big")

    def addresses(self) -> list[int]:
        """The value as IPv4 addresses."""
        value = self.value or b""
        return [int.from_bytes(value[at : at + 4], "big") for at in range(0, len(value) - 3, 4)]


UNSET: Final = Setting(None, None, True)
UNCERTAIN: Final = Setting(None, None, False)


def setting_of(scopes: Iterable[Scope], space: str, code: int) -> Setting:
    """What is in force where these scopes are executed; the innermost comes first here."""
    for scope in scopes:
        for statement in reversed(scope.statements):
            if isinstance(statement, SetOption):
                if statement.code != code or statement.space != space:
                    continue
                if statement.operation == SUPERSEDE and isinstance(statement.value, Constant):
                    return Setting(statement.value.content, statement.token, True)
                return UNCERTAIN
            if may_set(statement, space, code):
                return UNCERTAIN
    return UNSET


def may_set(statement: Statement, space: str, code: int) -> bool:
    """True if executing the statement can change the option."""
    if isinstance(statement, SetOption):
        return statement.code == code and statement.space == space
    inner: tuple[Statement, ...] = ()
    if isinstance(statement, If):
        inner = (*statement.then, *statement.otherwise)
    elif isinstance(statement, Switch):
        inner = statement.body
    return any(may_set(one, space, code) for one in inner)

"""Options that no client is ever sent, and names that stand for one code."""

from collections.abc import Iterator
from typing import Final

from pydhcpd.check.finding import Spot
from pydhcpd.check.setting import may_set
from pydhcpd.check.subject import Subject, where
from pydhcpd.config import ast
from pydhcpd.config.token import Token
from pydhcpd.expression.data import Constant
from pydhcpd.expression.node import Statement
from pydhcpd.expression.statement import SUPERSEDE, SetOption
from pydhcpd.options.space import SERVER, SPACE_ROWS, OptionSpaces

VENDOR_OPTION_SPACE: Final = 19
SITE_OPTION_SPACE: Final = 21
BUILT_IN_SPACES: Final = frozenset(row[0] for row in SPACE_ROWS)


def overridden_statement(subject: Subject) -> Iterator[Spot]:
    """A statement that another one of the same body makes void."""
    for scope in subject.scopes():
        last: dict[tuple[str, int], SetOption] = {}
        for statement in scope.statements:
            if not isinstance(statement, SetOption):
                continue
            key = (statement.space, statement.code)
            is_final = statement.operation == SUPERSEDE and isinstance(statement.value, Constant)
            void = last.get(key) if is_final else None
            if void is not None and void.token is not None:
                name = option_name(subject.configuration.spaces, *key)
                text = f"{name} is set again in the same scope "
                yield Spot(void.token, f"{text}({where(statement.token, void.token)}).")
            last[key] = statement


def duplicate_option_code(subject: Subject) -> Iterator[Spot]:
    """Two definitions of one code: the later one tells how both are printed and sent."""
    first: dict[tuple[str, int], tuple[str, Token]] = {}
    for written in subject.written:
        definition = written.statement
        if not isinstance(definition, ast.OptionDefinition):
            continue
        space = definition.name.space.text.lower() if definition.name.space is not None else "dhcp"
        name = definition.name.name.text
        number = definition.words.tokens()[0].text
        key = (space, int(number, 0) if number.isdigit() else -1)
        earlier, token = first.setdefault(key, (name, definition.token))
        if token is not definition.token and earlier.lower() != name.lower():
            text = f"option {name} has the code {number} of option {earlier} "
            yield Spot(definition.token, f"{text}({where(token, definition.token)}).")


def unsendable_option(subject: Subject) -> Iterator[Spot]:
    """A value in an option space that nothing carries to the client."""
    spaces = subject.configuration.spaces
    chosen = _chosen_spaces(subject)
    if chosen is None:
        return
    told: set[str] = set()
    for scope in subject.scopes():
        for statement in scope.statements:
            if not isinstance(statement, SetOption) or statement.token is None:
                continue
            space = statement.space
            is_carried = space in BUILT_IN_SPACES or space in spaces.encapsulations
            if is_carried or space in chosen or space in told:
                continue
            told.add(space)
            name = option_name(spaces, space, statement.code)
            text = f"{name} is never sent: no option encapsulates the space {space}, and "
            yield Spot(statement.token, f"{text}no vendor-option-space or site-option-space is it.")


def option_name(spaces: OptionSpaces, space: str, code: int) -> str:
    """The name of an option or parameter as an admin writes it."""
    found = spaces.find(space)
    name = found.find_code(code).name if found is not None else f"unknown-{code}"
    if space == SERVER:
        return name
    return f"option {name}" if space == "dhcp" else f"option {space}.{name}"


def _chosen_spaces(subject: Subject) -> set[str] | None:
    """What vendor-option-space and site-option-space name; None if that depends on the packet."""
    chosen: set[str] = set()
    for scope in subject.scopes():
        for statement in scope.statements:
            if not any(
                _chooses(statement, code) for code in (VENDOR_OPTION_SPACE, SITE_OPTION_SPACE)
            ):
                continue
            if not isinstance(statement, SetOption) or not isinstance(statement.value, Constant):
                return None
            chosen.add(statement.value.content.decode("latin-1").rstrip("\0").lower())
    return chosen


def _chooses(statement: Statement, code: int) -> bool:
    return may_set(statement, SERVER, code)

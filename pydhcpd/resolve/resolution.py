"""The way from the syntax tree to the Configuration, and what is said on it.

Nothing is opened or looked up here: host names are given to `look_up`.
"""

from dataclasses import dataclass, replace
from typing import Final

from pydhcpd.config.ast import ConfigurationFile
from pydhcpd.config.problem import Problem
from pydhcpd.expression.context import FATAL, Context, empty_context
from pydhcpd.expression.data import LookUp
from pydhcpd.expression.node import execute_all
from pydhcpd.expression.state import Values, evaluate
from pydhcpd.model.configuration import Configuration
from pydhcpd.options.space import OptionSpaces
from pydhcpd.resolve.draft import DEBUG, ERR, INFO, Draft, FatalError, Message
from pydhcpd.resolve.freeze import freeze
from pydhcpd.resolve.machine import NO_MACHINE, Machine
from pydhcpd.resolve.place import GLOBAL, Place
from pydhcpd.resolve.sanity import check_parameters
from pydhcpd.resolve.statements import ROWS
from pydhcpd.resolve.walk import Walk

ERRORS_ENCOUNTERED: Final = "Configuration file errors encountered -- exiting"
LOG_LEVELS: Final[dict[str, int]] = {"debug": DEBUG, "info": INFO, "error": ERR}


@dataclass(frozen=True, slots=True)
class Resolution:
    """The Configuration, or the fatal text without it; lines with syslog(3) levels in order.

    `problems` are those among the lines that have a place, three lines each.
    """

    configuration: Configuration | None
    messages: tuple[Message, ...]
    fatal: str | None
    problems: tuple[Problem, ...] = ()


def resolve_configuration(
    file: ConfigurationFile,
    look_up: LookUp | None,
    machine: Machine = NO_MACHINE,
    family: int = 4,
) -> Resolution:
    """Give the tree a meaning, and execute the global scope once as dhcpd does at its start.

    `look_up` gives the addresses of host names in values, 4 bytes each, joined; None leaves such
    values out without a word, as a mere test of the configuration does. `family` is 4 or 6.
    """
    draft = Draft(OptionSpaces(), machine, family)
    walk = Walk(ROWS, look_up, draft)
    fatal: str | None = None
    try:
        walk.read_file(file, Place(GLOBAL, draft.scope))
        if walk.problem_count:
            fatal = ERRORS_ENCOUNTERED
        else:
            context, parameters = _start(draft)
    except FatalError as error:
        fatal = error.text
    if fatal is not None:
        return Resolution(None, tuple(draft.messages), fatal, tuple(draft.problems))
    configuration = replace(
        freeze(draft),
        parameters=parameters,
        variables=context.variables.values,
        commands=tuple(context.commands),
    )
    return Resolution(configuration, tuple(draft.messages), None)


def execute_again(configuration: Configuration) -> Resolution:
    """Execute the global scope once more, as dhcpd does before it begins to serve."""
    context = empty_context()
    context.variables.values.update(configuration.variables)
    execute_all(configuration.scope.statements, context)
    messages, fatal = _messages(context)
    again = replace(
        configuration, variables=context.variables.values, commands=tuple(context.commands)
    )
    return Resolution(again, messages, fatal)


def _start(draft: Draft) -> tuple[Context, Values]:
    """Execute the global scope; what dhcpd refuses then, and the values of the server space."""
    context = empty_context()
    execute_all(tuple(draft.scope.statements), context)
    messages, fatal = _messages(context)
    parameters = evaluate(context.state.server, context)
    draft.messages.extend(messages)
    if fatal is not None:
        raise FatalError(fatal)
    fatal = check_parameters(draft.keys, draft.family, parameters)
    if fatal is not None:
        raise FatalError(fatal)
    return context, parameters


def _messages(context: Context) -> tuple[tuple[Message, ...], str | None]:
    """What was logged up to a `log(fatal, ...)`, and the text of that."""
    messages: list[Message] = []
    for level, text in context.log:
        if level == FATAL:
            return tuple(messages), text
        messages.append((LOG_LEVELS[level], text))
    return tuple(messages), None

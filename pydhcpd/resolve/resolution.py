"""The way from the syntax tree to the Configuration, and what is said on it.

Nothing is opened or looked up here: host names are given to `look_up`.
"""

from dataclasses import dataclass
from typing import Final

from pydhcpd.config.ast import ConfigurationFile
from pydhcpd.expression.context import empty_context
from pydhcpd.expression.state import OptionState
from pydhcpd.model.configuration import Configuration
from pydhcpd.options.space import SERVER, OptionSpaces
from pydhcpd.resolve.draft import Draft, FatalError, Message
from pydhcpd.resolve.freeze import freeze
from pydhcpd.resolve.option import LookUp
from pydhcpd.resolve.place import GLOBAL, Place
from pydhcpd.resolve.reserved import RESERVED
from pydhcpd.resolve.statements import ROWS
from pydhcpd.resolve.walk import Walk

ERRORS_ENCOUNTERED: Final = "Configuration file errors encountered -- exiting"
DDNS_UPDATE_STYLE: Final = 39
AD_HOC: Final = b"\1"
OMAPI_KEY: Final = 36


@dataclass(frozen=True, slots=True)
class Resolution:
    """The Configuration, or the fatal text without it; lines with syslog(3) levels in order."""

    configuration: Configuration | None
    messages: tuple[Message, ...]
    fatal: str | None


def resolve_configuration(file: ConfigurationFile, look_up: LookUp | None) -> Resolution:
    """Give the tree a meaning.

    `look_up` gives the addresses of a host name, 4 bytes each, joined; None leaves values with
    host names out without a word, as a mere test of the configuration does.
    """
    draft = Draft(OptionSpaces())
    walk = Walk(ROWS, RESERVED, look_up, draft)
    try:
        walk.read_file(file, Place(GLOBAL, draft.scope))
        if walk.problem_count:
            return Resolution(None, tuple(draft.messages), ERRORS_ENCOUNTERED)
        _check_global_scope(draft)
    except FatalError as error:
        return Resolution(None, tuple(draft.messages), error.text)
    return Resolution(freeze(draft), tuple(draft.messages), None)


def _check_global_scope(draft: Draft) -> None:
    """What dhcpd refuses when it executes the global scope at its start."""
    context = empty_context()
    context.state = OptionState()
    for statement in draft.scope.statements:
        statement.execute(context)
    values = context.state.values(SERVER)
    if values.get(DDNS_UPDATE_STYLE) == AD_HOC:
        raise FatalError("ddns-update-style ad_hoc no longer supported")
    key = values.get(OMAPI_KEY)
    if key is not None and key.decode("latin-1") not in draft.keys:
        raise FatalError(f"OMAPI key {key.decode('latin-1')}: not found")

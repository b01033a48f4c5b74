"""`on` statements that were stored on leases: read one by one, apart from any file."""

from typing import Final, final

from pydhcpd.config.parser import parse_configuration
from pydhcpd.expression.context import EventBlock
from pydhcpd.expression.statement import On
from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.draft import Draft, DraftClass, FatalError
from pydhcpd.resolve.machine import NO_MACHINE
from pydhcpd.resolve.place import GLOBAL, Place
from pydhcpd.resolve.statements import ROWS
from pydhcpd.resolve.walk import Walk

UNREADABLE: Final = "invalid event."


@final
class StoredEvents:
    """Reads texts against the options and classes of a configuration."""

    __slots__ = ("_walk",)

    def __init__(self, configuration: Configuration) -> None:
        draft = Draft(configuration.spaces, NO_MACHINE)
        for client_class in configuration.classes:
            draft.classes[client_class.name] = DraftClass(client_class.name, draft.scope, None)
        self._walk: Final = Walk(ROWS, None, draft)

    def read(self, text: bytes) -> EventBlock | str:
        """The block of `on EVENTS { ... }`, or what is wrong with it."""
        walk = self._walk
        statements = walk.draft.scope.statements
        statements.clear()
        walk.draft.messages.clear()
        before = walk.problem_count
        tree = parse_configuration("", text, _refuse_to_read)
        try:
            walk.read_file(tree, Place(GLOBAL, walk.draft.scope))
        except FatalError as error:
            return error.text
        if walk.problem_count > before:
            # ` line 1: semicolon expected.`
            return walk.draft.messages[0][1].partition(": ")[2]
        if len(statements) != 1 or not isinstance(statements[0], On):
            return UNREADABLE
        return statements[0].block


def _refuse_to_read(path: str) -> bytes:
    raise OSError(f"{path}: no event includes a file")

"""What was declared, changed or deleted at run time, on top of what dhcpd.conf declares.

dhcpd reads such declarations from its leases file with the parser of dhcpd.conf, so they go
through the same walk here. Each text is one declaration; mistakes in it are told and leave the
rest as it was.
"""

from dataclasses import replace
from typing import Final, final

from pydhcpd.config.parser import parse_configuration
from pydhcpd.model.client_class import ClientClass
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.scope import Scope
from pydhcpd.resolve.draft import (
    ERR,
    Draft,
    DraftClass,
    DraftScope,
    DraftSubclass,
    FatalError,
    Message,
)
from pydhcpd.resolve.freeze import (
    Freezer,
    group_by_client_identifier,
    group_by_hardware,
    group_by_identifier,
)
from pydhcpd.resolve.machine import NO_MACHINE
from pydhcpd.resolve.place import GLOBAL, Place
from pydhcpd.resolve.statements import ROWS
from pydhcpd.resolve.walk import Walk


@final
class Additions:
    """Takes declarations away and adds others; `freeze` gives the Configuration of it all.

    `path` names the file in messages. Hosts that have one name: the one of dhcpd.conf stays.
    """

    __slots__ = (
        "_configuration",
        "_draft",
        "_drafts",
        "_path",
        "_removed_hosts",
        "_scopes",
        "_walk",
    )

    def __init__(self, path: str, configuration: Configuration) -> None:
        self._path: Final = path
        self._configuration: Final = configuration
        self._draft: Final = Draft(configuration.spaces, NO_MACHINE)
        self._walk: Final = Walk(ROWS, _look_up, self._draft)
        self._removed_hosts: Final[set[str]] = set()
        # Frozen scopes by the ids of their drafts, and the other way round.
        self._scopes: Final = {id(self._draft.scope): configuration.scope}
        self._drafts: Final = {id(configuration.scope): self._draft.scope}
        for name, scope in configuration.groups.items():
            self._draft.groups[name] = self._thaw(scope)
        for client_class in configuration.classes:
            self._draft.classes[client_class.name] = self._thaw_class(client_class)

    @property
    def messages(self) -> list[Message]:
        """What there was to say so far."""
        return self._draft.messages

    def remove_host(self, name: str) -> None:
        """A host of dhcpd.conf is gone."""
        self._removed_hosts.add(name)

    def remove_group(self, name: str) -> None:
        """A named group is gone; hosts that belong to it keep what it says."""
        self._draft.groups.pop(name, None)

    def remove_class(self, name: str) -> None:
        """A class is gone with its subclasses."""
        self._draft.classes.pop(name, None)

    def remove_subclass(self, class_name: str, key: bytes) -> None:
        """A subclass is gone."""
        client_class = self._draft.classes.get(class_name)
        if client_class is not None:
            client_class.subclasses.pop(key, None)

    def read(self, text: bytes, lines_before: int) -> bool:
        """Read one declaration; False if there was anything to say about it."""
        before = len(self._draft.messages)
        self._walk.lines_before = lines_before
        tree = parse_configuration(self._path, text, _refuse_to_read)
        try:
            self._walk.read_file(tree, Place(GLOBAL, self._draft.scope))
        except FatalError as error:
            self.report(error.text)
        return len(self._draft.messages) == before

    def report(self, text: str) -> None:
        """Keep a line."""
        self._draft.log(ERR, text)

    def freeze(self) -> Configuration:
        """The Configuration with everything that was added, without what was removed."""
        draft = self._draft
        freezer = Freezer(draft, self._scopes)
        hosts = {
            name: host
            for name, host in self._configuration.hosts.items()
            if name not in self._removed_hosts
        }
        for name, host in freezer.hosts().items():
            hosts.setdefault(name, host)
        return replace(
            self._configuration,
            classes=tuple(freezer.client_class(one) for one in draft.classes.values()),
            hosts=hosts,
            hosts_by_hardware=group_by_hardware(hosts.values()),
            hosts_by_client_identifier=group_by_client_identifier(hosts.values()),
            hosts_by_identifier=group_by_identifier(hosts.values()),
            groups={name: freezer.scope(scope) for name, scope in draft.groups.items()},
        )

    def _thaw(self, scope: Scope) -> DraftScope:
        """The draft of a scope that nobody writes into."""
        known = self._drafts.get(id(scope))
        if known is not None:
            return known
        draft = self._thaw_body(scope)
        self._scopes[id(draft)] = scope
        return draft

    def _thaw_body(self, scope: Scope) -> DraftScope:
        """The draft of a scope that may still grow."""
        known = self._drafts.get(id(scope))
        if known is not None:
            return known
        draft = DraftScope(self._thaw(scope.parent) if scope.parent is not None else None)
        draft.statements.extend(scope.statements)
        self._drafts[id(scope)] = draft
        return draft

    def _thaw_class(self, client_class: ClientClass) -> DraftClass:
        draft = DraftClass(
            client_class.name, self._thaw_body(client_class.scope), client_class.token
        )
        draft.match_if = client_class.match_if
        draft.submatch = client_class.submatch
        draft.is_spawning = client_class.is_spawning
        draft.lease_limit = client_class.lease_limit
        for key, one in client_class.subclasses.items():
            scope = self._thaw_body(one.scope)
            draft.subclasses[key] = DraftSubclass(one.class_name, key, scope, one.lease_limit)
        return draft


def _look_up(name: str) -> bytes:
    """Addresses are recorded, never names."""
    return b""


def _refuse_to_read(path: str) -> bytes:
    raise OSError(f"{path}: no declaration made at run time includes a file")

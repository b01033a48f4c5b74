"""Declarations in the leases file take effect: hosts, groups and classes made at run time.

dhcpd appends a record whenever OMAPI makes, changes or deletes one (dhcpd.leases(5)). A later
record of the same kind and name takes the place of the earlier one, but a host must be deleted
before (observed: dhcpd keeps the first and says `already exists`). `deleted` hides what
dhcpd.conf declares, and is remembered for as long as dhcpd.conf declares it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from pydhcpd.config.problem import Problem
from pydhcpd.config.source import Position, Source
from pydhcpd.lease.declarationtext import (
    group_name,
    group_text,
    host_text,
    subclass_name,
    subclass_text,
)
from pydhcpd.lease.hashorder import GROUP_BUCKETS, HOST_BUCKETS, SUBCLASS_BUCKETS, bucket
from pydhcpd.lease.odd import CLASS, FAILOVER, GROUP, HOST, SUBCLASS, OddRecord
from pydhcpd.lease.statement import identifier
from pydhcpd.lease.token import STRING, Damage, Incomplete, Token, Tokens
from pydhcpd.model.client_class import ClientClass
from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.addition import Additions

# In the order in which they are read, whatever the file's, and in which a rewritten file has them.
KINDS: Final = (CLASS, SUBCLASS, GROUP, HOST, FAILOVER)

_STATIC: Final = re.compile(rb"\bstatic\s*;")


@dataclass(frozen=True, slots=True)
class Declared:
    """`records` are in the order in which a rewritten file has them.

    Among them are, for the counts, those of what was made and deleted again.
    """

    configuration: Configuration
    records: list[OddRecord]
    messages: list[str]


@dataclass(frozen=True, slots=True)
class Name:
    """What a record is about; `key` is that of a subclass, `name` then the name of its class."""

    kind: str
    name: str
    key: bytes = b""


def declare(path: str, configuration: Configuration, records: Sequence[OddRecord]) -> Declared:
    """What the records of a file make of a configuration; `path` is only for the messages.

    A record that can't be understood is reported and kept as it is.
    """
    return _Declaring(path, configuration).run(records)


@final
class _Declaring:
    def __init__(self, path: str, configuration: Configuration) -> None:
        self._path = path
        self._configuration = configuration
        self._additions = Additions(path, configuration)
        self._classes = {one.name: one for one in configuration.classes}
        self._alive: dict[Name, OddRecord] = {}
        self._deleted: dict[Name, OddRecord] = {}
        self._unclear: set[Name] = set()

    def run(self, records: Sequence[OddRecord]) -> Declared:
        """Sort the records out, read the last ones, and make their texts."""
        for record in records:
            self._sort_out(record)
        if not any(name.kind != FAILOVER for name in (*self._alive, *self._deleted)):
            return Declared(self._configuration, list(self._alive.values()), [])
        for name in self._deleted:
            self._remove(name)
        for name, record in sorted(self._alive.items(), key=_read_order):
            if name.kind in (GROUP, SUBCLASS):
                # Observed: the record takes the place of what dhcpd.conf says.
                self._remove(name)
            if name.kind != FAILOVER and not self._additions.read(record.text, record.line - 1):
                self._unclear.add(name)
        configuration = self._additions.freeze()
        messages = [text for _, text in self._additions.messages]
        return Declared(configuration, self._written(configuration), messages)

    def _sort_out(self, record: OddRecord) -> None:
        name = name_of(record)
        if record.is_deleted:
            self._alive.pop(name, None)
            self._deleted[name] = record
            if name.kind == CLASS:
                self._drop_subclasses(name.name)
            return
        if name.kind == HOST and self._is_taken(name):
            end = Position(Source(self._path, record.text), len(record.text) - 1)
            line = record.line - 1 + end.line
            for text in Problem(end, line, f"host {name.name}: already exists").lines():
                self._additions.report(text)
            return
        self._alive.pop(name, None)
        self._alive[name] = record

    def _is_taken(self, name: Name) -> bool:
        return name in self._alive or (
            name.name in self._configuration.hosts and name not in self._deleted
        )

    def _drop_subclasses(self, class_name: str) -> None:
        dropped = [one for one in self._alive if one.kind == SUBCLASS and one.name == class_name]
        for name in dropped:
            del self._alive[name]

    def _remove(self, name: Name) -> None:
        additions = self._additions
        if name.kind == HOST:
            additions.remove_host(name.name)
        elif name.kind == GROUP:
            additions.remove_group(name.name)
        elif name.kind == CLASS:
            additions.remove_class(name.name)
        elif name.kind == SUBCLASS:
            additions.remove_subclass(name.name, name.key)

    def _is_in_configuration(self, name: Name) -> bool:
        """Does dhcpd.conf declare it?"""
        configuration = self._configuration
        if name.kind == HOST:
            return name.name in configuration.hosts
        if name.kind == GROUP:
            return name.name in configuration.groups
        client_class = self._classes.get(name.name)
        if name.kind == CLASS or client_class is None:
            return client_class is not None
        return name.key in client_class.subclasses

    # -- Texts

    def _written(self, configuration: Configuration) -> list[OddRecord]:
        classes = {one.name: one for one in configuration.classes}
        ranks = {name: rank for rank, name in enumerate([*self._classes, *classes])}
        placed: list[tuple[tuple[int, ...], OddRecord]] = []
        for name, record in self._deleted.items():
            placed.append((_place(name, True, 0, ranks), self._deletion(name, record)))
        for age, (name, record) in enumerate(self._alive.items()):
            text: str | None = None
            if name not in self._unclear and _may_be_made_anew(record):
                text = _text(name, configuration, classes)
            if text is not None:
                record = OddRecord(
                    record.kind, record.name, text.encode("latin-1"), True, False, record.line
                )
            placed.append((_place(name, False, age, ranks), record))
        placed.sort(key=lambda one: one[0])
        return [record for _, record in placed]

    def _deletion(self, name: Name, record: OddRecord) -> OddRecord:
        """The record by which something of dhcpd.conf stays deleted; nothing else needs one."""
        is_needed = self._is_in_configuration(name)
        written = {HOST: name.name, GROUP: group_name(name.name), CLASS: f'"{name.name}"'}
        shown = written.get(name.kind, record.name)
        if name.kind == SUBCLASS:
            shown = subclass_name(name.name, name.key)
        text = f"{name.kind} {shown} {{\n  deleted;\n}}".encode("latin-1")
        return OddRecord(name.kind, record.name, text, not is_needed, True, record.line)


def name_of(record: OddRecord) -> Name:
    """What a record is about; a name that makes no sense stays as it is written."""
    text = record.name.encode("latin-1")
    kind = record.kind
    words = _words(text)
    if kind in (CLASS, GROUP) and len(words) == 1:
        return Name(kind, words[0].text.decode("latin-1"))
    if kind == SUBCLASS and words and words[0].kind == STRING:
        try:
            return Name(kind, words[0].text.decode("latin-1"), identifier(words))
        except Damage:
            return Name(kind, record.name)
    return Name(kind, record.name)


def _words(text: bytes) -> list[Token]:
    tokens = Tokens(text, 0, len(text))
    words: list[Token] = []
    while True:
        try:
            words.append(tokens.take())
        except Incomplete:
            return words


def _read_order(item: tuple[Name, OddRecord]) -> int:
    return KINDS.index(item[0].kind)


def _place(name: Name, is_deleted: bool, age: int, ranks: dict[str, int]) -> tuple[int, ...]:
    """Classes with their subclasses behind them, groups, hosts with deleted ones first, peers.

    What is deleted stands before what was made again under its name.
    """
    alive = not is_deleted
    if name.kind == CLASS:
        return 0, ranks.get(name.name, len(ranks)), 0, alive, 0
    if name.kind == SUBCLASS:
        rank = ranks.get(name.name, len(ranks))
        return 0, rank, 1 + bucket(name.key, SUBCLASS_BUCKETS), alive, -age
    if name.kind == GROUP:
        return 1, bucket(name.name.encode("latin-1"), GROUP_BUCKETS), alive, -age
    if name.kind == HOST:
        return 2, alive, bucket(name.name.encode("latin-1"), HOST_BUCKETS), -age
    return 3, age


def _may_be_made_anew(record: OddRecord) -> bool:
    """Is the record of a kind whose text says no more than the configuration that it became?"""
    has_one_body = record.text.count(b"{") == 1
    return record.is_dynamic and has_one_body and not _STATIC.search(record.text)


def _text(name: Name, configuration: Configuration, classes: dict[str, ClientClass]) -> str | None:
    """The text as dhcpd makes it, None to leave the record as it is."""
    spaces = configuration.spaces
    host = configuration.hosts.get(name.name)
    if name.kind == HOST and host is not None:
        return host_text(host, spaces)
    scope = configuration.groups.get(name.name)
    if name.kind == GROUP and scope is not None:
        return group_text(name.name, scope, spaces)
    client_class = classes.get(name.name)
    if name.kind == SUBCLASS and client_class is not None:
        subclass = client_class.subclasses.get(name.key)
        if subclass is not None:
            own = subclass.scope is not client_class.scope
            return subclass_text(subclass, subclass.scope.statements if own else (), spaces)
    return None

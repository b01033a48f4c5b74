"""What the rules look at: a configuration, its text, and where clients are served."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import final

from pydhcpd.check.tree import Written, find_statement, walk, words_of
from pydhcpd.config.ast import ConfigurationFile, Plain, PlainRun
from pydhcpd.config.run import HOST, offsets_of, statement_at
from pydhcpd.config.source import Source
from pydhcpd.config.token import Token
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.host import Host
from pydhcpd.model.network import Pool, Range, Subnet
from pydhcpd.model.scope import Scope
from pydhcpd.wire.address import format_ipv4


@dataclass(frozen=True, slots=True)
class View:
    """A subnet as clients of one pool see it (None: those of host declarations).

    `scopes` are those that are executed for them, the innermost first.
    """

    subnet: Subnet
    pool: Pool | None
    scopes: tuple[Scope, ...]


@final
class Subject:
    """A configuration under examination; `now` in epoch seconds."""

    def __init__(self, tree: ConfigurationFile, configuration: Configuration, now: int) -> None:
        self.tree = tree
        self.configuration = configuration
        self.now = now
        self.written: tuple[Written, ...] = tuple(walk(tree.statements, None))
        self._declarations = {
            id(written.statement.token): written.statement
            for written in self.written
            if isinstance(written.statement, Plain)
        }
        # The main file and those that it includes, in order of reading.
        self.files = tuple(
            dict.fromkeys(
                (
                    tree.source.path,
                    *(written.statement.token.source.path for written in self.written),
                )
            )
        )
        # Classes that `add` statements put clients in.
        self.added_classes = frozenset(
            word
            for written in self.written
            if written.statement.token.word == "add"
            for word in words_of(written.statement)
        )
        # Hosts of runs: their places, and the statements that somebody asked for.
        self._run_hosts: dict[str, tuple[Source, int]] = {}
        self._host_statements: dict[str, Plain] = {}
        self.views: tuple[View, ...] = tuple(self._views())

    @property
    def end(self) -> Token:
        """The end of the file, for what is missing in it."""
        return self.tree.end

    def host_token(self, host: Host) -> Token:
        """Where a host declaration begins; those of a run have no token of their own."""
        if host.token is not None:
            return host.token
        if not self._run_hosts:
            self._find_run_hosts()
        place = self._run_hosts.get(host.name)
        if place is None:
            return self.end
        statement = self._host_statements.get(host.name)
        if statement is None:
            statement = self._host_statements[host.name] = statement_at(*place)
            self._declarations[id(statement.token)] = statement
        return statement.token

    def declaration(self, token: Token | None) -> Plain | None:
        """The declaration that a token begins."""
        return self._declarations.get(id(token))

    def token_in(self, declared: Token | None, keyword: str) -> Token:
        """Where a declaration says `keyword`, else where it begins."""
        declaration = self.declaration(declared)
        found = find_statement(declaration, keyword) if declaration is not None else None
        return found or declared or self.end

    def ranges(self) -> Iterator[tuple[Pool, Range, Subnet]]:
        """Each range with its pool and the subnet that it belongs to."""
        for pool in self.configuration.pools:
            network = self.configuration.shared_networks[pool.network]
            for addresses in pool.ranges:
                subnet = subnet_of(network.subnets, addresses.low)
                if subnet is not None:
                    yield pool, addresses, subnet

    def scopes(self) -> Iterator[Scope]:
        """Every body that anything belongs to, once."""
        seen: set[int] = set()
        for innermost in self._innermost_scopes():
            scope: Scope | None = innermost
            while scope is not None and id(scope) not in seen:
                seen.add(id(scope))
                yield scope
                scope = scope.parent

    def _find_run_hosts(self) -> None:
        for written in self.written:
            run = written.statement
            if isinstance(run, PlainRun) and run.token.text == HOST:
                for row, offset in zip(run.rows, offsets_of(run), strict=True):
                    self._run_hosts[row[0]] = run.token.source, offset

    def _innermost_scopes(self) -> Iterator[Scope]:
        configuration = self.configuration
        yield configuration.scope
        for network in configuration.shared_networks:
            yield network.scope
        for subnet in configuration.subnets:
            yield subnet.scope
        for pool in configuration.pools:
            yield pool.scope
        yield from configuration.groups.values()
        for client_class in configuration.classes:
            yield client_class.scope
            for subclass in client_class.subclasses.values():
                yield subclass.scope
        for host in configuration.hosts.values():
            yield host.scope

    def _views(self) -> Iterator[View]:
        seen: set[tuple[int, int]] = set()
        for pool, _, subnet in self.ranges():
            if (pool.index, subnet.index) not in seen:
                seen.add((pool.index, subnet.index))
                yield View(subnet, pool, (pool.scope, *reversed(subnet.scope.chain())))
        with_pools = {subnet for _, subnet in seen}
        for subnet in self._subnets_of_hosts():
            if subnet.index not in with_pools:
                yield View(subnet, None, tuple(reversed(subnet.scope.chain())))

    def _subnets_of_hosts(self) -> Iterable[Subnet]:
        """The subnets that hold a fixed address."""
        found: dict[int, Subnet] = {}
        for host in self.configuration.hosts.values():
            for address in host.fixed_addresses:
                subnet = self.configuration.find_subnet(address)
                if subnet is not None:
                    found[subnet.index] = subnet
        return found.values()


def subnet_of(subnets: Iterable[Subnet], address: int) -> Subnet | None:
    """The narrowest of these subnets that holds the address."""
    holding = [subnet for subnet in subnets if address & subnet.mask == subnet.address]
    return max(holding, key=lambda subnet: subnet.mask, default=None)


def where(token: Token | None, beside: Token | None = None) -> str:
    """A place in words: its line, and its file if it is not the one of `beside`."""
    if token is None:
        return "elsewhere"
    if beside is not None and beside.source is token.source:
        return f"line {token.position.line}"
    return f"{token.source.path} line {token.position.line}"


def subnet_text(subnet: Subnet) -> str:
    """A subnet as its declaration names it."""
    return f"subnet {format_ipv4(subnet.address)} netmask {format_ipv4(subnet.mask)}"

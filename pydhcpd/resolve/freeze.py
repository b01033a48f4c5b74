"""From the draft to the frozen Configuration: scopes outermost first, indexes, lookups."""

from collections.abc import Iterable, Mapping, Sequence
from typing import final

from pydhcpd.model.client_class import ClientClass, Subclass
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.host import Host
from pydhcpd.model.network import Pool, SharedNetwork, Subnet
from pydhcpd.model.network6 import Pool6, PrefixRange6, Range6, Subnet6
from pydhcpd.model.scope import Scope
from pydhcpd.resolve.draft import (
    Draft,
    DraftClass,
    DraftHost,
    DraftHosts,
    DraftNetwork,
    DraftPool,
    DraftPool6,
    DraftScope,
    DraftSubnet,
    DraftSubnet6,
)

HostsByKey = Mapping[bytes, tuple[Host, ...]]


def freeze(draft: Draft) -> Configuration:
    """The Configuration of everything that was declared."""
    return Freezer(draft, {}).run()


@final
class Freezer:
    """Freezes declarations; `scopes` are the frozen scopes by the ids of their drafts."""

    def __init__(self, draft: Draft, scopes: dict[int, Scope]) -> None:
        self._draft = draft
        self._scopes = scopes

    def run(self) -> Configuration:
        """The whole draft."""
        draft = self._draft
        networks = {id(network): index for index, network in enumerate(draft.networks)}
        # A pool or subnet of a network that was refused would have stopped the server already.
        pools = {
            id(pool): self._pool(index, networks[id(pool.network)], pool)
            for index, pool in enumerate(draft.pools)
        }
        subnets = {
            id(subnet): self._subnet(index, networks[id(subnet.network)], subnet)
            for index, subnet in enumerate(draft.subnets)
        }
        subnets6 = {
            id(subnet): self._subnet6(index, networks[id(subnet.network)], subnet)
            for index, subnet in enumerate(draft.subnets6)
        }
        pools6 = {
            id(pool): self._pool6(index, networks[id(pool.network)], pool, subnets6)
            for index, pool in enumerate(draft.pools6)
        }
        shared_networks = tuple(
            self._network(index, network, pools, subnets, pools6, subnets6)
            for index, network in enumerate(draft.networks)
        )
        hosts = self.hosts()
        return Configuration(
            scope=self.scope(draft.scope),
            spaces=draft.spaces,
            shared_networks=shared_networks,
            subnets=tuple(subnets.values()),
            pools=tuple(pools.values()),
            classes=tuple(self.client_class(one) for one in draft.classes.values()),
            hosts=hosts,
            hosts_by_hardware=group_by_hardware(hosts.values()),
            hosts_by_client_identifier=group_by_client_identifier(hosts.values()),
            hosts_by_identifier=group_by_identifier(hosts.values()),
            groups={name: self.scope(scope) for name, scope in draft.groups.items()},
            peers=dict(draft.peers),
            peer_states=dict(draft.peer_states),
            keys=dict(draft.keys),
            zones=dict(draft.zones),
            lease_id_format=draft.lease_id_format,
            db_time_format=draft.db_time_format,
            server_duid=draft.server_duid,
            server_duid_type=draft.server_duid_type,
            subnets6=tuple(subnets6.values()),
            pools6=tuple(pools6.values()),
        )

    def scope(self, draft: DraftScope) -> Scope:
        """The frozen scope; one object for each body."""
        missing: list[DraftScope] = []
        at: DraftScope | None = draft
        while at is not None and id(at) not in self._scopes:
            missing.append(at)
            at = at.parent
        scope = self._scopes[id(at)] if at is not None else None
        for one in reversed(missing):
            scope = Scope(tuple(one.statements), scope)
            self._scopes[id(one)] = scope
        assert scope is not None, "a draft scope gives a scope"
        return scope

    def _pool(self, index: int, network: int, pool: DraftPool) -> Pool:
        return Pool(
            index=index,
            network=network,
            scope=self.scope(pool.scope),
            ranges=tuple(pool.ranges),
            permits=tuple(pool.permits),
            prohibits=tuple(pool.prohibits),
            # A peer that only shared networks name is one without pools.
            failover_peer=pool.peer if pool.peer in self._draft.peer_references else None,
            token=pool.token,
        )

    def _subnet(self, index: int, network: int, subnet: DraftSubnet) -> Subnet:
        interface = subnet.interface or subnet.network.interface
        return Subnet(
            index=index,
            network=network,
            address=subnet.address,
            mask=subnet.mask,
            scope=self.scope(subnet.scope),
            is_authoritative=subnet.scope.is_authoritative,
            interfaces=(interface,) if interface is not None else (),
            token=subnet.token,
        )

    def _pool6(
        self, index: int, network: int, pool: DraftPool6, subnets: dict[int, Subnet6]
    ) -> Pool6:
        return Pool6(
            index=index,
            network=network,
            scope=self.scope(pool.scope),
            ranges=tuple(
                Range6(subnets[id(one.subnet)].index, one.low, one.high, one.is_temporary)
                for one in pool.ranges
            ),
            prefixes=tuple(
                PrefixRange6(
                    subnets[id(one.subnet)].index if one.subnet is not None else None,
                    one.low,
                    one.high,
                    one.length,
                )
                for one in pool.prefixes
            ),
            permits=tuple(pool.permits),
            prohibits=tuple(pool.prohibits),
        )

    def _subnet6(self, index: int, network: int, subnet: DraftSubnet6) -> Subnet6:
        interface = subnet.interface or subnet.network.interface
        return Subnet6(
            index=index,
            network=network,
            address=subnet.address,
            length=subnet.length,
            scope=self.scope(subnet.scope),
            is_authoritative=subnet.scope.is_authoritative,
            interfaces=(interface,) if interface is not None else (),
        )

    def _network(
        self,
        index: int,
        network: DraftNetwork,
        pools: dict[int, Pool],
        subnets: dict[int, Subnet],
        pools6: dict[int, Pool6],
        subnets6: dict[int, Subnet6],
    ) -> SharedNetwork:
        interface = network.interface
        if network.is_implicit:
            only = network.subnets[0] if network.subnets else network.subnets6[0]
            interface = only.interface
        return SharedNetwork(
            index=index,
            name=network.name,
            scope=self.scope(network.scope),
            is_authoritative=network.scope.is_authoritative,
            subnets=tuple(subnets[id(subnet)] for subnet in network.subnets),
            pools=tuple(pools[id(pool)] for pool in network.pools),
            interfaces=(interface,) if interface is not None else (),
            subnets6=tuple(subnets6[id(subnet)] for subnet in network.subnets6),
            pools6=tuple(pools6[id(pool)] for pool in network.pools6),
            token=network.token,
        )

    def client_class(self, draft: DraftClass) -> ClientClass:
        """A class with its subclasses."""
        return ClientClass(
            name=draft.name,
            scope=self.scope(draft.scope),
            match_if=draft.match_if,
            submatch=draft.submatch,
            is_spawning=draft.is_spawning,
            lease_limit=draft.lease_limit,
            subclasses={
                key: Subclass(one.class_name, key, self.scope(one.scope), one.lease_limit)
                for key, one in draft.subclasses.items()
            },
            token=draft.token,
        )

    def hosts(self) -> dict[str, Host]:
        """All hosts by name, in order of declaration."""
        hosts: dict[str, Host] = {}
        # All hosts of a run share one draft.
        for draft in dict.fromkeys(self._draft.hosts.values()):
            if isinstance(draft, DraftHost):
                hosts[draft.name] = self._host(draft)
            else:
                hosts.update(self._plain_hosts(draft))
        return hosts

    def _plain_hosts(self, draft: DraftHosts) -> dict[str, Host]:
        empty = self.scope(draft.scope)
        around = empty.parent
        declared = self._draft.hosts
        return {
            name: Host(
                name,
                empty if statement is None else Scope((statement,), around),
                hardware,
                None,
                None,
                addresses,
                None,
            )
            for name, hardware, addresses, statement in zip(
                draft.names, draft.hardware, draft.fixed_addresses, draft.statements, strict=True
            )
            if declared.get(name) is draft
        }

    def _host(self, draft: DraftHost) -> Host:
        return Host(
            name=draft.name,
            scope=self._host_scope(draft),
            hardware=draft.hardware,
            client_identifier=draft.client_identifier,
            identifier=draft.identifier,
            fixed_addresses=draft.fixed_addresses or (),
            group_name=draft.group_name,
            is_dynamic=draft.is_dynamic,
            fixed_addresses6=draft.fixed_addresses6 or (),
            fixed_prefixes6=draft.fixed_prefixes6,
            token=draft.token,
        )

    def _host_scope(self, draft: DraftHost) -> Scope:
        """The scope of the body. A named group and what is around it take the place of the
        bodies around the host (observed)."""
        group = draft.group_scope
        if group is None:
            return self.scope(draft.scope)
        return Scope(tuple(draft.scope.statements), self.scope(group))


def group_by_hardware(hosts: Iterable[Host]) -> HostsByKey:
    """Who has an address, in order of declaration."""
    return _group([(host.hardware, host) for host in hosts if host.hardware is not None])


def group_by_client_identifier(hosts: Iterable[Host]) -> HostsByKey:
    """Who has a client identifier, in order of declaration."""
    return _group(
        [(host.client_identifier, host) for host in hosts if host.client_identifier is not None]
    )


def group_by_identifier(hosts: Iterable[Host]) -> tuple[tuple[str, int, HostsByKey], ...]:
    """Hosts with a host-identifier by option, the option used last first."""
    options: dict[tuple[str, int], list[tuple[bytes, Host]]] = {}
    for host in hosts:
        identifier = host.identifier
        if identifier is not None and identifier.relay is None:
            pairs = options.setdefault((identifier.space, identifier.code), [])
            pairs.append((identifier.value, host))
    return tuple((space, code, _group(pairs)) for (space, code), pairs in reversed(options.items()))


def _group(pairs: Sequence[tuple[bytes, Host]]) -> HostsByKey:
    """Hosts by key, in order of declaration."""
    single = {key: (host,) for key, host in pairs}
    if len(single) == len(pairs):
        return single
    groups: dict[bytes, list[Host]] = {}
    for key, host in pairs:
        groups.setdefault(key, []).append(host)
    return {key: tuple(hosts) for key, hosts in groups.items()}

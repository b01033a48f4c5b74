"""How relationships stand, for people: from a server at work, or from its leases file alone."""

from collections.abc import Iterator, Mapping
from typing import Final

from pydhcpd.core.peer_report import PeerReport, PoolReport
from pydhcpd.failover.relationship import Relationship
from pydhcpd.failover.state import state_name
from pydhcpd.lease.peerstate import UNKNOWN, PeerState
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.untold import is_unknown_to_partner
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.network import Pool, range_text

ROLES: Final = {True: "primary", False: "secondary"}


def report_peers(
    configuration: Configuration, store: LeaseStore, peers: Mapping[str, Relationship]
) -> list[PeerReport]:
    """The relationships of a running server."""
    unknown = _unknown_by_pool(store)
    return [
        PeerReport(
            peer.name,
            ROLES[peer.peer.is_primary],
            state_name(peer.my_state),
            peer.my_since,
            state_name(peer.partner_state),
            peer.partner_since,
            peer.link is not None,
            sum(unknown.get(pool.index, 0) for pool in peer.pools),
            tuple(_reports_of_pools(configuration, store, peer.name)),
        )
        for peer in peers.values()
    ]


def report_recorded_peers(
    configuration: Configuration, store: LeaseStore, saved: Mapping[str, PeerState]
) -> list[PeerReport]:
    """The relationships as the leases file has them, while nobody serves."""
    unknown = _unknown_by_pool(store)
    reports: list[PeerReport] = []
    for name, peer in configuration.peers.items():
        state = saved.get(name) or PeerState(name, UNKNOWN, 0, UNKNOWN, 0, None)
        reports.append(
            PeerReport(
                name,
                ROLES[peer.is_primary],
                state_name(state.my_state),
                state.my_since,
                state_name(state.partner_state),
                state.partner_since,
                None,
                sum(unknown.get(pool.index, 0) for pool in _pools_of(configuration, name)),
                tuple(_reports_of_pools(configuration, store, name)),
            )
        )
    return reports


def _pools_of(configuration: Configuration, name: str) -> list[Pool]:
    return [pool for pool in configuration.pools if pool.failover_peer == name]


def _reports_of_pools(
    configuration: Configuration, store: LeaseStore, name: str
) -> Iterator[PoolReport]:
    for pool in _pools_of(configuration, name):
        counts = store.counts(pool.index)
        yield PoolReport(
            configuration.shared_networks[pool.network].name,
            tuple(range_text(addresses) for addresses in pool.ranges),
            pool.size,
            counts.free,
            counts.backup,
        )


def _unknown_by_pool(store: LeaseStore) -> dict[int, int]:
    """How many leases of each pool the partner must still hear of.

    The queue of updates does not tell: after a restart it fills only when the partner comes.
    Costs a look at every lease, which an admin's question may.
    """
    unknown: dict[int, int] = {}
    for entry in store.entries():
        if is_unknown_to_partner(entry[2]):
            unknown[entry[3]] = unknown.get(entry[3], 0) + 1
    return unknown

"""Mistakes in failover declarations that are seen in one file (dhcpd.conf(5) failover)."""

from collections.abc import Iterator
from typing import Final

from pydhcpd.check.finding import Spot
from pydhcpd.check.subject import Subject
from pydhcpd.check.tree import find_statement

LAST_PORT: Final = 65535


def failover_without_address(subject: Subject) -> Iterator[Spot]:
    """A peer without an own address: accepted by -t, and fatal at the start."""
    for peer in subject.configuration.peers.values():
        if peer.address is None and peer.token is not None:
            text = f'failover peer "{peer.name}" has no address: the server will not start.'
            yield Spot(peer.token, text)


def failover_without_role(subject: Subject) -> Iterator[Spot]:
    """A peer that says neither primary nor secondary."""
    for peer in subject.configuration.peers.values():
        declaration = subject.declaration(peer.token)
        if declaration is None or peer.token is None:
            continue
        if not any(find_statement(declaration, role) for role in ("primary", "secondary")):
            text = f'failover peer "{peer.name}" says no role: it is primary.'
            yield Spot(peer.token, text)


def failover_port(subject: Subject) -> Iterator[Spot]:
    """A port that no connection can have."""
    for peer in subject.configuration.peers.values():
        for name, port in (("port", peer.port), ("peer port", peer.peer_port)):
            if not 0 < port <= LAST_PORT:
                token = subject.token_in(peer.token, name.split()[0])
                yield Spot(token, f'failover peer "{peer.name}": there is no {name} {port}.')


def failover_with_itself(subject: Subject) -> Iterator[Spot]:
    """A peer whose partner has its own address and port."""
    for peer in subject.configuration.peers.values():
        own = (peer.address, peer.port)
        if own == (peer.peer_address, peer.peer_port) and peer.token is not None:
            text = f'failover peer "{peer.name}" is its own partner: {peer.peer_address} '
            yield Spot(peer.token, f"{text}port {peer.peer_port}.")


def mclt_on_secondary(subject: Subject) -> Iterator[Spot]:
    """mclt on the secondary: accepted, and replaced by the primary's."""
    for peer in subject.configuration.peers.values():
        if not peer.is_primary and peer.mclt and peer.token is not None:
            text = f'failover peer "{peer.name}": the secondary takes mclt from its partner.'
            yield Spot(subject.token_in(peer.token, "mclt"), text)


def pool_without_failover(subject: Subject) -> Iterator[Spot]:
    """A pool without a partner in the same network as pools that have one."""
    for network in subject.configuration.shared_networks:
        if not any(pool.failover_peer is not None for pool in network.pools):
            continue
        for pool in network.pools:
            if pool.failover_peer is None and pool.token is not None:
                text = f"this pool of network {network.name} has no failover peer, others have."
                yield Spot(pool.token, text)

"""Mistakes across the two files of a failover pair: what one server says and the other does not.

Each rule looks from one side at the other and is asked for both sides, so it complains in the
file that has to change, or that has what the other lacks.
"""

from collections.abc import Iterator

from pydhcpd.check.finding import Spot
from pydhcpd.check.pool import permit_text
from pydhcpd.check.subject import Subject
from pydhcpd.check.tree import find_statement
from pydhcpd.config.ast import Plain
from pydhcpd.config.token import Token
from pydhcpd.model.client_class import ClientClass
from pydhcpd.model.network import Pool, Range, range_text
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.wire.address import format_ipv4, parse_ipv4


def missing_peer(own: Subject, other: Subject) -> Iterator[Spot]:
    """A failover peer that the other file has not: the names must be equal."""
    for peer in own.configuration.peers.values():
        if peer.name not in other.configuration.peers and peer.token is not None:
            names = ", ".join(f'"{name}"' for name in other.configuration.peers) or "none"
            text = f'failover peer "{peer.name}" is not in {other.tree.source.path} '
            yield Spot(peer.token, f"{text}(there: {names}).")


def same_role(own: Subject, other: Subject) -> Iterator[Spot]:
    """Two primaries or two secondaries."""
    for peer, partner in _partners(own, other):
        if peer.is_primary == partner.is_primary:
            role = "primary" if peer.is_primary else "secondary"
            text = f'failover peer "{peer.name}" is {role} in both files.'
            yield Spot(own.token_in(peer.token, role), text)


def address_mismatch(own: Subject, other: Subject) -> Iterator[Spot]:
    """`peer address` that is not the other's `address`; whose a name is, nobody looks up."""
    for peer, partner in _partners(own, other):
        addresses = (peer.peer_address, partner.address)
        if any(text is None or parse_ipv4(text) is None for text in addresses):
            continue
        if peer.peer_address != partner.address:
            text = f'failover peer "{peer.name}": peer address {peer.peer_address} is not the '
            text += f"address {partner.address} of {other.tree.source.path}."
            yield Spot(_peer_token(own, peer, "address"), text)


def port_mismatch(own: Subject, other: Subject) -> Iterator[Spot]:
    """`peer port` that is not the other's `port`."""
    for peer, partner in _partners(own, other):
        if peer.peer_port != partner.port:
            text = f'failover peer "{peer.name}": peer port {peer.peer_port} is not the port '
            text += f"{partner.port} of {other.tree.source.path}."
            yield Spot(_peer_token(own, peer, "port"), text)


def mclt_mismatch(own: Subject, other: Subject) -> Iterator[Spot]:
    """A secondary that says another mclt than its primary."""
    for peer, partner in _partners(own, other):
        if not peer.is_primary and peer.mclt and peer.mclt != partner.mclt:
            text = f'failover peer "{peer.name}": mclt {peer.mclt} here and {partner.mclt} in '
            yield Spot(own.token_in(peer.token, "mclt"), f"{text}{other.tree.source.path}.")


def range_mismatch(own: Subject, other: Subject) -> Iterator[Spot]:
    """Addresses of a failover pool that the other file has not, or not in such a pool."""
    for pool, addresses in failover_ranges(own, other):
        rest = _uncovered(addresses, other)
        if rest is not None:
            text = f"range {range_text(addresses)}"
            text += f": {range_text(rest)} is in " if rest != addresses else " is in "
            text += "no range of "
            yield Spot(addresses.token or own.end, f"{text}{other.tree.source.path}.")
            continue
        for found in pools_of(addresses, other):
            if found.failover_peer != pool.failover_peer:
                there = f'has failover peer "{found.failover_peer}"'
                there = there if found.failover_peer is not None else "has no failover peer"
                text = f'range {range_text(addresses)} has failover peer "{pool.failover_peer}" '
                text += f"here and {there} in {other.tree.source.path}."
                yield Spot(addresses.token or own.end, text)


def permit_mismatch(own: Subject, other: Subject) -> Iterator[Spot]:
    """A pool that lets others in than the same pool of the other file."""
    told: set[int] = set()
    for pool, addresses in failover_ranges(own, other):
        here = _access_list(pool)
        for found in pools_of(addresses, other):
            missing = here - _access_list(found)
            if missing and pool.index not in told and pool.token is not None:
                told.add(pool.index)
                listed = ", ".join(sorted(missing))
                text = f"the pool of {range_text(addresses)} says {listed} here only, not in "
                yield Spot(pool.token, f"{text}{other.tree.source.path}.")


def subnet_mismatch(own: Subject, other: Subject) -> Iterator[Spot]:
    """A subnet that the other file has not."""
    there = {(subnet.address, subnet.mask) for subnet in other.configuration.subnets}
    for subnet in own.configuration.subnets:
        if (subnet.address, subnet.mask) not in there and subnet.token is not None:
            text = f"subnet {format_ipv4(subnet.address)} netmask {format_ipv4(subnet.mask)} is "
            yield Spot(subnet.token, f"{text}not in {other.tree.source.path}.")


def class_mismatch(own: Subject, other: Subject) -> Iterator[Spot]:
    """A class that the other file has not, or with another test, limit or set of subclasses."""
    there = {one.name: one for one in other.configuration.classes}
    for client_class in own.configuration.classes:
        if client_class.token is None:
            continue
        text = f'class "{client_class.name}" '
        found = there.get(client_class.name)
        if found is None:
            yield Spot(client_class.token, f"{text}is not in {other.tree.source.path}.")
            continue
        what = _class_difference(own, client_class, other, found)
        if what is not None:
            yield Spot(client_class.token, f"{text}has {what} than in {other.tree.source.path}.")


def host_mismatch(own: Subject, other: Subject) -> Iterator[Spot]:
    """A host that the other file has not, or with another identity or address."""
    for host in own.configuration.hosts.values():
        found = other.configuration.hosts.get(host.name)
        path = other.tree.source.path
        if found is None:
            yield Spot(own.host_token(host), f"host {host.name} is not in {path}.")
        elif (host.hardware, host.client_identifier, host.identifier) != (
            found.hardware,
            found.client_identifier,
            found.identifier,
        ):
            yield Spot(own.host_token(host), f"host {host.name} is another client in {path}.")
        elif host.fixed_addresses != found.fixed_addresses:
            token = own.token_in(own.host_token(host), "fixed-address")
            yield Spot(token, f"host {host.name} has another fixed-address in {path}.")


def failover_ranges(own: Subject, other: Subject) -> Iterator[tuple[Pool, Range]]:
    """The ranges that belong to peers of both files: other names are another rule's matter."""
    for pool in own.configuration.pools:
        if pool.failover_peer in other.configuration.peers:
            for addresses in pool.ranges:
                yield pool, addresses


def pools_of(addresses: Range, other: Subject) -> list[Pool]:
    """The pools of the other file that hold addresses of the range."""
    return [
        pool
        for pool in other.configuration.pools
        if any(one.low <= addresses.high and addresses.low <= one.high for one in pool.ranges)
    ]


def _partners(own: Subject, other: Subject) -> Iterator[tuple[FailoverPeer, FailoverPeer]]:
    for name, peer in own.configuration.peers.items():
        partner = other.configuration.peers.get(name)
        if partner is not None:
            yield peer, partner


def _peer_token(subject: Subject, peer: FailoverPeer, what: str) -> Token:
    """Where `peer address` or `peer port` stands, which begins with `peer`."""
    declaration = subject.declaration(peer.token)
    body = declaration.body if declaration is not None else None
    for statement in body.statements if body is not None else ():
        if isinstance(statement, Plain) and statement.token.word == "peer":
            words = statement.words.tokens()
            if words and words[0].word == what:
                return statement.token
    return peer.token or subject.end


def _uncovered(addresses: Range, other: Subject) -> Range | None:
    """The first stretch of a range that no pool of the other file holds."""
    at = addresses.low
    while at <= addresses.high:
        pool = other.configuration.find_pool(at)
        if pool is None:
            lows = [
                one.low
                for found in other.configuration.pools
                for one in found.ranges
                if at < one.low <= addresses.high
            ]
            return Range(at, min(lows, default=addresses.high + 1) - 1)
        at = 1 + max(one.high for one in pool.ranges if one.low <= at <= one.high)
    return None


def _access_list(pool: Pool) -> set[str]:
    allowed = {f"allow {permit_text(permit)}" for permit in pool.permits}
    return allowed | {f"deny {permit_text(permit)}" for permit in pool.prohibits}


def _class_difference(
    own: Subject, client_class: ClientClass, other: Subject, found: ClientClass
) -> str | None:
    if client_class.lease_limit != found.lease_limit:
        return "another lease limit"
    here, there = _tests(own, client_class), _tests(other, found)
    if here != there:
        return "another test"
    if client_class.subclasses.keys() - found.subclasses.keys():
        return "more subclasses"
    return None


def _tests(subject: Subject, client_class: ClientClass) -> list[str]:
    """The words of match and spawn statements, whatever the space between them."""
    declaration = subject.declaration(client_class.token)
    if declaration is None or declaration.body is None:
        return []
    tests: list[str] = []
    for keyword in ("match", "spawn"):
        token = find_statement(declaration, keyword)
        for statement in declaration.body.statements:
            if statement.token is token:
                text = token.source.text[token.offset : statement.end.offset]
                tests.append(" ".join(text.split()))
    return tests

"""Pools and their access lists (dhcpd.conf(5) POOL DECLARATIONS)."""

from dataclasses import replace
from typing import Final

from pydhcpd.config.problem import problem_at
from pydhcpd.model.permit import (
    AFTER,
    ALL_CLIENTS,
    AUTHENTICATED_CLIENTS,
    CLASS_MEMBERS,
    DYNAMIC_BOOTP_CLIENTS,
    KNOWN_CLIENTS,
    UNAUTHENTICATED_CLIENTS,
    UNKNOWN_CLIENTS,
    Permit,
)
from pydhcpd.options.word import ValueProblem
from pydhcpd.resolve.date import read_date
from pydhcpd.resolve.draft import ERR, Draft, DraftPool, DraftPool6, DraftScope
from pydhcpd.resolve.option import read_flag
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import NETWORKS, POOL, POOL6, Place
from pydhcpd.resolve.walk import Walk

# `known-clients` stands for `known clients`.
SHORT_PERMITS: Final[dict[str, int]] = {
    "known-clients": KNOWN_CLIENTS,
    "unknown-clients": UNKNOWN_CLIENTS,
}
CLIENT_PERMITS: Final[dict[str, int]] = {
    "known": KNOWN_CLIENTS,
    "unknown": UNKNOWN_CLIENTS,
    "authenticated": AUTHENTICATED_CLIENTS,
    "unauthenticated": UNAUTHENTICATED_CLIENTS,
    "all": ALL_CLIENTS,
    "dynamic": DYNAMIC_BOOTP_CLIENTS,
}


def read_pool(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`pool { ... }`; one that differs from an earlier pool in nothing is merged into it."""
    if place.kind in (POOL, POOL6):
        phrase.refuse("pool declared within pool.")
    if place.kind not in NETWORKS:
        phrase.refuse("pool declared outside of network")
    body = phrase.expect_body()
    network = place.network
    assert network is not None, "networks have their network"
    # Not of the subnet around it, if that belongs to a shared network (observed).
    inside = replace(place.inside(POOL), scope=DraftScope(network.scope))
    pool = DraftPool(inside.scope, network, phrase.keyword)
    pool.peer = network.peer
    before = walk.problem_count
    walk.read_body(body, inside.of_pool(pool))
    if not pool.ranges and walk.problem_count == before:
        walk.report(problem_at(body.close, "Pool declaration with no address range."))
        walk.draft.log(ERR, "Pool declarations must always contain at least")
        walk.draft.log(ERR, "one range statement.")
        return
    for earlier in network.pools:
        if _is_mergeable(earlier, pool):
            earlier.ranges.extend(pool.ranges)
            return
    network.pools.append(pool)
    walk.draft.pools.append(pool)


def read_permission(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`allow` and `deny`: a flag, but an entry of the access list in a pool."""
    if place.kind not in (POOL, POOL6):
        read_flag(phrase, walk.draft, place)
        return
    pool = place.pool if place.kind == POOL else place.pool6
    assert pool is not None, "a pool body has its pool"
    permit = _read_permit(phrase, walk.draft)
    if permit.kind == AFTER and _has_after(pool):
        raise ValueProblem('duplicate "after" clause.', phrase.reader.index - 1)
    phrase.expect_semicolon()
    entries = pool.permits if phrase.keyword.word == "allow" else pool.prohibits
    entries.append(permit)


def _read_permit(phrase: Phrase, draft: Draft) -> Permit:
    reader = phrase.reader
    word = phrase.next_word()
    if word in SHORT_PERMITS:
        reader.take()
        return Permit(SHORT_PERMITS[word])
    if word in CLIENT_PERMITS:
        reader.take()
        if word == "dynamic" and not phrase.accept("bootp"):
            raise reader.problem('expecting "bootp"')
        if not phrase.accept("clients"):
            raise reader.problem('expecting "clients"')
        return Permit(CLIENT_PERMITS[word])
    if word == "members":
        reader.take()
        if not phrase.accept("of"):
            raise reader.problem('expecting "of"')
        if reader.is_at_end or reader.peek().kind != "string":
            raise reader.problem("expecting class name.")
        name = reader.take().text
        if name not in draft.classes:
            raise ValueProblem(f"no such class: {name}", reader.index - 1)
        return Permit(CLASS_MEMBERS, name)
    if word == "after":
        reader.take()
        return Permit(AFTER, "", read_date(phrase))
    raise reader.problem("expecting permit type.")


def _has_after(pool: DraftPool | DraftPool6) -> bool:
    return any(permit.kind == AFTER for permit in (*pool.permits, *pool.prohibits))


def _is_mergeable(earlier: DraftPool, pool: DraftPool) -> bool:
    """Equal access lists and peer, and neither says anything else."""
    if earlier.scope.statements or pool.scope.statements or earlier.peer != pool.peer:
        return False
    return _are_same_lists(earlier.permits, pool.permits) and _are_same_lists(
        earlier.prohibits, pool.prohibits
    )


def _are_same_lists(first: list[Permit], second: list[Permit]) -> bool:
    """The same entries in any order; the moment of `after` is not compared (observed)."""
    entries = {(permit.kind, permit.class_name) for permit in first}
    return entries == {(permit.kind, permit.class_name) for permit in second}

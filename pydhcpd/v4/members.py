"""Which of a client's leases a search has to look at, one by one and in order.

A few leases are all looked at. Of very many (lease/longchain.py) only those that the search can
accept or release, so that no packet costs more than a few steps however many leases share its
client's identifier or hardware address.
"""

from collections.abc import Sequence
from typing import Final

from pydhcpd.lease.lease import Lease
from pydhcpd.lease.longchain import (
    ABANDONED_GROUP,
    FREE_KIND,
    NAMED_KIND,
    NAMELESS_KIND,
    LongChain,
    group_of,
)
from pydhcpd.v4.client import Client
from pydhcpd.v4.permit import is_permitted
from pydhcpd.v4.service import Service

ACTIVE_KINDS: Final = (NAMELESS_KIND, NAMED_KIND)


def leases_of_uid(service: Service, client: Client, network: int, now: int) -> Sequence[Lease]:
    """For a search by client identifier: up to the first lease that is acceptable."""
    uid = client.packet.client_identifier
    assert uid is not None, "asked by a client without identifier"
    members = service.store.by_uid(uid)
    if not isinstance(members, LongChain):
        return members
    stops, passes = _groups(service, client, network, now, ACTIVE_KINDS)
    if not client.packet.ciaddr:
        passes.append(ABANDONED_GROUP)
    return members.until(stops, passes, None)


def leases_of_hardware(
    service: Service, client: Client, network: int, now: int, own: Lease | None
) -> Sequence[Lease]:
    """The same by hardware; active leases with another identifier are somebody else's.

    `own` is what the search by client identifier has found; should the client hold several leases
    in one network, the others are not seen here.
    """
    members = service.store.by_hardware(client.packet.hardware)
    if not isinstance(members, LongChain):
        return members
    stops, passes = _groups(service, client, network, now, (NAMELESS_KIND,))
    return members.until(stops, passes, own)


def _groups(
    service: Service, client: Client, network: int, now: int, active_kinds: tuple[int, ...]
) -> tuple[list[int], list[int]]:
    """The groups in which a lease is acceptable, and those in which it may be released."""
    stops: list[int] = []
    passes: list[int] = []
    for pool in service.configuration.shared_networks[network].pools:
        active = [group_of(pool.index, kind) for kind in active_kinds]
        if is_permitted(pool, client, now):
            stops.append(group_of(pool.index, FREE_KIND))
            stops.extend(active)
        elif not client.packet.ciaddr:
            passes.extend(active)
    return stops, passes


def active_leases_of_uid(service: Service, uid: bytes) -> Sequence[Lease]:
    """All leases that the identifier may hold; those that are not active may be left out."""
    members = service.store.by_uid(uid)
    return members.of_kinds(ACTIVE_KINDS) if isinstance(members, LongChain) else members


def active_leases_of_hardware(
    service: Service, hardware: bytes, uid: bytes | None
) -> Sequence[Lease]:
    """The same by hardware; for a client with identifier without the leases of other ones."""
    members = service.store.by_hardware(hardware)
    if not isinstance(members, LongChain):
        return members
    if uid is None:
        return members.of_kinds(ACTIVE_KINDS)
    own = active_leases_of_uid(service, uid)
    nameless = members.of_kinds((NAMELESS_KIND,))
    return [*nameless, *(lease for lease in own if lease.hardware == hardware)]

"""Choosing an address for a client that has none (DISCOVER and BOOTP; order as observed).

Each permitted pool offers one candidate, the head of its free queue, or the head of its
abandoned queue when nothing is free. Never-used beats used, used beats abandoned; among used
the one that ended first; ties go to the earlier pool. Every step is O(log n) in the leases.
"""

from pydhcpd.core.log import ERR
from pydhcpd.core.partner import Partner
from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import ABANDONED, FREE, Lease
from pydhcpd.model.network import Pool
from pydhcpd.v4 import loglines
from pydhcpd.v4.client import Client
from pydhcpd.v4.lookup import Found
from pydhcpd.v4.permit import is_permitted
from pydhcpd.v4.service import Service


def allocate_lease(
    service: Service, client: Client, network: int, now: int, turn: Turn
) -> Found | None:
    """A free lease of the shared network, or None."""
    best: Lease | None = None
    best_pool: Pool | None = None
    for pool in service.configuration.shared_networks[network].pools:
        if not is_permitted(pool, client, now):
            continue
        partner = service.partners.get(pool.index) if service.partners else None
        if partner is None:
            lease = service.store.free_head(pool.index)
        else:
            lease = _partnered_head(service, partner, pool.index, now)
        if lease is None:
            lease = service.store.abandoned_head(pool.index)
            if lease is not None and partner is not None and not partner.may_allocate(lease, now):
                continue
        elif lease.ends > now:
            # Recently offered to somebody; whatever stands behind it ends even later.
            continue
        if lease is not None and (best is None or _is_better(lease, best)):
            best, best_pool = lease, pool
    if best is None:
        return None
    if best.state == ABANDONED:
        turn.log.append((ERR, loglines.reclaiming(best.address)))
    host = None
    if client.hosts:
        host = service.host_lists.host_without_address(client.packet)
    return Found(best, best_pool, host, None)


def _partnered_head(service: Service, partner: Partner, pool: int, now: int) -> Lease | None:
    """Of the leases that are mine to give the first; in partner-down also of the partner's."""
    free = service.store.free_head(pool)
    backup = service.store.backup_head(pool)
    mine, other = (free, backup) if partner.owns_free() == FREE else (backup, free)
    if other is None or not partner.may_allocate(other, now) or other.ends > now:
        return mine
    if mine is None or mine.ends > now:
        return other
    return other if _is_better(other, mine) else mine


def _is_better(lease: Lease, best: Lease) -> bool:
    if (lease.state == ABANDONED) != (best.state == ABANDONED):
        return best.state == ABANDONED
    if lease.state == ABANDONED:
        return lease.ends < best.ends  # an offer does not count as use (observed)
    is_used, is_best_used = _is_used(lease), _is_used(best)
    if is_used != is_best_used:
        return is_best_used
    return is_used and lease.ends < best.ends


def _is_used(lease: Lease) -> bool:
    return lease.hardware is not None or lease.uid is not None

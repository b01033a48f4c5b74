"""What a failover partner has to say to DHCPv4: whether a request is answered here.

Only pools with a peer come here. Texts and their order were observed with dhcpd.
"""

from typing import Final

from pydhcpd.core.log import INFO
from pydhcpd.core.partner import Partner
from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import ACTIVE, BACKUP, EXPIRED, FREE, RELEASED, RESET, Lease
from pydhcpd.model.network import Pool
from pydhcpd.v4 import loglines
from pydhcpd.v4.client import Client
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.service import Service

# Outcomes of a REQUEST
SERVED: Final = 0
IGNORED: Final = 1
REFUSED: Final = 2  # with a NAK

_RETURNED: Final = (FREE, BACKUP, EXPIRED, RELEASED)
_TRANSITION_NAMES: Final[dict[int, str]] = {RELEASED: "released", EXPIRED: "expired"}


def may_keep(partner: Partner, lease: Lease, now: int) -> bool:
    """May the client that is known by a lease be offered it again?"""
    return (
        lease.state == ACTIVE or partner.may_allocate(lease, now) or partner.may_return(lease, now)
    )


def leaves_to_partner(
    service: Service, client: Client, pool: Pool, partner: Partner, prefix: str, turn: Turn
) -> bool:
    """A DISCOVER or BOOTP request for which there is a lease in the pool: not answered here?"""
    reason = partner.refusal_reason()
    if reason:
        turn.log.append((INFO, loglines.not_responding(prefix, reason)))
        return True
    packet = client.packet
    secs = packet.secs
    if service.checks_secs_byte_order and secs & 0xFF00 and not secs & 0xFF:
        # Some clients write it the wrong way round.
        secs >>= 8
    if not partner.is_balanced_to_peer(_key(packet), secs):
        return False
    if not _has_partner_free(service, pool.network):
        turn.log.append((INFO, loglines.cancel_load_balance(prefix, partner.name)))
        return False
    turn.log.append((INFO, loglines.load_balance(prefix, partner.name)))
    return True


def judge_request(
    partner: Partner, lease: Lease, packet: Packet, prefix: str, now: int, turn: Turn
) -> int:
    """A REQUEST for a lease in a pool with a partner."""
    reason = partner.refusal_reason()
    if reason:
        turn.log.append((INFO, loglines.not_responding(prefix, reason)))
        return IGNORED
    state = lease.state
    if state == ACTIVE or partner.may_allocate(lease, now):
        return SERVED
    # dhcpd's secondary offers a free lease to the client that had it last, and then ignores the
    # request for it.
    is_own = state in _RETURNED and _was_held_by(lease, packet)
    if is_own and partner.may_return(lease, now):
        return SERVED
    if state == RESET:
        turn.log.append((INFO, loglines.reset_by_administrator(prefix)))
        return REFUSED
    if state in (FREE, BACKUP):
        turn.log.append((INFO, loglines.owned_by_peer(prefix)))
        return IGNORED
    name = _TRANSITION_NAMES.get(state)
    if name is None:
        return SERVED
    turn.log.append((INFO, loglines.in_transition(prefix, name)))
    return IGNORED


def no_lease(service: Service, network: int, prefix: str) -> str:
    """Why a client of the network gets nothing: the partner may have something."""
    if _has_partner_free(service, network):
        return loglines.peer_holds_all(prefix)
    name = service.configuration.shared_networks[network].name
    return loglines.no_free_leases(prefix, name)


def _has_partner_free(service: Service, network: int) -> bool:
    """Does any pool of the network have leases that are the partner's to give?"""
    for pool in service.configuration.shared_networks[network].pools:
        partner = service.partners.get(pool.index)
        if partner is None:
            continue
        counts = service.store.counts(pool.index)
        if counts.backup if partner.owns_free() == FREE else counts.free:
            return True
    return False


def _was_held_by(lease: Lease, packet: Packet) -> bool:
    if lease.uid is not None and packet.client_identifier is not None:
        return lease.uid == packet.client_identifier
    return lease.hardware == packet.hardware


def _key(packet: Packet) -> bytes:
    """What a client hashes by: its identifier, else its hardware address."""
    if packet.client_identifier is not None:
        return packet.client_identifier
    return packet.hardware[1:]

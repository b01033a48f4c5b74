"""Which lease a client has or may have: by host declaration, requested address, client
identifier and hardware (RFC 2131 section 4.3; order and conflicts as observed with dhcpd).

Candidates are gathered first, then weighed against each other: fixed > requested address >
client identifier > hardware. Looking a lease up may release others of the same client.
"""

from typing import Final, final

from pydhcpd.core.log import ERR
from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import ABANDONED, ACTIVE, BACKUP, EXPIRED, FREE, RELEASED, Lease
from pydhcpd.model.host import Host
from pydhcpd.model.network import Pool
from pydhcpd.v4 import loglines
from pydhcpd.v4.client import Client
from pydhcpd.v4.hosts import FixedAddress
from pydhcpd.v4.members import leases_of_hardware, leases_of_uid
from pydhcpd.v4.message import BOOTP, REQUEST
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.partner import may_keep
from pydhcpd.v4.permit import is_permitted
from pydhcpd.v4.service import INCORRECT, NOT_AVAILABLE, Service


@final
class Found:
    """A lease for the client: `pool` is None for a fixed address, whose lease is not stored."""

    __slots__ = ("fixed", "host", "lease", "pool")

    def __init__(
        self, lease: Lease, pool: Pool | None, host: Host | None, fixed: FixedAddress | None
    ) -> None:
        self.lease: Final = lease
        self.pool: Final = pool
        self.host: Final = host
        self.fixed: Final = fixed


@final
class Lookup:
    """The outcome: `found`, or None; `is_ours` says that the address asked for is this server's
    to refuse."""

    __slots__ = ("found", "is_ours")

    def __init__(self, found: Found | None, is_ours: bool) -> None:
        self.found: Final = found
        self.is_ours: Final = is_ours


NOTHING_FOUND: Final = Lookup(None, False)


@final
class _Candidates:
    """The leases that speak for the client, before they are weighed."""

    __slots__ = ("by_address", "by_hardware", "by_uid", "fixed", "is_ours")

    def __init__(self) -> None:
        self.fixed: FixedAddress | None = None
        self.by_address: Lease | None = None
        self.by_uid: Lease | None = None
        self.by_hardware: Lease | None = None
        self.is_ours = False


def find_lease(service: Service, client: Client, network: int, now: int, turn: Turn) -> Lookup:
    """The lease of the client in the shared network, for DISCOVER, REQUEST and BOOTP."""
    packet = client.packet
    asked = packet.ciaddr or packet.requested_address or 0
    if not client.hosts:
        if asked:
            found = _sole_lease(service, client, network, asked, now)
            if found is not None:
                return Lookup(found, True)
        elif _is_stranger(service, packet):
            service.nak_text = NOT_AVAILABLE
            return NOTHING_FOUND
    candidates = _Candidates()
    if client.hosts:
        candidates.fixed = service.host_lists.fixed_address(client.hosts, network)
    if (
        packet.message_type == REQUEST
        and candidates.fixed is not None
        and candidates.fixed.address != asked
    ):
        service.nak_text = INCORRECT
        return Lookup(None, True)
    if packet.client_identifier is not None:
        candidates.by_uid = _lease_by_uid(service, client, network, now, turn)
    candidates.by_hardware = _lease_by_hardware(
        service, client, network, now, turn, candidates.by_uid
    )
    if asked:
        _lease_by_address(service, client, network, asked, candidates)
    if candidates.by_address is None:
        service.nak_text = NOT_AVAILABLE
        if (
            candidates.fixed is None
            and candidates.by_uid is None
            and candidates.by_hardware is None
        ):
            return Lookup(None, candidates.is_ours)
    return _weigh(service, client, network, now, turn, candidates)


def _sole_lease(
    service: Service, client: Client, network: int, asked: int, now: int
) -> Found | None:
    """What nearly every REQUEST is about: the one lease that the client is known by, at hand for
    it. There is nothing to weigh then."""
    packet = client.packet
    lease = service.store.sole_by_hardware(packet.hardware)
    if lease is None or lease.address != asked or lease.state not in (ACTIVE, FREE):
        return None
    if lease.uid != packet.client_identifier:
        return None
    if lease.uid is not None and service.store.sole_by_uid(lease.uid) is None:
        return None
    pool = service.configuration.find_pool(asked)
    if pool is None or pool.network != network or not is_permitted(pool, client, now):
        return None
    return Found(lease, pool, None, None)


def _is_stranger(service: Service, packet: Packet) -> bool:
    """No lease is known of the client, as of nearly every one whose first DISCOVER comes."""
    store = service.store
    if store.by_hardware(packet.hardware):
        return False
    return packet.client_identifier is None or not store.by_uid(packet.client_identifier)


def _lease_by_uid(
    service: Service, client: Client, network: int, now: int, turn: Turn
) -> Lease | None:
    """The first acceptable lease of the client identifier."""
    packet = client.packet
    for lease in leases_of_uid(service, client, network, now):
        pool = service.configuration.find_pool(lease.address)
        if pool is None:
            continue
        is_usable = _is_usable(service, lease, pool, now)
        if is_usable and pool.network != network:
            continue
        if is_usable and is_permitted(pool, client, now):
            return lease
        if not packet.ciaddr:
            service.release(lease, client, now, turn)
    return None


def _is_usable(service: Service, lease: Lease, pool: Pool, now: int) -> bool:
    """May the client have it, as far as its state goes?"""
    if lease.state in (ACTIVE, FREE, BACKUP):
        return True
    partner = service.partners.get(pool.index)
    is_over = lease.state in (EXPIRED, RELEASED)
    return is_over and partner is not None and may_keep(partner, lease, now)


def _lease_by_hardware(
    service: Service, client: Client, network: int, now: int, turn: Turn, by_uid: Lease | None
) -> Lease | None:
    """The first acceptable lease of the hardware address."""
    packet = client.packet
    for lease in leases_of_hardware(service, client, network, now, by_uid):
        pool = service.configuration.find_pool(lease.address)
        if pool is None or pool.network != network or not _is_usable(service, lease, pool, now):
            continue
        if (
            lease.state == ACTIVE
            and lease.uid is not None
            and lease.uid != packet.client_identifier
        ):
            continue
        if is_permitted(pool, client, now):
            return lease
        if not packet.ciaddr:
            service.release(lease, client, now, turn)
    return None


def _lease_by_address(
    service: Service, client: Client, network: int, asked: int, candidates: _Candidates
) -> None:
    """The lease of the address that the client names, unless it is somebody else's."""
    packet = client.packet
    pool = service.configuration.find_pool(asked)
    if pool is None:
        return
    candidates.is_ours = True
    if pool.network != network:
        return
    lease = service.store.lease_of(asked)
    if lease.state in (FREE, BACKUP) or _belongs_to(lease, packet.client_identifier, client):
        candidates.by_address = lease
    elif lease.state != ACTIVE:
        candidates.is_ours = False


def _belongs_to(lease: Lease, client_identifier: bytes | None, client: Client) -> bool:
    if lease.uid is not None:
        return lease.uid == client_identifier
    return lease.hardware == client.packet.hardware


def _weigh(
    service: Service,
    client: Client,
    network: int,
    now: int,
    turn: Turn,
    candidates: _Candidates,
) -> Lookup:
    """Settle conflicts between the candidates, then take the preferred one."""
    packet = client.packet
    is_request = packet.message_type == REQUEST
    _settle_two_uid_leases(service, client, network, now, turn, candidates)
    by_address = candidates.by_address
    if is_request and candidates.fixed is not None and by_address is not None:
        _log_dynamic_and_static(service, candidates.fixed, network, turn)
        service.nak_text = NOT_AVAILABLE
    if by_address is not None and not _permits(service, by_address, client, now):
        if by_address.state == ACTIVE and not packet.ciaddr:
            service.release(by_address, client, now, turn)
        by_address = None
        service.nak_text = NOT_AVAILABLE
    if is_request and by_address is None and candidates.fixed is None:
        return Lookup(None, candidates.is_ours)
    by_uid = candidates.by_uid
    lease = _prefer(service, client, now, turn, candidates, by_address)
    if candidates.fixed is not None or by_address is not None:
        winner = candidates.fixed.address if candidates.fixed else lease and lease.address
        if by_uid is not None and by_uid.address != winner:
            _log_duplicate_uid(service, client, network, by_uid, turn)
            if is_request and not packet.ciaddr and by_uid.state == ACTIVE:
                service.release(by_uid, client, now, turn)
    if candidates.fixed is not None:
        fixed = candidates.fixed
        return Lookup(Found(fixed_lease(fixed, packet), None, fixed.host, fixed), True)
    if lease is not None and lease.state == ABANDONED:
        if not is_request:
            lease = None
        else:
            turn.log.append((ERR, loglines.reclaiming_requested(lease.address)))
    if lease is None:
        return Lookup(None, candidates.is_ours)
    pool = service.configuration.find_pool(lease.address)
    host = service.host_lists.host_without_address(packet) if client.hosts else None
    return Lookup(Found(lease, pool, host, None), candidates.is_ours)


def _settle_two_uid_leases(
    service: Service, client: Client, network: int, now: int, turn: Turn, candidates: _Candidates
) -> None:
    """Two leases of one client identifier: the one asked for stays, the other may be released."""
    asked, by_uid = candidates.by_address, candidates.by_uid
    if asked is None or asked.state != ACTIVE or asked.uid is None:
        return
    if by_uid is not None and by_uid.address == asked.address:
        return
    packet = client.packet
    if asked.uid != packet.client_identifier:
        candidates.by_address = None
        return
    if by_uid is None:
        return
    if by_uid.state == ACTIVE:
        name = service.configuration.shared_networks[network].name
        turn.log.append((ERR, loglines.duplicate_leases(packet.hardware_text, name)))
    if packet.message_type == REQUEST and not packet.ciaddr:
        service.release(by_uid, client, now, turn)
    candidates.by_uid = asked


def _permits(service: Service, lease: Lease, client: Client, now: int) -> bool:
    pool = service.configuration.find_pool(lease.address)
    return pool is not None and is_permitted(pool, client, now)


def _prefer(
    service: Service,
    client: Client,
    now: int,
    turn: Turn,
    candidates: _Candidates,
    by_address: Lease | None,
) -> Lease | None:
    """Fixed > requested address > client identifier > hardware; None for a fixed address."""
    packet = client.packet
    if candidates.fixed is not None:
        if (
            by_address is not None
            and by_address.address != candidates.fixed.address
            and not packet.ciaddr
        ):
            service.release(by_address, client, now, turn)
        return None
    if by_address is not None:
        return by_address
    if candidates.by_uid is not None:
        return candidates.by_uid
    by_hardware = candidates.by_hardware
    if by_hardware is None:
        return None
    if by_hardware.uid is None or by_hardware.uid == packet.client_identifier:
        return by_hardware
    if packet.client_identifier is None and packet.message_type == BOOTP:
        return by_hardware
    return None


def _log_dynamic_and_static(
    service: Service, fixed: FixedAddress, network: int, turn: Turn
) -> None:
    name = service.configuration.shared_networks[network].name
    for line in loglines.dynamic_and_static(fixed.address, fixed.host.name, name):
        turn.log.append((ERR, line))


def _log_duplicate_uid(
    service: Service, client: Client, network: int, lease: Lease, turn: Turn
) -> None:
    name = service.configuration.shared_networks[network].name
    hardware = client.packet.hardware_text
    turn.log.append((ERR, loglines.duplicate_uid_lease(lease.address, hardware, name)))


def fixed_lease(fixed: FixedAddress, packet: Packet) -> Lease:
    """A lease for the length of one packet: fixed addresses are never stored."""
    return Lease(
        fixed.address,
        hardware=packet.hardware,
        uid=packet.client_identifier,
        host_name=fixed.host.name,
    )

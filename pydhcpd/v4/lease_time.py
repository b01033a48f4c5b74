"""How long a lease lasts (dhcpd.conf(5) default-lease-time and kin; order of rules observed)."""

from typing import Final

from pydhcpd.core.log import DEBUG, INFO
from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import Lease
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.network import Pool
from pydhcpd.v4 import loglines
from pydhcpd.v4.message import LEASE_TIME
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.parameters import Parameters
from pydhcpd.v4.permit import usable_until
from pydhcpd.wire.moment import NEVER

INFINITE: Final = 0xFFFFFFFF


def requested_lease_time(packet: Packet) -> int | None:
    """Option 51 in seconds; a value that is not four bytes counts as absent."""
    value = packet.options.get(LEASE_TIME)
    return int.from_bytes(value, "big") if value is not None and len(value) == 4 else None


def grant_end(
    packet: Packet,
    parameters: Parameters,
    lease: Lease,
    pool: Pool | None,
    store: LeaseStore,
    now: int,
    turn: Turn,
) -> int:
    """The end of a lease that is granted now, in epoch seconds; NEVER for infinite ones."""
    if packet.message_type == 0:
        return _bootp_end(parameters, now)
    time = parameters.default_lease_time
    if LEASE_TIME in packet.options:
        requested = requested_lease_time(packet)
        if requested is not None:
            time = requested
    if time > parameters.max_lease_time:
        time = parameters.max_lease_time
    if pool is not None:
        if 0 < parameters.adaptive_threshold < 100:
            time = _adapt(time, parameters, lease, pool, store, now, turn)
        until = usable_until(pool) if pool.prohibits else None
        if until is not None and now < until < now + time:
            time = until - now
    if time < parameters.min_lease_time:
        time = parameters.min_lease_time
    if time == INFINITE:
        return NEVER
    # dhcpd counts in 32 bits: what goes beyond them is cut to the last second that is not
    # "never", and what lies between stays (observed).
    ends = now + time
    return ends if ends <= INFINITE else NEVER - 1


def _bootp_end(parameters: Parameters, now: int) -> int:
    """BOOTP knows no lease time: the lease is infinite unless the configuration bounds it."""
    if parameters.bootp_lease_length is not None:
        return min(now + parameters.bootp_lease_length, NEVER)
    if parameters.bootp_lease_cutoff is not None:
        return min(parameters.bootp_lease_cutoff, NEVER)
    return NEVER


def _adapt(
    time: int,
    parameters: Parameters,
    lease: Lease,
    pool: Pool,
    store: LeaseStore,
    now: int,
    turn: Turn,
) -> int:
    """A pool fuller than `adaptive-lease-time-threshold` gives its shortest leases."""
    counts = store.counts(pool.index)
    used = counts.total - counts.free - counts.backup
    fill = 100 * used // counts.total
    adaptive = max(parameters.min_lease_time, lease.ends - now)
    turn.log.append(
        (
            DEBUG,
            loglines.adaptive(
                counts.total,
                counts.free,
                _signed(lease.ends - now),
                _signed(adaptive),
                fill,
                parameters.adaptive_threshold,
            ),
        )
    )
    if fill >= parameters.adaptive_threshold and time > adaptive:
        turn.log.append((INFO, loglines.adaptive_reduced(lease.address, _signed(time), adaptive)))
        return adaptive
    return time


def _signed(number: int) -> int:
    """An unsigned 32-bit number as dhcpd prints it here."""
    return number - (INFINITE + 1) if number > NEVER else number

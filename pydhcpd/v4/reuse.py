"""`dhcp-cache-threshold` (dhcpd.conf(5)): which leases are confirmed as they stand, unrecorded."""

from typing import Final

from pydhcpd.core.log import DEBUG
from pydhcpd.core.turn import Turn
from pydhcpd.lease.lease import ACTIVE, RESERVED, Billing
from pydhcpd.v4 import loglines
from pydhcpd.v4.lookup import Found
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.parameters import Parameters

LARGEST_LENGTH_S: Final = 0x7FFFFFFF


def may_reuse(
    found: Found,
    uid: bytes | None,
    hostname: bytes | None,
    billing: Billing | None,
    flags: int,
    packet: Packet,
    parameters: Parameters,
    now: int,
    turn: Turn,
) -> bool:
    """Is it a young lease of the same client, of which nothing changes?"""
    lease = found.lease
    threshold = parameters.cache_threshold
    if flags & RESERVED and not lease.flags & RESERVED:
        turn.log.append((DEBUG, "Cannot reuse: lease is changing to RESERVED"))
        return False
    if lease.cannot_reuse or not threshold:
        return False
    if (
        lease.state != ACTIVE
        or lease.hardware != packet.hardware
        or lease.uid != uid
        or lease.billing != billing
        or (hostname is not None and hostname != lease.client_hostname)
    ):
        return False
    age_s = now - lease.starts
    if age_s > _youth(lease.ends - lease.starts, threshold):
        return False
    turn.log.append((DEBUG, loglines.reuse(age_s, threshold, lease.address)))
    return True


def _youth(length_s: int, threshold: int) -> int:
    """How long a lease is confirmed as it stands.

    dhcpd reckons in 32 bits with a sign: a large length is divided before it is multiplied, one of
    2^31 s and more is negative, and its product comes out as anything (observed).
    """
    length_s = _signed_32(length_s)
    if length_s > LARGEST_LENGTH_S // threshold:
        return length_s // 100 * threshold
    product = _signed_32(length_s * threshold)
    return product // 100 if product >= 0 else -(-product // 100)


def _signed_32(number: int) -> int:
    number &= 0xFFFFFFFF
    return number - (1 << 32) if number > LARGEST_LENGTH_S else number

"""Whether a pool permits a client (dhcpd.conf(5) ALLOW AND DENY WITHIN POOL DECLARATIONS)."""

from pydhcpd.model.network import Pool
from pydhcpd.model.permit import (
    AFTER,
    ALL_CLIENTS,
    CLASS_MEMBERS,
    DYNAMIC_BOOTP_CLIENTS,
    KNOWN_CLIENTS,
    UNAUTHENTICATED_CLIENTS,
    UNKNOWN_CLIENTS,
    Permit,
)
from pydhcpd.v4.classify import class_name_of
from pydhcpd.v4.client import Client


def is_permitted(pool: Pool, client: Client, now: int) -> bool:
    """No `deny` entry matches, and one `allow` entry does if there are any."""
    for permit in pool.prohibits:
        if matches(permit, client, now):
            return False
    for permit in pool.permits:
        if matches(permit, client, now):
            return True
    return not pool.permits


def matches(permit: Permit, client: Client, now: int) -> bool:
    """The entry of an access list is about the client, or about now."""
    kind = permit.kind
    if kind == UNKNOWN_CLIENTS:
        return not client.is_known
    if kind == KNOWN_CLIENTS:
        return client.is_known
    if kind == DYNAMIC_BOOTP_CLIENTS:
        return client.packet.message_type == 0
    if kind == CLASS_MEMBERS:
        return any(class_name_of(member) == permit.class_name for member in client.classes)
    if kind == AFTER:
        return now > permit.after
    # No client is ever authenticated: dhcpd implements no DHCP authentication.
    return kind in (ALL_CLIENTS, UNAUTHENTICATED_CLIENTS)


def usable_until(pool: Pool) -> int | None:
    """The moment of `deny after`: leases are cut to it."""
    for permit in pool.prohibits:
        if permit.kind == AFTER:
            return permit.after
    return None

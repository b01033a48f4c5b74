"""Pools whose access list lets nobody in (dhcpd.conf(5) ALLOW AND DENY)."""

from collections.abc import Iterator
from typing import Final

from pydhcpd.check.client_class import has_members
from pydhcpd.check.finding import Spot
from pydhcpd.check.setting import setting_of
from pydhcpd.check.subject import Subject
from pydhcpd.model.network import Pool
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
from pydhcpd.options.space import SERVER
from pydhcpd.wire.moment import NEVER

BOOT_UNKNOWN_CLIENTS: Final = 6
NAMES: Final[dict[int, str]] = {
    UNKNOWN_CLIENTS: "unknown-clients",
    KNOWN_CLIENTS: "known-clients",
    AUTHENTICATED_CLIENTS: "authenticated clients",
    UNAUTHENTICATED_CLIENTS: "unauthenticated clients",
    ALL_CLIENTS: "all clients",
    DYNAMIC_BOOTP_CLIENTS: "dynamic bootp clients",
    AFTER: "after",
}
EVERYBODY: Final = frozenset((ALL_CLIENTS, UNAUTHENTICATED_CLIENTS))


def unreachable_pool(subject: Subject) -> Iterator[Spot]:
    """A pool that no client can get an address of."""
    for pool in subject.configuration.pools:
        reason = _reason(subject, pool)
        if reason is not None and pool.token is not None:
            yield Spot(pool.token, f"no client gets an address of this pool: {reason}.")


def shadowed_permit(subject: Subject) -> Iterator[Spot]:
    """`allow` of somebody whom the same pool denies: deny wins."""
    for pool in subject.configuration.pools:
        denied = {(one.kind, one.class_name) for one in pool.prohibits if one.kind != AFTER}
        for permit in pool.permits:
            if (permit.kind, permit.class_name) in denied and pool.token is not None:
                text = f"this pool allows and denies {permit_text(permit)}: deny wins."
                yield Spot(pool.token, text)


def permit_text(permit: Permit) -> str:
    """A permit as it is written."""
    if permit.kind == CLASS_MEMBERS:
        return f'members of "{permit.class_name}"'
    return NAMES[permit.kind]


def _reason(subject: Subject, pool: Pool) -> str | None:
    denied = {permit.kind for permit in pool.prohibits}
    for permit in pool.prohibits:
        if permit.kind in EVERYBODY:
            return f"deny {permit_text(permit)} means everybody"
        if permit.kind == AFTER and permit.after < subject.now:
            return "the moment of deny after has passed"
    if {KNOWN_CLIENTS, UNKNOWN_CLIENTS} <= denied:
        return "known and unknown clients are denied"
    reasons = [_closed(subject, pool, permit) for permit in pool.permits]
    if reasons and all(reasons):
        return ", and ".join(dict.fromkeys(reason for reason in reasons if reason is not None))
    return None


def _closed(subject: Subject, pool: Pool, permit: Permit) -> str | None:
    """Why an entry of the allow list lets nobody in; None if it does."""
    text = permit_text(permit)
    if permit.kind == AUTHENTICATED_CLIENTS:
        return "no client is ever authenticated"
    if permit.kind == AFTER:
        return "allow after never comes" if permit.after >= NEVER else None
    if any(
        (one.kind, one.class_name) == (permit.kind, permit.class_name) for one in pool.prohibits
    ):
        return f"{text} are denied as well"
    if permit.kind == CLASS_MEMBERS:
        named = [one for one in subject.configuration.classes if one.name == permit.class_name]
        if not any(has_members(subject, one) for one in named):
            return f'class "{permit.class_name}" has no members'
    if permit.kind == UNKNOWN_CLIENTS and _denies_unknown_clients(subject, pool):
        return "unknown-clients are denied in the scope around it"
    return None


def _denies_unknown_clients(subject: Subject, pool: Pool) -> bool:
    """`deny unknown-clients` around the pool, and no class or host that says otherwise."""
    views = [view for view in subject.views if view.pool is pool]
    settings = [setting_of(view.scopes, SERVER, BOOT_UNKNOWN_CLIENTS) for view in views]
    if not views or not all(one.value in (b"\0", b"\2") for one in settings):
        return False
    exceptions = [client_class.scope for client_class in subject.configuration.classes]
    for client_class in subject.configuration.classes:
        exceptions += [subclass.scope for subclass in client_class.subclasses.values()]
    found = [setting_of((scope,), SERVER, BOOT_UNKNOWN_CLIENTS) for scope in exceptions]
    return not any(one.value is not None or not one.is_certain for one in found)

"""Lease times that contradict each other (dhcpd.conf(5) default-lease-time and its kin).

What a client gets is bounded by max-lease-time first and by min-lease-time last, whatever
default-lease-time says. The two bounds have values also where nobody sets them.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pydhcpd.check.finding import Spot
from pydhcpd.check.setting import Setting, setting_of
from pydhcpd.check.subject import Subject, where
from pydhcpd.config.token import Token
from pydhcpd.model.scope import Scope
from pydhcpd.options.space import DHCP, SERVER

DEFAULT_LEASE_TIME: Final = 1
MAX_LEASE_TIME: Final = 2
MIN_LEASE_TIME: Final = 3
RENEWAL_TIME: Final = 58
REBINDING_TIME: Final = 59
# Where nothing is set.
DEFAULT_S: Final = 43200
MAX_S: Final = 86400
MIN_S: Final = 300


def default_above_max(subject: Subject) -> Iterator[Spot]:
    """A default-lease-time that max-lease-time cuts."""
    for default, maximum, _ in _times(subject):
        if default.token is not None and default.number(0) > maximum.number(MAX_S):
            text = f"default-lease-time {default.number(0)} is above max-lease-time "
            text += f"{_bound(maximum, MAX_S, default.token)}: clients get the latter."
            yield Spot(default.token, text)


def default_below_min(subject: Subject) -> Iterator[Spot]:
    """A default-lease-time that min-lease-time raises."""
    for default, maximum, minimum in _times(subject):
        least = min(MIN_S, maximum.number(MAX_S))
        if default.token is not None and default.number(0) < minimum.number(least):
            text = f"default-lease-time {default.number(0)} is below min-lease-time "
            text += f"{_bound(minimum, least, default.token)}: clients get the latter."
            yield Spot(default.token, text)


def min_above_max(subject: Subject) -> Iterator[Spot]:
    """A min-lease-time above max-lease-time."""
    for _, maximum, minimum in _times(subject):
        if minimum.token is not None and minimum.number(0) > maximum.number(MAX_S):
            text = f"min-lease-time {minimum.number(0)} is above max-lease-time "
            yield Spot(minimum.token, f"{text}{_bound(maximum, MAX_S, minimum.token)}.")


def odd_renewal_times(subject: Subject) -> Iterator[Spot]:
    """T1 after T2, or one of them after the end of the lease (RFC 2131 section 4.4.5)."""
    for view in subject.views:
        default, maximum, _ = _three(view.scopes)
        renewal = setting_of(view.scopes, DHCP, RENEWAL_TIME)
        rebinding = setting_of(view.scopes, DHCP, REBINDING_TIME)
        lease_time = min(default.number(DEFAULT_S), maximum.number(MAX_S))
        is_known = default.is_certain and maximum.is_certain
        for name, setting in (("renewal", renewal), ("rebinding", rebinding)):
            if setting.token is not None and is_known and setting.number(0) >= lease_time:
                text = f"dhcp-{name}-time {setting.number(0)} is not before the end of the lease "
                yield Spot(setting.token, f"{text}({lease_time} seconds).")
        if renewal.token is None or rebinding.token is None:
            continue
        if renewal.number(0) >= rebinding.number(0):
            text = f"dhcp-renewal-time {renewal.number(0)} is not before "
            text += f"dhcp-rebinding-time {rebinding.number(0)}."
            yield Spot(renewal.token, text)


def _times(subject: Subject) -> Iterator[tuple[Setting, Setting, Setting]]:
    """default, max and min where they are in force together and no packet decides on them."""
    told: set[tuple[int, ...]] = set()
    for view in subject.views:
        three = _three(view.scopes)
        places = tuple(id(setting.token) for setting in three)
        if all(setting.is_certain for setting in three) and places not in told:
            told.add(places)
            yield three


def _three(scopes: Sequence[Scope]) -> tuple[Setting, Setting, Setting]:
    return (
        setting_of(scopes, SERVER, DEFAULT_LEASE_TIME),
        setting_of(scopes, SERVER, MAX_LEASE_TIME),
        setting_of(scopes, SERVER, MIN_LEASE_TIME),
    )


def _bound(setting: Setting, default: int, beside: Token) -> str:
    if setting.token is None:
        return f"{default}, which holds where none is set"
    return f"{setting.number(default)} ({where(setting.token, beside)})"

"""Options and lease times that the two servers of a failover pair give otherwise for one pool."""

from collections.abc import Iterator, Mapping
from typing import Final

from pydhcpd.check.finding import Spot
from pydhcpd.check.option import option_name
from pydhcpd.check.pair import failover_ranges, pools_of
from pydhcpd.check.setting import Setting, setting_of
from pydhcpd.check.subject import Subject, where
from pydhcpd.expression.statement import SetOption
from pydhcpd.model.network import range_text
from pydhcpd.options.space import DHCP, SERVER

SERVER_IDENTIFIER: Final = 54
# default-lease-time, max-lease-time, min-lease-time, filename, next-server
SHARED_PARAMETERS: Final = frozenset((1, 2, 3, 15, 17))

Settings = Mapping[tuple[str, int], Setting]


def option_mismatch(own: Subject, other: Subject) -> Iterator[Spot]:
    """What clients of one pool are told by one server only, or by the secondary otherwise."""
    told: set[int] = set()
    here, there = _settings_by_pool(own), _settings_by_pool(other)
    for pool, addresses in failover_ranges(own, other):
        peer = own.configuration.peers.get(pool.failover_peer or "")
        for found in pools_of(addresses, other):
            theirs = there.get(found.index, {})
            for key, setting in here.get(pool.index, {}).items():
                token = setting.token
                counterpart = theirs.get(key)
                if token is None or id(token) in told or not _differs(setting, counterpart):
                    continue
                if counterpart is not None and peer is not None and peer.is_primary:
                    continue  # told in the secondary's file
                told.add(id(token))
                name = option_name(own.configuration.spaces, *key)
                text = f"{name} of {range_text(addresses)} "
                if counterpart is None:
                    yield Spot(token, f"{text}is not set in {other.tree.source.path}.")
                else:
                    place = where(counterpart.token, token)
                    yield Spot(token, f"{text}is another one in {place}.")


def _differs(setting: Setting, counterpart: Setting | None) -> bool:
    if counterpart is None:
        return True
    return counterpart.is_certain and counterpart.value != setting.value


def _settings_by_pool(subject: Subject) -> dict[int, Settings]:
    """What clients of each pool are told, as far as no packet decides on it."""
    settings: dict[int, Settings] = {}
    for view in subject.views:
        if view.pool is None:
            continue
        keys = {
            (statement.space, statement.code)
            for scope in view.scopes
            for statement in scope.statements
            if isinstance(statement, SetOption) and _is_shared(statement)
        }
        settings[view.pool.index] = {key: setting_of(view.scopes, *key) for key in sorted(keys)}
    return settings


def _is_shared(statement: SetOption) -> bool:
    """True for what both servers should say alike."""
    if statement.space == SERVER:
        return statement.code in SHARED_PARAMETERS
    return (statement.space, statement.code) != (DHCP, SERVER_IDENTIFIER)

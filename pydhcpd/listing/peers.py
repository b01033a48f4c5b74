"""Failover relationships as JSON objects, and back: names as in PeerReport, dates as one likes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, final

from pydhcpd.core.peer_report import PeerReport, PoolReport

PoolValue = str | int | list[str]
Value = str | int | bool | None | list[dict[str, PoolValue]]
Date = Callable[[int], int | str | None]

LARGEST_NUMBER: Final = 1 << 40


@final
class OddObject(Exception):
    """What should be a relationship is none."""


def peer_object(report: PeerReport, date: Date) -> dict[str, Value]:
    """One relationship as an object for JSON."""
    return {
        "name": report.name,
        "role": report.role,
        "my_state": report.my_state,
        "my_since": date(report.my_since),
        "partner_state": report.partner_state,
        "partner_since": date(report.partner_since),
        "connected": report.is_connected,
        "unacknowledged": report.unacknowledged,
        "pools": [_pool_object(pool) for pool in report.pools],
    }


def _pool_object(pool: PoolReport) -> dict[str, PoolValue]:
    return {
        "network": pool.network,
        "ranges": list(pool.ranges),
        "size": pool.size,
        "free": pool.free,
        "backup": pool.backup,
    }


def peer_report(value: object) -> PeerReport:
    """The relationship of an object with dates in epoch seconds, or OddObject."""
    fields = _mapping(value)
    pools: list[PoolReport] = []
    for one in _sequence(fields.get("pools")):
        pool = _mapping(one)
        ranges = tuple(_text(text) for text in _sequence(pool.get("ranges")))
        counts = [_number(pool.get(name)) for name in ("size", "free", "backup")]
        pools.append(PoolReport(_text(pool.get("network")), ranges, *counts))
    role, connected, unknown = (
        fields.get(name) for name in ("role", "connected", "unacknowledged")
    )
    return PeerReport(
        _text(fields.get("name")),
        None if role is None else _text(role),
        _text(fields.get("my_state")),
        _number(fields.get("my_since")),
        _text(fields.get("partner_state")),
        _number(fields.get("partner_since")),
        connected if isinstance(connected, bool) else None,
        None if unknown is None else _number(unknown),
        tuple(pools),
    )


def _mapping(value: object) -> Mapping[object, object]:
    if not isinstance(value, dict):
        raise OddObject
    return value


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise OddObject
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise OddObject
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < LARGEST_NUMBER:
        raise OddObject
    return value

"""The start: from the leases file to a store, and the leases whose time ended meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydhcpd.lease.change import LeaseChange
from pydhcpd.lease.expiry import expire
from pydhcpd.lease.odd import OddRecord
from pydhcpd.lease.reader import read_leases
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.configuration import Configuration

_EXPIRIES_AT_ONCE = 65536


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What a leases file holds.

    `changes` are the expiries of the time since it was written: dhcpd appends their records to
    the old file before it rewrites it. `messages` are lines to log at level error. When
    `is_damaged`, some record could not be read and the file is worth keeping.
    """

    store: LeaseStore
    changes: list[LeaseChange]
    odd_records: list[OddRecord]
    server_duid: bytes | None
    messages: list[str]
    is_damaged: bool


def load_leases(
    path: str, chunks: Iterable[bytes], configuration: Configuration, now: int
) -> Loaded:
    """Read the file and expire what is over; `path` is only for the messages."""
    read = read_leases(path, chunks, configuration, now)
    store = LeaseStore(configuration.pools, read.leases.values())
    changes = expire_due(store, now)
    return Loaded(
        store,
        changes,
        list(read.odd_records.values()),
        read.server_duid,
        read.messages,
        read.is_damaged,
    )


def expire_due(store: LeaseStore, now: int) -> list[LeaseChange]:
    """Move on every lease whose time is over."""
    changes: list[LeaseChange] = []
    while due := store.due(now, _EXPIRIES_AT_ONCE):
        for lease in due:
            after = expire(lease, now)
            store.put(after)
            changes.append(LeaseChange(lease, after, is_recorded=True))
    return changes

"""The start: from the leases file to a store, and the leases whose time ended meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, final

from pydhcpd.lease.bills import settle_bills
from pydhcpd.lease.change import LeaseChange
from pydhcpd.lease.declaration import declare
from pydhcpd.lease.event import Variables, context_without_packet, run_event
from pydhcpd.lease.expiry import expire
from pydhcpd.lease.lease import ACTIVE, Lease
from pydhcpd.lease.odd import OddRecord
from pydhcpd.lease.peerreader import read_peer_states
from pydhcpd.lease.peerstate import PeerState
from pydhcpd.lease.reader import read_leases
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.configuration import Configuration

_EXPIRIES_AT_ONCE = 65536


@final
class Expiries:
    """What the `on expiry` blocks of those leases left: log lines with the words for their
    levels, and commands with the addresses of their leases."""

    __slots__ = ("commands", "log")

    def __init__(self) -> None:
        self.log: Final[list[tuple[str, str]]] = []
        self.commands: Final[list[tuple[int, tuple[bytes, ...]]]] = []


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What a leases file holds.

    `configuration` is that of dhcpd.conf with what the file declares; `odd_records` are in the
    order in which a new file has them. `changes` are the expiries of the time since it was
    written: dhcpd appends their records to the old file before it rewrites it; `waiting` are
    addresses whose time ended too, but which may not change without the failover partner.
    `peer_states` are those of failover peers by name. `messages` are
    lines to log at level error. When `is_damaged`, some record could not be read and the file is
    worth keeping.
    """

    configuration: Configuration
    store: LeaseStore
    changes: list[LeaseChange]
    waiting: list[int]
    peer_states: dict[str, PeerState]
    expiries: "Expiries"
    odd_records: list[OddRecord]
    server_duid: bytes | None
    messages: list[str]
    is_damaged: bool


def load_leases(
    path: str, chunks: Iterable[bytes], configuration: Configuration, now: int
) -> Loaded:
    """Read the file and expire what is over; `path` is only for the messages."""
    read = read_leases(path, chunks, configuration, now)
    declared = declare(path, configuration, read.odd_records)
    classes = {one.name: one for one in declared.configuration.classes}
    billed = settle_bills(read.leases, classes)
    store = LeaseStore(configuration.pools, billed.values())
    expiries = Expiries()
    changes, waiting = expire_due(store, now, expiries)
    peer_states, peer_messages = read_peer_states(path, read.odd_records, configuration, now)
    return Loaded(
        declared.configuration,
        store,
        changes,
        waiting,
        peer_states,
        expiries,
        declared.records,
        read.server_duid,
        [*read.messages, *declared.messages, *peer_messages],
        read.is_damaged,
    )


def expire_due(
    store: LeaseStore, now: int, expiries: Expiries
) -> tuple[list[LeaseChange], list[int]]:
    """Move on every lease whose time is over; `expiries` takes what their events leave.

    The addresses of those that are shared with a failover partner are returned as they are.
    """
    changes: list[LeaseChange] = []
    waiting: list[int] = []
    while due := store.due(now, _EXPIRIES_AT_ONCE):
        # At the start dhcpd goes through the networks, the last declared first, and their
        # pools in order; there are no timers yet.
        by_pool: dict[tuple[int, int], list[Lease]] = {}
        for lease in due:
            pool = store.pool_of(lease.address)
            assert pool is not None, "the store holds no lease without a pool"
            if pool.failover_peer is not None:
                waiting.append(lease.address)
            else:
                by_pool.setdefault((-pool.network, pool.index), []).append(lease)
        for lease in [lease for index in sorted(by_pool) for lease in by_pool[index]]:
            after = expire(lease, now, _run_expiry(lease, now, expiries))
            store.put(after)
            changes.append(LeaseChange(lease, after, is_recorded=True))
    return changes, waiting


def _run_expiry(lease: Lease, now: int, expiries: Expiries) -> Variables:
    """`on expiry` of a lease that was active; the variables that it has then."""
    block = lease.events.expiry
    if block is None or lease.state != ACTIVE:
        return lease.variables
    context = context_without_packet(lease.address, lease.hardware, lease.ends, now)
    variables = run_event(block, context, lease.variables)
    expiries.log.extend(context.log)
    expiries.commands.extend([(lease.address, words) for words in context.commands])
    return variables

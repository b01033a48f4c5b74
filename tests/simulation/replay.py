"""The journal read from any cut: the leases are those of the last whole records before it."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydhcpd.lease.lease import ACTIVE, Lease
from pydhcpd.lease.load import Loaded
from pydhcpd.lease.queue import FREE_QUEUE, RESERVED_QUEUE, queue_of
from pydhcpd.lease.rewrite import is_written
from pydhcpd.lease.store import LeaseStore
from tests.simulation.machine import Machine

_TSTP = re.compile(r"\n  tstp .*")


@dataclass(frozen=True)
class Snapshot:
    """What the running server had when the journal held so many bytes."""

    size: int
    now: int
    bindings: dict[int, tuple[int, int]]
    counts: list[list[int]]


def take_snapshot(machine: Machine) -> Snapshot:
    return Snapshot(
        len(machine.journal),
        machine.now,
        bindings_of(machine.store),
        counts_of(machine, machine.store),
    )


def check_snapshot(machine: Machine, snapshot: Snapshot) -> None:
    """A server that began then with the journal had the same bindings and counts."""
    loaded = machine.load(machine.journal[: snapshot.size], snapshot.now)
    assert loaded.messages == []
    assert bindings_of(loaded.store) == snapshot.bindings
    assert counts_of(machine, loaded.store) == snapshot.counts


def check_cuts(machine: Machine, chance: random.Random, times: int) -> int:
    """Cut at random, each time at the end of a record and in the middle of the next one."""
    done = 0
    for _ in range(min(times, len(machine.entries))):
        number = chance.randrange(len(machine.entries))
        entry = machine.entries[number]
        begins = machine.entries[number - 1].end if number else machine.base_size
        before = leases_after(machine, number)
        whole = machine.load(machine.journal[: entry.end], entry.now)
        assert whole.messages == []
        check_leases(machine, whole, {**before, entry.lease.address: entry.lease}, entry.now)
        # Up to the brace the record is torn; with it, it is whole.
        torn = machine.load(
            machine.journal[: chance.randrange(begins + 1, entry.end - 1)], entry.now
        )
        assert torn.is_damaged
        check_leases(machine, torn, before, entry.now)
        done += 2
    return done


def leases_after(machine: Machine, count: int) -> dict[int, Lease]:
    """The leases of the file's beginning and of the first `count` entries."""
    recorded = {entry.lease.address: entry.lease for entry in machine.entries[:count]}
    return {**machine.base, **recorded}


def check_leases(machine: Machine, loaded: Loaded, expected: Mapping[int, Lease], now: int) -> None:
    """Every lease is there as it was recorded, before those that are over expired."""
    found = {lease.address: lease for lease in loaded.store.leases()}
    found.update({change.before.address: change.before for change in loaded.changes})
    assert {at: text_of(machine, lease, now) for at, lease in found.items()} == {
        at: text_of(machine, lease, now) for at, lease in expected.items()
    }


def text_of(machine: Machine, lease: Lease, now: int) -> str:
    """The record without `tstp`, which a lease that is read always has (observed)."""
    return _TSTP.sub("", machine.writer.record(lease, now))


def bindings_of(store: LeaseStore) -> dict[int, tuple[int, int]]:
    """End and flags of the active leases: what an OFFER to the client, which is not recorded,
    leaves alone (observed)."""
    return {
        lease.address: (lease.ends, lease.flags)
        for lease in store.leases()
        if lease.state == ACTIVE
    }


def counts_of(machine: Machine, store: LeaseStore) -> list[list[int]]:
    """By pool the lengths of the queues.

    A reservation that was abandoned is nobody's: no new file has it, so that its address is free
    after the next start (observed).
    """
    counts = [list(store.counts(pool.index).by_queue) for pool in machine.configuration.pools]
    for _, _, lease, pool in store.entries():
        if queue_of(lease) == RESERVED_QUEUE and not is_written(lease):
            counts[pool][RESERVED_QUEUE] -= 1
            counts[pool][FREE_QUEUE] += 1
    return counts

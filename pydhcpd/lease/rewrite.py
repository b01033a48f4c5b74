"""A whole new leases file as of one moment (dhcpd.leases(5)), made in small steps.

Leases never change, so the list of those in force is a snapshot; what happens while the file is
written stays out of it. Sorting a million leases takes a second: it is done in slices, each
yielded as an empty chunk so that the daemon can serve packets between them, and the slices are
merged while the text is made.
"""

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from sys import byteorder
from typing import Final, final

from pydhcpd.lease.lease import FREE, Lease
from pydhcpd.lease.odd import CLASS, FAILOVER, GROUP, HOST, SUBCLASS, OddRecord
from pydhcpd.lease.queue import QUEUES, queue_of
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.text import LeaseWriter
from pydhcpd.model.configuration import Configuration

HEADER: Final = f"""\
# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-4.4.3-P1

# authoring-byte-order entry is generated, DO NOT DELETE
authoring-byte-order {byteorder}-endian;

"""
# Both take some milliseconds.
_SORTED_AT_ONCE: Final = 4096
_WRITTEN_AT_ONCE: Final = 128

# Where a lease goes (network, pool and queue), `ends`, tie, the lease.
_Placed = tuple[int, int, int, Lease]


@final
class Rewriting:
    """One new file: `chunks` once to the end, then `lines_to_log` tells what was written."""

    __slots__ = ("_configuration", "_entries", "_now", "_odd_records", "_writer", "leases")

    def __init__(
        self,
        store: LeaseStore,
        odd_records: Sequence[OddRecord],
        configuration: Configuration,
        writer: LeaseWriter,
        now: int,
    ) -> None:
        self._configuration: Final = configuration
        self._entries = store.entries()
        self._odd_records: Final = odd_records
        self._writer: Final = writer
        self._now: Final = now
        self.leases = 0

    def chunks(self) -> Iterator[bytes]:
        """The file's text from the first line on. An empty chunk only says: time to look up."""
        yield HEADER.encode("ascii")
        yield b"".join(odd_text(record) for record in self._written_records())
        slices: list[list[_Placed]] = []
        places = self._places()
        for start in range(0, len(self._entries), _SORTED_AT_ONCE):
            part = [
                (places[pool][queue_of(lease)], ends, tie, lease)
                for ends, tie, lease, pool in self._entries[start : start + _SORTED_AT_ONCE]
                if is_written(lease)
            ]
            part.sort()
            slices.append(part)
            self.leases += len(part)
            yield b""
        self._entries = []
        record = self._writer.record
        texts: list[str] = []
        for _, _, _, lease in merge(*slices):
            texts.append(record(lease, self._now))
            if len(texts) == _WRITTEN_AT_ONCE:
                yield "".join(texts).encode("latin-1")
                texts.clear()
        yield "".join(texts).encode("latin-1")

    def lines_to_log(self) -> list[str]:
        """dhcpd's lines (level info) about what the file holds."""
        configuration = self._configuration
        written = self._written_records()
        kinds = [record.kind for record in self._odd_records]
        lines: list[str] = []
        if configuration.classes or CLASS in kinds or SUBCLASS in kinds:
            classes = sum(record.kind in (CLASS, SUBCLASS) for record in written)
            lines.append(f"Wrote {classes} class decls to leases file.")
        if configuration.group_names or GROUP in kinds:
            groups = sum(record.kind == GROUP for record in written)
            lines.append(f"Wrote {groups} group decls to leases file.")
        if configuration.hosts or HOST in kinds:
            deleted = sum(record.kind == HOST and record.is_deleted for record in written)
            lines.append(f"Wrote {deleted} deleted host decls to leases file.")
            # dhcpd counts the hosts that it failed to write.
            lines.append("Wrote 0 new dynamic host decls to leases file.")
        lines.append(f"Wrote {self.leases} leases to leases file.")
        return lines

    def _written_records(self) -> list[OddRecord]:
        """The other records in their order; what was made and deleted at run time is gone."""
        records = self._odd_records
        names = [f'"{named.name}"' for named in self._configuration.classes]
        names += [record.name for record in records if record.kind == CLASS]
        order = {name: number for number, name in reversed(list(enumerate(names)))}
        kept = [record for record in records if not (record.is_dynamic and record.is_deleted)]
        return sorted(kept, key=lambda record: _odd_order(record, order))

    def _places(self) -> list[list[int]]:
        """By pool and queue where leases go: the last declared network first."""
        pools = self._configuration.pools
        order = sorted(pools, key=lambda pool: (-pool.network, pool.index))
        ranks = {pool.index: rank for rank, pool in enumerate(order)}
        return [[ranks[pool.index] * QUEUES + queue for queue in range(QUEUES)] for pool in pools]


def is_written(lease: Lease) -> bool:
    """Is there anything to remember of the lease?"""
    return (
        lease.state != FREE
        or lease.hardware is not None
        or lease.uid is not None
        or lease.tsfp != 0
    )


def odd_text(record: OddRecord) -> bytes:
    """A record with the blank lines that dhcpd puts around it."""
    if record.kind in (CLASS, SUBCLASS):
        return record.text + b"\n\n"
    if record.kind == FAILOVER:
        return b"\n" + record.text + b"\n"
    return record.text + b"\n"


def duid_text(writer: LeaseWriter, duid: bytes) -> bytes:
    """The server's DUID, which dhcpd appends at every start."""
    return f"server-duid {writer.identifier_text(duid)};\n\n".encode("ascii")


def _odd_order(record: OddRecord, class_order: Mapping[str, int]) -> tuple[int, int]:
    """Classes with their subclasses behind them, groups, hosts with deleted ones first, peers."""
    if record.kind == CLASS:
        return 0, 2 * class_order.get(record.name, len(class_order))
    if record.kind == SUBCLASS:
        end_of_class = record.name.find('"', 1) + 1
        class_name = record.name[:end_of_class]
        return 0, 2 * class_order.get(class_name, len(class_order)) + 1
    if record.kind == HOST:
        return 2, not record.is_deleted
    return (1, 0) if record.kind == GROUP else (3, 0)

"""A whole new leases file as of one moment (dhcpd.leases(5)), made in small steps.

Leases never change, so the list of those in force is a snapshot; what happens while the file is
written stays out of it. Sorting a million leases takes a second: it is done in slices, each
yielded as an empty chunk so that the daemon can serve packets between them, and the slices are
merged while the text is made.
"""

from collections.abc import Iterator, Sequence
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
    """One new file: `chunks` once to the end, then `lines_to_log` tells what was written.

    `odd_records` are written in their order, and counted even if they are not written.
    """

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
        if configuration.groups or GROUP in kinds:
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
        """The other records; what was made and deleted at run time is gone."""
        return [one for one in self._odd_records if not (one.is_dynamic and one.is_deleted)]

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

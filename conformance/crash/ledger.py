"""What clients were promised by a failover pair, and where that must be written.

An address belongs to one client as long as any server's promise runs. A server that gave an ACK
has it in its own leases file at once; in its partner's file it is later.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from conformance.crash.leases import LeasesFile, broken_promises
from conformance.crash.witness import Promise


@final
class Ledger:
    """`twice` has a line for each address that was promised to two clients at once.

    With the line stands the server whose promise was broken.
    """

    def __init__(self) -> None:
        # The promise for each address that lasts longest, of its last client.
        self._holders: Final[dict[str, Promise]] = {}
        # The address that each client was given last: it uses no other, and a server that hears it
        # ask for that one frees what it had before, as dhcpd does.
        self._latest: Final[dict[str, str]] = {}
        # By server and address: what its own file must have.
        self._given: Final[dict[tuple[str, str], Promise]] = {}
        self.twice: Final[list[tuple[str, str]]] = []
        self.acks = 0

    def keep(self, promises: Iterable[Promise]) -> None:
        """Take promises in the order in which they were given."""
        for promise in promises:
            self.acks += 1
            address = promise.address
            self._latest[promise.hardware] = address
            before = self._holders.get(address)
            is_same = before is not None and before.hardware == promise.hardware
            if before is not None and not is_same and before.ends > promise.given:
                line = (
                    f"{address}: {before.server} promised it to {before.hardware} until "
                    f"{before.ends}, {promise.server} at {promise.given} to {promise.hardware}"
                )
                self.twice.append((before.server, line))
            if before is None or not is_same or before.ends < promise.ends:
                self._holders[address] = promise
            key = promise.server, address
            given = self._given.get(key)
            if given is None or given.hardware != promise.hardware or given.ends < promise.ends:
                self._given[key] = promise

    def missing(self, server: str, file: LeasesFile, now: int) -> list[str]:
        """A line for each running promise of a server that its file does not keep."""
        running = [
            promise
            for (by, _), promise in self._given.items()
            if by == server and self._is_running(promise, now)
        ]
        return broken_promises(running, file)

    def missing_anywhere(self, file: LeasesFile, now: int) -> list[tuple[str, str]]:
        """A line for each running promise that a file does not keep, and who gave it."""
        return [
            (one.server, line)
            for one in self._holders.values()
            if self._is_running(one, now)
            for line in broken_promises([one], file)
        ]

    def _is_running(self, promise: Promise, now: int) -> bool:
        holder = self._holders[promise.address]
        is_used = self._latest[promise.hardware] == promise.address
        return is_used and promise.ends > now and holder.hardware == promise.hardware

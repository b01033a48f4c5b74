"""A server and what its clients and its disk know: the judge of conversations of any kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydhcpd.core.turn import Reply, Turn
from pydhcpd.lease.lease import ACTIVE, Lease
from pydhcpd.lease.store import LeaseStore
from tests.property.configuration import CONFIGURATION, FIXED_ADDRESSES
from tests.server.room import ServerRoom
from tests.v4.room import ACK, BOOTP, DECLINE, decode

# A packet, seconds that pass, an address that answers a ping, a disk that is full or not.
Step = bytes | float | str | bool


@dataclass(frozen=True)
class Sender:
    """Who sent a packet."""

    kind: int
    hardware: bytes
    uid: bytes | None


@dataclass(frozen=True)
class Bound:
    """What a client was told, and all the names it goes by: each offer may add one (observed)."""

    lease: Lease
    names: set[tuple[str, bytes]]

    def belongs_to(self, sender: Sender | None) -> bool:
        return sender is not None and not self.names.isdisjoint(names_of(sender))

    def follow(self, lease: Lease) -> None:
        """An offer to its client has renamed the lease."""
        names = names_of(lease)
        if not self.names.isdisjoint(names):
            self.names.update(names)


def names_of(client: Sender | Lease) -> set[tuple[str, bytes]]:
    names = {("hardware", client.hardware), ("uid", client.uid)}
    return {(kind, name) for kind, name in names if name is not None}


def sender_of(payload: bytes) -> Sender:
    options: dict[int, bytes] = {}
    at = 240
    while payload[at] != 255:
        code, size = payload[at], payload[at + 1]
        options[code] = options.get(code, b"") + payload[at + 2 : at + 2 + size]
        at += 2 + size
    hardware = payload[1:2] + payload[28 : 28 + payload[2]]
    return Sender(options.get(53, b"\0")[0], hardware, options.get(61))


class Conversation:
    """A server, and what clients and disk know of it."""

    def __init__(self) -> None:
        self.room = ServerRoom(CONFIGURATION)
        self.on_disk: dict[int, Lease] = {}
        self.waiting: dict[int, Lease] = {}
        self.bound: dict[int, Bound] = {}
        # Their records were written late, as the leases were by then.
        self.late: set[int] = set()

    def take(self, step: Step) -> Turn:
        room = self.room
        if isinstance(step, bool):
            room.is_disk_full = step
            return self.carry_out(room.commit(Turn()), None)
        if isinstance(step, bytes):
            return self.carry_out(room.receive(step), sender_of(step))
        if isinstance(step, str):
            return self.carry_out(room.echo(step), None)
        return self.carry_out(room.wait(step), None)

    def carry_out(self, turn: Turn, sender: Sender | None) -> Turn:
        for change in turn.changes:
            after = change.after
            self.waiting[after.address] = after
            if after.state != ACTIVE:
                self.check_end(after.address, sender, turn)
        if self.room.is_disk_full:
            self.late.update(self.waiting)
        else:
            self.on_disk.update(self.waiting)
            self.waiting.clear()
        for reply in turn.replies:
            if sender is not None and not (reply.is_held and self.room.is_disk_full):
                self.check_promise(reply, sender)
        for address, bound in self.bound.items():
            bound.follow(self.room.store.lease_of(address))
        return turn

    def check_end(self, address: int, sender: Sender | None, turn: Turn) -> None:
        """Before its time a binding ends by its own client, a DECLINE or an answered ping only."""
        bound = self.bound.pop(address, None)
        if bound is None or bound.lease.ends <= self.room.now:
            return
        is_declined = sender is not None and sender.kind == DECLINE
        is_pinged = any("pinged before offer" in text for _, text in turn.log)
        assert is_declined or is_pinged or bound.belongs_to(sender)

    def check_promise(self, reply: Reply, sender: Sender) -> None:
        """A client that is told of a lease has it on disk, and nobody else has it."""
        answer = decode(reply)
        address = int.from_bytes(reply.payload[16:20], "big")
        kind = answer.options.get(53, b"\0")[0]
        bound = self.bound.get(address)
        names = names_of(sender)
        if bound is not None and bound.lease.ends > self.room.now:
            names |= bound.names
        if kind not in (BOOTP, ACK) or not address or address in FIXED_ADDRESSES:
            return
        assert bound is None or bound.lease.ends <= self.room.now or bound.belongs_to(sender)
        lease = self.on_disk[address]
        assert (lease.state, lease.hardware, lease.uid) == (ACTIVE, sender.hardware, sender.uid)
        # A BOOTP client is told no time, and may get the lease that it has by DHCP (observed).
        if 51 in answer.options:
            assert lease.ends == self.room.now + answer.lease_time
        self.bound[address] = Bound(lease, names)

    def finish(self) -> None:
        """The journal holds the records that were announced, and the same bindings."""
        self.take(False)
        room = self.room
        store = room.restart()
        assert {lease.address for lease in store.leases()} == set(self.on_disk)
        read = [lease for lease in store.leases() if lease.address not in self.late]
        recorded = [lease for address, lease in self.on_disk.items() if address not in self.late]
        assert record_texts(room, read) == record_texts(room, recorded)
        assert active(store) == active(room.store)


def record_texts(room: ServerRoom, leases: Sequence[Lease]) -> list[str]:
    """The records without `tstp`, which a lease that is read always has (observed)."""
    texts = [room.record(lease) for lease in sorted(leases, key=lambda lease: lease.address)]
    return [re.sub(r"\n  tstp .*", "", text) for text in texts]


def active(store: LeaseStore) -> set[int]:
    return {lease.address for lease in store.leases() if lease.state == ACTIVE}

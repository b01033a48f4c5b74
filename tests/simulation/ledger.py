"""What the server has promised to whom, as the wire shows it, and what must be true of it."""

from dataclasses import dataclass

from pydhcpd.core.turn import Reply, Turn
from pydhcpd.lease.lease import ACTIVE, Lease
from pydhcpd.wire.address import format_ipv4
from tests.simulation.client import Client
from tests.simulation.configuration import CONFIGURATION, FIXED
from tests.simulation.machine import Machine
from tests.v4.room import ACK, decode
from tests.v4.room import BOOTP as BOOTP_REPLY


@dataclass(frozen=True)
class Name:
    """By what a client is known: the identifier if it has one, else the hardware address."""

    hardware: bytes
    uid: bytes | None

    def is_same(self, other: "Name") -> bool:
        """Identifiers tell clients apart; one that has none is known by its hardware alone."""
        if self.uid is not None and other.uid is not None:
            return self.uid == other.uid
        return self.hardware == other.hardware


def name_of(client: Client) -> Name:
    return Name(b"\1" + client.hardware, client.uid)


@dataclass(frozen=True)
class Holding:
    """Until then (epoch seconds) the address is a client's."""

    name: Name
    until: int


class Ledger:
    """The holdings by address; `acks` counts the promises."""

    def __init__(self) -> None:
        self.holdings: dict[int, Holding] = {}
        self.acks = 0

    def let_go(self, client: Client, address: bytes) -> None:
        """A client says so itself."""
        number = int.from_bytes(address, "big")
        holding = self.holdings.get(number)
        if holding is not None and holding.name.is_same(name_of(client)):
            del self.holdings[number]

    def check_promise(self, machine: Machine, client: Client, reply: Reply) -> None:
        """An ACK: nobody else has the address, and the disk has this client's record."""
        answer = decode(reply)
        kind = answer.options.get(53, bytes((BOOTP_REPLY,)))[0]
        address = int.from_bytes(reply.payload[16:20], "big")
        if kind not in (ACK, BOOTP_REPLY) or not address or address in FIXED:
            return
        now = machine.now
        name = name_of(client)
        holding = self.holdings.get(address)
        if holding is not None and holding.until > now:
            where = format_ipv4(address)
            assert holding.name.is_same(name), f"{where} held by {holding.name}, given to {name}"
        last = machine.latest[address]
        # Not just equal: of one batch a clone may have been served behind this client.
        assert last.hardware is not None
        assert last.state == ACTIVE
        assert Name(last.hardware, last.uid).is_same(name)
        until = last.ends
        if 51 in answer.options:
            assert last.ends >= now + answer.lease_time
            until = now + answer.lease_time
        self.holdings[address] = Holding(name, until)
        self.acks += 1

    def check_ends(self, machine: Machine, turn: Turn, senders: list[Client]) -> None:
        """A binding ends before its time by its own client's doing, or by a ping or DECLINE."""
        for change in turn.changes:
            after = change.after
            holding = self.holdings.get(after.address)
            if after.state == ACTIVE or holding is None:
                continue
            if holding.until > machine.now:
                where = format_ipv4(after.address)
                assert any(holding.name.is_same(name_of(one)) for one in senders), (
                    f"{where} taken from {holding.name}: {[text for _, text in turn.log]}"
                )
            del self.holdings[after.address]


def check_counts(machine: Machine) -> None:
    """Every address of a pool is on one queue, and the counts say which."""
    found = [[0] * len(machine.store.counts(0).by_queue) for _ in CONFIGURATION.pools]
    for _, _, lease, index in machine.store.entries():
        found[index][queue_number(lease)] += 1
    for pool in CONFIGURATION.pools:
        counts = machine.store.counts(pool.index)
        queues = found[pool.index]
        queues[0] += pool.size - sum(queues)
        assert counts.by_queue == queues
        assert sum(counts.by_queue) == counts.total == pool.size


def queue_number(lease: Lease) -> int:
    """dhcpd's queues: free, active, expired, abandoned, backup, reserved."""
    queue = (0, 0, 1, 2, 2, 3, 2, 4)[lease.state]
    return 5 if lease.flags & 1 and queue in (0, 4) else queue


def check_limits(machine: Machine) -> None:
    """No class has more active leases than its limit."""
    bills: dict[tuple[str, bytes | None], int] = {}
    for lease in machine.store.leases():
        if lease.state == ACTIVE and lease.billing is not None:
            key = (lease.billing.class_name, lease.billing.key)
            bills[key] = bills.get(key, 0) + 1
    limits = {"phones": 11, "ports": 3}
    for key, count in bills.items():
        assert count <= limits[key[0]], key

"""Who holds which address, as the clients believe, and what must be true of that."""

from dataclasses import dataclass

from pydhcpd.lease.lease import ACTIVE, Lease
from pydhcpd.wire.address import format_ipv4
from tests.failover.client import Client
from tests.failover.process import Process

SECOND_US = 1_000_000


@dataclass
class Holding:
    """Until then the address is the client's; one that a lost leases file knew alone may be
    forgotten, but not be given to another."""

    client: Client
    until_us: int
    is_excused: bool = False


class Ledger:
    """`slack_us` is by how much the servers' clocks may differ, and what is lost in whole
    seconds; `delay_us` is how long an answer may be under way."""

    def __init__(self, slack_us: int, delay_us: int) -> None:
        self.slack_us = slack_us
        self.delay_us = delay_us
        self._lost_us: dict[int, int] = {}  # when servers lost their files, by address
        self.holdings: dict[int, Holding] = {}
        self.acks = 0

    def take(self, client: Client, address: int, until_us: int, now_us: int) -> None:
        """A client was given an address: nobody else may hold it."""
        self.acks += 1
        holding = self.holdings.get(address)
        if holding is not None and holding.client is not client:
            left_us = holding.until_us - self.slack_us - now_us
            assert left_us <= 0, (
                f"{format_ipv4(address)}, client {holding.client.number}'s for another "
                f"{left_us / SECOND_US:.1f} s, is given to client {client.number}"
            )
        giver = int.from_bytes(client.server, "big")
        # The answer was under way when the file was lost.
        is_excused = now_us < self._lost_us.get(giver, 0) + self.delay_us
        self.holdings[address] = Holding(client, until_us, is_excused)

    def let_go(self, client: Client) -> None:
        """A client holds nothing any more."""
        holding = self.holdings.get(client.held)
        if holding is not None and holding.client is client:
            del self.holdings[client.held]

    def check_remembered(self, nodes: list[Process], now_us: int) -> None:
        """What a client holds, some server knows."""
        for address, holding in self.holdings.items():
            if holding.is_excused or holding.until_us - self.slack_us <= now_us:
                continue
            assert any(self._knows(node, address, holding) for node in nodes), (
                f"{format_ipv4(address)} is client {holding.client.number}'s until "
                f"{holding.until_us / SECOND_US:.1f}, and nobody knows"
            )

    def excuse(self, loser: Process, other: Process, mclt: int, now_us: int) -> None:
        """The loser's file is gone: what only it knew must end within the mclt."""
        self._lost_us[loser.address] = now_us
        for address, holding in self.holdings.items():
            if holding.until_us <= now_us or self._knows(other, address, holding):
                continue
            known = other.store.lease_of(address)
            promised_us = max(known.tsfp * SECOND_US - other.offset_us, now_us)
            assert holding.until_us <= promised_us + mclt * SECOND_US + self.slack_us
            holding.is_excused = True

    def _knows(self, node: Process, address: int, holding: Holding) -> bool:
        lease = node.store.lease_of(address)
        ends_us = lease.ends * SECOND_US - node.offset_us
        return (
            lease.state == ACTIVE
            and _is_of(lease, holding.client)
            and ends_us >= holding.until_us - self.slack_us
        )


def _is_of(lease: Lease, client: Client) -> bool:
    return lease.hardware is not None and lease.hardware[1:] == client.hardware

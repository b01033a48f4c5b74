"""Replaying one side of recorded traffic: the partner's messages, the clients' packets, the admin.

The replay lasts as long as one process of that side did.
"""

from collections import defaultdict
from dataclasses import dataclass

from pydhcpd.core.turn import Turn
from pydhcpd.failover import message, option
from pydhcpd.failover.codec import decode, encode
from pydhcpd.failover.message import Message
from pydhcpd.wire.address import format_ipv4
from tests.failover.side import Side, configuration_text, restarted, side_of
from tests.failover.trace import CLIENT, FOLDER, TCP, Line, at_us, epoch_us, read_trace

LONGEST_JITTER_S = 4
SHARED = ("10.13.37.5", "10.13.37.60")
SEPARATE = ("10.99.0.1", "10.99.0.2")


@dataclass(frozen=True)
class Case:
    """`until` the end of the process (or of what is compared); `orders` of the admin by time."""

    scenario: str
    is_primary: bool
    until: str
    mclt: int = 30
    settings: str = ""
    pool: str = "range 10.13.37.200 10.13.37.209;"
    addresses: tuple[str, str] = SHARED
    orders: tuple[tuple[str, int], ...] = ()
    split: int = 128
    name: str = "fo"
    outer: str = ""
    configuration: str | None = None  # a file that stands beside the trace
    leases: str = ""  # what the leases file has at the start
    begin: str = ""  # the start of the process, where the trace begins earlier or later
    skew: int = 0  # seconds by which this server's clock is ahead of the trace's

    @property
    def role(self) -> str:
        return "primary" if self.is_primary else "secondary"

    def __str__(self) -> str:
        return f"{self.scenario}-{self.role}"


class Replay:
    """`side` is what became of it, `expected` what the recorded server sent, by link."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.lines = read_trace(case.scenario)
        self.epoch_us = epoch_us(self.lines) + case.skew * 1_000_000
        mine, other = case.addresses if case.is_primary else case.addresses[::-1]
        self.mine, self.other = mine, other
        self.client_address = SHARED[0] if case.is_primary else SHARED[1]
        self.begin_us = next(line.at_us for line in self.lines if line.source == mine)
        if case.begin:
            self.begin_us = at_us(case.begin)
        self.side: Side = side_of(
            self._configuration(), self.epoch_us + self.begin_us, self.client_address
        )
        if case.leases:
            self.side.journal = case.leases
            self.side = restarted(self.side, self.side.now_us)
        self.expected: list[tuple[int, Message]] = []
        self.links: dict[frozenset[str], int] = {}

    def _configuration(self) -> str:
        case = self.case
        if case.configuration is not None:
            return (FOLDER / case.configuration).read_text()
        return configuration_text(
            case.is_primary,
            case.settings,
            case.addresses,
            case.pool,
            case.mclt,
            case.split,
            case.name,
            case.outer,
        )

    def run(self) -> None:
        """Play it all."""
        orders = [(at_us(text), state) for text, state in self.case.orders]
        self._play(at_us(self.case.until), orders)

    def live_again(self, start: str, until: str, skew: int = 0) -> None:
        """A second process of the same server; what is sent and logged is only its own."""
        self.begin_us = at_us(start)
        self.epoch_us += (skew - self.case.skew) * 1_000_000
        self.side = restarted(self.side, self.epoch_us + self.begin_us)
        self.expected = []
        self.links = {}
        self._play(at_us(until), [])

    def set_balance_times(self, times: list[str]) -> None:
        """Balance when dhcpd did, which adds up to four seconds at random each time; but not
        outside of what chance allows."""
        self.side = BalancedSide(self.side, [self.epoch_us + at_us(text) - 2_000 for text in times])

    def _play(self, end_us: int, orders: list[tuple[int, int]]) -> None:
        self.side.start()
        for line in self.lines:
            if not self.begin_us <= line.at_us <= end_us:
                continue
            while orders and orders[0][0] <= line.at_us:
                at, state = orders.pop(0)
                self.side.wait_until(self.epoch_us + at)
                assert self.side.set_state(state)
            self.side.wait_until(max(self.epoch_us + line.at_us, self.side.now_us))
            if line.kind == CLIENT:
                if line.destination in ("255.255.255.255", self.client_address):
                    self.side.packet(line.wire, line.source)
            elif line.source == self.mine:
                self._mine(line)
            else:
                self._others(line)

    def finish(self) -> None:
        """Let time pass from the last recorded line to the end."""
        end_us = self.epoch_us + at_us(self.case.until)
        self.side.wait_until(max(end_us, self.side.now_us))

    def _mine(self, line: Line) -> None:
        if line.kind == "SYN-ACK":
            self.links[line.connection] = len(self.links) + 1
            self.side.accepted(self.links[line.connection], self.other)
        elif line.kind not in TCP:
            self.expected.append((self.links[line.connection], decode(line.wire)))

    def _others(self, line: Line) -> None:
        link = self.links.get(line.connection)
        if line.kind == "SYN-ACK":
            self.links[line.connection] = len(self.links) + 1
            self.side.dialled(self.links[line.connection], self.other)
        elif line.kind == "SYN":
            pass
        elif line.kind in TCP:
            if link is not None:
                self.side.lost(link)
            elif line.kind == "RST":
                self.side.dial_refused()
        elif link is not None:
            self.side.received(link, self._with_my_xid(link, line))

    def _with_my_xid(self, link: int, line: Line) -> bytes:
        """A BNDACK answers the xid of my own BNDUPD, which CONTACTs may have shifted."""
        if line.kind != "BNDACK":
            return line.wire
        ack = decode(line.wire)
        address = ack.numbers[option.ASSIGNED_IP_ADDRESS]
        recorded = _update_xids(self.expected, link, address)
        mine = _update_xids(self.side.sent, link, address)
        if ack.xid not in recorded or recorded.index(ack.xid) >= len(mine):
            return line.wire
        xid = mine[recorded.index(ack.xid)]
        return encode(Message(ack.code, ack.time, xid, ack.numbers, ack.data))


class BalancedSide(Side):
    """A side whose scheduled balancing happens at given times (epoch microseconds)."""

    def __init__(self, side: Side, times_us: list[int]) -> None:
        address = format_ipv4(side.interface.addresses[0])
        super().__init__(side.configuration, side.now_us, address)
        self.times_us = times_us
        self.earliest_us = 0
        self.placed_us = 0

    def take(self, turn: Turn) -> Turn:
        """Put the next balancing where it was recorded."""
        peer = self.peer
        if peer.balance_us is not None:
            following = [at for at in self.times_us if at > self.now_us]
            if peer.balance_us != self.placed_us:
                self.earliest_us = peer.balance_us
            late_us = following[0] - self.earliest_us if following else 0
            # Else something will happen first that brings it forward.
            if following and late_us > -1_000_000:
                assert late_us < (LONGEST_JITTER_S + 1) * 1_000_000
                peer.balance_us = self.placed_us = following[0]
        return super().take(turn)


def _update_xids(sent: list[tuple[int, Message]], link: int, address: int) -> list[int]:
    return [
        one.xid
        for number, one in sent
        if number == link
        and one.code == message.BNDUPD
        and one.numbers[option.ASSIGNED_IP_ADDRESS] == address
    ]


Sent = tuple[int, dict[int, int], dict[int, bytes]]


def by_subject(sent: list[tuple[int, Message]]) -> dict[tuple[str, int], list[Sent]]:
    """What was sent, by message and address: between them the order depends on scheduling.

    Times and xids of headers are masked, CONTACT left out.
    """
    found: dict[tuple[str, int], list[Sent]] = defaultdict(list)
    for link, one in sent:
        if one.code != message.CONTACT:
            address = one.numbers.get(option.ASSIGNED_IP_ADDRESS, 0)
            found[one.name, address].append((link, one.numbers, one.data))
    return found

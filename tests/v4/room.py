"""A DHCPv4 core in a test: a configuration and a fake clock, packets in, decoded replies out."""

from dataclasses import dataclass
from struct import pack

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.turn import Reply, Turn
from pydhcpd.expression.data import Constant
from pydhcpd.expression.node import Statement
from pydhcpd.expression.statement import SUPERSEDE, SetOption
from pydhcpd.lease.lease import Lease
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.host import Host
from pydhcpd.model.network import Pool, Range, SharedNetwork, Subnet
from pydhcpd.model.scope import Scope
from pydhcpd.options.space import OptionSpaces
from pydhcpd.v4.dispatch import Dhcp4
from pydhcpd.wire.address import address_bytes, format_ipv4, mask_of, parse_ipv4
from pydhcpd.wire.moment import Moment
from tests.resolve.reading import configuration_of

START_S = 1_700_000_000
SERVER_MAC = bytes.fromhex("01020000000001")
COOKIE = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
BOOTP = 0
LEASEQUERY, LEASEUNASSIGNED, LEASEUNKNOWN, LEASEACTIVE = range(10, 14)
SERVER = bytes((10, 0, 0, 1))

Options = tuple[tuple[int, bytes], ...]


def address(text: str) -> int:
    """An address that is known to be right."""
    value = parse_ipv4(text)
    assert value is not None
    return value


def option(code: int, value: bytes) -> Statement:
    return SetOption("dhcp", code, Constant(value), SUPERSEDE)


def parameter(code: int, value: bytes) -> Statement:
    return SetOption("server", code, Constant(value), SUPERSEDE)


PING_CHECK_OFF = parameter(42, b"\0")
CACHE_THRESHOLD_OFF = parameter(78, b"\0")
DEFAULT_LEASE_TIME_600 = parameter(1, (600).to_bytes(4, "big"))


def one_subnet(
    statements: tuple[Statement, ...],
    low: str,
    high: str,
    hosts: tuple[Host, ...] = (),
) -> Configuration:
    """An authoritative 10.0.0.0/8 subnet with one pool."""
    scope = Scope(statements, None)
    inner = Scope((), scope)
    pool = Pool(0, 0, inner, (Range(address(low), address(high)),), (), ())
    subnet = Subnet(0, 0, address("10.0.0.0"), mask_of(8), inner, True, ())
    network = SharedNetwork(0, "10.0.0.0/8", inner, True, (subnet,), (pool,), ())
    return Configuration(
        scope=scope,
        spaces=OptionSpaces(),
        shared_networks=(network,),
        subnets=(subnet,),
        pools=(pool,),
        classes=(),
        hosts={host.name: host for host in hosts},
        hosts_by_hardware={host.hardware: (host,) for host in hosts if host.hardware},
        hosts_by_client_identifier={},
        hosts_by_identifier=(),
        peers={},
        keys={},
        zones={},
    )


@dataclass
class Answer:
    """A reply with its options decoded, `order` their codes as they stand in the main area."""

    reply: Reply
    yiaddr: str
    options: dict[int, bytes]
    order: list[int]

    @property
    def kind(self) -> int:
        return self.options[53][0]

    @property
    def lease_time(self) -> int:
        return int.from_bytes(self.options[51], "big")

    @property
    def log(self) -> str:
        """The line that is logged when the reply leaves."""
        assert self.reply.log is not None
        return self.reply.log[1]


def packet_of(
    kind: int,
    client: int = 1,
    options: Options = (),
    *,
    ciaddr: str = "0.0.0.0",
    giaddr: str = "0.0.0.0",
    flags: int = 0,
    secs: int = 0,
    op: int = 1,
    htype: int = 1,
    hlen: int = 6,
    hops: int = 0,
    sname: bytes = b"",
    file: bytes = b"",
) -> bytes:
    """A packet of client 02:00:00:00:01:NN; `kind` BOOTP has no option 53."""
    mac = bytes((2, 0, 0, 0, 1, client))
    header = pack(
        "!BBBBIHHIIII16s64s128s",
        *(op, htype, hlen, hops, 7, secs, flags, address(ciaddr), 0, 0, address(giaddr)),
        *(mac[:hlen], sname, file),
    )
    area = b"" if kind == BOOTP else bytes((53, 1, kind))
    for code, value in options:
        for at in range(0, len(value) or 1, 255):
            part = value[at : at + 255]
            area += bytes((code, len(part))) + part
    return header + COOKIE + area + b"\xff"


class Room:
    """One core with a clock of its own and an interface at 10.0.0.1."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.store = LeaseStore(configuration.pools)
        self.core = Dhcp4(configuration, self.store, 67, 68, 0xFFFFFFFF)
        self.interface = Interface("v4s0", 1, SERVER_MAC, (address("10.0.0.1"),), 0)
        self.now_us = START_S * 1_000_000
        self.turn = Turn()

    @property
    def now(self) -> int:
        return self.now_us // 1_000_000

    @property
    def log(self) -> list[str]:
        """The lines of the last turn, without those of its replies."""
        return [text for _, text in self.turn.log]

    @property
    def recorded(self) -> list[Lease]:
        """The leases whose records the last turn writes."""
        return [change.after for change in self.turn.changes]

    def lease(self, text: str) -> Lease:
        """The lease of an address."""
        return self.store.lease_of(address(text))

    def pass_to(self, seconds: int) -> Turn:
        """Let the clock run to `seconds` after the start, timers included."""
        return self._run((START_S + seconds) * 1_000_000)

    def wait(self, seconds: float) -> Turn:
        """Let some time pass, timers included."""
        return self._run(self.now_us + int(seconds * 1_000_000))

    def _run(self, target_us: int) -> Turn:
        self.turn = Turn()
        while (due_us := self.core.next_timer_us()) is not None and due_us <= target_us:
            self.now_us = max(self.now_us, due_us)
            self.core.handle_timer(Moment(self.now_us), self.turn)
        self.now_us = target_us
        return self.turn

    def send(
        self,
        kind: int,
        client: int = 1,
        options: Options = (),
        ciaddr: str = "0.0.0.0",
        giaddr: str = "0.0.0.0",
        flags: int = 0,
        secs: int = 0,
        source: str = "0.0.0.0",
    ) -> Answer | None:
        """One packet of client 02:00:00:00:01:NN; the reply, if there was one."""
        payload = packet_of(
            kind, client, options, ciaddr=ciaddr, giaddr=giaddr, flags=flags, secs=secs
        )
        return self.send_payload(payload, source)

    def ask(
        self,
        kind: int,
        client: int = 1,
        options: Options = (),
        ciaddr: str = "0.0.0.0",
        giaddr: str = "0.0.0.0",
        flags: int = 0,
        source: str = "0.0.0.0",
    ) -> Answer:
        """The same for a packet that is answered."""
        answer = self.send(kind, client, options, ciaddr, giaddr, flags, 0, source)
        assert answer is not None, self.log
        return answer

    def bind(
        self, client: int = 1, options: Options = (), giaddr: str = "0.0.0.0", flags: int = 0
    ) -> Answer:
        """DISCOVER and REQUEST of the address offered; the answer is an ACK."""
        offered = self.ask(DISCOVER, client, options, giaddr=giaddr, flags=flags)
        chosen = (requested(offered.yiaddr), (54, offered.options[54]))
        answer = self.ask(REQUEST, client, (*chosen, *options), giaddr=giaddr, flags=flags)
        assert answer.kind == ACK
        return answer

    def send_payload(self, payload: bytes, source: str = "0.0.0.0") -> Answer | None:
        """A datagram as it is."""
        self.turn = Turn()
        datagram = Datagram(payload, self.interface, address(source))
        self.core.receive(datagram, Moment(self.now_us), self.turn)
        return decode(self.turn.replies[0]) if self.turn.replies else None

    def echo(self, text: str) -> Turn:
        """An ICMP echo reply comes from an address."""
        self.turn = Turn()
        self.core.echo_replied(address(text), Moment(self.now_us), self.turn)
        return self.turn


def room_of(text: str) -> Room:
    """A core over a dhcpd.conf."""
    return Room(configuration_of(text))


def serve(outer: str = "", inner: str = "", more: str = "") -> Room:
    """Ten addresses from 10.0.0.100 in 10.0.0.0/24, authoritative, without pings.

    `outer` are statements of the global scope, `inner` of the subnet, `more` further declarations.
    """
    return room_of(
        f"authoritative; ping-check off; {outer}\n"
        "subnet 10.0.0.0 netmask 255.255.255.0 {\n"
        f"  range 10.0.0.100 10.0.0.109; {inner}\n"
        "}\n" + more
    )


def decode(reply: Reply) -> Answer:
    """Header and options of a reply; of overloaded fields nothing."""
    payload = reply.payload
    options: dict[int, bytes] = {}
    order: list[int] = []
    at = 240
    if payload[236:240] == COOKIE:
        while at < len(payload) and payload[at] != 255:
            code, size = payload[at], payload[at + 1]
            options[code] = options.get(code, b"") + payload[at + 2 : at + 2 + size]
            order.append(code)
            at += 2 + size
    return Answer(reply, format_ipv4(int.from_bytes(payload[16:20], "big")), options, order)


def requested(text: str) -> tuple[int, bytes]:
    """Option 50."""
    return 50, address_bytes(address(text))


def agent(*suboptions: tuple[int, bytes]) -> tuple[int, bytes]:
    """Option 82."""
    return 82, b"".join(bytes((code, len(value))) + value for code, value in suboptions)


RELAYED_SUBNET = """
subnet 10.9.0.0 netmask 255.255.255.0 {
  range 10.9.0.100 10.9.0.109;
}
"""
RELAY = "10.9.0.254"

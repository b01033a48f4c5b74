"""A DHCPv4 core in a test: a configuration made by hand, packets in, decoded replies out."""

from dataclasses import dataclass
from struct import pack

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.turn import Reply, Turn
from pydhcpd.expression.data import Constant
from pydhcpd.expression.statement import SUPERSEDE, SetOption, Statement
from pydhcpd.lease.store import LeaseStore
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.host import Host
from pydhcpd.model.network import Pool, Range, SharedNetwork, Subnet
from pydhcpd.model.scope import Scope
from pydhcpd.options.space import OptionSpaces
from pydhcpd.v4.dispatch import Dhcp4
from pydhcpd.wire.address import address_bytes, format_ipv4, mask_of, parse_ipv4
from pydhcpd.wire.moment import Moment

START_S = 1_700_000_000
SERVER_MAC = bytes.fromhex("01020000000001")
COOKIE = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)


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
        group_names=(),
        peers={},
        keys={},
        zones={},
    )


@dataclass
class Answer:
    """A reply with its options decoded."""

    reply: Reply
    yiaddr: str
    options: dict[int, bytes]

    @property
    def kind(self) -> int:
        return self.options[53][0]


class Room:
    """One core with a clock of its own and an interface at 10.0.0.1."""

    def __init__(self, configuration: Configuration) -> None:
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
        """The lines of the last turn."""
        return [text for _, text in self.turn.log]

    def pass_to(self, seconds: int) -> Turn:
        """Let the clock run to `seconds` after the start, timers included."""
        target_us = (START_S + seconds) * 1_000_000
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
        options: tuple[tuple[int, bytes], ...] = (),
        ciaddr: str = "0.0.0.0",
        giaddr: str = "0.0.0.0",
        flags: int = 0,
        secs: int = 0,
        source: str = "0.0.0.0",
    ) -> Answer | None:
        """One packet of client 02:00:00:00:01:NN; the reply, if there was one."""
        mac = bytes((2, 0, 0, 0, 1, client))
        payload = pack(
            "!BBBBIHHIIII16s64s128s",
            *(1, 1, 6, 0, 7, secs, flags, address(ciaddr), 0, 0, address(giaddr)),
            *(mac, b"", b""),
        )
        payload += COOKIE + bytes((53, 1, kind))
        for code, value in options:
            payload += bytes((code, len(value))) + value
        return self.send_payload(payload + b"\xff", source)

    def send_payload(self, payload: bytes, source: str = "0.0.0.0") -> Answer | None:
        """A datagram as it is."""
        self.turn = Turn()
        datagram = Datagram(payload, self.interface, address(source))
        self.core.receive(datagram, Moment(self.now_us), self.turn)
        return decode(self.turn.replies[0]) if self.turn.replies else None


def decode(reply: Reply) -> Answer:
    """Header and options of a reply that has no overload."""
    payload = reply.payload
    options: dict[int, bytes] = {}
    at = 240
    while payload[at] != 255:
        code, size = payload[at], payload[at + 1]
        options[code] = payload[at + 2 : at + 2 + size]
        at += 2 + size
    return Answer(reply, format_ipv4(int.from_bytes(payload[16:20], "big")), options)


def requested(text: str) -> tuple[int, bytes]:
    """Option 50."""
    return 50, address_bytes(address(text))

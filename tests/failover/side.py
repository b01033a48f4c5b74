"""One server of a pair in a test: a whole server with failover, with a fake clock."""

from collections import deque
from collections.abc import Sequence

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.turn import LinkAction, LinkClose, LinkDial, LinkSend, Turn
from pydhcpd.failover.codec import decode
from pydhcpd.failover.message import Message
from pydhcpd.failover.relationship import Relationship
from pydhcpd.lease.load import load_leases
from pydhcpd.lease.peerstate import PeerState
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.text import LeaseWriter
from pydhcpd.model.configuration import Configuration
from pydhcpd.server.server import Server
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.moment import Moment
from tests.lease.pools import address
from tests.resolve.reading import configuration_of
from tests.v4.room import SERVER_MAC

SUBNET = "subnet 10.13.37.0 netmask 255.255.255.0"


def configuration_text(
    is_primary: bool,
    settings: str = "",
    addresses: tuple[str, str] = ("10.13.37.5", "10.13.37.60"),
    pool: str = "range 10.13.37.200 10.13.37.209;",
    mclt: int = 30,
    split: int = 128,
    name: str = "fo",
    outer: str = "",
) -> str:
    """The dhcpd.conf of one server of the pair that was recorded."""
    mine, other = addresses if is_primary else addresses[::-1]
    role = f"primary; mclt {mclt}; split {split};" if is_primary else "secondary;"
    return (
        f"{outer} authoritative; ping-check off; ddns-update-style none;"
        "default-lease-time 60; max-lease-time 120; min-lease-time 10;"
        f'failover peer "{name}" {{ {role} address {mine}; peer address {other};'
        "max-response-delay 10; max-unacked-updates 10; load balance max seconds 3;"
        f"{settings} }}"
        f"{SUBNET} {{ option routers 10.13.37.254; pool {{"
        f'failover peer "{name}"; deny dynamic bootp clients; {pool} }} }}'
    )


class Side:
    """One server, with `name` as its first relationship.

    `sent` are the failover messages by link, `replies` the DHCP replies. `log`, `dials`, `closed`
    and `journal` add up.
    """

    def __init__(
        self,
        configuration: Configuration,
        now_us: int,
        client_address: str = "10.13.37.5",
        saved: PeerState | None = None,
        store: LeaseStore | None = None,
    ) -> None:
        self.configuration = configuration
        agent = configuration.spaces.find("agent")
        assert agent is not None
        self.interface = Interface("e0", 1, SERVER_MAC, (address(client_address),), 0)
        self.store = LeaseStore(configuration.pools) if store is None else store
        self.writer = LeaseWriter(agent, configuration.lease_id_format, None)
        self.server = Server(configuration, self.store, self.writer, 67, 68, 0xFFFFFFFF)
        self.name = next(iter(configuration.peers))
        self.saved = {} if saved is None else {saved.name: saved}
        self.waiting: Sequence[int] = ()
        # For the network of a pair: what is to be done to links, whether the process lives.
        self.actions: deque[LinkAction] = deque()
        self.is_running = False
        self.now_us = now_us
        self.sent: list[tuple[int, Message]] = []
        self.replies: list[bytes] = []
        self.log: list[str] = []
        self.dials: list[str] = []
        self.closed: list[int] = []
        self.journal = ""

    @property
    def moment(self) -> Moment:
        return Moment(self.now_us)

    @property
    def peer(self) -> Relationship:
        return self.server.failover.peers[self.name]

    def take(self, turn: Turn) -> Turn:
        """What the daemon would do with a Turn."""
        self.log.extend(text for _, text in turn.log)
        text = self.server.record_text(turn.changes, turn.peer_states)
        self.server.committed()
        self.journal += text.decode("latin-1")
        for reply in turn.replies:
            self.replies.append(reply.payload)
            if reply.log is not None:
                self.log.append(reply.log[1])
        self.actions.extend(turn.links)
        for action in turn.links:
            if isinstance(action, LinkSend):
                self.sent.append((action.link, decode(action.payload)))
            elif isinstance(action, LinkDial):
                self.dials.append(action.peer)
            elif isinstance(action, LinkClose):
                self.closed.append(action.link)
        return turn

    def start(self) -> Turn:
        self.is_running = True
        turn = self.server.start_failover(self.saved, self.waiting, lambda: 0, self.moment)
        return self.take(turn)

    def accepted(self, link: int, remote: str) -> Turn:
        return self.take(self.server.link_accepted(link, address(remote), self.moment))

    def dialled(self, link: int, remote: str, name: str = "") -> Turn:
        name = name or self.name
        return self.take(self.server.link_dialled(link, name, address(remote), self.moment))

    def dial_failed(self, reason: str | None = None) -> Turn:
        return self.take(self.server.dial_failed(self.name, reason, self.moment))

    def dial_refused(self, name: str = "") -> Turn:
        return self.take(self.server.dial_refused(name or self.name, self.moment))

    def received(self, link: int, data: bytes) -> Turn:
        return self.take(self.server.link_received(link, data, self.moment))

    def lost(self, link: int) -> Turn:
        return self.take(self.server.link_closed(link, self.moment))

    def broken(self, link: int) -> Turn:
        return self.take(self.server.link_broken(link, self.moment))

    def packet(self, payload: bytes, source: str) -> Turn:
        """A DHCP packet from a client."""
        datagram = Datagram(payload, self.interface, address(source))
        return self.take(self.server.receive([datagram], self.moment))

    def set_state(self, state: int) -> bool:
        turn = self.server.set_peer_state(self.name, state, self.moment)
        if turn is not None:
            self.take(turn)
        return turn is not None

    def wait_until(self, target_us: int) -> None:
        """Let time pass."""
        while (due_us := self.server.next_timer_us()) is not None and due_us <= target_us:
            self.now_us = max(self.now_us, due_us)
            self.take(self.server.handle_timer(self.moment))
        self.now_us = target_us

    def wait(self, seconds: float) -> None:
        self.wait_until(self.now_us + int(seconds * 1_000_000))


def side_of(
    text: str, now_us: int, client_address: str = "10.13.37.5", saved: PeerState | None = None
) -> Side:
    """A side over a dhcpd.conf."""
    return Side(configuration_of(text), now_us, client_address, saved)


def restarted(side: Side, now_us: int) -> Side:
    """A new process of the same server, over what the old one has written."""
    configuration = side.configuration
    chunks = [side.journal.encode("latin-1")]
    loaded = load_leases("dhcpd.leases", chunks, configuration, now_us // 1_000_000)
    assert loaded.messages == []
    (address,) = side.interface.addresses
    again = Side(configuration, now_us, format_ipv4(address), None, loaded.store)
    again.saved = loaded.peer_states
    again.waiting = loaded.waiting
    again.journal = side.journal
    return again

"""What a core returns for one event: a Turn (replies, lease changes, log lines, questions).

Same event, same moment, same state: same Turn. The daemon carries it out in this order:
log lines; lease changes to the journal and onto the disk; then each reply with its own lines,
and what goes to failover partners. A reply that promises a lease is `is_held`: if the disk fails
it never leaves.
"""

from typing import Final, final

from pydhcpd.core.command import Command
from pydhcpd.core.interface import Interface
from pydhcpd.core.log import LogLine
from pydhcpd.lease.change import LeaseChange
from pydhcpd.lease.peerstate import PeerState

# How a reply leaves
RAW: Final = 0  # as a frame of our own on the interface: the client has no address yet
UDP: Final = 1  # through the UDP socket: the kernel routes and resolves


@final
class Reply:
    """One datagram to send.

    `hardware` is the Ethernet destination of a RAW reply, `source` the IP source address of a
    RAW reply (the server identifier). `log` is logged when the reply leaves; `site` is the
    `dhcp.c:NNNN` that dhcpd names in its line about a failed send.
    """

    __slots__ = (
        "destination",
        "hardware",
        "interface",
        "is_held",
        "log",
        "path",
        "payload",
        "port",
        "site",
        "source",
    )

    def __init__(
        self,
        payload: bytes,
        interface: Interface,
        path: int,
        destination: int,
        port: int,
        source: int,
        hardware: bytes,
        is_held: bool,
        log: LogLine | None,
        site: str,
    ) -> None:
        self.payload: Final = payload
        self.interface: Final = interface
        self.path: Final = path
        self.destination: Final = destination
        self.port: Final = port
        self.source: Final = source
        self.hardware: Final = hardware
        self.is_held: Final = is_held
        self.log: Final = log
        self.site: Final = site


@final
class LinkDial:
    """Connect to a failover partner."""

    __slots__ = ("peer",)

    def __init__(self, peer: str) -> None:
        self.peer: Final = peer


@final
class LinkSend:
    """Bytes for a failover link; what is held waits for the records that it speaks of."""

    __slots__ = ("is_held", "link", "payload")

    def __init__(self, link: int, payload: bytes, is_held: bool) -> None:
        self.link: Final = link
        self.payload: Final = payload
        self.is_held: Final = is_held


@final
class LinkClose:
    """Close a failover link when all before is sent; nobody will ask for it again."""

    __slots__ = ("link",)

    def __init__(self, link: int) -> None:
        self.link: Final = link


LinkAction = LinkDial | LinkSend | LinkClose


@final
class PeerStateChange:
    """The states of a relationship to record, behind the first `position` changes of leases."""

    __slots__ = ("position", "state")

    def __init__(self, position: int, state: PeerState) -> None:
        self.position: Final = position
        self.state: Final = state


@final
class Turn:
    """All that follows from one event, each list in order.

    `pings` are addresses to probe, `lookups` addresses whose names the resolver is asked for,
    `commands` what `execute` statements want run. `links` is what happens to the links of
    failover partners, `peer_states` are records of theirs. `fatal` is the text of a
    `log(fatal, ...)`, which ends the server.
    """

    __slots__ = (
        "changes",
        "commands",
        "fatal",
        "links",
        "log",
        "lookups",
        "peer_states",
        "pings",
        "replies",
    )

    def __init__(self) -> None:
        self.log: Final[list[LogLine]] = []
        self.changes: Final[list[LeaseChange]] = []
        self.replies: Final[list[Reply]] = []
        self.pings: Final[list[int]] = []
        self.lookups: Final[list[int]] = []
        self.commands: Final[list[Command]] = []
        self.links: Final[list[LinkAction]] = []
        self.peer_states: Final[list[PeerStateChange]] = []
        self.fatal: str | None = None

    def add(self, other: "Turn") -> None:
        """Append what another Turn holds."""
        self.log.extend(other.log)
        for change in other.peer_states:
            position = len(self.changes) + change.position
            self.peer_states.append(PeerStateChange(position, change.state))
        self.links.extend(other.links)
        self.changes.extend(other.changes)
        self.replies.extend(other.replies)
        self.pings.extend(other.pings)
        self.lookups.extend(other.lookups)
        self.commands.extend(other.commands)
        if self.fatal is None:
            self.fatal = other.fatal

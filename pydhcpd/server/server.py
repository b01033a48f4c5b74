"""The composed server: which core gets an event, and in which order a batch is served.

Pure like the cores it composes: events and moments in, Turns out. The daemon carries them out
and tells the outcome of each commit.
"""

from collections.abc import Sequence
from typing import Final, final

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.turn import Turn
from pydhcpd.lease.change import LeaseChange
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.text import LeaseWriter
from pydhcpd.model.configuration import Configuration
from pydhcpd.server.batch import order_batch
from pydhcpd.v4.dispatch import Dhcp4
from pydhcpd.wire.moment import Moment


@final
class Server:
    """One server over one configuration and one store of leases."""

    __slots__ = ("_dhcp4", "_now", "_unwritten", "_writer", "store")

    def __init__(
        self,
        configuration: Configuration,
        store: LeaseStore,
        writer: LeaseWriter,
        server_port: int,
        client_port: int,
        broadcast_address: int,
    ) -> None:
        self.store: Final = store
        self._writer: Final = writer
        self._dhcp4: Final = Dhcp4(
            configuration, store, server_port, client_port, broadcast_address
        )
        self._now = 0
        # Addresses whose last record is not on disk, because a commit failed.
        self._unwritten: Final[dict[int, None]] = {}

    def receive(self, datagrams: Sequence[Datagram], moment: Moment) -> Turn:
        """Serve what one draining of the sockets brought in; at most a few hundred datagrams."""
        turn = Turn()
        self._now = moment.seconds
        try:
            for datagram in order_batch(datagrams):
                self._dhcp4.receive(datagram, moment, turn)
                if turn.fatal is not None:
                    break
        except Exception:
            # A mistake of ours: nobody is answered, and what changed before is still recorded.
            self.commit_failed(turn.changes)
            raise
        return turn

    def echo_replied(self, address: int, moment: Moment) -> Turn:
        """An ICMP echo reply came from `address`."""
        turn = Turn()
        self._now = moment.seconds
        self._dhcp4.echo_replied(address, moment, turn)
        return turn

    def name_found(self, address: int, name: bytes, moment: Moment) -> None:
        """The resolver's answer to a look-up; an empty name: it has none."""
        self._dhcp4.name_found(address, name, moment)

    def next_timer_us(self) -> int | None:
        """When `handle_timer` wants to be called (microseconds since the epoch), None: never."""
        return self._dhcp4.next_timer_us()

    def handle_timer(self, moment: Moment) -> Turn:
        """Expiries and ping time-outs that are due; call again while more are."""
        turn = Turn()
        self._now = moment.seconds
        self._dhcp4.handle_timer(moment, turn)
        return turn

    def record_text(self, changes: Sequence[LeaseChange]) -> bytes:
        """The records to append for these changes, with those of commits that failed before."""
        leases = [change.after for change in changes]
        if self._unwritten:
            changed = {lease.address for lease in leases}
            missing = [self.store.lease_of(at) for at in self._unwritten if at not in changed]
            leases = missing + leases
        return "".join([self._writer.record(lease, self._now) for lease in leases]).encode(
            "latin-1"
        )

    def commit_failed(self, changes: Sequence[LeaseChange]) -> None:
        """The records of these changes are not on disk: they go with the next commit.

        Such a lease may not be confirmed from memory, so it is marked as not reusable.
        """
        for change in changes:
            self._unwritten[change.after.address] = None
            self._dhcp4.distrust(change)

    def committed(self) -> None:
        """The last `record_text` is on disk."""
        self._unwritten.clear()

    @property
    def has_unwritten(self) -> bool:
        """Records of failed commits wait for the disk."""
        return bool(self._unwritten)

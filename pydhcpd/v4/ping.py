"""Offers that wait for a ping: an address that answers is not offered (RFC 2131 section 2.2)."""

from heapq import heappop, heappush
from typing import Final, final

from pydhcpd.core.log import LogLine
from pydhcpd.core.turn import Reply
from pydhcpd.lease.lease import Lease
from pydhcpd.v4.message import ETHERNET_BROADCAST
from pydhcpd.wire.moment import MICROSECONDS

HLEN_AT: Final = 2
# A clock that goes back further than this was set.
SLEW_US: Final = MICROSECONDS


@final
class PendingOffer:
    """The OFFER for `address`, ready to leave when `due_us` passes without an echo reply.

    `nameless` is its log line without the client's hardware address.
    """

    __slots__ = ("address", "due_us", "nameless", "reply")

    def __init__(self, address: int, due_us: int, reply: Reply, nameless: LogLine) -> None:
        self.address: Final = address
        self.due_us: Final = due_us
        self.reply: Final = reply
        self.nameless: Final = nameless

    def reply_by(self, lease: Lease) -> Reply:
        """The OFFER as it leaves, by what the lease has become while it waited.

        Who is answered is taken from the lease: a DECLINE of the address has made it forget its
        client, and the length of no hardware address comes out as 255 (observed).
        """
        reply = self.reply
        if lease.hardware is not None:
            return reply
        return Reply(
            reply.payload[:HLEN_AT] + b"\xff" + reply.payload[HLEN_AT + 1 :],
            reply.interface,
            reply.path,
            reply.destination,
            reply.port,
            reply.source,
            ETHERNET_BROADCAST,
            reply.is_held,
            self.nameless,
            reply.site,
        )


@final
class Pings:
    """The pending offers by address, and in order of their due times.

    What waits when somebody sets the clock back leaves at once. In dhcpd it leaves when the old
    time has come again, and until then its client gets no other offer.
    """

    __slots__ = ("_by_address", "_by_time", "_latest_us", "_sequence")

    def __init__(self) -> None:
        self._by_address: dict[int, PendingOffer] = {}
        self._by_time: list[tuple[int, int, PendingOffer]] = []
        self._sequence = 0
        self._latest_us = 0

    def is_pending(self, address: int) -> bool:
        """An offer of this address waits."""
        return address in self._by_address

    def is_any_pending(self) -> bool:
        """Some offer waits; only then dhcpd looks at echo replies (observed)."""
        return bool(self._by_address)

    def add(self, offer: PendingOffer, now_us: int) -> None:
        """Hold an offer until its time."""
        self._watch_clock(now_us)
        self._by_address[offer.address] = offer
        self._sequence += 1
        heappush(self._by_time, (offer.due_us, self._sequence, offer))

    def cancel(self, address: int) -> PendingOffer | None:
        """Forget the offer of an address."""
        return self._by_address.pop(address, None)

    def next_due_us(self) -> int | None:
        """When the earliest offer leaves."""
        while self._by_time:
            due_us, _, offer = self._by_time[0]
            if self._by_address.get(offer.address) is offer:
                return due_us
            heappop(self._by_time)
        return None

    def pop_due(self, now_us: int) -> PendingOffer | None:
        """The next offer whose time has come."""
        self._watch_clock(now_us)
        due_us = self.next_due_us()
        if due_us is None or due_us > now_us:
            return None
        _, _, offer = heappop(self._by_time)
        del self._by_address[offer.address]
        return offer

    def _watch_clock(self, now_us: int) -> None:
        if now_us < self._latest_us - SLEW_US:
            # In their old order, which makes a heap.
            self._by_time = [
                (min(due_us, now_us), number, offer)
                for due_us, number, offer in sorted(self._by_time)
            ]
        self._latest_us = now_us

"""Offers that wait for a ping: an address that answers is not offered (RFC 2131 section 2.2)."""

from heapq import heappop, heappush
from typing import Final, final

from pydhcpd.core.turn import Reply


@final
class PendingOffer:
    """The OFFER for `address`, ready to leave when `due_us` passes without an echo reply."""

    __slots__ = ("address", "due_us", "reply")

    def __init__(self, address: int, due_us: int, reply: Reply) -> None:
        self.address: Final = address
        self.due_us: Final = due_us
        self.reply: Final = reply


@final
class Pings:
    """The pending offers by address, and in order of their due times."""

    __slots__ = ("_by_address", "_by_time", "_sequence")

    def __init__(self) -> None:
        self._by_address: dict[int, PendingOffer] = {}
        self._by_time: list[tuple[int, int, PendingOffer]] = []
        self._sequence = 0

    def is_pending(self, address: int) -> bool:
        """An offer of this address waits."""
        return address in self._by_address

    def is_any_pending(self) -> bool:
        """Some offer waits; only then dhcpd looks at echo replies (observed)."""
        return bool(self._by_address)

    def add(self, offer: PendingOffer) -> None:
        """Hold an offer until its time."""
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
        due_us = self.next_due_us()
        if due_us is None or due_us > now_us:
            return None
        _, _, offer = heappop(self._by_time)
        del self._by_address[offer.address]
        return offer

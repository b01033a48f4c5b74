"""One TCP connection with a failover partner: number, framing, xids, what the partner announced."""

from collections import deque
from typing import Final, final

from pydhcpd.failover.framing import Framer
from pydhcpd.failover.times import (
    ACK_DELAY_S,
    CONTACTS_PER_RECEIVE_TIMER,
    LARGEST_TIME_OFFSET_S,
    LINK_STARTUP_S,
    SHORTEST_CONTACT_S,
)
from pydhcpd.wire.moment import MICROSECONDS, Moment


@final
class Link:
    """`number` is the daemon's; `is_up` once CONNECT and CONNECTACK were exchanged.

    `max_unacked` and `receive_timer` are the partner's, 0 if it said none. `clock_ahead_s` is by
    how much its clock seems to be ahead of mine (seconds), less if messages take long. `window` is
    how many updates without an answer I take.
    """

    __slots__ = (
        "_slowest_s",
        "clock_ahead_s",
        "framer",
        "has_sent_connect",
        "is_closed",
        "is_up",
        "last_received_us",
        "last_sent_us",
        "max_unacked",
        "next_xid",
        "number",
        "opened_us",
        "receive_timer",
        "remote",
        "updates_us",
    )

    def __init__(self, number: int, remote: int, opened_us: int, window: int) -> None:
        self.number: Final = number
        self.remote: Final = remote
        self.opened_us = opened_us
        self.framer: Final = Framer()
        self.is_up = False
        self.is_closed = False
        self.has_sent_connect = False
        self.next_xid = 0
        self.max_unacked = 0
        self.receive_timer = 0
        self.last_sent_us = opened_us
        self.last_received_us = opened_us
        self.clock_ahead_s = -LARGEST_TIME_OFFSET_S
        self._slowest_s = 0
        # When the last of the partner's updates came, as many as I take at once.
        self.updates_us: deque[int] = deque(maxlen=max(window, 1))

    def is_backlogged(self, moment: Moment) -> bool:
        """May the partner, when it closed the link, have had to hold updates back?

        What it did not know to be acknowledged filled its window: what has come within the time
        that an acknowledgement takes.
        """
        updates_us = self.updates_us
        if len(updates_us) < (updates_us.maxlen or 0):
            return False
        span_s = 2 * self._slowest_s + ACK_DELAY_S
        return updates_us[0] > moment.us - span_s * MICROSECONDS

    def set_back(self, by_us: int) -> None:
        """The clock was set back by so much."""
        self.opened_us -= by_us
        self.last_sent_us -= by_us
        self.last_received_us -= by_us
        for _ in range(len(self.updates_us)):
            self.updates_us.append(self.updates_us.popleft() - by_us)

    def hear(self, time: int, moment: Moment) -> None:
        """A message has come that was sent at that time by the partner's clock."""
        self.last_received_us = moment.us
        # Of many messages one was quick.
        ahead_s = min(time - moment.seconds, LARGEST_TIME_OFFSET_S)
        self.clock_ahead_s = max(self.clock_ahead_s, ahead_s)
        self._slowest_s = max(self._slowest_s, self.clock_ahead_s - ahead_s)

    def take_xid(self, may_be_zero: bool) -> int:
        """The xid of the next message of mine."""
        if self.next_xid == 0 and not may_be_zero:
            self.next_xid = 1
        xid = self.next_xid
        self.next_xid = xid + 1 & 0xFFFFFFFF
        return xid

    def startup_ends_us(self) -> int:
        """When the handshake must be over."""
        return self.opened_us + LINK_STARTUP_S * MICROSECONDS

    def contact_due_us(self) -> int:
        """When the partner must hear from me; dhcpd may send thousands a second, this one not."""
        interval_s = max(self.receive_timer // CONTACTS_PER_RECEIVE_TIMER, SHORTEST_CONTACT_S)
        return self.last_sent_us + interval_s * MICROSECONDS

"""How many of the DISCOVERs the sockets let in while more come than can be answered.

A DISCOVER that is only read to be left out costs a fifth of an answer; at five times what the
server can do nothing would be left for the clients that are served. So the kernel drops a part
of them, at random, before they are read: of what comes in, a little more is let in than was
answered, and at once all again when nothing had to be left out for a while. Whoever is dropped
sends again (RFC 2131 section 4.1). REQUESTs and all else always come in.
"""

from typing import Final, final

from pydhcpd.wire.moment import MICROSECONDS, Moment

# How long is watched before the share changes: some batches of a busy server.
INTERVAL_US: Final = MICROSECONDS // 20
# DISCOVERs let in for each that is answered, so that no batch lacks work.
HEADROOM: Final = 1.25
# How fast the share grows back in each interval that had nothing to leave out.
GROWTH: Final = 2.0
LEAST_SHARE: Final = 1 / 256
ALL: Final = 1.0


@final
class Overload:
    """Watches batches; `share` is the part of all DISCOVERs to let in, up to 1."""

    __slots__ = ("_answered", "_left_out", "_until_us", "share")

    def __init__(self) -> None:
        self.share = ALL
        self._answered = 0
        self._left_out = 0
        self._until_us: int | None = None

    def note(self, answered: int, left_out: int, moment: Moment) -> None:
        """A large batch had so many DISCOVERs to answer, and so many to leave out."""
        if self._until_us is None and left_out:
            self._until_us = moment.us + INTERVAL_US
        if self._until_us is not None:
            self._answered += answered
            self._left_out += left_out

    def next_timer_us(self) -> int | None:
        """When `handle_timer` wants to be called; None while all DISCOVERs come in."""
        return self._until_us

    def handle_timer(self, moment: Moment) -> None:
        """Set the share anew if the interval is over."""
        if self._until_us is None or 0 < self._until_us - moment.us <= INTERVAL_US:
            return  # it has longer to go only if somebody has set the clock back
        if self._left_out:
            let_in = self._answered + self._left_out
            # Never upwards: more than the headroom may have been let in and yet be left out.
            part = min(HEADROOM * self._answered / let_in, ALL)
            self.share = max(self.share * part, LEAST_SHARE)
        else:
            self.share = min(self.share * GROWTH, ALL)
        self._answered = self._left_out = 0
        is_over = self.share == ALL
        self._until_us = None if is_over else moment.us + INTERVAL_US

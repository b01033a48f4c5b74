"""A point in time as the cores see it: given to them, never looked up by them."""

from typing import Final, final

MICROSECONDS: Final = 1_000_000
# dhcpd.leases writes `never` for this one; it is also the end of dhcpd's calendar.
NEVER: Final = 0x7FFFFFFF


@final
class Moment:
    """Wall clock time: `us` microseconds since the epoch, `seconds` the whole ones of them."""

    __slots__ = ("seconds", "us")

    def __init__(self, us: int) -> None:
        self.us: Final = us
        self.seconds: Final = us // MICROSECONDS


def moment_of(seconds: int) -> Moment:
    """The moment a whole number of seconds after the epoch."""
    return Moment(seconds * MICROSECONDS)

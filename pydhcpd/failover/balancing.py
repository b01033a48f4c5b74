"""How far a balancing of the pools has come: with many leases it takes more than one Turn."""

from collections.abc import Iterator
from typing import Final, final

from pydhcpd.failover.link import Link
from pydhcpd.failover.scan import Placed, Scan


@final
class Balancing:
    """`place` is the pool at hand among those of the relationship.

    `scan`, then `found` and `following`: my free leases whose last client is the partner's.
    `requests` are POOLREQs to be answered at the end, link and xid. `given` counts leases, and
    `lts` counts down what is to be given of the pool at hand.
    """

    __slots__ = (
        "following",
        "found",
        "given",
        "is_begun",
        "is_scheduled",
        "is_short",
        "lts",
        "place",
        "requests",
        "scan",
    )

    def __init__(self, is_scheduled: bool, scan: Scan) -> None:
        self.is_scheduled: Final = is_scheduled
        self.scan: Scan | None = scan
        self.found: Iterator[Placed] = iter(())
        self.following: Placed | None = None
        self.place = 0
        self.is_begun = False  # with the pool at hand
        self.is_short = False
        self.lts = 0
        self.given = 0
        self.requests: Final[list[tuple[Link, int]]] = []

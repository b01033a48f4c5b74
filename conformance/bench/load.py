"""What the generator is asked for and what it reports; both travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What to send: `exchanges` by `clients` clients, which take turns from `first_client` on.

    `rate` 0 is a closed loop of `window` clients, else clients a second. No client starts after
    `limit_s`; answers are awaited for `grace_s` more. `time_scale` shortens the times of
    retransmission. `first_xid` tells the answers to this load from late ones to another.
    """

    renewing: bool
    first_xid: int
    first_client: int
    clients: int
    exchanges: int
    window: int
    rate: float
    limit_s: float
    grace_s: float
    time_scale: float
    core: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. A latency runs from the time a client should have started to its ACK."""

    started: int
    completed: int
    completed_while_starting: int
    refused: int
    retransmissions: int
    stale: int
    duplicate_addresses: int
    elapsed_s: float
    starting_s: float
    cpu_s: float
    p50_ms: float
    p99_ms: float
    longest_ms: float

    @property
    def rate(self) -> float:
        """Completed exchanges a second, over the whole time."""
        return self.completed / self.elapsed_s if self.elapsed_s else 0.0

    @property
    def steady_rate(self) -> float:
        """Completed exchanges a second as long as clients started.

        What comes after is the wait for the few whose packets were lost, and tells more of the
        times of retransmission than of the server.
        """
        return self.completed_while_starting / self.starting_s if self.starting_s else 0.0

    @property
    def offered_rate(self) -> float:
        """Started exchanges a second: less than asked for if the generator can't keep up."""
        return self.started / self.starting_s if self.starting_s else 0.0

"""One lease of a v4 address: what dhcpd.leases(5) records of it, and a little memory beside.

A Lease never changes; a new one takes its place in the store. An address that was never used
has no Lease object in the store: `virgin_lease` makes one when it is asked for.
"""

from typing import Final, final

from pydhcpd.lease.event import NO_EVENTS, Events, Variables

# Binding states: small ints in the hot path, names at the edges (lease/binding.py).
FREE: Final = 1
ACTIVE: Final = 2
EXPIRED: Final = 3
RELEASED: Final = 4
ABANDONED: Final = 5
RESET: Final = 6
BACKUP: Final = 7

# Flags
RESERVED: Final = 1
BOOTP: Final = 2

AgentOptions = tuple[tuple[int, bytes], ...]


@final
class Billing:
    """The class that a lease counts against; `key` for a subclass of it."""

    __slots__ = ("class_name", "key")

    def __init__(self, class_name: str, key: bytes | None) -> None:
        self.class_name: Final = class_name
        self.key: Final = key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Billing):
            return NotImplemented
        return self.class_name == other.class_name and self.key == other.key

    def __hash__(self) -> int:
        return hash((self.class_name, self.key))


@final
class Lease:
    """Times are epoch seconds, 0 for none and NEVER for infinite; addresses are ints.

    `hardware` is type byte and address. `variables` are in the order they are written (newest
    first), `agent_options` the stored relay sub-options in packet order, `events` the stored
    `on` blocks. Only in memory: `events.commit`, `host_name`, the host declaration of the last
    client, and `cannot_reuse`, set by an OFFER that differs from the stored lease.
    """

    __slots__ = (
        "address",
        "agent_options",
        "atsfp",
        "billing",
        "cannot_reuse",
        "client_hostname",
        "cltt",
        "ends",
        "events",
        "flags",
        "hardware",
        "host_name",
        "next_state",
        "rewind_state",
        "starts",
        "state",
        "tsfp",
        "tstp",
        "uid",
        "variables",
    )

    def __init__(
        self,
        address: int,
        state: int = FREE,
        next_state: int = FREE,
        rewind_state: int = FREE,
        starts: int = 0,
        ends: int = 0,
        tstp: int = 0,
        tsfp: int = 0,
        atsfp: int = 0,
        cltt: int = 0,
        flags: int = 0,
        billing: Billing | None = None,
        hardware: bytes | None = None,
        uid: bytes | None = None,
        variables: Variables = (),
        agent_options: AgentOptions = (),
        client_hostname: bytes | None = None,
        events: Events = NO_EVENTS,
        host_name: str | None = None,
        cannot_reuse: bool = False,
    ) -> None:
        self.address: Final = address
        self.state: Final = state
        self.next_state: Final = next_state
        self.rewind_state: Final = rewind_state
        self.starts: Final = starts
        self.ends: Final = ends
        self.tstp: Final = tstp
        self.tsfp: Final = tsfp
        self.atsfp: Final = atsfp
        self.cltt: Final = cltt
        self.flags: Final = flags
        self.billing: Final = billing
        self.hardware: Final = hardware
        self.uid: Final = uid
        self.variables: Final = variables
        self.agent_options: Final = agent_options
        self.client_hostname: Final = client_hostname
        self.events: Final = events
        self.host_name: Final = host_name
        self.cannot_reuse: Final = cannot_reuse


def virgin_lease(address: int) -> Lease:
    """The lease of an address that nobody ever had."""
    return Lease(address)

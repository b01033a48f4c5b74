"""Names of leased addresses, for `get-lease-hostnames` (dhcpd.conf(5)).

dhcpd waits for the resolver before each reply. Here nobody waits: an address whose name is not
known is asked about in the Turn, the reply leaves without a name, and the next one has it. So an
OFFER starts the question, and the ACK a moment later carries the answer.
"""

from typing import Final, final

KEPT_S: Final = 600
NAMES_LIMIT: Final = 65536


@final
class HostNames:
    """The resolver's answers by address; an empty name means that there is none."""

    __slots__ = ("_names",)

    def __init__(self) -> None:
        # Name, and until when it counts (epoch seconds).
        self._names: Final[dict[int, tuple[bytes, int]]] = {}

    def find(self, address: int, now: int) -> bytes | None:
        """The name of an address; None: ask."""
        known = self._names.get(address)
        return known[0] if known is not None and known[1] > now else None

    def learn(self, address: int, name: bytes, now: int) -> None:
        """Keep an answer for a while; beyond the limit the oldest one goes."""
        self._names.pop(address, None)
        if len(self._names) >= NAMES_LIMIT:
            del self._names[next(iter(self._names))]
        self._names[address] = (name, now + KEPT_S)

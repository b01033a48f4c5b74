"""The network of a pair: each server's clients' link, and the link between both.

Both servers hear the same clients, but through links of their own, so that it shows which one
answered. Failover has a third link, over which the addresses of the clients' links are routed;
it is cut without either server seeing a link go down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.failover.configuration import ADDRESSES, OTHER, ROLES
from conformance.network import Names, Side, build, inside, run_ip

CLIENT_LINK: Final = "v4s0"
FAILOVER_LINK: Final = "fo0"
_MACS: Final = {"primary": "02:00:00:00:f0:05", "secondary": "02:00:00:00:f0:60"}
_NOBODY: Final = "02:00:00:00:f0:ff"
# As /proc/net/tcp has it.
ESTABLISHED: Final = "01"
SYN_SENT: Final = "02"
TRYING: Final = frozenset({ESTABLISHED, SYN_SENT})
NOTHING_QUEUED: Final = "00000000:00000000"


@dataclass(frozen=True, slots=True)
class PairNetwork:
    """Both servers' networks by role."""

    sides: Mapping[str, Side]

    def set_link(self, is_up: bool) -> None:
        """Let what both say to each other through, or let it vanish."""
        for role in ROLES:
            other = OTHER[role]
            mac = _MACS[other] if is_up else _NOBODY
            _neighbour(self.sides[role].namespace, ADDRESSES[other], mac)

    def counters(self) -> tuple[str, ...]:
        """What the kernel counted on the failover link."""
        return tuple(_packets(self.sides[role].namespace) for role in ROLES)

    def retrying(self) -> bool:
        """Whether the kernel has to send something again: data, or the wish for a connection."""
        return any(
            line[3] in TRYING and (line[3] == SYN_SENT or line[4] != NOTHING_QUEUED)
            for role in ROLES
            for line in self._connections(role)
        )

    def _connections(self, role: str) -> list[list[str]]:
        with inside(self.sides[role].namespace):
            text = Path("/proc/thread-self/net/tcp").read_text()
        return [line.split() for line in text.splitlines()[1:]]

    def close(self, names: Names) -> None:
        """Away with it."""
        for side in self.sides.values():
            side.close()
            names.delete(side.namespace)
            names.delete(side.far)


def build_pair(names: Names) -> PairNetwork:
    """Three links, all up."""
    sides = {
        role: build(names, ((CLIENT_LINK, (f"{ADDRESSES[role]}/24",)),), route=True)
        for role in ROLES
    }
    primary, secondary = (sides[role].namespace for role in ROLES)
    run_ip(
        f"link add {FAILOVER_LINK} address {_MACS['primary']} netns {primary} type veth"
        f" peer name {FAILOVER_LINK} address {_MACS['secondary']} netns {secondary}\n"
    )
    for role in ROLES:
        with inside(sides[role].namespace):
            run_ip(
                f"link set lo up\nlink set {FAILOVER_LINK} up\n"
                # Acknowledged at once, so that TCP holds nothing back when the servers are idle.
                f"route add {ADDRESSES[OTHER[role]]}/32 dev {FAILOVER_LINK}"
                f" src {ADDRESSES[role]} quickack 1\n"
            )
    network = PairNetwork(sides)
    network.set_link(True)
    return network


def _neighbour(namespace: str, address: str, mac: str) -> None:
    with inside(namespace):
        run_ip(f"neigh replace {address} lladdr {mac} dev {FAILOVER_LINK} nud permanent\n")


def _packets(namespace: str) -> str:
    with inside(namespace):
        text = Path("/proc/thread-self/net/dev").read_text()
    return next(line for line in text.splitlines() if FAILOVER_LINK in line)

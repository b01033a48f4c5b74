"""Three network namespaces: two servers of a failover pair, and the clients behind one bridge.

The servers have 10.64.0.1 and 10.64.0.3, the relay agent 10.64.0.2, its giaddr, on the bridge.
What the clients send to 10.64.0.1 goes to the link's broadcast address: each server gets a copy,
as from a relay agent that knows two servers, and the pair decides who answers.
"""

from __future__ import annotations

import os
import subprocess
from typing import Final, final

from conformance.bench.network import (
    POOL_NETWORKS,
    PREFIX_LENGTH,
    RELAY_ADDRESS,
    SERVER_ADDRESS,
    SERVER_INTERFACE,
    Namespaces,
    ip,
)

ADDRESSES: Final = (SERVER_ADDRESS, "10.64.0.3")
# A second relay agent, for perfdhcp.
PERFDHCP_ADDRESS: Final = "10.64.0.4"
BRIDGE: Final = "pair0"
_BROADCAST: Final = "ff:ff:ff:ff:ff:ff"


@final
class PairNetwork(Namespaces):
    """`namespaces` are the primary's and the secondary's; both have `SERVER_INTERFACE`."""

    def __init__(self) -> None:
        stem = f"pydhcpd-pair-{os.getpid()}"
        self.namespaces: Final = (f"{stem}p", f"{stem}s")
        self.relay_namespace: Final = f"{stem}r"
        super().__init__(*self.namespaces, self.relay_namespace)

    def set_port(self, server: int, is_up: bool) -> None:
        """Pull or plug one server's cable: neither clients nor the partner reach it."""
        ip("-n", self.relay_namespace, "link", "set", _port(server), "up" if is_up else "down")

    def set_between(self, is_up: bool) -> None:
        """Let the servers reach one another, or only the clients."""
        for server in (0, 1):
            state = "off" if is_up else "on"
            subprocess.run(
                [
                    *("bridge", "-n", self.relay_namespace, "link", "set"),
                    *("dev", _port(server), "isolated", state),
                ],
                check=True,
            )

    def _build(self) -> None:
        relay = self.relay_namespace
        ip("-n", relay, "link", "add", BRIDGE, "type", "bridge", "forward_delay", "0")
        # Long writes are cut into packets before the link: the servers must see none of them.
        ip("-n", relay, "link", "set", BRIDGE, "gso_max_segs", "1")
        ip("-n", relay, "link", "set", BRIDGE, "up")
        for address in (RELAY_ADDRESS, PERFDHCP_ADDRESS):
            ip("-n", relay, "address", "add", f"{address}/{PREFIX_LENGTH}", "dev", BRIDGE)
        for server, namespace in enumerate(self.namespaces):
            self._attach(server, namespace)
        neighbour = ("neighbour", "add", SERVER_ADDRESS, "lladdr", _BROADCAST)
        ip("-n", relay, *neighbour, "dev", BRIDGE, "nud", "permanent")
        for network in POOL_NETWORKS:
            ip("-n", relay, "route", "add", "local", network, "dev", "lo")

    def _attach(self, server: int, namespace: str) -> None:
        relay = self.relay_namespace
        ip(
            *("link", "add", SERVER_INTERFACE, "netns", namespace, "type", "veth"),
            *("peer", "name", _port(server), "netns", relay),
        )
        ip(
            *("-n", namespace, "address", "add", f"{ADDRESSES[server]}/{PREFIX_LENGTH}"),
            *("dev", SERVER_INTERFACE),
        )
        ip("-n", relay, "link", "set", _port(server), "gso_max_segs", "1")
        ip("-n", relay, "link", "set", _port(server), "master", BRIDGE)
        ip("-n", relay, "link", "set", _port(server), "up")
        ip("-n", namespace, "link", "set", SERVER_INTERFACE, "up")
        for network in POOL_NETWORKS:
            ip("-n", namespace, "route", "add", network, "via", RELAY_ADDRESS)


def _port(server: int) -> str:
    """The bridge's port on which a server hangs."""
    return f"server{server}"

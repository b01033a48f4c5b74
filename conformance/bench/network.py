"""Two network namespaces joined by a veth pair: the server's end and the relayed clients' end.

The server's end has 10.64.0.1/13. The clients' end has 10.64.0.2, the giaddr, and accepts every
address of the pools as its own, so that a renewed lease's unicast answer (RFC 2131 section 4.1,
to ciaddr) arrives too. The server reaches the pools through 10.64.0.2: one ARP entry, as behind
a router, and not one for each client.
"""

from __future__ import annotations

import os
import subprocess
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Final, Self, final

SERVER_ADDRESS: Final = "10.64.0.1"
RELAY_ADDRESS: Final = "10.64.0.2"
PREFIX_LENGTH: Final = 13
POOL_NETWORKS: Final = ("10.65.0.0/16", "10.66.0.0/16", "10.67.0.0/16", "10.68.0.0/16")
SERVER_INTERFACE: Final = "bench0"
RELAY_INTERFACE: Final = "bench1"


class Namespaces(ABC):
    """A context: the namespaces exist inside it and are gone after it, whatever happened."""

    def __init__(self, *names: str) -> None:
        self._names: Final = names

    def __enter__(self) -> Self:
        try:
            for name in self._names:
                ip("netns", "add", name)
                ip("-n", name, "link", "set", "lo", "up")
            self._build()
        except BaseException:
            self._delete()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._delete()

    @abstractmethod
    def _build(self) -> None:
        """Join them by links."""

    def _delete(self) -> None:
        for name in self._names:
            subprocess.run(
                ["ip", "netns", "delete", name],
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )


@final
class Network(Namespaces):
    """The server's namespace and the clients'."""

    def __init__(self) -> None:
        self.server_namespace: Final = f"pydhcpd-bench-s{os.getpid()}"
        self.relay_namespace: Final = f"pydhcpd-bench-r{os.getpid()}"
        super().__init__(self.server_namespace, self.relay_namespace)

    def _build(self) -> None:
        server, relay = self.server_namespace, self.relay_namespace
        ip(
            *("link", "add", SERVER_INTERFACE, "netns", server, "type", "veth"),
            *("peer", "name", RELAY_INTERFACE, "netns", relay),
        )
        ip(
            *("-n", server, "address", "add", f"{SERVER_ADDRESS}/{PREFIX_LENGTH}"),
            *("dev", SERVER_INTERFACE),
        )
        ip(
            *("-n", relay, "address", "add", f"{RELAY_ADDRESS}/{PREFIX_LENGTH}"),
            *("dev", RELAY_INTERFACE),
        )
        # Long writes are cut into packets before the link: the server must see none of them.
        ip("-n", relay, "link", "set", RELAY_INTERFACE, "gso_max_segs", "1")
        ip("-n", server, "link", "set", SERVER_INTERFACE, "up")
        ip("-n", relay, "link", "set", RELAY_INTERFACE, "up")
        for network in POOL_NETWORKS:
            ip("-n", server, "route", "add", network, "via", RELAY_ADDRESS)
            ip("-n", relay, "route", "add", "local", network, "dev", "lo")


def within(namespace: str, command: list[str]) -> list[str]:
    """The command line that runs `command` in `namespace`; the process keeps one pid throughout."""
    return ["ip", "netns", "exec", namespace, *command]


def ip(*words: str) -> None:
    """ip(8); raises CalledProcessError."""
    subprocess.run(["ip", *words], check=True)

"""Two servers of a failover pair on one bridge: pydhcpd the primary, dhcpd the secondary.

Their configurations are those of a published pair, but for short leases and no reservations.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from pydhcpd.trial.namespace import NetworkNamespace, add_veth
from pydhcpd.trial.server import running_server
from tests.clients.network import (
    BRIDGE,
    INTERFACE,
    ServedNetwork,
    require_tools,
    server_command,
    wait_for,
)

ADDRESSES = ("10.13.37.5", "10.13.37.60")
LEASE_TIME_S = 60
_SYSTEM_PATH = "/usr/sbin:/usr/local/sbin:/sbin"
_TEXT = """
authoritative;
ddns-update-style none;
ping-check off;
default-lease-time {lease_time};
max-lease-time {lease_time};
failover peer "dhcp-failover" {{
  {role};
  address {mine};
  port 647;
  peer address {other};
  peer port 647;
  max-response-delay 30;
  max-unacked-updates 10;
  load balance max seconds 3;
}}
subnet 10.13.37.0 netmask 255.255.255.0 {{
  option routers 10.13.37.254;
  pool {{
    failover peer "dhcp-failover";
    deny dynamic bootp clients;
    range 10.13.37.200 10.13.37.249;
  }}
}}
"""


class ServedByPair:
    """`wire` has the clients; the servers are numbered, the primary is 0."""

    def __init__(self, wire: ServedNetwork, servers: list[subprocess.Popen[str]]) -> None:
        self.wire = wire
        self._servers = servers

    def log(self, server: int) -> str:
        return _log(self.wire.folder, server).read_text(encoding="utf-8")

    def wait_for_line(self, server: int, text: str) -> None:
        """Wait until a server has logged this."""
        wait_for(lambda: text in self.log(server), text, _log(self.wire.folder, server))

    def kill(self, server: int) -> None:
        """End a server without a chance to say so."""
        self._servers[server].kill()
        self._servers[server].wait()


@contextlib.contextmanager
def served_by_pair(folder: Path) -> Iterator[ServedByPair]:
    """A bridge with both servers, in normal."""
    require_tools("ip")
    dhcpd = shutil.which("dhcpd", path=_SYSTEM_PATH)
    if dhcpd is None:
        require_tools("dhcpd of Debian's isc-dhcp-server")
    assert dhcpd is not None
    name = f"pydhcpd-test-{os.getpid()}"
    commands = (server_command(), [dhcpd])
    with contextlib.ExitStack() as stack:
        wire = ServedNetwork(NetworkNamespace(name), folder)
        stack.enter_context(wire.namespace).add_bridge(BRIDGE)
        servers: list[subprocess.Popen[str]] = []
        for server, command in enumerate(commands):
            namespace = stack.enter_context(NetworkNamespace(f"{name}-s{server}"))
            port = f"server{server}"
            add_veth(wire.namespace, port, namespace, INTERFACE)
            wire.namespace.add_to_bridge(port, BRIDGE)
            namespace.add_address(INTERFACE, f"{ADDRESSES[server]}/24")
            namespace.set_up(INTERFACE)
            words = [*command, *_arguments(folder, server), INTERFACE]
            log = _log(folder, server)
            servers.append(stack.enter_context(running_server(words, namespace, log)))
        pair = ServedByPair(wire, servers)
        for server in (0, 1):
            pair.wait_for_line(server, "Both servers normal")
        yield pair


def _arguments(folder: Path, server: int) -> list[str]:
    configuration = folder / f"dhcpd{server}.conf"
    text = _TEXT.format(
        lease_time=LEASE_TIME_S,
        role="secondary" if server else "primary; mclt 1800; split 128",
        mine=ADDRESSES[server],
        other=ADDRESSES[1 - server],
    )
    configuration.write_text(text, encoding="utf-8")
    leases = folder / f"dhcpd{server}.leases"
    leases.touch()
    files = ["-cf", str(configuration), "-lf", str(leases), "--no-pid"]
    return ["-4", "-f", "-d", *files]


def _log(folder: Path, server: int) -> Path:
    return folder / f"server{server}.log"

"""A relay agent, Debian's dhcrelay, between the clients' wire and the server's.

Three namespaces: the clients' bridge is the relay's, the server knows only the link to it.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydhcpd.trial.namespace import NetworkNamespace, add_veth, run_ip
from pydhcpd.trial.server import running_server
from tests.clients.network import (
    BRIDGE,
    CONFIGURATION,
    INTERFACE,
    STOP_S,
    Client,
    ServedNetwork,
    server_command,
    wait_for,
)

RELAY_ADDRESS = "10.13.37.254"
SERVER_ADDRESS = "10.77.0.1"
SERVER_INTERFACE = "up1"
UPSTREAM_ADDRESS = "10.77.0.2"
UPSTREAM = "up0"
SERVERS_NETWORK = "10.77.0.0/24"
LISTENING = "Sending on   Socket/fallback"


@contextlib.contextmanager
def relayed_network(folder: Path, statements: str, flags: Sequence[str]) -> Iterator[ServedNetwork]:
    """The clients' wire behind `dhcrelay FLAGS`; `statements` precede the seed's single.conf."""
    name = f"pydhcpd-relay-{os.getpid()}"
    configuration = folder / "dhcpd.conf"
    configuration.write_text(
        f"{statements}\nsubnet 10.77.0.0 netmask 255.255.255.0 {{ }}\n"
        + CONFIGURATION.read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    with NetworkNamespace(f"{name}-s") as server, NetworkNamespace(name) as relay:
        add_veth(server, SERVER_INTERFACE, relay, UPSTREAM)
        server.add_address(SERVER_INTERFACE, f"{SERVER_ADDRESS}/24")
        relay.add_address(UPSTREAM, f"{UPSTREAM_ADDRESS}/24")
        server.set_up(SERVER_INTERFACE)
        relay.set_up(UPSTREAM)
        relay.add_bridge(BRIDGE)
        relay.add_address(BRIDGE, f"{RELAY_ADDRESS}/24")
        run_ip(["-n", server.name, "route", "add", "10.13.37.0/24", "via", UPSTREAM_ADDRESS])
        # Renewals are not for the agent: its machine is a router, too.
        forward = "echo 1 >/proc/sys/net/ipv4/ip_forward"
        subprocess.run(relay.command(["sh", "-c", forward]), check=True)
        network = ServedNetwork(relay, folder)
        network.leases_file.touch()
        files = ["-cf", str(configuration), "-lf", str(network.leases_file)]
        command = [*server_command(), "-4", "-f", "-d", *files, "-pf", str(folder / "dhcpd.pid")]
        with (
            running_server([*command, SERVER_INTERFACE], server, network.log),
            _running_agent(relay, folder / "relay.log", flags),
        ):
            yield network


@contextlib.contextmanager
def _running_agent(relay: NetworkNamespace, log: Path, flags: Sequence[str]) -> Iterator[None]:
    links = ["-id", BRIDGE, "-iu", UPSTREAM]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            relay.command(["dhcrelay", "-4", "-d", "--no-pid", *flags, *links, SERVER_ADDRESS]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            wait_for(lambda: LISTENING in log.read_text(encoding="utf-8"), LISTENING, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def set_route(client: Client) -> None:
    """The way to the server, which most scripts leave to the machine's own configuration."""
    way = ["via", RELAY_ADDRESS, "dev", INTERFACE, "onlink"]
    run_ip(["-n", client.namespace.name, "route", "add", SERVERS_NETWORK, *way])

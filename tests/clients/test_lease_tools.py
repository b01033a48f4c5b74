"""The programs that admins point at dhcpd.leases read it: dhcpd-pools, dhcp-lease-list."""

import json
import subprocess
import time

import pytest

from pydhcpd.trial.client import SimulatedClient
from pydhcpd.trial.exchange import serve_all
from tests.clients.network import INTERFACE, ServedNetwork, require_tools

HARDWARE = [f"02:00:00:00:02:{number:02x}" for number in range(1, 4)]


@pytest.fixture
def leased(network: ServedNetwork) -> ServedNetwork:
    """The network after three clients got their leases."""
    clients = [
        SimulatedClient(bytes.fromhex(hardware.replace(":", "")), f"host{number}", number)
        for number, hardware in enumerate(HARDWARE)
    ]
    with (
        network.client(HARDWARE[0]) as machine,
        machine.namespace.open_packet_socket(INTERFACE) as wire,
    ):
        serve_all(wire, clients, time.monotonic)
    assert all(client.lease is not None for client in clients)
    return network


def test_dhcpd_pools_counts_the_leases(leased: ServedNetwork) -> None:
    require_tools("dhcpd-pools")
    files = ["-c", str(leased.folder / "dhcpd.conf"), "-l", str(leased.leases_file)]
    done = subprocess.run(
        ["dhcpd-pools", *files, "--format=j"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    subnets = json.loads(done.stdout)["subnets"]
    assert [(row["range"], row["defined"], row["used"], row["free"]) for row in subnets] == [
        ("10.13.37.200 - 10.13.37.249", 50, 3, 47)
    ]


def test_dhcp_lease_list_names_the_clients(leased: ServedNetwork) -> None:
    require_tools("dhcp-lease-list")
    done = subprocess.run(
        ["dhcp-lease-list", "--lease", str(leased.leases_file), "--parsable"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # MAC aa:.. IP 10.. HOSTNAME name BEGIN .. END .. MANUFACTURER ..
    rows = [line.split()[1:6:2] for line in done.stdout.splitlines()]
    assert sorted(rows) == [
        [hardware, address, f"host{number}"]
        for number, (hardware, address) in enumerate(zip(HARDWARE, _addresses(leased), strict=True))
    ]


def _addresses(leased: ServedNetwork) -> list[str]:
    """What each of the three got, as the server's log has it."""
    lines = leased.log.read_text(encoding="utf-8").splitlines()
    acks = {line.split()[4]: line.split()[2] for line in lines if line.startswith("DHCPACK")}
    return [acks[hardware] for hardware in HARDWARE]

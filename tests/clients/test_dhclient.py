"""ISC dhclient (package isc-dhcp-client) gets, renews and releases an address."""

import subprocess
from contextlib import AbstractContextManager

from tests.clients.network import HOOKS, INTERFACE, Client, ServedNetwork, require_tools

HARDWARE = "02:00:00:00:01:01"
PXE_HARDWARE = "08:00:27:d3:8f:2d"
# dhclient renews when the client's own statement says, not the server.
CONFIGURATION = """
supersede dhcp-renewal-time 4;
request subnet-mask, broadcast-address, routers, domain-name, domain-name-servers, host-name;
"""


def dhclient(client: Client, *flags: str) -> list[str]:
    files = ["-cf", f"{client.folder}/conf", "-lf", f"{client.folder}/leases"]
    script = ["-sf", str(HOOKS / "dhclient-script"), "-e", f"REPORT={client.report}"]
    return ["dhclient", "-4", *flags, *files, "-pf", f"{client.folder}/pid", *script, INTERFACE]


def run_dhclient(
    client: Client, *statements: str
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    (client.folder / "conf").write_text("".join((*statements, CONFIGURATION)), encoding="utf-8")
    return client.running(dhclient(client, "-d"))


def test_obtains_renews_and_releases(network: ServedNetwork) -> None:
    require_tools("dhclient")
    with network.client(HARDWARE) as client:
        with run_dhclient(client, 'send host-name "alpha";'):
            client.wait_for_report("BOUND 10.13.37.200 ")
            assert "inet 10.13.37.200/24 " in client.addresses()
            assert network.state_of("10.13.37.200") == "active"
            client.wait_for_report("RENEW 10.13.37.200 ")
            client.run(dhclient(client, "-r"))
        who = f"{HARDWARE} (alpha) via br0"
        network.wait_for_lines(
            f"DHCPDISCOVER from {HARDWARE} via br0",
            f"DHCPOFFER on 10.13.37.200 to {who}",
            f"DHCPREQUEST for 10.13.37.200 (10.13.37.5) from {who}",
            f"DHCPACK on 10.13.37.200 to {who}",
            f"DHCPREQUEST for 10.13.37.200 from {who}",
            f"DHCPACK on 10.13.37.200 to {who}",
            f"DHCPRELEASE of 10.13.37.200 from {who} (found)",
        )
        assert network.state_of("10.13.37.200") == "free"
        assert client.report_lines("BOUND") == [
            "BOUND 10.13.37.200 1800 - 10.13.37.254 10.13.37.5 anotherhomepage.loc"
        ]


def test_the_pxe_host_gets_its_address_and_its_name(network: ServedNetwork) -> None:
    require_tools("dhclient")
    with network.client(PXE_HARDWARE) as client, run_dhclient(client):
        client.wait_for_report("BOUND ")
        assert client.report_lines("BOUND") == [
            "BOUND 10.13.37.199 1800 pxemachine 10.13.37.254 10.13.37.5 anotherhomepage.loc"
        ]
        # A fixed address is no lease: nothing of it in the leases file.
        assert "10.13.37.199" not in network.leases_file.read_text(encoding="utf-8")

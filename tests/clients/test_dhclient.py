"""ISC dhclient (package isc-dhcp-client) gets, renews and releases an address."""

from tests.clients.network import ServedNetwork, require_tools
from tests.clients.programs import Dhclient

HARDWARE = "02:00:00:00:01:01"
PXE_HARDWARE = "08:00:27:d3:8f:2d"


def test_obtains_renews_and_releases(network: ServedNetwork) -> None:
    dhclient = Dhclient()
    require_tools(*dhclient.tools)
    with network.client(HARDWARE) as client:
        with dhclient.start(client, "alpha") as process:
            client.wait_for_report("BOUND 10.13.37.200 ")
            assert "inet 10.13.37.200/24 " in client.addresses()
            assert network.state_of("10.13.37.200") == "active"
            client.wait_for_report("RENEW 10.13.37.200 ")
            dhclient.release(client, process)
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
    dhclient = Dhclient()
    require_tools(*dhclient.tools)
    with network.client(PXE_HARDWARE) as client, dhclient.start(client, ""):
        client.wait_for_report("BOUND ")
        assert client.report_lines("BOUND") == [
            "BOUND 10.13.37.199 1800 pxemachine 10.13.37.254 10.13.37.5 anotherhomepage.loc"
        ]
        # A fixed address is no lease: nothing of it in the leases file.
        assert "10.13.37.199" not in network.leases_file.read_text(encoding="utf-8")

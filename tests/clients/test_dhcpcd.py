"""dhcpcd (package dhcpcd5) gets, renews and releases an address."""

from tests.clients.network import ServedNetwork, require_tools
from tests.clients.programs import Dhcpcd

HARDWARE = "02:00:00:00:01:03"


def test_obtains_renews_and_releases(network: ServedNetwork) -> None:
    dhcpcd = Dhcpcd()
    require_tools(*dhcpcd.tools)
    with network.client(HARDWARE) as client:
        with dhcpcd.start(client, "gamma") as process:
            client.wait_for_report("BOUND ")
            assert "inet 10.13.37.200/24 " in client.addresses()
            assert network.state_of("10.13.37.200") == "active"
            dhcpcd.renew(client, process)
            client.wait_for_report("RENEW 10.13.37.200 ")
            dhcpcd.release(client, process)
            who = f"{HARDWARE} (gamma) via br0"
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

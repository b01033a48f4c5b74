"""busybox udhcpc (package udhcpc) gets, renews and releases an address."""

from tests.clients.network import ServedNetwork, require_tools
from tests.clients.programs import Udhcpc

HARDWARE = "02:00:00:00:01:02"


def test_obtains_renews_and_releases(network: ServedNetwork) -> None:
    udhcpc = Udhcpc()
    require_tools(*udhcpc.tools)
    with network.client(HARDWARE) as client:
        with udhcpc.start(client, "beta") as process:
            client.wait_for_report("bound ")
            assert "inet 10.13.37.200/24 " in client.addresses()
            assert network.state_of("10.13.37.200") == "active"
            udhcpc.renew(client, process)
            client.wait_for_report("renew 10.13.37.200 ")
            udhcpc.release(client, process)
            who = f"{HARDWARE} (beta) via br0"
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
        assert client.report_lines("bound") == [
            "bound 10.13.37.200 1800 - 10.13.37.254 10.13.37.5 anotherhomepage.loc"
        ]

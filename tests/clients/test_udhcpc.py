"""busybox udhcpc (package udhcpc) gets, renews and releases an address."""

import signal

from tests.clients.network import HOOKS, INTERFACE, ServedNetwork, require_tools

HARDWARE = "02:00:00:00:01:02"


def test_obtains_renews_and_releases(network: ServedNetwork) -> None:
    require_tools("udhcpc")
    with network.client(HARDWARE) as client:
        flags = ["-f", "-i", INTERFACE, "-x", "hostname:beta", "-s", str(HOOKS / "udhcpc-script")]
        command = ["env", f"REPORT={client.report}", "udhcpc", *flags]
        with client.running(command) as process:
            client.wait_for_report("bound ")
            assert "inet 10.13.37.200/24 " in client.addresses()
            assert network.state_of("10.13.37.200") == "active"
            # udhcpc(1): USR1 renews, USR2 releases
            process.send_signal(signal.SIGUSR1)
            client.wait_for_report("renew 10.13.37.200 ")
            process.send_signal(signal.SIGUSR2)
            client.wait_for_report("deconfig", times=2)
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

"""dhcpcd (package dhcpcd5) gets, renews and releases an address."""

from tests.clients.network import HOOKS, INTERFACE, ServedNetwork, require_tools

HARDWARE = "02:00:00:00:01:03"
CONFIGURATION = """
hostname gamma
ipv4only
noarp
option domain_name_servers, domain_name, host_name, routers
"""
# dhcpcd has no flags for its pid file, socket and lease file: it gets folders of its own.
OWN_FOLDERS = (
    *("unshare", "--mount", "sh", "-c"),
    'mount -t tmpfs none /run && mount -t tmpfs none /var/lib/dhcpcd && exec "$@"',
    "sh",
)


def test_obtains_renews_and_releases(network: ServedNetwork) -> None:
    require_tools("dhcpcd", "unshare", "nsenter")
    with network.client(HARDWARE) as client:
        configuration = client.folder / "conf"
        configuration.write_text(CONFIGURATION, encoding="utf-8")
        flags = ["-4", "-f", str(configuration), "-c", str(HOOKS / "dhcpcd-script")]
        report = ["-e", f"REPORT={client.report}"]
        command = [*OWN_FOLDERS, "dhcpcd", "-B", *flags, *report, INTERFACE]
        with client.running(command) as process:
            client.wait_for_report("BOUND ")
            assert "inet 10.13.37.200/24 " in client.addresses()
            assert network.state_of("10.13.37.200") == "active"
            beside = ["nsenter", "--target", str(process.pid), "--mount"]
            client.run([*beside, "dhcpcd", "--renew", *flags, INTERFACE])
            client.wait_for_report("RENEW 10.13.37.200 ")
            client.run([*beside, "dhcpcd", "--release", "-4", INTERFACE])
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

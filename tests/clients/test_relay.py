"""The real clients behind a real relay agent (RFC 2131 section 4.1, RFC 3046)."""

from pathlib import Path

import pytest

from tests.clients.network import require_tools
from tests.clients.programs import Dhclient, Dhcpcd, Program, Udhcpc
from tests.clients.relay import RELAY_ADDRESS, SERVER_ADDRESS, relayed_network, set_route

HARDWARE = "02:00:00:00:01:04"
ADDRESS = "10.13.37.200"
LOG_CIRCUIT = """
if exists agent.circuit-id { log(info, concat("circuit ", option agent.circuit-id)); }
"""
# dhcrelay's circuit-id is the name of its interface; a REQUEST's is kept for the renewals.
STASHED = '  option agent.circuit-id "br0";'


@pytest.mark.parametrize("program", [Dhclient(), Udhcpc(), Dhcpcd()])
@pytest.mark.parametrize("flags", [(), ("-a",)], ids=["plain", "option82"])
def test_obtains_renews_and_releases(
    tmp_path: Path, program: Program, flags: tuple[str, ...]
) -> None:
    require_tools("ip", "dhcrelay", *program.tools)
    with (
        relayed_network(tmp_path, LOG_CIRCUIT, flags) as wire,
        wire.client(HARDWARE) as client,
    ):
        set_route(client)
        with program.start(client, "delta") as process:
            client.wait_for_report(f"{program.bound} {ADDRESS} ")
            assert f"inet {ADDRESS}/24 " in client.addresses()
            assert wire.state_of(ADDRESS) == "active"
            assert (STASHED in wire.leases_file.read_text(encoding="utf-8")) == bool(flags)
            program.renew(client, process)
            client.wait_for_report(f"{program.renewed} {ADDRESS} ")
            program.release(client, process)
            who = f"{HARDWARE} (delta) via"
            wire.wait_for_lines(
                f"DHCPDISCOVER from {HARDWARE} via {RELAY_ADDRESS}",
                f"DHCPOFFER on {ADDRESS} to {who} {RELAY_ADDRESS}",
                f"DHCPREQUEST for {ADDRESS} ({SERVER_ADDRESS}) from {who} {RELAY_ADDRESS}",
                f"DHCPACK on {ADDRESS} to {who} {RELAY_ADDRESS}",
                # Straight to the server. dhcrelay listens on the wire and relays what its own
                # machine forwards, too: all of this comes a second time (observed).
                f"DHCPREQUEST for {ADDRESS} from {who} up1",
                f"DHCPACK on {ADDRESS} to {who} up1",
                f"DHCPRELEASE of {ADDRESS} from {who} up1 (found)",
            )
        assert wire.state_of(ADDRESS) == "free"
        assert ("circuit br0" in wire.log.read_text(encoding="utf-8").splitlines()) == bool(flags)
        assert client.report_lines(program.bound) == [
            f"{program.bound} {ADDRESS} 1800 - 10.13.37.254 10.13.37.5 anotherhomepage.loc"
        ]

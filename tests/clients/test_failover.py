"""Real clients of a failover pair keep their addresses when the server that gave them dies."""

from pathlib import Path

import pytest

from tests.clients.network import require_tools
from tests.clients.pair import served_by_pair
from tests.clients.programs import Dhclient, Program, Udhcpc

# By the load-balancing hash the one server's, then the other's: dhclient's by the hardware
# address, udhcpc's by its client identifier.
DHCLIENTS = ("02:00:00:00:00:05", "02:00:00:00:00:06")
UDHCPCS = ("02:00:00:00:00:01", "02:00:00:00:00:03")


@pytest.mark.parametrize("killed", [0, 1], ids=["pydhcpd dies", "dhcpd dies"])
def test_the_other_server_renews(tmp_path: Path, killed: int) -> None:
    dhclient, udhcpc = Dhclient(), Udhcpc()
    require_tools(*dhclient.tools, *udhcpc.tools)
    clients: tuple[tuple[Program, str], ...] = (
        (dhclient, DHCLIENTS[killed]),
        (udhcpc, UDHCPCS[killed]),
    )
    with served_by_pair(tmp_path) as pair:
        (first, one), (second, other) = clients
        with (
            pair.wire.client(one) as early,
            pair.wire.client(other) as late,
            first.start(early, "") as early_process,
            second.start(late, "") as late_process,
        ):
            running = ((early, first, early_process), (late, second, late_process))
            held = {}
            for client, program, _ in running:
                client.wait_for_report(f"{program.bound} ")
                address = client.report_lines(program.bound)[0].split()[1]
                assert f"DHCPACK on {address} to {client.hardware}" in pair.log(killed)
                assert f"DHCPACK on {address} to {client.hardware}" not in pair.log(1 - killed)
                held[client.hardware] = address
            pair.kill(killed)
            alone = "I move from normal to communications-interrupted"
            pair.wait_for_line(1 - killed, alone)
            for client, program, process in running:
                program.renew(client, process)
            for client, program, _ in running:
                address = held[client.hardware]
                pair.wait_for_line(1 - killed, f"DHCPACK on {address} to {client.hardware}")
                client.wait_for_report(f"{program.renewed} {address} ")
                assert f"inet {address}/24 " in client.addresses()

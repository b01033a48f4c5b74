"""Where a trial puts the server, and whom it lets ask for an address."""

from pathlib import Path

import pytest

from pydhcpd.command.trial import read_configuration
from pydhcpd.trial.plan import Plan, plan_trial
from pydhcpd.trial.refusal import TrialRefusal


def plan(folder: Path, text: str, client_count: int = 2) -> Plan:
    path = folder / "dhcpd.conf"
    path.write_text(text, encoding="utf-8")
    return plan_trial(read_configuration(path), client_count)


def hardware_of(made: Plan) -> list[str]:
    return [client.hardware.hex(":") for client in made.clients]


def test_the_server_stands_behind_ranges_and_reservations(tmp_path: Path) -> None:
    made = plan(
        tmp_path,
        """subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.9; range 10.0.0.11; }
        host a { hardware ethernet 02:11:11:11:11:11; fixed-address 10.0.0.10; }""",
    )
    assert (made.server_address, made.subnet) == ("10.0.0.12/24", "10.0.0.0/24")


def test_a_network_with_addresses_to_give_is_preferred(tmp_path: Path) -> None:
    made = plan(
        tmp_path,
        """subnet 10.0.0.0 netmask 255.255.255.0 { }
        shared-network wire {
          subnet 10.1.0.0 netmask 255.255.255.252 { range 10.1.0.1 10.1.0.2; }
          subnet 10.2.0.0 netmask 255.255.0.0 { range 10.2.0.1 10.2.255.253; }
        }""",
    )
    assert (made.server_address, made.subnet) == ("10.2.255.254/16", "10.2.0.0/16")


def test_reservations_of_the_network_come_first(tmp_path: Path) -> None:
    text = """subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.20 10.0.0.30; }
        subnet 10.9.0.0 netmask 255.255.255.0 { }
        host elsewhere { hardware ethernet 02:11:11:11:11:13; fixed-address 10.9.0.10; }
        host ring { hardware token-ring 02:11:11:11:11:12; fixed-address 10.0.0.11; }
        host here { hardware ethernet 02:11:11:11:11:11; fixed-address 10.9.0.11, 10.0.0.10; }
        host stranger { hardware ethernet 02:00:00:00:00:01; }"""
    made = plan(tmp_path, text, 3)
    assert hardware_of(made) == ["02:11:11:11:11:11", "02:00:00:00:00:02", "02:00:00:00:00:03"]
    assert made.reservations == {bytes.fromhex("021111111111"): "here"}
    assert hardware_of(plan(tmp_path, text, 1)) == ["02:11:11:11:11:11"]


def test_the_interface_that_a_network_names_is_used(tmp_path: Path) -> None:
    made = plan(
        tmp_path,
        'shared-network wire { interface "lan7"; '
        "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.9; } }",
    )
    assert made.interface == "lan7"


@pytest.mark.parametrize(
    "text",
    [
        "default-lease-time 600;",
        "subnet 10.0.0.0 netmask 255.255.255.252 { range 10.0.0.1 10.0.0.2; }",
    ],
)
def test_without_a_place_for_the_server_there_is_no_trial(tmp_path: Path, text: str) -> None:
    with pytest.raises(TrialRefusal):
        plan(tmp_path, text)

"""What an admin orders a server of the pair: through omshell(1), or the control socket."""

import subprocess
from collections.abc import Mapping
from typing import Final

from conformance.server import Server
from pydhcpd.daemon.control_client import NoAnswer, ask
from pydhcpd.daemon.control_socket import control_path

STATES: Final[Mapping[str, int]] = {
    "normal": 2,
    "partner-down": 4,
    "recover": 6,
    "paused": 7,
    "shutdown": 8,
}
TIMEOUT_S: Final = 20.0


class OrderError(Exception):
    """An order was not taken; says what was answered."""


def give_order(server: Server, name: str, state: str, is_dhcpd: bool) -> None:
    """Let the server move to a state of the relationship `name`."""
    if is_dhcpd:
        _by_omshell(server, name, state)
    else:
        _by_control_socket(server, name, state)


def _by_omshell(server: Server, name: str, state: str) -> None:
    script = (
        f'port 7911\nconnect\nnew failover-state\nset name = "{name}"\nopen\n'
        f"set local-state = {STATES[state]}\nupdate\n"
    )
    said = _run(server, ["omshell"], script)
    if "can't" in said or said.count(f"local-state = {STATES[state]}") < 2:
        raise OrderError(f"omshell: {said}")


def _by_control_socket(server: Server, name: str, state: str) -> None:
    path = control_path(str(server.directory / "dhcpd.leases"))
    try:
        ask(path, {"command": "set-failover-state", "peer": name, "state": state})
    except NoAnswer as failure:
        raise OrderError(f"control socket: {failure}") from None


def _run(server: Server, command: list[str], script: str) -> str:
    done = subprocess.run(
        ["ip", "netns", "exec", server.namespace, *command],
        input=script,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise OrderError(f"{command[0]}: {done.stdout}")
    return done.stdout

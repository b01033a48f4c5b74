"""What an admin orders a server of the pair: through omshell(1), or through pydhcpctl(8)."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from conformance.server import Server

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
        _by_pydhcpctl(server, name, state)


def _by_omshell(server: Server, name: str, state: str) -> None:
    script = (
        f'port 7911\nconnect\nnew failover-state\nset name = "{name}"\nopen\n'
        f"set local-state = {STATES[state]}\nupdate\n"
    )
    said = _run(server, ["omshell"], script)
    if "can't" in said or said.count(f"local-state = {STATES[state]}") < 2:
        raise OrderError(f"omshell: {said}")


def _by_pydhcpctl(server: Server, name: str, state: str) -> None:
    tool = str(Path(sys.executable).with_name("pydhcpctl"))
    configuration, leases = (str(server.directory / f"dhcpd.{end}") for end in ("conf", "leases"))
    _run(server, [tool, "failover", state, "--yes", "--lf", leases, configuration, name], "")


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

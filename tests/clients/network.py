"""A wire for real clients: one server, any number of clients, each in a namespace of its own.

The server is pydhcpd; for a control run, PYDHCPD_TEST_SERVER names another command
(`PYDHCPD_TEST_SERVER=/usr/sbin/dhcpd pytest tests/clients`).
"""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from pydhcpd.trial.namespace import NetworkNamespace, add_veth
from pydhcpd.trial.server import running_server

BRIDGE = "br0"
INTERFACE = "eth0"
SERVER_ADDRESS = "10.13.37.5/24"
CONFIGURATION = Path(__file__).parents[1] / "data" / "seed" / "single.conf"
# The clients' scripts; each adds a line to the file $REPORT whenever its client calls it.
HOOKS = Path(__file__).parent / "hooks"
WAIT_S = 30.0
STOP_S = 5.0


def server_command() -> list[str]:
    chosen = os.environ.get("PYDHCPD_TEST_SERVER")
    return shlex.split(chosen) if chosen else [str(Path(sys.executable).with_name("pydhcpd"))]


def require_tools(*tools: str) -> None:
    """Skip the test where it cannot run; under CI that is a failure."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    reason = f"missing: {', '.join(missing)}" if missing else ""
    if os.geteuid() != 0:
        reason = "needs root"
    if not reason:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def wait_for(look: Callable[[], bool], what: str, record: Path) -> None:
    """Look again and again until it is there: real clients have real clocks."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if look():
            return
        time.sleep(0.05)
    text = record.read_text(encoding="utf-8") if record.exists() else "nothing"
    raise AssertionError(f"within {WAIT_S:.0f} s not seen:\n{what}\nbut:\n{text}")


class Client:
    """A machine on the wire: its namespace, its folder, the programs that run in it."""

    def __init__(self, namespace: NetworkNamespace, hardware: str, folder: Path) -> None:
        self.namespace = namespace
        self.hardware = hardware
        self.folder = folder
        self.report = folder / "report"

    @contextlib.contextmanager
    def running(self, words: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
        """A program in the namespace, ended with the block; its words go to `output`."""
        with (
            (self.folder / "output").open("ab") as output,
            subprocess.Popen(
                self.namespace.command(words),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    process.kill()

    def run(self, words: Sequence[str]) -> str:
        """A program in the namespace from start to end; what it printed."""
        done = subprocess.run(
            self.namespace.command(words),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def report_lines(self, reason: str) -> list[str]:
        """The lines that the client's script has written for a reason."""
        if not self.report.exists():
            return []
        lines = self.report.read_text(encoding="utf-8").splitlines()
        return [line.rstrip() for line in lines if line.startswith(reason)]

    def wait_for_report(self, reason: str, times: int = 1) -> None:
        """Wait until the client's script has been called so many times for a reason."""
        wait_for(lambda: len(self.report_lines(reason)) >= times, reason, self.folder / "output")

    def addresses(self) -> str:
        """The interface's addresses as `ip` prints them."""
        return self.run(["ip", "-4", "-oneline", "address", "show", INTERFACE])


class ServedNetwork:
    """A bridge with the server on it."""

    def __init__(self, namespace: NetworkNamespace, folder: Path) -> None:
        self.namespace = namespace
        self.folder = folder
        self.leases_file = folder / "dhcpd.leases"
        self.log = folder / "server.log"
        self.client_count = 0

    @contextlib.contextmanager
    def client(self, hardware: str) -> Iterator[Client]:
        """One more machine on the bridge."""
        self.client_count += 1
        name = f"{self.namespace.name}-c{self.client_count}"
        port = f"port{self.client_count}"
        folder = self.folder / f"client{self.client_count}"
        folder.mkdir()
        # `ip netns exec` lays these files over /etc: the machine's own stay as they are.
        own_etc = Path("/etc/netns") / name
        own_etc.mkdir(parents=True)
        (own_etc / "resolv.conf").touch()
        try:
            with NetworkNamespace(name) as namespace:
                add_veth(self.namespace, port, namespace, INTERFACE)
                namespace.set_hardware(INTERFACE, hardware)
                self.namespace.add_to_bridge(port, BRIDGE)
                namespace.set_up(INTERFACE)
                yield Client(namespace, hardware, folder)
        finally:
            shutil.rmtree(own_etc)

    def wait_for_lines(self, *lines: str) -> None:
        """Wait until the server has logged these lines in this order (others may stand between)."""

        def are_logged() -> bool:
            logged = iter(self.log.read_text(encoding="utf-8").splitlines())
            return all(line in logged for line in lines)

        wait_for(are_logged, "\n".join(lines), self.log)

    def state_of(self, address: str) -> str:
        """The binding state in the newest record of an address in the leases file."""
        text = self.leases_file.read_text(encoding="utf-8")
        record = text.split(f"lease {address} {{\n")[-1].split("\n}")[0]
        states = re.findall(r"^  binding state (\w+);$", record, re.MULTILINE)
        assert len(states) == 1, f"no one binding state of {address} in:\n{text}"
        return str(states[0])


@contextlib.contextmanager
def served_network(folder: Path) -> Iterator[ServedNetwork]:
    """A bridge at 10.13.37.5 with a server that serves the seed's single.conf."""
    name = f"pydhcpd-test-{os.getpid()}"
    network = ServedNetwork(NetworkNamespace(name), folder)
    configuration = folder / "dhcpd.conf"
    shutil.copy(CONFIGURATION, configuration)
    network.leases_file.touch()
    files = ["-cf", str(configuration), "-lf", str(network.leases_file)]
    command = [*server_command(), "-4", "-f", "-d", *files, "-pf", str(folder / "dhcpd.pid")]
    with network.namespace as namespace:
        namespace.add_bridge(BRIDGE)
        namespace.add_address(BRIDGE, SERVER_ADDRESS)
        with running_server([*command, BRIDGE], namespace, network.log):
            yield network

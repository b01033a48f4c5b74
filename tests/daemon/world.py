"""A wire with two ends: a server in a namespace of its own, a client that sends frames."""

import contextlib
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self, final

from pydhcpd.daemon.frame import build_frame
from pydhcpd.trial.namespace import NetworkNamespace, add_veth
from tests.daemon.namespace import require_root

PYDHCPD = str(Path(sys.executable).with_name("pydhcpd"))
SERVER_ADDRESS = 0x0A000001
CLIENT = bytes.fromhex("020000000101")
BROADCAST = b"\xff" * 6
WAIT_S = 20.0
STARTED = "Server starting service."
CONFIGURATION = """
default-lease-time 600; max-lease-time 7200; ping-check off; dhcp-cache-threshold 0;
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100 10.0.0.110; }
"""
DISCOVER = 1
OFFER = 2
REQUEST = 3
ACK = 5


@final
class Wire:
    """The namespaces, and a folder with dhcpd.conf and dhcpd.leases."""

    def __init__(self, namespace: NetworkNamespace, peer: socket.socket, folder: Path) -> None:
        self.namespace = namespace
        self.peer = peer
        self.folder = folder
        self.configuration = folder / "dhcpd.conf"
        self.leases = folder / "dhcpd.leases"
        self.pid_file = folder / "dhcpd.pid"
        self.configuration.write_text(CONFIGURATION)
        self.leases.write_text("")

    def words(self, *more: str) -> list[str]:
        """The command line's arguments."""
        files = ["-cf", str(self.configuration), "-lf", str(self.leases)]
        return [*files, "-pf", str(self.pid_file), *more]

    def start(
        self,
        *words: str,
        program: str = PYDHCPD,
        environment: Mapping[str, str] | None = None,
    ) -> "Running":
        """A server that logs to stderr, in the namespace."""
        command = self.namespace.command([program, *self.words("-d", *words)])
        return Running(command, self.folder, environment or {})

    def exchange(self, kind: int, requested: int | None = None, wait_s: float = WAIT_S) -> bytes:
        """Send a DISCOVER or REQUEST; the reply's payload, empty if none comes."""
        options = b"\x63\x82\x53\x63" + bytes((53, 1, kind))
        if requested is not None:
            options += struct.pack("!BBIBBI", 50, 4, requested, 54, 4, SERVER_ADDRESS)
        head = struct.pack("!BBBBIHHIIII", 1, 1, 6, 0, 0x1234, 0, 0x8000, 0, 0, 0, 0)
        payload = head + CLIENT.ljust(16, b"\0") + bytes(192) + options + b"\xff" + bytes(60)
        self.peer.send(build_frame(BROADCAST, CLIENT, 0, 0xFFFFFFFF, 68, 67, payload))
        deadline = time.monotonic() + wait_s
        while (left := deadline - time.monotonic()) > 0:
            self.peer.settimeout(left)
            try:
                frame = self.peer.recv(2048)
            except TimeoutError:
                break
            if frame[12:14] == b"\x08\x00" and frame[23] == 17 and frame[36:38] == b"\0\x44":
                return frame[42:]
        return b""


def option(reply: bytes, code: int) -> bytes | None:
    """An option's value in a DHCP payload."""
    at = 240
    while at < len(reply) and reply[at] != 255:
        if reply[at] == 0:
            at += 1
            continue
        if reply[at] == code:
            return reply[at + 2 : at + 2 + reply[at + 1]]
        at += 2 + reply[at + 1]
    return None


@final
class Running:
    """A server process and what it says."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.environ["PATH"], **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.lines: list[str] = []
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stderr is not None
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def expect(self, text: str) -> None:
        """Read on until a line has this text."""
        deadline = time.monotonic() + WAIT_S
        while True:
            line = self._next_line(deadline)
            assert line is not None, f"not said: {text}\nbut: {self.lines}"
            if text in line:
                return

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def finish(self) -> int:
        """Read to the end; the exit status."""
        deadline = time.monotonic() + WAIT_S
        while self._next_line(deadline) is not None:
            pass
        return self.process.wait(WAIT_S)

    def _next_line(self, deadline: float) -> str | None:
        assert self.process.stderr is not None
        descriptor = self.process.stderr.fileno()
        while b"\n" not in self._rest:
            left = deadline - time.monotonic()
            if left < 0 or not select.select([descriptor], [], [], left)[0]:
                return None
            data = os.read(descriptor, 65536)
            if not data:
                return None
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        self.lines.append(line.decode())
        return self.lines[-1]


@contextlib.contextmanager
def wire(folder: Path) -> Iterator[Wire]:
    """Namespaces with a veth pair between them; eth1 is the server's end."""
    require_root()
    name = f"pydd-{os.getpid()}"
    with (
        NetworkNamespace(f"{name}-s") as server,
        NetworkNamespace(f"{name}-c") as client,
    ):
        add_veth(server, "eth1", client, "eth1")
        server.set_hardware("eth1", "02:00:00:00:00:01")
        client.set_hardware("eth1", "02:00:00:00:01:01")
        server.add_address("eth1", "10.0.0.1/24")
        server.set_up("eth1")
        client.set_up("eth1")
        with client.open_packet_socket("eth1") as peer:
            yield Wire(server, peer, folder)

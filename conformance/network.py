"""Twin network namespaces: the same links, names and addresses twice, and sockets into them.

A namespace's sockets live on after the thread that opened them has left it again, so one process
can hold the client ends of every link.
"""

import ctypes
import os
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count

from conformance.message import Port

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
SOL_PACKET, PACKET_AUXDATA = 263, 8
CHECKSUM_NOT_READY = 1 << 3  # TP_STATUS_CSUMNOTREADY
_LIBC = ctypes.CDLL(None, use_errno=True)


class NetworkError(Exception):
    """A namespace could not be made; says which command failed and how."""


def run_ip(commands: str) -> None:
    """Several commands of ip(8), a line each, in this thread's namespace."""
    run = subprocess.run(["ip", "-batch", "-"], input=commands, text=True, capture_output=True)
    if run.returncode:
        raise NetworkError(f"ip -batch: {run.stderr.strip()}\n{commands}")


class Names:
    """Namespace names nobody else uses, and the deletion of those still there at the end."""

    def __init__(self) -> None:
        self._next = count()
        self._alive: set[str] = set()
        self._lock = threading.Lock()

    def add(self) -> str:
        """A new namespace with IPv6 off."""
        with self._lock:
            name = f"cf{os.getpid()}n{next(self._next)}"
            self._alive.add(name)
        run_ip(f"netns add {name}\n")
        with inside(name), open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w") as file:
            file.write("1")
        return name

    def delete(self, name: str) -> None:
        """Away with it, whatever it holds."""
        with self._lock:
            if name not in self._alive:
                return
            self._alive.discard(name)
        subprocess.run(["ip", "netns", "delete", name], capture_output=True)

    def delete_all(self) -> None:
        """Away with everything this process made."""
        for name in sorted(self._alive):
            self.delete(name)


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """This thread is in `namespace` for a while."""
    with ExitStack() as files:
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        files.callback(os.close, home)
        there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
        files.callback(os.close, there)
        if _LIBC.setns(there, CLONE_NEWNET):
            raise NetworkError(f"setns: {os.strerror(ctypes.get_errno())}")
        try:
            yield
        finally:
            _LIBC.setns(home, CLONE_NEWNET)


@dataclass(slots=True)
class Side:
    """One server's network: its namespace, its interfaces, and a socket at each far end."""

    namespace: str
    ports: dict[str, Port]
    sockets: dict[str, socket.socket] = field(default_factory=dict)
    far: str = ""

    def close(self) -> None:
        """Close the client ends."""
        for end in self.sockets.values():
            end.close()


def server_mac(index: int) -> bytes:
    """The hardware address of the server's interface number `index`."""
    return bytes((2, 0, 0, 0, 16 * index, 1))


def build(names: Names, interfaces: tuple[tuple[str, tuple[str, ...]], ...], route: bool) -> Side:
    """One side: every interface a veth pair whose other end lies in a second namespace."""
    near, far = names.add(), names.add()
    ports: dict[str, Port] = {}
    commands: list[str] = []
    for index, (interface, addresses) in enumerate(interfaces):
        mac = server_mac(index)
        peer = f"far{index}"
        commands.append(
            f"link add {interface} address {mac.hex(':')} netns {near} type veth"
            f" peer name {peer} address 02:00:00:00:{index:x}0:02 netns {far}"
        )
        address = addresses[0].partition("/")[0] if addresses else "0.0.0.0"
        ports[interface] = Port(interface, mac, address)
    run_ip("\n".join(commands) + "\n")
    with inside(near):
        lines = [f"address add {one} dev {name}" for name, several in interfaces for one in several]
        lines += [f"link set {name} up" for name, _ in interfaces]
        run_ip("\n".join(lines) + "\n")
    with inside(far):
        run_ip("".join(f"link set far{index} up\n" for index in range(len(interfaces))))
    if route and interfaces[0][1]:
        with inside(near):
            run_ip(f"route add default dev {interfaces[0][0]}\n")
    side = Side(near, ports, far=far)
    with inside(far):
        for index, (interface, _) in enumerate(interfaces):
            side.sockets[interface] = _open(f"far{index}")
    return side


def _open(interface: str) -> socket.socket:
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    end.bind((interface, ETH_P_ALL))
    end.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    end.setblocking(False)
    return end


def receive(end: socket.socket) -> tuple[bytes, bool] | None:
    """The next frame from the server and whether its checksum is filled in; None: no more."""
    while True:
        try:
            frame, extra, _flags, origin = end.recvmsg(65536, 128)
        except BlockingIOError:
            return None
        if origin[2] == socket.PACKET_OUTGOING:
            continue
        status = 0
        for level, kind, data in extra:
            if level == SOL_PACKET and kind == PACKET_AUXDATA:
                status = struct.unpack_from("=I", data)[0]
        return frame, not status & CHECKSUM_NOT_READY

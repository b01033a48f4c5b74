"""A failover partner that is played by hand: it says what a scenario tells it to, right or wrong.

The message formats are written down here once more, without a line of pydhcpd.
"""

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from conformance.failover.configuration import ADDRESSES, OTHER
from conformance.network import inside

PORT: Final = 647
HEADER: Final = struct.Struct("!HBBII")
MESSAGES: Final[Mapping[str, int]] = {
    "poolreq": 1,
    "poolresp": 2,
    "bndupd": 3,
    "bndack": 4,
    "connect": 5,
    "connectack": 6,
    "updreqall": 7,
    "upddone": 8,
    "updreq": 9,
    "state": 10,
    "contact": 11,
    "disconnect": 12,
}
NAMES: Final = {code: name for name, code in MESSAGES.items()}
# Options by name: code and kind of value; numbers say how many bytes.
OPTIONS: Final[Mapping[str, tuple[int, str]]] = {
    "addresses-transferred": (1, "4"),
    "address": (2, "ip"),
    "binding-status": (3, "1"),
    "client-identifier": (4, "hex"),
    "chaddr": (5, "hex"),
    "cltt": (6, "time"),
    "hba": (11, "hex"),
    "ip-flags": (12, "2"),
    "ends": (13, "time"),
    "max-unacked": (14, "4"),
    "mclt": (15, "4"),
    "message": (16, "text"),
    "digest": (17, "hex"),
    "potential": (18, "time"),
    "receive-timer": (19, "4"),
    "protocol-version": (20, "1"),
    "reject-reason": (21, "1"),
    "relationship-name": (22, "text"),
    "server-flags": (23, "1"),
    "server-state": (24, "1"),
    "since": (25, "time"),
    "tls-reply": (26, "1"),
    "tls-request": (27, "1"),
    "vendor-class": (28, "text"),
}
BY_CODE: Final = {code: (name, kind) for name, (code, kind) in OPTIONS.items()}
STATES: Final[Mapping[str, int]] = {
    "normal": 2,
    "communications-interrupted": 3,
    "partner-down": 4,
    "potential-conflict": 5,
    "recover": 6,
    "paused": 7,
    "shutdown": 8,
    "recover-done": 9,
    "resolution-interrupted": 10,
    "conflict-done": 11,
    "recover-wait": 254,
}
BINDINGS: Final[Mapping[str, int]] = {
    "free": 1,
    "active": 2,
    "expired": 3,
    "released": 4,
    "abandoned": 5,
    "reset": 6,
    "backup": 7,
}
# What a message carries unless the scenario says otherwise.
USUAL: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "connect": (
        ("relationship-name", "fo"),
        ("max-unacked", "10"),
        ("receive-timer", "10"),
        ("vendor-class", "isc-4.4.3-P1"),
        ("protocol-version", "1"),
        ("tls-request", "0"),
        ("mclt", "30"),
        ("hba", "ff" * 16 + "00" * 16),
    ),
    "connectack": (
        ("relationship-name", "fo"),
        ("max-unacked", "10"),
        ("receive-timer", "10"),
        ("vendor-class", "isc-4.4.3-P1"),
        ("protocol-version", "1"),
        ("tls-reply", "0"),
    ),
    "state": (("server-state", "normal"), ("server-flags", "0"), ("since", "+0")),
    "bndupd": (
        ("address", "10.13.37.200"),
        ("binding-status", "active"),
        ("chaddr", "01020000000111"),
        ("ends", "+60"),
        ("potential", "+90"),
        ("since", "+0"),
    ),
    "bndack": (("address", "10.13.37.200"),),
}
# Whose xid an answer repeats.
ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "connectack": ("connect",),
    "upddone": ("updreq", "updreqall"),
    "poolresp": ("poolreq",),
    "bndack": ("bndupd",),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the server."""

    name: str
    xid: int
    options: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        words = [self.name, f"xid={self.xid}", *(f"{name}={value}" for name, value in self.options)]
        return " ".join(words)


@dataclass(slots=True)
class Connection:
    """One TCP connection and what has come but is not whole yet."""

    socket: socket.socket
    rest: bytes = b""
    is_open: bool = True


@dataclass(slots=True)
class Hand:
    """The partner in its namespace, playing `role`."""

    namespace: str
    role: str
    listener: socket.socket | None = None
    connections: list[Connection] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    xid: int = 0

    def listen(self) -> None:
        """From now on the server finds somebody."""
        with inside(self.namespace):
            self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((ADDRESSES[self.role], PORT))
        self.listener.listen(8)
        self.listener.setblocking(False)

    def dial(self) -> None:
        """Another connection to the server."""
        with inside(self.namespace):
            end = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        end.bind((ADDRESSES[self.role], 0))
        end.settimeout(5.0)
        end.connect((ADDRESSES[OTHER[self.role]], PORT))
        self._add(end)

    def _add(self, end: socket.socket) -> None:
        end.setblocking(False)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections.append(Connection(end))
        self.xid = 0

    def send(self, name: str, words: list[str], now: int) -> None:
        """A message on the newest connection, or with `on=N` on that one (from 1)."""
        given = dict(word.split("=", 1) for word in words if "=" in word)
        left_out = {word[1:] for word in words if word.startswith("-")}
        head = {
            key: value
            for key, value in given.items()
            if key in ("xid", "time", "on", "offset", "size")
        }
        options = dict(USUAL.get(name, ()))
        options |= {key: value for key, value in given.items() if key in OPTIONS}
        twice = [(word[1:], options[word[1:]]) for word in words if word.startswith("+")]
        raw = bytes.fromhex(given.get("raw", ""))
        parts = [(key, value) for key, value in options.items() if key not in left_out]
        body = b"".join(encode_option(key, value, now) for key, value in [*parts, *twice]) + raw
        offset = int(head.get("offset", "12"))
        code = MESSAGES[name] if name in MESSAGES else int(name)
        size = int(head.get("size", str(offset + len(body))))
        xid = int(head["xid"]) if "xid" in head else self._xid_of(name, options)
        time = now + int(head.get("time", "0"))
        wire = HEADER.pack(size, code, offset, time & 0xFFFFFFFF, xid)
        wire += bytes(offset - HEADER.size) + body
        self.say(wire, int(head.get("on", "0")))

    def _xid_of(self, name: str, options: Mapping[str, str]) -> int:
        for one in reversed(self.heard):
            if one.name not in ANSWERS.get(name, ()):
                continue
            if name != "bndack" or dict(one.options)["address"] == options["address"]:
                return one.xid
        self.xid += 1
        return self.xid

    def acknowledge(self, now: int) -> None:
        """A BNDACK for each BNDUPD that was heard."""
        for one in [one for one in self.heard if one.name == "bndupd"]:
            address = dict(one.options)["address"]
            self.send("bndack", [f"address={address}", f"xid={one.xid}"], now)
        self.heard = [one for one in self.heard if one.name != "bndupd"]

    def say(self, wire: bytes, number: int = 0) -> None:
        """Bytes on a connection."""
        if not self.connections:
            return  # the server has hung up: it shows in what was heard before
        connection = self.connections[number - 1]
        try:
            connection.socket.sendall(wire)
        except OSError:
            connection.is_open = False

    def close(self) -> None:
        """Hang up the newest connection."""
        if self.connections:
            self.connections.pop().socket.close()

    def close_all(self) -> None:
        """Hang up everything."""
        for connection in self.connections:
            connection.socket.close()
        if self.listener is not None:
            self.listener.close()

    def listen_in(self, now: int) -> list[str]:
        """What has been said since, by connection; CONTACTs are not told one by one."""
        self._accept()
        texts: list[str] = []
        for number, connection in enumerate(self.connections, 1):
            mark = f"({number}) " if len(self.connections) > 1 else ""
            texts += [mark + text for text in self._read(connection, now)]
        return texts

    def _accept(self) -> None:
        while self.listener is not None:
            try:
                end, _ = self.listener.accept()
            except BlockingIOError:
                return
            self._add(end)

    def _read(self, connection: Connection, now: int) -> list[str]:
        texts: list[str] = []
        while connection.is_open:
            try:
                data = connection.socket.recv(65536)
            except BlockingIOError:
                break
            except ConnectionResetError:
                data = b""
            connection.rest += data
            if not data:
                connection.is_open = False
        messages, connection.rest = split(connection.rest)
        for wire in messages:
            one = decode(wire, now)
            self.heard.append(one)
            texts.append(str(one))
        if not connection.is_open:
            texts.append("closed")
            connection.is_open = True
            self.connections.remove(connection)
            connection.socket.close()
        return texts


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """Whole messages, and what is left."""
    messages: list[bytes] = []
    while len(data) >= HEADER.size:
        size = struct.unpack_from("!H", data)[0]
        if size < HEADER.size or len(data) < size:
            break
        messages.append(data[:size])
        data = data[size:]
    return messages, data


def encode_option(name: str, value: str, now: int) -> bytes:
    """An option as it goes over the wire."""
    code, kind = OPTIONS[name]
    match kind:
        case "ip":
            data = socket.inet_aton(value)
        case "text":
            data = value.replace("_", " ").encode("latin-1")
        case "hex":
            data = bytes.fromhex(value)
        case "time":
            data = struct.pack("!I", now + int(value) if value[0] in "+-" else int(value))
        case _:
            number = {**STATES, **BINDINGS}.get(value)
            data = (int(value) if number is None else number).to_bytes(int(kind), "big")
    return struct.pack("!HH", code, len(data)) + data


def decode(wire: bytes, now: int) -> Heard:
    """A message of the server; times are told by their distance from now."""
    _size, code, offset, time, xid = HEADER.unpack_from(wire)
    options: list[tuple[str, str]] = []
    if time != now:
        options.append(("time", f"{time - now:+}"))
    at = offset
    while at + 4 <= len(wire):
        number, length = struct.unpack_from("!HH", wire, at)
        data = wire[at + 4 : at + 4 + length]
        name, kind = BY_CODE.get(number, (f"option-{number}", "hex"))
        options.append((name, _text_of(kind, data, now)))
        at += 4 + length
    return Heard(NAMES.get(code, str(code)), xid, tuple(options))


def _text_of(kind: str, data: bytes, now: int) -> str:
    match kind:
        case "ip":
            return socket.inet_ntoa(data)
        case "text":
            return data.decode("latin-1").replace(" ", "_")
        case "hex":
            return data.hex()
        case "time":
            number = int.from_bytes(data, "big")
            return f"{number - now:+}" if number else "0"
        case _:
            return str(int.from_bytes(data, "big"))

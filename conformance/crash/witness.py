"""Who was promised what: an independent ear on the clients' end of the link (packet(7)).

A promise is an ACK. The client counts its time from the moment it sent the REQUEST (RFC 2131
section 4.4.1), so the kernel's time of the first REQUEST of an exchange counts.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Final, final

from conformance.bench.network import RELAY_INTERFACE
from conformance.bench.packets import ACK, REQUEST, TYPE_AT, read_options
from conformance.network import ETH_P_ALL, SOL_PACKET, inside

_SO_TIMESTAMPNS: Final = 35
_SO_RCVBUFFORCE: Final = 33
_PACKET_STATISTICS: Final = 6
_BUFFER_BYTES: Final = 128 << 20
_LOOK_EVERY_S: Final = 0.1
_BEFORE_UDP: Final = 14
_UDP: Final = 17
_LEASE_TIME: Final = 51


@dataclass(frozen=True, slots=True)
class Promise:
    """The client with this hardware address has this address until `ends` (epoch seconds).

    `given` is when the ACK came, `server` who sent it.
    """

    address: str
    hardware: str
    ends: int
    given: int = 0
    server: str = ""


@final
class Witness:
    """A context: inside it every ACK on the link is noted."""

    def __init__(self, namespace: str, interface: str = RELAY_INTERFACE) -> None:
        with inside(namespace):
            self._ear: Final = socket.socket(
                socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)
            )
            self._ear.bind((interface, ETH_P_ALL))
        self._ear.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER_BYTES)
        self._ear.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._ear.settimeout(_LOOK_EVERY_S)
        self._thread: Final = threading.Thread(target=self._listen, daemon=True)
        self._is_over = threading.Event()
        self._asked: Final[dict[tuple[bytes, bytes], int]] = {}
        self._heard_at = time.monotonic()
        self.promises: Final[list[Promise]] = []
        self.failure: BaseException | None = None

    def __enter__(self) -> Witness:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()
        self._ear.close()

    def await_promises(self, count: int, limit_s: float) -> bool:
        """Wait until so many ACKs were heard; False: they were not."""
        deadline = time.monotonic() + limit_s
        while len(self.promises) < count:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def await_silence(self, seconds: float) -> None:
        """Wait until nothing was on the link for so long: all that was sent is noted."""
        while time.monotonic() - self._heard_at < seconds:
            time.sleep(0.05)

    def unheard(self) -> int:
        """Frames that came faster than they could be noted."""
        answer = self._ear.getsockopt(SOL_PACKET, _PACKET_STATISTICS, 8)
        return int(struct.unpack("=II", answer)[1])

    def _listen(self) -> None:
        try:
            while not self._is_over.is_set():
                try:
                    frame, extra, _, _ = self._ear.recvmsg(2048, 64)
                except TimeoutError:
                    continue
                self._heard_at = time.monotonic()
                self._note(frame, _second_of(extra))
        except BaseException as error:
            self.failure = error

    def _note(self, frame: bytes, second: int) -> None:
        if frame[12:14] != b"\x08\x00" or frame[23] != _UDP:
            return
        payload = frame[_BEFORE_UDP + (frame[14] & 15) * 4 + 8 :]
        if len(payload) <= TYPE_AT:
            return
        exchange = payload[4:8], payload[28:34]
        if payload[0] == 1:
            if payload[TYPE_AT] == REQUEST:
                self._asked.setdefault(exchange, second)
        elif read_options(payload)[0] == ACK:
            asked = self._asked[exchange]
            address = socket.inet_ntoa(payload[16:20])
            hardware = payload[28:34].hex(":")
            ends = asked + _lease_time(payload)
            server = socket.inet_ntoa(frame[26:30])
            self.promises.append(Promise(address, hardware, ends, second, server))


def _second_of(extra: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in extra:
        if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS):
            return int(struct.unpack_from("=q", data)[0])
    raise AssertionError("no time with the frame")


def _lease_time(payload: bytes) -> int:
    at = TYPE_AT - 2
    while payload[at] != _LEASE_TIME:
        at += 2 + payload[at + 1] if payload[at] else 1
    return int.from_bytes(payload[at + 2 : at + 6], "big")

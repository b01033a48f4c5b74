"""The client's part of a recorded conversation: frames to send again, and the time between."""

import io
import socket
import struct

import dpkt

from conformance.frames import udp_frame

GAP = 2.0  # shorter pauses between frames are not kept
SERVER_MAC = bytes((2, 0, 0, 0, 0, 1))


def client_frames(capture: bytes) -> list[tuple[bytes, int]]:
    """The UDP frames to port 67 not sent by the server, each with the seconds before it."""
    found: list[tuple[bytes, int]] = []
    last: float | None = None
    for moment, frame in dpkt.pcap.Reader(io.BytesIO(capture)):
        if frame[6:12] == SERVER_MAC or frame[12:14] != b"\x08\x00" or frame[23] != 17:
            continue
        start = 14 + 4 * (frame[14] & 15)
        if frame[start + 2 : start + 4] != b"\x00\x43":
            continue
        gap = 0.0 if last is None else moment - last
        last = moment
        found.append((_whole(bytes(frame), start), int(gap) if gap >= GAP else 0))
    return found


def _whole(frame: bytes, start: int) -> bytes:
    """The frame with its UDP checksum, which a capture on the sender's side has not seen yet."""
    source, destination, length = struct.unpack_from("!HHH", frame, start)
    return udp_frame(
        frame[:6],
        frame[6:12],
        socket.inet_ntoa(frame[26:30]),
        socket.inet_ntoa(frame[30:34]),
        (source, destination),
        frame[start + 8 : start + length],
    )

"""Frames built and taken apart, checked with dpkt and with RFC 1071's own arithmetic."""

import struct

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydhcpd.core.interface import Interface
from pydhcpd.core.log import DEBUG, INFO, LogLine
from pydhcpd.daemon.frame import NEEDS_CHECKSUM, NO_VNET_HEADER, FrameReader, build_frame

OWN = bytes.fromhex("020000000001")
CLIENT = bytes.fromhex("020000000101")
SOURCE = 0x0A000001
DESTINATION = 0x0A000064
ETH0 = Interface("eth0", 1, b"\x01" + OWN, (SOURCE,), 0)


def reply(payload: bytes) -> bytes:
    return build_frame(CLIENT, OWN, SOURCE, DESTINATION, 67, 68, payload)


def request(
    payload: bytes,
    flags: int = 0,
    ip_length: int | None = None,
    udp_length: int | None = None,
    ip_checksum: int | None = None,
    udp_checksum: int | None = None,
    options: bytes = b"",
    padding: bytes = b"",
) -> bytes:
    """A frame as the packet socket gives it, with whatever should be wrong with it."""
    udp_length = 8 + len(payload) if udp_length is None else udp_length
    udp = struct.pack("!HHHH", 68, 67, udp_length, 0) + payload
    pseudo = struct.pack("!IIBBH", 0, 0xFFFFFFFF, 0, 17, udp_length)
    if udp_checksum is None:
        udp_checksum = dpkt.in_cksum(pseudo + udp) or 0xFFFF
    udp = struct.pack("!HHHH", 68, 67, udp_length, udp_checksum) + payload
    header = 0x45 + len(options) // 4
    size = 20 + len(options) + len(udp) if ip_length is None else ip_length
    ip = struct.pack("!BBHHHBBHII", header, 0, size, 7, 0, 64, 17, 0, 0, 0xFFFFFFFF) + options
    checksum = dpkt.in_cksum(ip) if ip_checksum is None else ip_checksum
    ip = ip[:10] + struct.pack("!H", checksum) + ip[12:]
    ethernet = b"\xff" * 6 + CLIENT + b"\x08\x00"
    return bytes([flags]) + NO_VNET_HEADER[1:] + ethernet + ip + udp + padding


def read(packet: bytes) -> bytes | None:
    log: list[LogLine] = []
    datagram = FrameReader().read(packet, ETH0, log)
    assert log == []
    return None if datagram is None else datagram.payload


def test_reply_has_the_header_of_dhcpd() -> None:
    frame = dpkt.ethernet.Ethernet(reply(b"x" * 300))
    ip = frame.data
    assert (frame.dst, frame.src, frame.type) == (CLIENT, OWN, 0x0800)
    assert (ip.tos, ip.ttl, ip.id, ip.df, ip.mf, ip.len) == (0x10, 128, 0, 0, 0, 328)
    assert (ip.src, ip.dst) == (bytes((10, 0, 0, 1)), bytes((10, 0, 0, 100)))
    assert (ip.data.sport, ip.data.dport, ip.data.ulen) == (67, 68, 308)


@given(
    st.binary(min_size=236, max_size=1400), st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF)
)
def test_reply_has_the_checksums_of_the_rfcs(payload: bytes, source: int, target: int) -> None:
    frame = build_frame(CLIENT, OWN, source, target, 67, 68, payload)
    assert dpkt.in_cksum(frame[14:34]) == 0
    pseudo = struct.pack("!IIBBH", source, target, 0, 17, 8 + len(payload))
    assert dpkt.in_cksum(pseudo + frame[34:]) == 0
    assert frame[40:42] != b"\0\0"


def test_checksum_that_comes_out_as_zero_is_sent_as_ones() -> None:
    # RFC 768: a zero in the field says that there is no checksum.
    without = 17 + 2 * 308 + 67 + 68 + SOURCE + DESTINATION
    filler = -without % 0xFFFF
    frame = reply(struct.pack("!H", filler) + bytes(298))
    assert frame[40:42] == b"\xff\xff"


@given(st.binary(min_size=236, max_size=1400))
def test_reply_is_read_back(payload: bytes) -> None:
    datagram = FrameReader().read(NO_VNET_HEADER + reply(payload), ETH0, [])
    assert datagram is not None
    assert (datagram.payload, datagram.source, datagram.interface) == (payload, SOURCE, ETH0)


def test_ethernet_padding_is_left_out() -> None:
    assert read(request(b"a" * 240, padding=b"\0" * 18)) == b"a" * 240


def test_ip_options_are_skipped() -> None:
    assert read(request(b"a" * 240, options=b"\x01" * 8)) == b"a" * 240


def test_zero_udp_checksum_is_accepted() -> None:
    assert read(request(b"a" * 240, udp_checksum=0)) == b"a" * 240


def test_checksum_that_a_device_would_fill_in_is_not_looked_at() -> None:
    assert read(request(b"a" * 240, udp_checksum=0x1234, flags=NEEDS_CHECKSUM)) == b"a" * 240


# Observed with dhcpd 4.4.3-P1: only a length beyond the frame counts, and it is not complained of
@pytest.mark.parametrize(("length", "is_read"), [(0, True), (19, True), (268, True), (269, False)])
def test_ip_length_may_be_too_small_but_not_too_big(length: int, is_read: bool) -> None:
    assert (read(request(b"a" * 240, ip_length=length)) is not None) == is_read
    assert lines_of(*[request(b"a" * 240, ip_length=9999, udp_length=999)] * 9) == []


@pytest.mark.parametrize("size", [0, 1, 235])
def test_payload_shorter_than_a_bootp_header_is_dropped(size: int) -> None:
    assert read(request(b"a" * size)) is None
    assert read(request(b"a" * 236)) == b"a" * 236


@pytest.mark.parametrize("size", range(0, 60, 7))
def test_cut_frames_are_dropped(size: int) -> None:
    assert read(request(b"a" * 300)[:size]) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_dropped(packet: bytes) -> None:
    datagram = FrameReader().read(packet, ETH0, [])
    assert datagram is None or len(datagram.payload) >= 236


def lines_of(*packets: bytes) -> list[LogLine]:
    log: list[LogLine] = []
    reader = FrameReader()
    for packet in packets:
        reader.read(packet, ETH0, log)
    return log


GOOD = request(b"a" * 240)
# A line once five were looked at and more than half were bad; then counting begins anew.
COMPLAINTS = [
    (request(b"a" * 240, ip_checksum=1), INFO, "{} bad IP checksums seen in {} packets"),
    (request(b"a" * 240, udp_checksum=1), DEBUG, "{} bad udp checksums in {} packets"),
    (request(b"a" * 240, udp_length=999), INFO, "{} udp packets in {} too long - dropped"),
]


@pytest.mark.parametrize(("bad", "level", "text"), COMPLAINTS)
def test_damaged_packets_are_complained_about(bad: bytes, level: int, text: str) -> None:
    assert lines_of(*[bad] * 4) == []
    assert lines_of(*[bad] * 5) == [(level, text.format(5, 5))]
    assert lines_of(*[bad] * 10) == [(level, text.format(5, 5))] * 2
    # Sequences observed with dhcpd 4.4.3-P1
    assert lines_of(GOOD, GOOD, bad, bad, bad) == [(level, text.format(3, 5))]
    assert lines_of(*[GOOD] * 4, *[bad] * 4) == []
    assert lines_of(*[GOOD] * 4, *[bad] * 5) == [(level, text.format(5, 9))]
    assert lines_of(*[GOOD] * 5, *[bad] * 5) == [(level, text.format(5, 5))]
    assert lines_of(*[GOOD] * 9, *[bad] * 5) == [(level, text.format(5, 9))]
    assert lines_of(bad, bad, GOOD, GOOD, GOOD, *[bad] * 4) == []
    assert lines_of(*[bad] * 4, GOOD, GOOD, GOOD, *[bad] * 3) == [(level, text.format(3, 5))]

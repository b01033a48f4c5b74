"""Packet, UDP and ICMP sockets of a namespace of our own."""

import socket
import struct
import subprocess
import time

import pytest

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.log import LogLine
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.frame import FrameReader, build_frame
from pydhcpd.daemon.icmp_socket import IcmpSocket, echo_request
from pydhcpd.daemon.packet_socket import PacketSocket
from pydhcpd.daemon.udp_socket import UdpSocket
from tests.daemon.namespace import run_in_namespace

VETH = """
link add eth0 address 02:00:00:00:00:01 type veth peer name peer address 02:00:00:00:01:01
link set lo up
link set eth0 up
link set peer up
address add 10.0.0.1/24 dev eth0
"""
OWN = bytes.fromhex("020000000001")
CLIENT = bytes.fromhex("020000000101")
BROADCAST = b"\xff" * 6
ETH0 = Interface("eth0", 1, b"\x01" + OWN, (0x0A000001,), 0)
PAYLOAD = bytes(range(256)) + bytes(44)


def frame(payload: bytes = PAYLOAD, port: int = 67, target: int = 0xFFFFFFFF) -> bytes:
    return build_frame(BROADCAST, CLIENT, 0, target, 68, port, payload)


def taken(link: PacketSocket, limit: int = 256) -> tuple[list[bytes], list[LogLine]]:
    datagrams: list[Datagram] = []
    lines: list[LogLine] = []
    link.drain(limit, ETH0, FrameReader(), datagrams, lines)
    return [datagram.payload for datagram in datagrams], lines


def open_peer() -> socket.socket:
    peer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    peer.bind(("peer", 0x0800))
    peer.settimeout(2)
    return peer


def test_filter_lets_through_what_dhcpd_looks_at() -> None:
    def body() -> None:
        link = PacketSocket("eth0", 67)
        assert link.hardware == OWN
        with open_peer() as peer:
            peer.send(frame())
            peer.send(frame(port=68))  # another port
            peer.send(frame(target=0x0A0B0C0D))  # any address will do
            later_fragment = bytearray(frame())
            later_fragment[20:22] = b"\x00\x10"
            peer.send(later_fragment)
            peer.send(frame()[:12] + b"\x08\x06" + frame()[14:])  # not IP
            tcp = bytearray(frame())
            tcp[23] = 6
            peer.send(tcp)
            for tag in (0x0005, 0xE000):  # VLAN 5 is foreign, VLAN 0 has only a priority
                peer.send(frame()[:12] + b"\x81\x00" + struct.pack("!H", tag) + frame()[12:])
        assert taken(link) == ([PAYLOAD] * 3, [])
        link.close()

    run_in_namespace(VETH, body)


def test_a_share_of_the_discovers_is_let_in_and_all_else() -> None:
    cookie = b"\x63\x82\x53\x63"
    head = PAYLOAD[:236] + cookie
    discover = head + b"\x35\x01\x01\xff"
    others = [
        head + b"\x35\x01\x03\xff",  # REQUEST
        head + b"\x3d\x01\x01\x35\x01\x01",  # another option first
        PAYLOAD,  # no cookie
        PAYLOAD[:236],  # ends before the options
        discover[:242],  # ends before its type
    ]

    def counts(link: PacketSocket, share: float) -> tuple[int, int]:
        link.let_in(share)
        with open_peer() as peer:
            for _ in range(100):
                for payload in [discover, *others]:
                    peer.send(frame(payload))
        payloads, lines = taken(link, 1000)
        assert lines == []
        return payloads.count(discover), len([one for one in payloads if one in others])

    def body() -> None:
        link = PacketSocket("eth0", 67)
        assert counts(link, 1) == (100, 500)
        assert counts(link, 0) == (0, 500)
        some, rest = counts(link, 0.5)
        assert 20 < some < 80  # so far off by chance once in a billion runs
        assert rest == 500
        assert counts(link, 1) == (100, 500)
        link.close()

    run_in_namespace(VETH, body)


def test_batch_is_limited() -> None:
    def body() -> None:
        link = PacketSocket("eth0", 67)
        with open_peer() as peer:
            for _ in range(10):
                peer.send(frame())
        assert [len(taken(link, 4)[0]) for _ in range(4)] == [4, 4, 2, 0]
        link.close()

    run_in_namespace(VETH, body)


def test_buffer_holds_thousands_of_clients() -> None:
    def body() -> None:
        link = PacketSocket("eth0", 67)
        with open_peer() as peer:
            for _ in range(4000):
                peer.send(frame())
        assert len(taken(link, 5000)[0]) == 4000
        link.close()

    run_in_namespace(VETH, body)


def test_own_frames_leave_and_are_not_heard() -> None:
    def body() -> None:
        link = PacketSocket("eth0", 67)
        with open_peer() as peer:
            sent = build_frame(CLIENT, OWN, 0x0A000001, 0x0A000064, 67, 67, PAYLOAD)
            link.send(sent)
            assert peer.recv(2048) == sent
        assert taken(link) == ([], [])
        link.close()

    run_in_namespace(VETH, body)


def test_datagram_of_a_local_program_is_heard_without_its_checksum() -> None:
    # The kernel leaves the checksum to a device; a veth is none that would fill it in.
    def body() -> None:
        link = PacketSocket("eth0", 67)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"peer")
            client.sendto(PAYLOAD, ("10.0.1.255", 67))
        assert taken(link) == ([PAYLOAD], [])
        link.close()

    run_in_namespace(f"{VETH}address add 10.0.1.1/24 brd + dev peer", body)


def test_device_that_is_not_ethernet_is_fatal() -> None:
    def body() -> None:
        with pytest.raises(Fatal) as refusal:
            PacketSocket("lo", 67)
        assert refusal.value.lines == ('Unsupported device type 772 for "lo"',)

    run_in_namespace("link set lo up", body)


def test_interface_that_goes_down_is_told_once_and_comes_back() -> None:
    def body() -> None:
        link = PacketSocket("eth0", 67)
        subprocess.run(["ip", "link", "set", "eth0", "down"], check=True)
        assert taken(link) == ([], [(3, "receive_packet failed on eth0: Network is down")])
        assert taken(link) == ([], [])
        subprocess.run(["ip", "link", "set", "eth0", "up"], check=True)
        with open_peer() as peer:
            peer.send(frame())
        assert taken(link) == ([PAYLOAD], [])
        link.close()

    run_in_namespace(VETH, body)


def test_interface_that_is_made_anew_is_found_again() -> None:
    def ip(line: str) -> None:
        subprocess.run(["ip", *line.split()], check=True)

    def body() -> None:
        link = PacketSocket("eth0", 67)
        assert not link.was_down
        ip("link set eth0 down")
        taken(link)
        assert link.was_down
        assert not link.find_again()  # it is still the same
        ip("link delete eth0")
        assert taken(link) == ([], [])  # the kernel has told all that it tells
        assert not link.find_again()  # there is none
        ip("link add eth0 address 02:00:00:00:00:09 type veth peer name peer")
        ip("link set peer up")
        assert link.find_again()
        assert link.hardware == bytes.fromhex("020000000009")
        ip("link set eth0 up")
        # It was down when it was bound.
        assert taken(link) == ([], [(3, "receive_packet failed on eth0: Network is down")])
        with open_peer() as peer:
            # The peer's queue opens some time after the other end is up.
            for _ in range(200):
                peer.send(frame(port=68))
                peer.send(frame())
                heard, lines = taken(link)
                if heard:
                    break
                time.sleep(0.02)
        assert (set(heard), lines) == ({PAYLOAD}, [])
        assert not link.find_again()
        link.close()

    run_in_namespace(VETH, body)


def test_udp_socket_sends_from_its_port_and_keeps_nothing() -> None:
    def body() -> None:
        fallback = UdpSocket(0, 67)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as relay:
            relay.bind(("10.0.0.1", 6767))
            relay.settimeout(2)
            fallback.send(b"reply", 0x0A000001, 6767)
            assert relay.recvfrom(99) == (b"reply", ("10.0.0.1", 67))
        fallback.close()

    run_in_namespace(VETH, body)


def test_udp_socket_sends_many_of_one_size_at_once() -> None:
    def body() -> None:
        fallback = UdpSocket(0, 67)
        payloads = [bytes((number,)) * 300 for number in range(64)]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as relay:
            relay.bind(("10.0.0.1", 6767))
            relay.settimeout(2)
            fallback.send_alike(payloads, 0x0A000001, 6767)
            assert [relay.recv(999) for _ in payloads] == payloads
        fallback.close()

    run_in_namespace(VETH, body)


def test_taken_port_is_fatal_with_advice() -> None:
    def body() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("0.0.0.0", 67))
            with pytest.raises(Fatal) as refusal:
                UdpSocket(0, 67)
        assert refusal.value.lines == (
            "Can't bind to dhcp address: Address already in use",
            "Please make sure there is no other dhcp server",
            "running and that there's no entry for dhcp or",
            "bootp in /etc/inetd.conf.   Also make sure you",
            "are not running HP JetAdmin software, which",
            "includes a bootp server.",
        )

    run_in_namespace(VETH, body)


def test_echo_request_is_that_of_dhcpd() -> None:
    # ICMP type 8, sequence 0, 20 zero bytes; the checksum makes the sum come out even
    packet = echo_request(0x1234)
    assert packet[:2] + packet[4:] == b"\x08\x00\x12\x34\x00\x00" + bytes(20)
    assert sum(struct.unpack("!14H", packet)) % 0xFFFF == 0


def test_ping_is_answered_by_the_sender_of_the_reply() -> None:
    def body() -> None:
        icmp = IcmpSocket()
        icmp.ping(0x7F000001)
        # The kernel answers on loopback before the call is over.
        assert icmp.replies() == [0x7F000001]
        assert icmp.replies() == []
        icmp.close()

    run_in_namespace("link set lo up", body)

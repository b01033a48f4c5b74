"""Ethernet, ARP, IPv4, UDP, ICMP and BOOTP frames, built and taken apart for comparison.

Written without a line of pydhcpd, so that a mistake there cannot hide itself here.
Layouts: RFC 826 (ARP), 791 (IP), 768 (UDP), 792 (ICMP), 951 and 2131 (BOOTP and DHCP).
"""

import socket
import struct
from dataclasses import dataclass

BROADCAST_MAC = b"\xff" * 6
COOKIE = bytes.fromhex("63825363")
KERNEL_TTL = 64  # what the kernel puts on datagrams of the server's UDP socket
MESSAGE_NAMES = {
    1: "discover",
    2: "offer",
    3: "request",
    4: "decline",
    5: "ack",
    6: "nak",
    7: "release",
    8: "inform",
    10: "leasequery",
    11: "unassigned",
    12: "unknown",
    13: "active",
}


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4_frame(
    eth_dst: bytes, eth_src: bytes, src: str, dst: str, protocol: int, body: bytes
) -> bytes:
    """An Ethernet frame with an IPv4 packet around `body`."""
    source, destination = socket.inet_aton(src), socket.inet_aton(dst)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0)
    head += source + destination
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return eth_dst + eth_src + b"\x08\x00" + head + body


def udp_frame(
    eth_dst: bytes, eth_src: bytes, src: str, dst: str, ports: tuple[int, int], payload: bytes
) -> bytes:
    """An Ethernet frame with a UDP datagram from and to `ports`, checksums filled in."""
    source, destination = socket.inet_aton(src), socket.inet_aton(dst)
    length = 8 + len(payload)
    pseudo = source + destination + struct.pack("!BBH", 0, 17, length)
    head = struct.pack("!HHHH", ports[0], ports[1], length, 0)
    total = checksum(pseudo + head + payload) or 0xFFFF
    body = struct.pack("!HHHH", ports[0], ports[1], length, total) + payload
    return ipv4_frame(eth_dst, eth_src, src, dst, 17, body)


def arp_answer(frame: bytes, mac: bytes) -> bytes | None:
    """The answer `mac` gives to the ARP request in `frame`; None if it holds none."""
    if frame[12:14] != b"\x08\x06" or frame[20:22] != b"\x00\x01" or len(frame) < 42:
        return None
    asker_mac, asker_ip, wanted_ip = frame[22:28], frame[28:32], frame[38:42]
    head = bytes.fromhex("0001080006040002")
    return asker_mac + mac + b"\x08\x06" + head + mac + wanted_ip + asker_mac + asker_ip


def echo_request(frame: bytes) -> str | None:
    """The address pinged by an ICMP echo request in `frame`; None if it holds none."""
    if frame[12:14] != b"\x08\x00" or len(frame) < 35 or frame[23] != 1:
        return None
    if frame[14 + 4 * (frame[14] & 15)] != 8:
        return None
    return socket.inet_ntoa(frame[30:34])


def echo_answer(frame: bytes, mac: bytes) -> bytes:
    """The echo reply to the echo request in `frame`."""
    start = 14 + 4 * (frame[14] & 15)
    total = struct.unpack_from("!H", frame, 16)[0]
    message = b"\0\0\0\0" + frame[start + 4 : 14 + total]
    message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
    asker, pinged = socket.inet_ntoa(frame[26:30]), socket.inet_ntoa(frame[30:34])
    return ipv4_frame(frame[6:12], mac, pinged, asker, 1, message)


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame a server sent: a short name for people, every field for the comparison.

    Fields whose name is in `LOOSE_FIELDS` hold seconds and may differ by one.
    """

    summary: str
    delay: float
    fields: tuple[tuple[str, str], ...]
    message: str = ""
    address: str = "0.0.0.0"
    server: str = ""


# Options that count seconds from or to a moment: 51, 58, 59 and 91 (RFC 2132, 4388).
LOOSE_FIELDS = frozenset({"option 51", "option 58", "option 59", "option 91"})


def dissect(frame: bytes, delay: float, checksum_ready: bool) -> Seen | None:
    """What the server sent, or None when the frame is not part of the comparison (ARP)."""
    if frame[12:14] != b"\x08\x00" or len(frame) < 34:
        return None
    packet = frame[14:]
    length = struct.unpack_from("!H", packet, 2)[0]
    head, body = packet[: 4 * (packet[0] & 15)], packet[4 * (packet[0] & 15) : length]
    kernel = head[8] == KERNEL_TTL
    fields = [
        ("eth.dst", frame[:6].hex(":")),
        ("eth.src", frame[6:12].hex(":")),
        ("ip.tos", hex(head[1])),
        ("ip.length", str(length)),
        # The kernel counts its own identifications; only the raw socket's are the server's.
        ("ip.id", "kernel" if kernel else hex(struct.unpack_from("!H", head, 4)[0])),
        ("ip.fragment", hex(struct.unpack_from("!H", head, 6)[0])),
        ("ip.ttl", str(head[8])),
        ("ip.checksum", "correct" if checksum(head) == 0 else "wrong"),
        ("ip.src", socket.inet_ntoa(head[12:16])),
        ("ip.dst", socket.inet_ntoa(head[16:20])),
    ]
    if head[9] == 1:
        return _dissect_icmp(fields, body, delay)
    if head[9] == 17:
        pseudo = head[12:20] + struct.pack("!BBH", 0, 17, len(body))
        if not checksum_ready:
            verdict = "left to the network card"
        elif body[6:8] == b"\0\0":
            verdict = "absent"
        else:
            verdict = "correct" if checksum(pseudo + body) == 0 else "wrong"
        source, destination, size = struct.unpack_from("!HHH", body)
        fields += [
            ("udp.src", str(source)),
            ("udp.dst", str(destination)),
            ("udp.length", str(size)),
            ("udp.checksum", verdict),
        ]
        return _dissect_bootp(fields, body[8:], delay)
    return Seen(f"protocol {head[9]}", delay, (*fields, ("data", body.hex())))


def _dissect_icmp(fields: list[tuple[str, str]], body: bytes, delay: float) -> Seen:
    kind, code, _sum, _identifier, sequence = struct.unpack_from("!BBHHH", body)
    fields += [
        ("icmp.type", str(kind)),
        ("icmp.code", str(code)),
        ("icmp.checksum", "correct" if checksum(body) == 0 else "wrong"),
        ("icmp.sequence", str(sequence)),
        ("icmp.data", body[8:].hex()),
    ]
    name = "ping" if kind == 8 else f"icmp {kind}"
    return Seen(f"{name} {dict(fields)['ip.dst']}", delay, tuple(fields))


def _dissect_bootp(fields: list[tuple[str, str]], data: bytes, delay: float) -> Seen:
    if len(data) < 236:
        return Seen("short udp", delay, (*fields, ("data", data.hex())))
    op, htype, hlen, hops, xid, secs, flags = struct.unpack_from("!BBBBIHH", data)
    fields += [
        ("op", str(op)),
        ("htype", str(htype)),
        ("hlen", str(hlen)),
        ("hops", str(hops)),
        ("xid", f"{xid:08x}"),
        ("secs", str(secs)),
        ("flags", f"{flags:04x}"),
    ]
    for index, name in enumerate(("ciaddr", "yiaddr", "siaddr", "giaddr")):
        fields.append((name, socket.inet_ntoa(data[12 + 4 * index : 16 + 4 * index])))
    fields += [
        ("chaddr", data[28:44].hex()),
        ("sname", readable(data[44:108])),
        ("file", readable(data[108:236])),
        ("cookie", data[236:240].hex()),
    ]
    options = walk_options(data[240:])
    fields += options
    found = dict(options)
    kind = found.get("option 53", "")
    message = MESSAGE_NAMES.get(int(kind[:2], 16), f"type {kind}") if kind else "bootreply"
    address = socket.inet_ntoa(data[16:20])
    server = found.get("option 54", "")
    summary = message if address == "0.0.0.0" else f"{message} {address}"
    return Seen(
        summary,
        delay,
        tuple(fields),
        message,
        address,
        socket.inet_ntoa(bytes.fromhex(server)) if len(server) == 8 else "",
    )


def walk_options(area: bytes) -> list[tuple[str, str]]:
    """The options in their order as (name, hex), then the end and the padding behind it."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(area) and area[at] != 255:
        if area[at] == 0:
            found.append(("pad", ""))
            at += 1
            continue
        if at + 1 >= len(area) or at + 2 + area[at + 1] > len(area):
            found.append(("broken option", area[at:].hex()))
            return found
        size = area[at + 1]
        found.append((f"option {area[at]}", area[at + 2 : at + 2 + size].hex()))
        at += 2 + size
    if at < len(area):
        rest = area[at + 1 :]
        found.append(("end", f"{len(rest)} zero bytes" if not any(rest) else rest.hex()))
    return found


def readable(data: bytes) -> str:
    """A fixed-size text field: its text, or hex when it is none; all bytes count."""
    text = data.rstrip(b"\0")
    if all(32 <= byte < 127 for byte in text):
        return text.decode("ascii")
    return data.hex()

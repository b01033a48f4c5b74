"""From a line of a scenario to the frame a client would send (RFC 951, 2131, 2132, 3046, 4388)."""

import re
import socket
import struct
from dataclasses import dataclass

from conformance.frames import BROADCAST_MAC, COOKIE, udp_frame
from conformance.scenario import Send

CODES = {
    "hostname": 12,
    "address": 50,
    "lease": 51,
    "server": 54,
    "prl": 55,
    "maxsize": 57,
    "vendor": 60,
    "clientid": 61,
    "user": 77,
    "agent": 82,
    "subnet": 118,
}
TYPES = {
    "discover": 1,
    "request": 3,
    "reboot": 3,
    "renew": 3,
    "rebind": 3,
    "decline": 4,
    "release": 7,
    "inform": 8,
    "leasequery": 10,
}
HEADER = "!BBBBIHH4s4s4s4s16s64s128s"
MINIMUM = 300  # the size BOOTP clients pad to (RFC 1542 section 2.1)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a server last told a client: the address and who it is."""

    address: str = "0.0.0.0"
    server: str = "0.0.0.0"


@dataclass(frozen=True, slots=True)
class Port:
    """A server interface as its clients see it."""

    name: str
    mac: bytes
    address: str


def client_mac(number: int) -> bytes:
    """The hardware address of client `number`."""
    return bytes((2, 0, 0, 0, 1, number))


def value_bytes(text: str) -> bytes:
    """0x0102 and 01:02 are bytes, everything else is text (with backslash escapes)."""
    if text.startswith("0x"):
        return bytes.fromhex(text[2:])
    if re.fullmatch(r"[0-9a-f]{2}(:[0-9a-f]{2})+", text):
        return bytes.fromhex(text.replace(":", ""))
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


def _option(key: str, value: str) -> bytes:
    code = int(key[3:]) if key.startswith("opt") else CODES[key]
    match key:
        case "address" | "server" | "subnet":
            data = socket.inet_aton(value)
        case "lease":
            data = struct.pack("!I", int(value, 0))
        case "maxsize":
            data = struct.pack("!H", int(value))
        case "prl":
            data = bytes(int(part) for part in value.split(",") if part)
        case "agent":
            data = b""
            for part in value.split(","):
                sub, _, content = part.partition(":")
                inner = value_bytes(content)
                data += bytes((int(sub), len(inner))) + inner
        case _:
            data = value_bytes(value)
    # Longer values are split over several options of the same code (RFC 3396).
    parts = [data[at : at + 255] for at in range(0, len(data), 255)] or [b""]
    return b"".join(bytes((code, len(part))) + part for part in parts)


def frame(send: Send, promise: Promise, port: Port, xid: int) -> bytes:
    """The whole Ethernet frame of `send`, by a client that was last told `promise`."""
    given = dict(send.words)
    words = {
        **_implied(send.verb, given, promise, port),
        **{
            key: promise.address if value == "last" else value
            for key, value in given.items()
            if key != "relay"
        },
    }
    mac = value_bytes(words.get("chaddr", "")) if "chaddr" in words else client_mac(send.client)
    payload = _bootp(words, mac, int(words.get("xid", str(xid)), 0))
    data = udp_frame(
        value_bytes(words["ethdst"]) if "ethdst" in words else BROADCAST_MAC,
        value_bytes(words["ethsrc"]) if "ethsrc" in words else mac[:6].ljust(6, b"\x02"),
        words.get("src", "0.0.0.0"),
        words.get("dst", "255.255.255.255"),
        (int(words.get("sport", "68")), int(words.get("dport", "67"))),
        payload,
    )
    if "ipsum" in words:
        data = data[:24] + value_bytes(words["ipsum"]) + data[26:]
    if "udpsum" in words:
        data = data[:40] + value_bytes(words["udpsum"]) + data[42:]
    return data


def _implied(verb: str, given: dict[str, str], promise: Promise, port: Port) -> dict[str, str]:
    """The words a message carries by its nature (RFC 2131 table 5)."""
    words: dict[str, str] = {}
    if verb in TYPES:
        words["type"] = str(TYPES[verb])
    address = given.get("ciaddr", promise.address)
    address = promise.address if address == "last" else address
    unicast = {"src": address, "dst": port.address, "ethdst": port.mac.hex(":")}
    match verb:
        case "request":
            words |= {"address": promise.address, "server": promise.server}
        case "reboot":
            words |= {"address": promise.address}
        case "decline":
            words |= {"address": promise.address, "server": promise.server}
        case "renew":
            words |= {"ciaddr": address, **unicast}
        case "rebind":
            words |= {"ciaddr": address, "src": address}
        case "release":
            words |= {"ciaddr": address, "server": promise.server, **unicast}
        case "inform":
            words |= {"ciaddr": address, **unicast}
        case "leasequery":
            words |= {"hlen": "0", "htype": "0", "chaddr": "0x"}
    if "relay" in given:
        relay = {"giaddr": given["relay"], "src": given["relay"], "sport": "67", "hops": "1"}
        words |= {**relay, "dst": port.address, "ethdst": port.mac.hex(":")}
        words["ethsrc"] = "02:00:00:00:00:02"
    return words


def _bootp(words: dict[str, str], mac: bytes, xid: int) -> bytes:
    flags = words.get("flags", "0")
    head = struct.pack(
        HEADER,
        int(words.get("op", "1")),
        int(words.get("htype", "1")),
        int(words.get("hlen", str(len(mac)))),
        int(words.get("hops", "0")),
        xid,
        int(words.get("secs", "0")),
        0x8000 if flags == "broadcast" else int(flags, 0),
        *(
            socket.inet_aton(words.get(name, "0.0.0.0"))
            for name in ("ciaddr", "yiaddr", "siaddr", "giaddr")
        ),
        mac,
        value_bytes(words.get("sname", "")),
        value_bytes(words.get("file", "")),
    )
    area = _options(words)
    if "cookie" in words:
        area = value_bytes(words["cookie"]) + area if words["cookie"] != "none" else b""
    else:
        area = COOKIE + area
    payload = (head + area).ljust(int(words.get("pad", str(MINIMUM))), b"\0")
    return payload[: int(words["truncate"])] if "truncate" in words else payload


def _options(words: dict[str, str]) -> bytes:
    if "options" in words:
        return bytes.fromhex(words["options"])
    area = (
        bytes((53, 1, int(words["type"]))) if "type" in words and words["type"] != "none" else b""
    )
    for key, value in words.items():
        if (key in CODES or re.fullmatch(r"opt\d+", key)) and value != "none":
            area += _option(key, value)
    return area if words.get("end") == "no" else area + b"\xff"

"""Recorded traffic between two dhcpd 4.4.3-P1, one message a line (tests/data/failover).

    07:49:35.069 10.13.37.60:647>10.13.37.5:45603 STATE len=30 off=12 time=1795333775 xid=0 | ...

Each option is `code:name/length=value`; `[+30]` behind a time is relative to the message's own.
What clients sent is there too, the header up to chaddr and the options:

    07:49:37.706 DHCP 0.0.0.0>255.255.255.255 0101... 350101...ff
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydhcpd.failover.message import MESSAGE_ROWS
from tests.lease.pools import address

FOLDER = Path(__file__).parents[1] / "data" / "failover"
LINE = re.compile(
    r"(\d\d):(\d\d):(\d\d)\.(\d\d\d) ([\d.]+):(\d+)>([\d.]+):(\d+) (?:TCP )?(\S+)(?: (.*))?"
)
CLIENT_LINE = re.compile(
    r"(\d\d):(\d\d):(\d\d)\.(\d\d\d) DHCP ([\d.]+)>([\d.]+) ([0-9a-f]+) ([0-9a-f]+)"
)
CLIENT = "DHCP"
FIELDS = re.compile(r"len=\d+ off=\d+ time=(\d+) xid=(\d+)")
OPTION = re.compile(r"(\d+):([^/ ]+)/(\d+)=('[^']*'|\S+)")
CODES = {row.name: row.code for row in MESSAGE_ROWS}
TCP = ("SYN", "SYN-ACK", "RST", "FIN")


@dataclass(frozen=True)
class Line:
    """`at_us` since midnight; `connection` are both ends; `wire` the bytes of a message."""

    at_us: int
    source: str
    destination: str
    connection: frozenset[str]
    kind: str
    time: int
    wire: bytes


def read_trace(name: str) -> list[Line]:
    """The lines of a scenario about failover."""
    found: list[Line] = []
    for text in (FOLDER / f"{name}.txt").read_text().splitlines():
        match = LINE.match(text)
        if match is not None:
            found.append(_line(match))
        client = CLIENT_LINE.match(text)
        if client is not None:
            found.append(_client_line(client))
    return found


def at_us(text: str) -> int:
    """Microseconds since midnight of `07:49:37.706`."""
    hours, minutes, seconds = text.split(":")
    return ((int(hours) * 60 + int(minutes)) * 60) * 1_000_000 + round(float(seconds) * 1_000_000)


def _client_line(match: re.Match[str]) -> Line:
    source, target, header, options = match.groups()[4:]
    head = bytes.fromhex(header)
    payload = head + bytes(236 - len(head)) + b"\x63\x82\x53\x63" + bytes.fromhex(options)
    at = at_us(match[0].split(" ")[0])
    return Line(at, source, target, frozenset(), CLIENT, 0, payload.ljust(300, b"\0"))


def _line(match: re.Match[str]) -> Line:
    source, port, target, target_port, kind, rest = match.groups()[4:]
    time, wire = 0, b""
    if kind not in TCP:
        fields = FIELDS.match(rest)
        assert fields is not None, rest
        time = int(fields[1])
        options = b"".join(_options(rest))
        head = (12 + len(options)).to_bytes(2, "big") + bytes((CODES[kind], 12))
        wire = head + time.to_bytes(4, "big") + int(fields[2]).to_bytes(4, "big") + options
    ends = frozenset((f"{source}:{port}", f"{target}:{target_port}"))
    return Line(at_us(match[0].split(" ")[0]), source, target, ends, kind, time, wire)


def _options(text: str) -> Iterator[bytes]:
    for code, _, length, value in OPTION.findall(text):
        size = int(length)
        plain = value.split("[")[0].split("(")[0]
        if value.startswith("'"):
            octets = value[1:-1].encode()
        elif "." in plain:
            octets = address(plain).to_bytes(4, "big")
        elif plain.startswith("0x"):
            octets = int(plain, 16).to_bytes(size, "big")
        elif len(plain) == 2 * size and size > 4:
            octets = bytes.fromhex(plain)
        else:
            octets = int(plain).to_bytes(size, "big")
        assert len(octets) == size, f"{value} in {size} octets"
        yield int(code).to_bytes(2, "big") + size.to_bytes(2, "big") + octets


def epoch_us(lines: list[Line]) -> int:
    """What to add to `at_us` for the time since the epoch, by the first message."""
    first = next(line for line in lines if line.time)
    return (first.time - first.at_us // 1_000_000) * 1_000_000

"""The configurations of a failover pair, and leases files with which it begins in normal."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from conformance.bench.configuration import moment_text, uid_text
from conformance.bench.packets import hardware_address
from conformance.bench.pair_network import ADDRESSES

NAME: Final = "bench"
NO_LEASES: Final = "authoring-byte-order little-endian;\n\n"
BOTH_NORMAL: Final = f"failover peer {NAME}: Both servers normal"
FIRST: Final = (10 << 24) + (65 << 16)
_TOLD_AGO_S: Final = 60
_HEAD: Final = """\
authoritative;
ddns-update-style none;
ping-check false;
dhcp-cache-threshold 0;
option domain-name "bench.example";
option domain-name-servers 10.64.0.53, 10.64.0.54;
"""


@dataclass(frozen=True, slots=True)
class PairSettings:
    """Times in seconds; the pool begins at 10.65.0.0."""

    pool_size: int
    mclt: int
    lease_time: int
    max_response_delay: int = 30
    max_unacked_updates: int = 10
    peer_statements: str = ""


def pair_configuration_text(server: int, settings: PairSettings) -> str:
    """dhcpd.conf of the primary (0) or the secondary (1)."""
    role = f"primary;\n  mclt {settings.mclt};\n  split 128" if server == 0 else "secondary"
    return (
        f"{_HEAD}"
        f"default-lease-time {settings.lease_time};\n"
        f"max-lease-time {settings.lease_time};\n"
        f'failover peer "{NAME}" {{\n'
        f"  {role};\n"
        f"  address {ADDRESSES[server]};\n  port 647;\n"
        f"  peer address {ADDRESSES[1 - server]};\n  peer port 647;\n"
        f"  max-response-delay {settings.max_response_delay};\n"
        f"  max-unacked-updates {settings.max_unacked_updates};\n"
        f"  load balance max seconds 3;\n{settings.peer_statements}"
        "}\n"
        "subnet 10.64.0.0 netmask 255.248.0.0 {\n"
        "  option routers 10.64.0.2;\n"
        "  pool {\n"
        f'    failover peer "{NAME}";\n'
        "    deny dynamic bootp clients;\n"
        f"    range {quad(FIRST)} {quad(FIRST + settings.pool_size - 1)};\n"
        "  }\n"
        "}\n"
    )


def pair_leases_text(
    server: int, settings: PairSettings, state: str = "normal", active: int = 0
) -> str:
    """A server's file: its own `state`, the partner in normal.

    The first `active` addresses are clients' and the last half of the others is the secondary's;
    both servers know that.
    """
    now = int(time.time())
    told, ends = moment_text(now - _TOLD_AGO_S), moment_text(now + settings.lease_time)
    mclt = f"  mclt {settings.mclt};\n" if server else ""
    held = "".join(
        f"lease {quad(FIRST + at)} {{\n"
        f"  starts {told};\n  ends {ends};\n  tstp {ends};\n  tsfp {ends};\n  atsfp {ends};\n"
        f"  cltt {told};\n  binding state active;\n  next binding state expired;\n"
        f"  hardware ethernet {hardware_address(at).hex(':')};\n"
        f'  uid "{uid_text(at)}";\n}}\n'
        for at in range(active)
    )
    backup = "".join(
        f"lease {quad(FIRST + at)} {{\n"
        f"  starts {told};\n  tstp {told};\n  tsfp {told};\n  atsfp {told};\n"
        "  binding state backup;\n}\n"
        for at in range(active + (settings.pool_size - active) // 2, settings.pool_size)
    )
    return (
        "authoring-byte-order little-endian;\n\n"
        f'failover peer "{NAME}" state {{\n'
        f"  my state {state} at {told};\n  partner state normal at {told};\n{mclt}}}\n"
        f"{held}{backup}"
    )


def quad(address: int) -> str:
    return ".".join(str(octet) for octet in address.to_bytes(4, "big"))

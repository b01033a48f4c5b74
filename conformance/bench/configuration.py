"""The configuration and the leases both servers are given."""

from __future__ import annotations

import time
from typing import Final

from conformance.bench.packets import hardware_address, host_name, leased_address

LEASE_TIME_S: Final = 3600
POOL_SIZE: Final = 65_536

_HEAD: Final = """\
authoritative;
ddns-update-style none;
ping-check false;
default-lease-time 3600;
max-lease-time 7200;
option domain-name "bench.example";
option domain-name-servers 10.64.0.53, 10.64.0.54;
"""


def configuration_text(pools: int, cache_threshold: int | None) -> str:
    """One subnet with `pools` pools of 65,536 addresses; None keeps dhcp-cache-threshold's 25."""
    lines = [_HEAD]
    if cache_threshold is not None:
        lines.append(f"dhcp-cache-threshold {cache_threshold};\n")
    lines.append("subnet 10.64.0.0 netmask 255.248.0.0 {\n  option routers 10.64.0.2;\n")
    lines += [
        f"  pool {{ range 10.{second}.0.0 10.{second}.255.255; }}\n"
        for second in range(65, 65 + pools)
    ]
    lines.append("}\n")
    return "".join(lines)


def leases_text(clients: int) -> str:
    """A leases file in which the first `clients` clients took their leases a minute ago."""
    started = int(time.time()) - 60
    starts, ends = moment_text(started), moment_text(started + LEASE_TIME_S)
    lines = ["authoring-byte-order little-endian;\n\n"]
    for client in range(clients):
        address = ".".join(str(byte) for byte in leased_address(client))
        hardware = hardware_address(client)
        lines.append(
            f"lease {address} {{\n"
            f"  starts {starts};\n"
            f"  ends {ends};\n"
            f"  cltt {starts};\n"
            "  binding state active;\n"
            "  next binding state free;\n"
            "  rewind binding state free;\n"
            f"  hardware ethernet {hardware.hex(':')};\n"
            f'  uid "{uid_text(client)}";\n'
            f'  client-hostname "{host_name(client).decode()}";\n'
            "}\n"
        )
    return "".join(lines)


def uid_text(client: int) -> str:
    """A client identifier as leases files have it."""
    return "".join(f"\\{byte:03o}" for byte in b"\x01" + hardware_address(client))


def moment_text(seconds: int) -> str:
    """Day of the week and UTC time, as leases files have it."""
    return time.strftime("%w %Y/%m/%d %H:%M:%S", time.gmtime(seconds))

"""What the process itself takes from the command line, the environment and the global scope.

dhcpd(8) FILES and ENVIRONMENT, dhcpd.conf(5) for the parameters of the global scope. Paths are
kept as they were written, since that is how they are printed.
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from pydhcpd.daemon.arguments import Arguments, parse_port
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.path import file_name
from pydhcpd.model.configuration import Configuration
from pydhcpd.wire.address import parse_ipv4

CONFIGURATION: Final = "/etc/dhcp/dhcpd.conf"
LEASES: Final = {4: "/var/lib/dhcp/dhcpd.leases", 6: "/var/lib/dhcp/dhcpd6.leases"}
PID_FILE: Final = {4: "/var/run/dhcpd.pid", 6: "/var/run/dhcpd6.pid"}
LEASES_VARIABLE: Final = {4: "PATH_DHCPD_DB", 6: "PATH_DHCPD6_DB"}
PID_VARIABLE: Final = {4: "PATH_DHCPD_PID", 6: "PATH_DHCPD6_PID"}

DHCP_PORT: Final = 67
ALL_ONES: Final = 0xFFFFFFFF
FACILITY_SHIFT: Final = 3

# Codes of the server space; by family, the one that counts first
LEASE_FILE_NAME: Final = {4: (26,), 6: (54, 26)}
PID_FILE_NAME: Final = {4: (27,), 6: (55, 27)}
LOCAL_PORT: Final = 32
LIMITED_BROADCAST_ADDRESS: Final = 33
REMOTE_PORT: Final = 34
LOCAL_ADDRESS: Final = 35
LOG_FACILITY: Final = 44
DONT_USE_FSYNC: Final = 79


@final
@dataclass(frozen=True, slots=True)
class Paths:
    """The three files as they are used unless the configuration names others."""

    configuration: str
    leases: str
    pid_file: str


@final
@dataclass(frozen=True, slots=True)
class Settings:
    """What the global scope says to the process; None where it is silent."""

    leases: str | None
    pid_file: str | None
    local_port: int | None
    remote_port: int | None
    local_address: int | None
    broadcast_address: int | None
    facility: int | None
    has_fsync: bool


def choose_paths(arguments: Arguments, environment: Mapping[str, str]) -> Paths:
    """Argument, else environment, else default; a relative v4 leases file is resolved at once."""
    family = arguments.family
    configuration = arguments.configuration
    if configuration is None:
        configuration = environment.get("PATH_DHCPD_CONF", CONFIGURATION)
    leases = arguments.leases
    if leases is not None:
        leases = _absolute(leases)
    elif LEASES_VARIABLE[family] in environment:
        leases = environment[LEASES_VARIABLE[family]]
        leases = _absolute(leases) if family == 4 else leases
    else:
        leases = LEASES[family]
    pid_file = arguments.pid_file
    if pid_file is None:
        pid_file = environment.get(PID_VARIABLE[family], PID_FILE[family])
    return Paths(configuration, leases, pid_file)


def environment_port(arguments: Arguments, environment: Mapping[str, str]) -> int | None:
    """The port of DHCPD_PORT, which counts only without -p."""
    text = environment.get("DHCPD_PORT")
    if arguments.port is not None or text is None:
        return None
    return parse_port(text)


def service_port() -> int:
    """The port that the services database names, or 67."""
    try:
        return socket.getservbyname("dhcp", "udp")
    except OSError:
        return DHCP_PORT


def broadcast_address(server: str | None) -> int:
    """Where broadcasts go under `-s`: an address or a name; an unknown name changes nothing."""
    if server is None:
        return ALL_ONES
    try:
        address = parse_ipv4(socket.gethostbyname(server))
    except (OSError, UnicodeError):
        return ALL_ONES
    return ALL_ONES if address is None else address


def read_settings(configuration: Configuration, family: int) -> Settings:
    """What the global scope said when it was executed at the start."""
    values = configuration.parameters
    facility = values.get(LOG_FACILITY)
    return Settings(
        leases=_text(values, LEASE_FILE_NAME[family]),
        pid_file=_text(values, PID_FILE_NAME[family]),
        local_port=_number(values.get(LOCAL_PORT)),
        remote_port=_number(values.get(REMOTE_PORT)),
        local_address=_number(values.get(LOCAL_ADDRESS)),
        broadcast_address=_number(values.get(LIMITED_BROADCAST_ADDRESS)),
        facility=facility[0] >> FACILITY_SHIFT if facility else None,
        has_fsync=not _flag(values.get(DONT_USE_FSYNC)),
    )


def _absolute(path: str) -> str:
    if path.startswith("/"):
        return path
    try:
        if not path:
            raise FileNotFoundError(2, os.strerror(2))
        return os.path.realpath(file_name(path), strict=True).decode("latin-1")
    except OSError as error:
        raise Fatal(f"Failed to get realpath for {path}: {error.strerror}") from None


def _text(values: Mapping[int, bytes | None], codes: tuple[int, ...]) -> str | None:
    """The first of these texts; one ends at its first NUL, like every text in C."""
    for code in codes:
        value = values.get(code)
        if value:
            return value.partition(b"\0")[0].decode("latin-1")
    return None


def _number(value: bytes | None) -> int | None:
    return int.from_bytes(value[:4], "big") if value else None


def _flag(value: bytes | None) -> bool:
    return value is not None and value[:1] == b"\x01"

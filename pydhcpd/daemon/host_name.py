"""Host names of failover servers: their IPv4 addresses, or dhcpd's words for why there are none."""

import socket
from typing import Final

from pydhcpd.wire.address import parse_ipv4

TEMPORARY: Final = "temporary name server failure"
UNKNOWN: Final = "host unknown."


def find_addresses(name: str) -> tuple[int, ...] | str:
    """The addresses, or a line to log. Blocks if the name is no address itself."""
    address = parse_ipv4(name)
    if address is not None:
        return (address,)
    try:
        found = socket.gethostbyname_ex(name)[2]
    except socket.gaierror as error:
        return f"{name}: {TEMPORARY if error.errno == socket.EAI_AGAIN else UNKNOWN}"
    except (OSError, UnicodeError):
        return f"{name}: {UNKNOWN}"
    parsed = [parse_ipv4(text) for text in found]
    return tuple(address for address in parsed if address is not None) or f"{name}: {UNKNOWN}"

"""Refusals of a client that has a lease waiting: scope-level permissions (order observed).

dhcpd.conf(5): min-secs, deny unknown-clients, deny bootp, deny booting. `ignore` in place of
`deny` refuses without a log line.
"""

from typing import Final

from pydhcpd.core.log import INFO
from pydhcpd.core.turn import Turn
from pydhcpd.model.host import Host
from pydhcpd.v4 import loglines
from pydhcpd.v4.message import BOOTP, DISCOVER
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.parameters import ALLOW, IGNORE, Parameters

# Codes of the server space
BOOT_UNKNOWN_CLIENTS: Final = 6
ALLOW_BOOTP: Final = 8
ALLOW_BOOTING: Final = 9
MIN_SECS: Final = 14


def is_refused(
    packet: Packet, parameters: Parameters, host: Host | None, prefix: str, turn: Turn
) -> bool:
    """True when the client gets no answer; the reason is in the Turn."""
    code = refusing_parameter(packet, parameters, host)
    if code == MIN_SECS:
        turn.log.append((INFO, loglines.min_secs(prefix, parameters.min_secs, packet.secs)))
    elif code == BOOT_UNKNOWN_CLIENTS:
        _say(parameters.boot_unknown_clients, prefix, "unknown client", turn)
    elif code == ALLOW_BOOTP:
        _say(parameters.allow_bootp, prefix, "bootp disallowed", turn)
    elif code == ALLOW_BOOTING:
        _say(parameters.allow_booting, prefix, "booting disallowed", turn)
    return code != 0


def refusing_parameter(packet: Packet, parameters: Parameters, host: Host | None) -> int:
    """The code of the parameter that refuses the client; 0 for none."""
    if packet.message_type == DISCOVER and packet.secs < parameters.min_secs:
        return MIN_SECS
    if host is None and parameters.boot_unknown_clients != ALLOW:
        return BOOT_UNKNOWN_CLIENTS
    if packet.message_type == BOOTP and parameters.allow_bootp != ALLOW:
        return ALLOW_BOOTP
    return ALLOW_BOOTING if parameters.allow_booting != ALLOW else 0


def _say(flag: int, prefix: str, reason: str, turn: Turn) -> None:
    if flag != IGNORE:
        turn.log.append((INFO, f"{prefix}: {reason}"))

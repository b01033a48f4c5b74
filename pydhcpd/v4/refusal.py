"""Refusals of a client that has a lease waiting: scope-level permissions (order observed).

dhcpd.conf(5): min-secs, deny unknown-clients, deny bootp, deny booting. `ignore` in place of
`deny` refuses without a log line.
"""

from pydhcpd.core.log import INFO
from pydhcpd.core.turn import Turn
from pydhcpd.model.host import Host
from pydhcpd.v4 import loglines
from pydhcpd.v4.message import BOOTP, DISCOVER
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.parameters import ALLOW, IGNORE, Parameters


def is_refused(
    packet: Packet, parameters: Parameters, host: Host | None, prefix: str, turn: Turn
) -> bool:
    """True when the client gets no answer; the reason is in the Turn."""
    if packet.message_type == DISCOVER and packet.secs < parameters.min_secs:
        turn.log.append((INFO, loglines.min_secs(prefix, parameters.min_secs, packet.secs)))
        return True
    if host is None and parameters.boot_unknown_clients != ALLOW:
        return _refuse(parameters.boot_unknown_clients, prefix, "unknown client", turn)
    if packet.message_type == BOOTP and parameters.allow_bootp != ALLOW:
        return _refuse(parameters.allow_bootp, prefix, "bootp disallowed", turn)
    if parameters.allow_booting != ALLOW:
        return _refuse(parameters.allow_booting, prefix, "booting disallowed", turn)
    return False


def _refuse(flag: int, prefix: str, reason: str, turn: Turn) -> bool:
    if flag != IGNORE:
        turn.log.append((INFO, f"{prefix}: {reason}"))
    return True

"""Which parameter made the length of a lease (the rules are those of v4/lease_time.py)."""

from collections.abc import Mapping
from typing import Final

from pydhcpd.explain.origin import Origin, place
from pydhcpd.options.space import SERVER
from pydhcpd.v4.client import Client
from pydhcpd.v4.effective import Execution
from pydhcpd.v4.lease_time import requested_lease_time
from pydhcpd.v4.message import BOOTP
from pydhcpd.v4.permit import usable_until

DEFAULT_LEASE_TIME: Final = 1
MAX_LEASE_TIME: Final = 2
MIN_LEASE_TIME: Final = 3

Origins = Mapping[tuple[str, int], Origin]


def lease_time_text(client: Client, execution: Execution, found: Origins, lease_time_s: int) -> str:
    """How the time came about; `found` are the origins of the parameters."""
    packet = client.packet
    parameters = execution.effective.parameters
    if packet.message_type == BOOTP:
        return "BOOTP: dynamic-bootp-lease-length or dynamic-bootp-lease-cutoff, else infinite"
    requested = requested_lease_time(packet)
    if requested is not None:
        time, text = requested, f"the client asks for {requested}"
    else:
        time = parameters.default_lease_time
        text = f"default-lease-time {time} ({_place(found, DEFAULT_LEASE_TIME)})"
    if time > parameters.max_lease_time:
        time = parameters.max_lease_time
        text += f", cut by max-lease-time {time} ({_place(found, MAX_LEASE_TIME)})"
    until = None if execution.pool is None else usable_until(execution.pool)
    if until is not None and lease_time_s < time:
        time = lease_time_s
        text += ", cut to the moment of deny after"
    if time < parameters.min_lease_time:
        time = parameters.min_lease_time
        text += f", raised by min-lease-time {time} ({_place(found, MIN_LEASE_TIME)})"
    return text


def _place(found: Origins, code: int) -> str:
    """Where the parameter is set."""
    origin = found.get((SERVER, code))
    if origin is None or not origin.givers:
        return "dhcpd's default"
    return place(origin.givers[-1].token)

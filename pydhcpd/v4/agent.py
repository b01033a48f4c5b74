"""Relay agent information in replies (RFC 3046 section 2.2): echoed as the last option."""

from typing import Final

from pydhcpd.lease.lease import AgentOptions
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.packet import NO_AGENT_OPTIONS, Packet

# Beyond this many bytes dhcpd sends none of the sub-options (observed).
MAXIMUM_AGENT_BYTES: Final = 1013
LONGEST_SUBOPTION: Final = 255


def agent_value(packet: Packet, effective: Effective | None) -> bytes:
    """The value of option 82 as it is echoed, empty for none.

    Stored options that stand in for those of a renewal are echoed only in a NAK, for which
    `effective` is None. A sub-option that the
    configuration sets replaces the received one, and is sent even to clients that came without
    (observed).
    """
    if not packet.agent and (effective is None or not effective.others):
        return b""
    configured = effective.others.get("agent") if effective is not None else None
    is_echoed = effective is None or not packet.is_agent_stashed
    received = packet.agent if is_echoed else NO_AGENT_OPTIONS
    if configured:
        return encode_suboptions(tuple({**received, **configured}.items()))
    return encode_suboptions(tuple(received.items()))


def encode_suboptions(suboptions: AgentOptions) -> bytes:
    """The sub-options one behind the other."""
    body = b""
    for code, value in suboptions:
        if not value or len(value) > LONGEST_SUBOPTION:
            # An empty sub-option does not come back (observed); the configuration may set one
            # that no length byte can describe.
            continue
        if len(body) + 2 + len(value) > MAXIMUM_AGENT_BYTES:
            return b""
        body += bytes((code, len(value))) + value
    return body

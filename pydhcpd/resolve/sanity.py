"""What dhcpd says at its start of a configuration that it has read: settings, failover peers."""

from typing import Final

from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.draft import DEBUG, ERR, INFO, Message

DONT_USE_FSYNC: Final = 79
SERVER_ID_CHECK: Final = 86
ON: Final = b"\1"
SANITY_CHECK_FAILED: Final = "Failover configuration sanity check failed"


def command_lines(configuration: Configuration) -> tuple[Message, ...]:
    """What a mere test says in the place of running `execute` of the global scope."""
    return tuple(
        (DEBUG, f"would execute: {b' '.join(words).decode('latin-1')}")
        for words in configuration.commands
    )


def setting_lines(configuration: Configuration) -> tuple[Message, ...]:
    """The settings of the whole server that are told."""
    messages: list[Message] = []
    if configuration.parameters.get(DONT_USE_FSYNC) == ON:
        messages.append((ERR, "Not using fsync() to flush lease writes"))
    if configuration.parameters.get(SERVER_ID_CHECK) == ON:
        messages.append((INFO, "Setting server-id-check true"))
    return tuple(messages)


def check_peers(configuration: Configuration) -> tuple[tuple[Message, ...], str | None]:
    """What is said about the failover peers, and the fatal text if one has no pool."""
    referred = {pool.failover_peer for pool in configuration.pools}
    messages: list[Message] = []
    fatal: str | None = None
    for peer in configuration.peers.values():
        if peer.name not in referred:
            fatal = SANITY_CHECK_FAILED
            text = (
                f"ERROR: Failover peer, {peer.name}, has no referring pools. "
                "You must refer to each peer in at least one pool declaration."
            )
            messages.append((ERR, text))
        if peer.load_balance_max_seconds == 0:
            text = (
                "WARNING: load balancing will be disabled for failover peer, "
                f"{peer.name}, because its load balance max secs is 0"
            )
            messages.append((INFO, text))
    return tuple(messages), fatal

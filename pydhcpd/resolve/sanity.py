"""The failover sanity check: dhcpd makes it at its start, after the lines with its file names."""

from typing import Final

from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.draft import ERR, INFO, Message

SANITY_CHECK_FAILED: Final = "Failover configuration sanity check failed"


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

"""What dhcpd checks at its start, when the configuration has been read.

The values of the global scope are checked when it was executed, some of them and the failover
peers behind the lines with the names of the files.
"""

from collections.abc import Mapping
from typing import Final

from pydhcpd.model.configuration import Configuration
from pydhcpd.model.key import Key
from pydhcpd.resolve.draft import DEBUG, ERR, INFO, Message

Values = Mapping[int, bytes | None]

# Codes of the server space
DDNS_UPDATE_STYLE: Final = 39
OMAPI_KEY: Final = 36
DONT_USE_FSYNC: Final = 79
SERVER_ID_CHECK: Final = 86
ON: Final = b"\1"
AD_HOC: Final = b"\1"
# code: size in bytes, what is said of a value that an expression made of another size
EARLY_SIZES: Final[dict[int, tuple[int, str]]] = {
    31: (2, "invalid omapi port data length"),
    32: (2, "invalid local port data length"),
    33: (4, "invalid broadcast address data length"),
    34: (2, "invalid remote port data length"),
    35: (4, "invalid local address data length"),
    39: (1, "invalid dns update type"),
}
EARLY_SIZES6: Final = {**EARLY_SIZES, 97: (16, "invalid local address data length")}
LATE_SIZES: Final[dict[int, tuple[int, str]]] = {
    44: (1, "invalid log facility"),
    58: (2, "invalid max delayed ACK count "),
    59: (4, "invalid max ack delay configuration"),
    87: (1, "invalid prefix-len-mode"),
    89: (4, "invalid abandon-lease-time"),
}
SANITY_CHECK_FAILED: Final = "Failover configuration sanity check failed"


def check_parameters(keys: Mapping[str, Key], family: int, values: Values) -> str | None:
    """The fatal text if a parameter of the global scope cannot be used."""
    failure = _check_sizes(values, EARLY_SIZES6 if family == 6 else EARLY_SIZES)
    if failure is not None:
        return failure
    if values.get(DDNS_UPDATE_STYLE) == AD_HOC:
        return "ddns-update-style ad_hoc no longer supported"
    key = values.get(OMAPI_KEY)
    if key is not None and key.decode("latin-1") not in keys:
        return f"OMAPI key {key.decode('latin-1')}: not found"
    return None


def check_late_parameters(values: Values) -> str | None:
    """The same for those parameters that are looked at behind the lines with the files' names."""
    return _check_sizes(values, LATE_SIZES)


def command_lines(configuration: Configuration) -> tuple[Message, ...]:
    """What a mere test says in the place of running `execute` of the global scope."""
    return tuple(
        (DEBUG, f"would execute: {b' '.join(words).decode('latin-1')}")
        for words in configuration.commands
    )


def setting_lines(configuration: Configuration) -> tuple[Message, ...]:
    """The settings of the whole server that are told."""
    messages: list[Message] = []
    if _is_on(configuration.parameters, DONT_USE_FSYNC):
        messages.append((ERR, "Not using fsync() to flush lease writes"))
    if _is_on(configuration.parameters, SERVER_ID_CHECK):
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


def _check_sizes(values: Values, sizes: dict[int, tuple[int, str]]) -> str | None:
    for code, (size, text) in sizes.items():
        value = values.get(code)
        if value is not None and len(value) != size:
            return text
    return None


def _is_on(values: Values, code: int) -> bool:
    value = values.get(code)
    return value is not None and value[:1] == ON

"""Reject reasons (option 21) and the texts that dhcpd logs for them."""

from collections.abc import Mapping
from typing import Final

ILLEGAL_ADDRESS: Final = 1
FATAL_CONFLICT: Final = 2
MISSING_BINDING: Final = 3
TIME_MISMATCH: Final = 4
INVALID_MCLT: Final = 5
UNKNOWN_REASON: Final = 6
DUPLICATE_CONNECTION: Final = 7
INVALID_PARTNER: Final = 8
LESS_CRITICAL: Final = 16
HASH_CONFLICT: Final = 18
NOT_RESERVED: Final = 19

REASON_TEXTS: Final[Mapping[int, str]] = {
    ILLEGAL_ADDRESS: "Illegal IP address (not part of any address pool).",
    FATAL_CONFLICT: "Fatal conflict exists: address in use by other client.",
    MISSING_BINDING: "Missing binding information.",
    TIME_MISMATCH: "Connection rejected, time mismatch too great.",
    INVALID_MCLT: "Connection rejected, invalid MCLT.",
    UNKNOWN_REASON: "Connection rejected, unknown reason.",
    DUPLICATE_CONNECTION: "Connection rejected, duplicate connection.",
    INVALID_PARTNER: "Connection rejected, invalid failover partner.",
    9: "TLS not supported.",
    10: "TLS supported but not configured.",
    11: "TLS required but not supported by partner.",
    12: "Message digest not supported.",
    13: "Message digest not configured.",
    14: "Protocol version mismatch.",
    15: "Outdated binding information.",
    LESS_CRITICAL: "Less critical binding information.",
    17: "No traffic within sufficient time.",
    HASH_CONFLICT: "Hash bucket assignment conflict.",
    NOT_RESERVED: "IP not reserved on this server.",
    20: "Message digest failed to compare.",
    21: "Missing message digest.",
    254: "Unknown Error.",
}


def reason_text(reason: int) -> str:
    """What a reason means, in dhcpd's words."""
    text = REASON_TEXTS.get(reason)
    if text is None:
        return f"Undefined-{reason}: This reason code is not defined in the protocol standard."
    return text

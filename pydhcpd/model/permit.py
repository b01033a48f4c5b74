"""Permits: the access list of a pool (dhcpd.conf(5) ALLOW AND DENY WITHIN POOL DECLARATIONS)."""

from dataclasses import dataclass
from typing import Final

UNKNOWN_CLIENTS: Final = 0
KNOWN_CLIENTS: Final = 1
AUTHENTICATED_CLIENTS: Final = 2
UNAUTHENTICATED_CLIENTS: Final = 3
ALL_CLIENTS: Final = 4
DYNAMIC_BOOTP_CLIENTS: Final = 5
CLASS_MEMBERS: Final = 6
AFTER: Final = 7


@dataclass(frozen=True, slots=True)
class Permit:
    """One entry; `class_name` for `members of`, `after` (epoch seconds) for `after`."""

    kind: int
    class_name: str = ""
    after: int = 0

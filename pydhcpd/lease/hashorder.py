"""The order of dhcpd's hash tables, in which it writes what was declared at run time.

Observed with dhcpd 4.4.3-P1: buckets follow each other, the newest entry of a bucket comes first.
"""

from typing import Final

HOST_BUCKETS: Final = 22501
GROUP_BUCKETS: Final = 9973
SUBCLASS_BUCKETS: Final = 12007

_HALF: Final = 0xFFFF


def bucket(key: bytes, buckets: int) -> int:
    """Which bucket a key is in."""
    total = 0
    for byte in key:
        total = (total << 1) + byte
        while total > _HALF:
            total = (total >> 16) + (total & _HALF)
    return total % buckets

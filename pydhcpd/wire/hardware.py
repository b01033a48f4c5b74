"""Hardware addresses: one byte of hardware type (RFC 1700 ARP), then the address itself."""

from functools import lru_cache
from typing import Final

ETHERNET: Final = 1
TOKEN_RING: Final = 6
FDDI: Final = 8
INFINIBAND: Final = 32

LONGEST_HARDWARE_ADDRESS: Final = 16

# Names as dhcpd.conf and dhcpd.leases write them; other types are `unknown-N`.
HARDWARE_TYPE_NAMES: Final[dict[int, str]] = {
    ETHERNET: "ethernet",
    TOKEN_RING: "token-ring",
    FDDI: "fddi",
    INFINIBAND: "infiniband",
}
HARDWARE_TYPE_CODES: Final[dict[str, int]] = {
    name: code for code, name in HARDWARE_TYPE_NAMES.items()
}

# How log lines print an address of hardware type 0.
NO_HARDWARE_TYPE: Final = "<no identifier>"

HARDWARE_CACHE_SIZE = 65536


def hardware_type_name(htype: int) -> str:
    """`ethernet`, or `unknown-N` for a type without a name."""
    return HARDWARE_TYPE_NAMES.get(htype) or f"unknown-{htype}"


@lru_cache(maxsize=HARDWARE_CACHE_SIZE)
def format_hardware(hardware: bytes) -> str:
    """How log lines print type and address: `aa:bb:cc:dd:ee:ff`, type 0 as `<no identifier>`."""
    if not hardware[0]:
        return NO_HARDWARE_TYPE
    return hardware[1:].hex(":")


def is_hardware(hardware: bytes) -> bool:
    """Is this a type and an address of a size that DHCP can carry (RFC 2131 chaddr)?"""
    return 1 <= len(hardware) <= 1 + LONGEST_HARDWARE_ADDRESS

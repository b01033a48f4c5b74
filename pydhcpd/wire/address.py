"""IPv4 addresses: ints inside, dotted quads at the edges (RFC 791)."""

from functools import lru_cache

ADDRESS_CACHE_SIZE = 65536


@lru_cache(maxsize=ADDRESS_CACHE_SIZE)
def format_ipv4(address: int) -> str:
    """The dotted quad of a 32 bit address."""
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def parse_ipv4(text: str) -> int | None:
    """The address that a dotted quad of four decimal octets names, or None."""
    parts = text.split(".")
    if len(parts) != 4:
        return None
    address = 0
    for part in parts:
        if not part.isascii() or not part.isdigit() or len(part) > 3 or int(part) > 255:
            return None
        address = address << 8 | int(part)
    return address


def address_bytes(address: int) -> bytes:
    """The four bytes of an address in network order."""
    return address.to_bytes(4, "big")


def mask_of(prefix_length: int) -> int:
    """The netmask with `prefix_length` leading ones."""
    return 0xFFFFFFFF << (32 - prefix_length) & 0xFFFFFFFF


def prefix_length_of(mask: int) -> int:
    """How many ones a netmask holds (dhcpd counts them, contiguous or not)."""
    return mask.bit_count()

"""Which server serves which client: the load-balancing hash of RFC 3074.

A client's key hashes to one of 256 buckets; a map of as many bits says which are the primary's.
"""

from typing import Final

from pydhcpd.lease.lease import Lease

HBA_SIZE: Final = 32
# RFC 3074 section 6: the mixing table.
MIXING_TABLE: Final = bytes.fromhex(
    "fbaf77d7510e4fbf6731b58fba9d00e81f20373c983a11edae46a090dc5a39df"
    "3b03128c6fa6cbc486f37c5fdeb3c541b430240f6b2ee982a51e7ba1d1176110"
    "285bdb3d640ad26dfa7f168a1d6cf443cf09b2cc4a627ef9a774224dc1c87905"
    "14714723800db65e19e2e3c74b1b29f5e6e02be1b11a9b96d48eda73f1495869"
    "27723effc0c991d6a89edd949a7a0c5452a32c8be4eccdf2d90bbb929f4056ef"
    "c32a6ac67670b8ac5702ad75b0e5f7fd89b963a466932d42e7348dd3c2cef6ee"
    "386e4ef83ff0bd5d5c3335b713ab48322168654508fc53784c875536ca7dbcd5"
    "60eb88d0a281be849c262f0107fe1804d88359151c8525999550aa4406a9ea97"
)


def bucket_of(key: bytes) -> int:
    """The bucket of a client identifier or hardware address (without its type)."""
    hashed = len(key) & 0xFF
    for octet in reversed(key):
        hashed = MIXING_TABLE[hashed ^ octet]
    return hashed


def hba_of_split(split: int) -> bytes:
    """The map in which the first `split` buckets (0 to 256) are the primary's."""
    return ((1 << split) - 1).to_bytes(HBA_SIZE, "little")


def is_primarys(hba: bytes, key: bytes) -> bool:
    """Is a client the primary's, by a map of 32 octets?"""
    bucket = bucket_of(key)
    return bool(hba[bucket >> 3] >> (bucket & 7) & 1)


def key_of_lease(lease: Lease) -> bytes | None:
    """What the last client of a lease hashes by; None if it never had one."""
    if lease.uid is not None:
        return lease.uid
    if lease.hardware is not None:
        return lease.hardware[1:]
    return None

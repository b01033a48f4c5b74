"""Keys and zones for DNS updates and OMAPI (dhcpd.conf(5))."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """A TSIG or OMAPI key; `secret` is the decoded base64."""

    name: str
    algorithm: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone and the servers that take its updates (addresses or names as written)."""

    name: str
    primaries: tuple[str, ...]
    secondaries: tuple[str, ...]
    key_name: str | None

"""The rows of the spaces that other options encapsulate: code, name, format."""

from typing import Final

from pydhcpd.options.row import Row

# Relay agent information (RFC 3046, RFC 3527, RFC 8357), option 82
AGENT_ROWS: Final[tuple[Row, ...]] = (
    (1, "circuit-id", "X"),
    (2, "remote-id", "X"),
    (3, "agent-id", "I"),
    (4, "DOCSIS-device-class", "L"),
    (5, "link-selection", "I"),
    (19, "relay-port", "Z"),
)

# NetWare/IP (RFC 2242), option 63; using one of the illegal codes is an error
NWIP_ROWS: Final[tuple[Row, ...]] = (
    (1, "illegal-1", ""),
    (2, "illegal-2", ""),
    (3, "illegal-3", ""),
    (4, "illegal-4", ""),
    (5, "nsq-broadcast", "f"),
    (6, "preferred-dss", "IA"),
    (7, "nearest-nwip-server", "IA"),
    (8, "autoretries", "B"),
    (9, "autoretry-secs", "B"),
    (10, "nwip-1-1", "f"),
    (11, "primary-dss", "I"),
)

# The parts of the client FQDN (RFC 4702), option 81, which has a wire form of its own
FQDN_ROWS: Final[tuple[Row, ...]] = (
    (1, "no-client-update", "f"),
    (2, "server-update", "f"),
    (3, "encoded", "f"),
    (4, "rcode1", "B"),
    (5, "rcode2", "B"),
    (6, "hostname", "t"),
    (7, "domainname", "t"),
    (8, "fqdn", "t"),
)

# Vendor classes (RFC 3925) by enterprise number, option 124
VENDOR_CLASS_ROWS: Final[tuple[Row, ...]] = ((2495, "isc", "X"),)

# Vendor options (RFC 3925) by enterprise number, option 125
VENDOR_ROWS: Final[tuple[Row, ...]] = ((2495, "isc", "Eisc."),)

# What the enterprise number of ISC encapsulates
ISC_ROWS: Final[tuple[Row, ...]] = (
    (1, "media", "t"),
    (2, "update-assist", "X"),
)

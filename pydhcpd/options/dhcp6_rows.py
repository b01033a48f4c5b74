"""The rows of the DHCPv6 spaces (dhcp-options(5), RFC 8415): code, name, format.

They exist in both modes, so that a configuration shared by two servers may hold them.
"""

from typing import Final

from pydhcpd.options.row import Row

# The space that option 39 names. It has no options of its own: `fqdn.NAME` sets those of fqdn.
FQDN6: Final = "fqdn6-if-you-see-me-its-a-bug-bug-bug"

DHCP6_ROWS: Final[tuple[Row, ...]] = (
    (1, "client-id", "X"),
    (2, "server-id", "X"),
    (3, "ia-na", "X"),
    (4, "ia-ta", "X"),
    (5, "ia-addr", "X"),
    (6, "oro", "SA"),
    (7, "preference", "B"),
    (8, "elapsed-time", "S"),
    (9, "relay-msg", "X"),
    (12, "unicast", "6"),
    (13, "status-code", "Nstatus-codes.to"),
    (14, "rapid-commit", "Z"),
    (17, "vendor-opts", "Evsio."),
    (18, "interface-id", "X"),
    (19, "reconf-msg", "Ndhcpv6-messages."),
    (20, "reconf-accept", "Z"),
    (21, "sip-servers-names", "D"),
    (22, "sip-servers-addresses", "6A"),
    (23, "name-servers", "6A"),
    (24, "domain-search", "D"),
    (25, "ia-pd", "X"),
    (26, "ia-prefix", "X"),
    (27, "nis-servers", "6A"),
    (28, "nisp-servers", "6A"),
    (29, "nis-domain-name", "D"),
    (30, "nisp-domain-name", "D"),
    (31, "sntp-servers", "6A"),
    (32, "info-refresh-time", "T"),
    (33, "bcms-server-d", "D"),
    (34, "bcms-server-a", "6A"),
    (36, "geoconf-civic", "X"),
    (37, "remote-id", "X"),
    (38, "subscriber-id", "X"),
    (39, "fqdn", f"E{FQDN6}."),
    (40, "pana-agent", "6A"),
    (41, "new-posix-timezone", "t"),
    (42, "new-tzdb-timezone", "t"),
    (43, "ero", "SA"),
    (44, "lq-query", "X"),
    (45, "client-data", "X"),
    (46, "clt-time", "L"),
    (47, "lq-relay-data", "6X"),
    (48, "lq-client-link", "6A"),
    (51, "v6-lost", "d"),
    (52, "capwap-ac-v6", "6a"),
    (53, "relay-id", "X"),
    (57, "v6-access-domain", "d"),
    (58, "sip-ua-cs-list", "D"),
    (59, "bootfile-url", "t"),
    (60, "bootfile-param", "X"),
    (61, "client-arch-type", "SA"),
    (62, "nii", "BBB"),
    (64, "aftr-name", "d"),
    (65, "erp-local-domain-name", "d"),
    (74, "rdnss-selection", "6BD"),
    (79, "client-linklayer-addr", "X"),
    (80, "link-address", "6"),
    (82, "solmax-rt", "L"),
    (83, "inf-max-rt", "L"),
    (87, "dhcpv4-msg", "X"),
    (88, "dhcp4-o-dhcp6-server", "6A"),
    (103, "v6-captive-portal", "t"),
    (135, "relay-source-port", "S"),
    (143, "ipv6-address-andsf", "6A"),
)

# Vendor options (RFC 8415 section 21.17) by enterprise number, option 17
VSIO_ROWS: Final[tuple[Row, ...]] = ((2495, "isc", "Eisc6."),)

# What the enterprise number of ISC encapsulates
ISC6_ROWS: Final[tuple[Row, ...]] = (
    (1, "media", "t"),
    (2, "update-assist", "X"),
    (60000, "4o6-interface", "t"),
    (60001, "4o6-source-address", "6"),
)

"""The same packets to the reference dhcpd and to pydhcpd: wire, leases and log side by side."""

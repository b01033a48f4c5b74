"""Room: DHCPv4 and BOOTP."""

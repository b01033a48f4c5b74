"""Room: text of dhcpd.conf to syntax tree."""

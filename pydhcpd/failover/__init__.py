"""Room: the failover protocol between two servers, as dhcpd 4.4.3 speaks it."""

"""Small configurations that dhcpd -t and pydhcpd -t must judge alike, one or more for each row."""

"""Room: what is wrong with a configuration that dhcpd takes without a word."""

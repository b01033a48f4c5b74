"""Pairs of failover partners, dhcpd and pydhcpd in every combination, living through scenarios."""

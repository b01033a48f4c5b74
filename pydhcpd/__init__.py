"""pydhcpd: the ISC DHCP server's successor in Python."""

__version__ = "0.1.0"

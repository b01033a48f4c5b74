"""A site that is too small for its clients: an office, guests and a laboratory behind relays.

`one-lease-per-client` stays off: there dhcpd gives up leases that others hold (observed).
"""

from typing import Final

from tests.resolve.reading import configuration_of

TEXT: Final = """
authoritative;
default-lease-time 86400;
min-lease-time 600;
max-lease-time 172800;
abandon-lease-time 43200;
dynamic-bootp-lease-length 100000;
class "phones" {
  match if substring(option vendor-class-identifier, 0, 5) = "phone";
  lease limit 11;
}
class "ports" {
  spawn with option agent.circuit-id;
  lease limit 3;
}
shared-network office {
  subnet 10.0.0.0 netmask 255.255.255.0 { }
  subnet 10.0.1.0 netmask 255.255.255.0 { }
  pool {
    deny members of "phones";
    deny dynamic bootp clients;
    range 10.0.0.10 10.0.0.44;
    on commit { set times = concat(leased-address, packet(4, 4)); }
    on expiry { log(info, "expired"); }
  }
  pool {
    allow members of "phones";
    range 10.0.0.60 10.0.0.70;
  }
  pool {
    deny members of "phones";
    allow dynamic bootp clients;
    allow all clients;
    range 10.0.1.10 10.0.1.17;
  }
}
subnet 10.8.0.0 netmask 255.255.255.0 {
  ping-check off;
  default-lease-time 14400;
  max-lease-time 14400;
  stash-agent-options on;
  range 10.8.0.10 10.8.0.33;
}
subnet 10.9.0.0 netmask 255.255.255.0 {
  infinite-is-reserved on;
  max-lease-time 4294967295;
  dhcp-cache-threshold 0;
  range 10.9.0.10 10.9.0.21;
}
host boss { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.5; }
host known { hardware ethernet 02:00:00:00:00:02; }
"""
# Frozen, so that all simulations may share it.
CONFIGURATION: Final = configuration_of(TEXT)
FIXED: Final = frozenset(
    address for host in CONFIGURATION.hosts.values() for address in host.fixed_addresses
)
OFFICE: Final = "0.0.0.0"
GUESTS: Final = "10.8.0.1"
LABORATORY: Final = "10.9.0.1"

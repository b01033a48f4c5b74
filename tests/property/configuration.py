"""A configuration in which a packet may meet every kind of declaration.

Without `one-lease-per-client`: there dhcpd gives up the leases of the last client of the address
that is granted, whoever holds them (observed), so a binding may end without its client's doing.
"""

from typing import Final

from tests.resolve.reading import configuration_of

TEXT: Final = """
authoritative;
default-lease-time 600;
max-lease-time 7200;
log-threshold-high 80;
log-threshold-low 50;
option domain-name "example.org";
option domain-name-servers 10.0.0.2, 10.0.0.3;
option space ours;
option ours.one code 1 = text;
option ours.two code 2 = array of ip-address;
option ours.one "one";
vendor-option-space ours;
class "voice" {
  match if substring(option vendor-class-identifier, 0, 5) = "voice";
  lease limit 2;
  option tftp-server-name "tftp.example.org";
}
class "port" {
  spawn with option agent.circuit-id;
  lease limit 2;
}
class "name" { match option host-name; }
subclass "name" "printer" { default-lease-time 900; }
shared-network wire {
  option routers 10.0.0.1;
  subnet 10.0.0.0 netmask 255.255.255.0 {
    pool {
      allow known-clients;
      range 10.0.0.10 10.0.0.11;
    }
    pool {
      deny members of "voice";
      allow dynamic bootp clients;
      allow all clients;
      range 10.0.0.20 10.0.0.23;
      adaptive-lease-time-threshold 50;
    }
    pool {
      allow members of "voice";
      range 10.0.0.30 10.0.0.32;
    }
    if exists host-name {
      option host-name = concat("h-", lcase(option host-name));
      log(info, concat("name ", option host-name, binary-to-ascii(16, 8, ":", hardware)));
    } elsif not known {
      filename "boot.img";
    }
    allow leasequery;
    option ours.two 10.0.0.8, 10.0.0.9;
  }
  subnet 10.0.1.0 netmask 255.255.255.0 {
    range 10.0.1.10 10.0.1.11;
    infinite-is-reserved on;
    echo-client-id on;
  }
}
subnet 10.9.0.0 netmask 255.255.255.0 {
  range dynamic-bootp 10.9.0.100 10.9.0.103;
  ping-check off;
  next-server 10.9.0.1;
  server-name "srv";
  allow leasequery;
}
host fixed {
  hardware ethernet 02:00:00:00:01:01;
  fixed-address 10.0.0.5, 10.9.0.100;
  option root-path "/fixed";
}
host known { hardware ethernet 02:00:00:00:01:02; }
host named { option dhcp-client-identifier "known"; use-host-decl-names on; }
host ported { host-identifier option agent.remote-id "remote"; deny booting; }
"""
# Frozen, so that all tests may share it.
CONFIGURATION: Final = configuration_of(TEXT)
FIXED_ADDRESSES: Final = frozenset(
    address for host in CONFIGURATION.hosts.values() for address in host.fixed_addresses
)

"""Hosts, groups and classes of the leases file in force, beside those of dhcpd.conf.

Which of two hosts answers, what `deleted` hides and what a subclass replaces was observed with
dhcpd 4.4.3-P1.
"""

from pydhcpd.lease.load import Loaded, load_leases
from pydhcpd.lease.rewrite import odd_text
from pydhcpd.model.configuration import Configuration
from pydhcpd.wire.address import format_ipv4
from tests.resolve.reading import Executed, configuration_of, execute

NOW = 1_795_334_400
HOST_NAME = 12
DOMAIN_NAME = 15
CONFIGURATION = configuration_of(
    'option domain-name "everybody";\n'
    'class "k" { match hardware; }\n'
    'class "goes" { match if exists host-name; }\n'
    'subclass "k" "old" { option domain-name "static"; option host-name "static"; }\n'
    'subclass "k" "gone" { option domain-name "static"; }\n'
    'group gs { option domain-name "static"; }\n'
    "host static { hardware ethernet 02:00:00:00:01:09; fixed-address 10.0.0.50; }\n"
    "host gone { hardware ethernet 02:00:00:00:01:08; fixed-address 10.0.0.58; }\n"
    "host byid { uid 01:02:41; fixed-address 10.0.0.44; }\n"
    "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100 10.0.0.120; }\n"
)


def load(text: str, configuration: Configuration = CONFIGURATION) -> Loaded:
    return load_leases("leases", [text.encode("latin-1")], configuration, NOW)


def declared(text: str) -> Configuration:
    """What a file without mistakes makes of the configuration."""
    loaded = load(text)
    assert loaded.messages == []
    return loaded.configuration


def written(loaded: Loaded) -> str:
    """The records that a new file has."""
    records = [one for one in loaded.odd_records if not (one.is_dynamic and one.is_deleted)]
    return b"".join([odd_text(one) for one in records]).decode("latin-1")


def addresses(configuration: Configuration, last_octet: int) -> list[str]:
    """The fixed addresses of the hosts with this hardware address, in order."""
    hardware = b"\1\2\0\0\0\1" + bytes((last_octet,))
    hosts = configuration.hosts_by_hardware.get(hardware, ())
    return [format_ipv4(address) for host in hosts for address in host.fixed_addresses]


def values(state: Executed) -> tuple[bytes | None, bytes | None]:
    """Host name and domain name."""
    return state.dhcp.get(HOST_NAME), state.dhcp.get(DOMAIN_NAME)


def test_hosts_are_found_by_what_they_declare() -> None:
    configuration = declared(
        "host made {\n  dynamic;\n  hardware ethernet 02:00:00:00:01:01;\n"
        '  fixed-address 10.0.0.51;\n        supersede host-name = "made";\n}\n'
        "host id { dynamic; uid 01:02:42; fixed-address 10.0.0.52; }\n"
        'host option { dynamic; host-identifier option agent.circuit-id "c"; }\n'
    )
    assert addresses(configuration, 1) == ["10.0.0.51"]
    assert values(execute(configuration.hosts["made"].scope)) == (b"made", b"everybody")
    (host,) = configuration.hosts_by_client_identifier[b"\1\2B"]
    assert host.name == "id"
    ((space, code, hosts),) = configuration.hosts_by_identifier
    assert (space, code, [host.name for host in hosts[b"c"]]) == ("agent", 1, ["option"])


def test_hosts_of_dhcpd_conf_come_first() -> None:
    configuration = declared(
        "host other { dynamic; hardware ethernet 02:00:00:00:01:09; fixed-address 10.0.0.83; }\n"
        "host otherid { dynamic; uid 01:02:41; }\n"
    )
    assert addresses(configuration, 9) == ["10.0.0.50", "10.0.0.83"]
    names = [host.name for host in configuration.hosts_by_client_identifier[b"\1\2A"]]
    assert names == ["byid", "otherid"]


def test_a_name_is_taken_until_its_host_is_deleted() -> None:
    loaded = load(
        "host static {\n  dynamic;\n  fixed-address 10.0.0.81;\n}\n"
        "host made { dynamic; fixed-address 10.0.0.82; }\n"
        "host made { dynamic; fixed-address 10.0.0.83; }\n"
    )
    assert loaded.messages == [
        "leases line 4: host static: already exists",
        "}",
        "^",
        "leases line 6: host made: already exists",
        "host made { dynamic; fixed-address 10.0.0.83; }",
        " " * 46 + "^",
    ]
    assert addresses(loaded.configuration, 9) == ["10.0.0.50"]
    assert loaded.configuration.hosts["made"].fixed_addresses == (0x0A000052,)


def test_deletion_of_a_host_of_dhcpd_conf_is_remembered() -> None:
    for text in ("host gone { deleted; }\n", "host gone { dynamic; deleted; }\n"):
        loaded = load(text)
        assert addresses(loaded.configuration, 8) == []
        assert "gone" not in loaded.configuration.hosts
        assert written(loaded) == "host gone {\n  deleted;\n}\n"
    assert written(load("host unheard-of { deleted; }\n")) == ""


def test_a_deleted_name_can_be_declared_again() -> None:
    # dhcpd forgets the deletion, and at its next start the new host.
    text = "host gone { deleted; }\nhost gone { dynamic; hardware ethernet 02:00:00:00:01:07; }\n"
    loaded = load(text)
    assert addresses(loaded.configuration, 8) == []
    assert [host.name for host in loaded.configuration.hosts.values()][-1] == "gone"
    again = load(written(loaded))
    assert again.messages == []
    assert written(again) == written(loaded)
    assert b"\1\2\0\0\0\1\7" in again.configuration.hosts_by_hardware


def test_groups_come_between_a_host_and_the_global_scope() -> None:
    configuration = declared(
        'group "new" { dynamic; supersede domain-name = "new"; option host-name "new"; }\n'
        'host a { dynamic; group "new"; option host-name "a"; }\n'
        'host b { dynamic; group "gs"; }\n'
    )
    assert values(execute(configuration.hosts["a"].scope)) == (b"a", b"new")
    assert values(execute(configuration.hosts["b"].scope)) == (None, b"static")


def test_a_host_of_an_unknown_group_is_kept_as_written() -> None:
    text = (
        "group new {\n  dynamic;\n}\ngroup new {\n  dynamic;\n  deleted;\n}\n"
        'host a {\n  dynamic;\n  group "new";\n  fixed-address 10.0.0.51;\n}\n'
    )
    loaded = load(text)
    assert loaded.messages == [
        "leases line 10: unknown group new in host a",
        '  group "new";',
        " " * 8 + "^",
    ]
    assert loaded.configuration.hosts["a"].fixed_addresses == (0x0A000033,)
    assert written(loaded) == text[text.index("host") :]
    assert not loaded.is_damaged


def test_a_subclass_takes_the_place_of_that_of_dhcpd_conf() -> None:
    loaded = load(
        'subclass "k" "old" { dynamic; option domain-name "made"; }\n'
        'subclass "k" 67:6f:6e:65 { dynamic; deleted; }\n'
        'subclass "k" 01:02 { dynamic; lease limit 3; }\n'
    )
    k = loaded.configuration.classes[0]
    assert sorted(k.subclasses) == [b"\1\2", b"old"]
    assert values(execute(k.subclasses[b"old"].scope)) == (None, b"made")
    assert k.subclasses[b"\1\2"].lease_limit == 3
    assert 'subclass "k" "gone" {\n  deleted;\n}\n\n' in written(loaded)


def test_classes_are_made_and_deleted() -> None:
    loaded = load(
        'class "made" {\n  dynamic;\n  lease limit 1;\n  match if known;\n}\n'
        'class "made" {\n  dynamic;\n  lease limit 2;\n  match if known;\n}\n'
        'class "goes" { deleted; match hardware; }\n'
        "lease 10.0.0.100 {\n  starts 1 2026/11/23 00:00:00;\n  ends never;\n"
        "  binding state active;\n  next binding state free;\n"
        '  billing class "made";\n  hardware ethernet 02:00:00:00:01:01;\n}\n'
    )
    assert loaded.messages == []
    found = [(one.name, one.lease_limit) for one in loaded.configuration.classes]
    assert found == [("k", 0), ("made", 2)]
    lease = loaded.store.find(0x0A000064)
    assert lease is not None
    assert lease.billing is not None
    assert lease.billing.class_name == "made"


def test_what_cannot_be_read_is_told_and_kept() -> None:
    text = (
        "host a {\n  dynamic;\n  on never { }\n}\n"
        "host b { dynamic; fixed-address nowhere.example; }\n"
        'subclass "nosuch" "b" {\n  dynamic;\n}\n'
        "group g { dynamic; subnet 10.0.0.0 netmask 255.255.255.0 { } }\n"
        "host c { dynamic; hardware ethernet 02:00:00:00:01:06; fixed-address 10.0.0.6; }\n"
    )
    loaded = load(text)
    told = [line for line in loaded.messages if " line " in line or "unknown" in line]
    assert [line.split(": ")[1] for line in told][:1] == ["no class named nosuch"]
    assert "leases line 3: expecting a lease event type" in told
    assert "nowhere.example: host unknown." in told
    kept = written(loaded)
    for record in text.splitlines(keepends=True)[:8]:
        assert record in kept
    assert addresses(loaded.configuration, 6) == ["10.0.0.6"]
    assert len(loaded.configuration.subnets) == 1


def test_quotes_and_backslashes_survive() -> None:
    # dhcpd writes them between quotes and reads something else at its next start.
    text = (
        'host a { dynamic; option domain-name "a\\"b"; option host-name "c\\\\d"; uid "\\"e"; }\n'
        'subclass "k" "f\\"g" { dynamic; }\n'
        'group "two words" { dynamic; }\n'
    )
    loaded = load(text)
    kept = written(loaded)
    assert "        supersede domain-name = 61:22:62;\n" in kept
    assert 'subclass "k" 66:22:67 {' in kept
    assert 'group "two words" {' in kept
    again = load(kept).configuration
    assert values(execute(again.hosts["a"].scope)) == (b"c\\d", b'a"b')
    assert again.hosts["a"].client_identifier == b'"e'
    assert b'f"g' in again.classes[0].subclasses
    assert "two words" in again.groups


def test_what_dhcpd_would_wrap_or_take_apart_stays_as_written() -> None:
    text = (
        "host a {\n  dynamic;\n        supersede routers = concat (0a:00:00:01, 0a:00:00:02);\n}\n"
        f'host b {{\n  dynamic;\n        supersede host-name = \n   "{"x" * 70}";\n}}\n'
        "host c {\n  dynamic;\n  option routers 10.0.0.1, 10.0.0.2;\n}\n"
        'host d {\n  dynamic;\n  host-identifier option host-name "d";\n}\n'
        "host e {\n  hardware ethernet 02:00:00:00:01:05;\n}\n"
    )
    loaded = load(text)
    assert loaded.messages == []
    kept = written(loaded)
    for name in "abcde":
        at = text.index(f"host {name}")
        assert text[at : text.index("}\n", at) + 2] in kept


def test_an_untouched_configuration_stays_the_same_object() -> None:
    assert load("").configuration is CONFIGURATION

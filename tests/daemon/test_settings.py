"""What the process takes from the command line, the environment and the global scope."""

import os
from pathlib import Path

import pytest

from pydhcpd.config.parser import parse_configuration
from pydhcpd.daemon.arguments import parse_arguments
from pydhcpd.daemon.configuration import load_configuration
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.log import Log
from pydhcpd.daemon.settings import (
    Settings,
    broadcast_address,
    choose_paths,
    environment_port,
    read_settings,
)
from pydhcpd.resolve.resolution import resolve_configuration


@pytest.fixture
def log(tmp_path: Path) -> Log:
    descriptor = os.open(tmp_path / "stderr", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    return Log("dhcpd", descriptor, "/nowhere")


def no_file(path: str) -> bytes:
    raise FileNotFoundError(path)


def settings_of(text: str) -> Settings:
    tree = parse_configuration("dhcpd.conf", text.encode(), no_file)
    configuration = resolve_configuration(tree, None).configuration
    assert configuration is not None
    return read_settings(configuration, 4)


def test_silent_configuration_changes_nothing() -> None:
    assert settings_of("") == Settings(None, None, None, None, None, None, None, True)


def test_global_scope_is_read() -> None:
    text = """
    lease-file-name "x.leases"; pid-file-name "x.pid"; local-port 6767; remote-port 6868;
    local-address 10.0.0.1; limited-broadcast-address 10.0.0.255; log-facility local3;
    dont-use-fsync on; server-id-check on;
    """
    # local3 is facility 19 (syslog.h)
    assert settings_of(text) == Settings(
        "x.leases", "x.pid", 6767, 6868, 0x0A000001, 0x0A0000FF, 19, False
    )


def test_log_statements_of_the_global_scope_are_executed(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "dhcpd.conf"
    path.write_text('log(info, "one"); log(error, "two"); execute("/bin/false", "x");')
    configuration = load_configuration(str(path), 4, True, log)
    said = (
        "one\ntwo\nexecute_statement argv[0] = /bin/false\nexecute_statement argv[1] = x\n"
        "would execute: /bin/false x\n"
    )
    assert (tmp_path / "stderr").read_text() == said
    assert configuration.commands == ((b"/bin/false", b"x"),)
    path.write_text('log(debug, "three"); log(fatal, "four"); log(info, "five");')
    with pytest.raises(Fatal) as refusal:
        load_configuration(str(path), 4, True, log)
    assert refusal.value.lines == ("four",)
    assert (tmp_path / "stderr").read_text() == f"{said}three\n"


def test_environment_of_the_other_family_does_not_count(log: Log) -> None:
    environment = {
        "PATH_DHCPD_DB": "/four.leases",
        "PATH_DHCPD_PID": "four.pid",
        "PATH_DHCPD6_DB": "six.leases",
        "PATH_DHCPD6_PID": "six.pid",
        "PATH_DHCPD_CONF": "both.conf",
    }
    four = choose_paths(parse_arguments("dhcpd", [], log), environment)
    six = choose_paths(parse_arguments("dhcpd", ["-6"], log), environment)
    assert (four.leases, four.pid_file, four.configuration) == (
        "/four.leases",
        "four.pid",
        "both.conf",
    )
    # A relative leases file is made absolute for DHCPv4 only.
    assert (six.leases, six.pid_file, six.configuration) == ("six.leases", "six.pid", "both.conf")


def test_defaults_are_those_of_debian(log: Log) -> None:
    four = choose_paths(parse_arguments("dhcpd", [], log), {})
    six = choose_paths(parse_arguments("dhcpd", ["-6"], log), {})
    assert (four.configuration, six.configuration) == ("/etc/dhcp/dhcpd.conf",) * 2
    assert (four.leases, four.pid_file) == ("/var/lib/dhcp/dhcpd.leases", "/var/run/dhcpd.pid")
    assert (six.leases, six.pid_file) == ("/var/lib/dhcp/dhcpd6.leases", "/var/run/dhcpd6.pid")


def test_port_of_the_environment_counts_only_without_p(log: Log) -> None:
    environment = {"DHCPD_PORT": "99"}
    assert environment_port(parse_arguments("dhcpd", [], log), environment) == 99
    assert environment_port(parse_arguments("dhcpd", ["-p", "44"], log), environment) is None


@pytest.mark.parametrize(
    ("server", "address"),
    [(None, 0xFFFFFFFF), ("10.0.0.255", 0x0A0000FF), ("nowhere.invalid", 0xFFFFFFFF)],
)
def test_s_says_where_broadcasts_go(server: str | None, address: int) -> None:
    assert broadcast_address(server) == address

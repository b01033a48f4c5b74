"""The command line against the text of dhcpd(8) and against dhcpd itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pydhcpd.daemon.arguments import parse_arguments, parse_port
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.log import Log

DHCPD = shutil.which("dhcpd", path="/usr/sbin:/usr/local/sbin")
PYDHCPD = str(Path(sys.executable).with_name("dhcpd"))
CONFIGURATION = "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.20; }\n"

# Words of a command line; {conf} and {leases} are files that exist.
COMPARED = [
    "--help",
    "-h",
    "-cf --help",
    "-p abc --help",
    "-4 -6 -h --version",
    "--foo",
    "-f --foo",
    "-f -x",
    "-f -",
    "-f --",
    "-f -v",
    "-f -tcf",
    "-f -4o6",
    "-f --cf={conf}",
    "-t -cf",
    "-t -p",
    "-t -s",
    "-t -cf {conf} -user",
    "-t -cf {conf}",
    "-T -cf {conf} -lf {leases}",
    "-t -T -cf {conf} -lf {leases}",
    "-T -t -cf {conf} -lf {leases}",
    "-q -t -cf {conf}",
    "-t -cf {conf} -q --foo",
    "-t -cf {conf} -4 -4",
    "-t -cf {conf} -4 -6",
    "-t -cf {conf} -6 -4",
    "-t -cf {conf} -p abc",
    "-t -cf {conf} -p abc --foo",
    "-t -cf {conf} -p 12x",
    "-t -cf {conf} -p 0x10",
    "-t -cf {conf} -p 0",
    "-t -cf {conf} -p -5",
    "-t -cf {conf} -p +67",
    "-t -cf {conf} -p 65535",
    "-t -cf {conf} -p 65536",
    "-t -cf {conf} -p 99999999999999999999999",
    "-t -cf {conf} -p 77 -p 6767",
    "-q -t -cf {conf} -p 6767",
    "-q -t -cf {conf} -p abc",
    "-t -cf {conf} -s nowhere.invalid",
    "-t -cf {conf} -lf {leases}",
    "-t -cf {conf} -lf nowhere",
    "-t -cf nowhere -lf nowhere",
    "-t -cf {conf} -lf /nowhere/at/all",
    "-t -cf nowhere",
    "-t -cf .",
    "-t -cf {conf} -cf nowhere",
    "-t -cf nowhere -cf {conf}",
    "-t -cf {conf} -pf my.pid --no-pid",
    "-t -cf {conf} -user no-such-user",
    "-t -cf {conf} -group no-such-group",
    "-t -cf {conf} -group no-such-group -user no-such-user",
    "-t -cf {conf} -user nobody -group nogroup",
    "-t -cf {conf} -user no-such-user -p abc",
    "-t -cf {conf} -chroot /nowhere",
    "-t -cf {conf} -user no-such-user -chroot /nowhere",
    "-t -cf {conf} eth0 eth1 -d eth2",
    "-t -cf {conf} aaaaaaaaaaaaaaa",
    "-t -cf {conf} aaaaaaaaaaaaaaaa",
    "-t -cf {conf} aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "-t -cf {conf} -lf {directory} ",
    "-T -cf {conf} -lf {directory}",
    "-T -cf {conf} -lf /nowhere/at/all",
    "-cf nowhere",
]
ENVIRONMENTS = [
    {"PATH_DHCPD_CONF": "nowhere"},
    {"DHCPD_PORT": "99"},
    {"DHCPD_PORT": "abc"},
    {"DHCPD_PORT": "0"},
    {"DHCPD_PORT": ""},
    {"PATH_DHCPD_DB": "nowhere"},
    {"PATH_DHCPD_DB": "leases"},
    {"PATH_DHCPD_DB": "/nowhere/at/all"},
    {"PATH_DHCPD_PID": "relative.pid"},
    {"PATH_DHCPD6_DB": "x", "PATH_DHCPD6_PID": "y"},
]


def silent_log() -> Log:
    log = Log("dhcpd", syslog_path="/nowhere")
    log.has_stderr = False
    return log


def run(
    command: str, words: list[str], folder: Path, environment: dict[str, str]
) -> tuple[int, list[str], bytes]:
    """Exit status, lines of stderr without what is ours on purpose, and stdout."""
    done = subprocess.run(
        [command, *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    lines = done.stderr.decode().split("\n")
    kept = [
        "BANNER" if line.startswith("Internet Systems Consortium DHCP Server 4.4.3-P1") else line
        for line in lines
        if not line.startswith(("Copyright ", "Lease file test successful"))
    ]
    return done.returncode, kept, done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "conf").write_text(CONFIGURATION)
    (tmp_path / "leases").write_text("")
    return tmp_path


def words_of(text: str, folder: Path) -> list[str]:
    return text.format(conf=folder / "conf", leases=folder / "leases", directory=folder).split()


@pytest.mark.skipif(DHCPD is None, reason="dhcpd is not installed")
@pytest.mark.parametrize("text", COMPARED)
def test_answers_like_dhcpd(text: str, folder: Path) -> None:
    assert DHCPD is not None
    words = words_of(text, folder)
    assert run(PYDHCPD, words, folder, {}) == run(DHCPD, words, folder, {})


@pytest.mark.skipif(DHCPD is None, reason="dhcpd is not installed")
@pytest.mark.parametrize(
    "arguments", ["-t -cf {conf}", "-t -cf {conf} -p 44 -lf leases -pf z", "-t"]
)
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=str)
def test_environment_counts_like_in_dhcpd(
    arguments: str, environment: dict[str, str], folder: Path
) -> None:
    assert DHCPD is not None
    words = words_of(arguments, folder)
    environment = {"PATH_DHCPD_CONF": str(folder / "conf"), **environment}
    expected = run(DHCPD, words, folder, environment)
    assert run(PYDHCPD, words, folder, environment) == expected


@pytest.mark.skipif(DHCPD is None, reason="dhcpd is not installed")
def test_program_name_is_that_of_the_command(folder: Path) -> None:
    assert DHCPD is not None
    (folder / "other-name").symlink_to(DHCPD)
    expected = run(str(folder / "other-name"), ["--help"], folder, {})
    script = Path(PYDHCPD).read_text()
    (folder / "other-name").unlink()
    (folder / "other-name").write_text(script)
    (folder / "other-name").chmod(0o755)
    assert run(str(folder / "other-name"), ["--help"], folder, {}) == expected


@pytest.mark.parametrize(
    "text", ["--version", "-cf --version", "--version --help", "-4 -6 --version"]
)
def test_version_names_both_programs(text: str, folder: Path) -> None:
    status, lines, output = run(PYDHCPD, text.split(), folder, {})
    assert (status, len(lines), lines[1], output) == (0, 2, "", b"")
    assert lines[0].startswith("isc-dhcpd-4.4.3-P1 (pydhcpd ")


@pytest.mark.parametrize("word", ["-tf", "-play"])
def test_traces_are_refused(word: str, folder: Path) -> None:
    words = [*words_of("-t -cf {conf}", folder), word, str(folder / "trace")]
    status, lines, _ = run(PYDHCPD, words, folder, {})
    assert status == 1
    assert f"Traces are not supported: {word}." in lines
    assert not (folder / "trace").exists()


def test_dhcpv6_is_refused_after_the_arguments_were_checked(folder: Path) -> None:
    status, lines, _ = run(PYDHCPD, words_of("-T -6 -cf {conf}", folder), folder, {})
    assert status == 1
    assert "DHCPv6 is not served yet: use dhcpd for -6." in lines
    # Only its configuration can be tested.
    status, lines, _ = run(PYDHCPD, words_of("-t -6 -cf {conf}", folder), folder, {})
    assert status == 0
    status, lines, _ = run(PYDHCPD, words_of("-t -6 -s 1.2.3.4 -cf {conf}", folder), folder, {})
    assert status == 1
    assert "You can only specify address to send replies to when running an IPv4 server." in lines


def test_last_of_a_repeated_option_wins() -> None:
    words = ["-cf", "a", "-cf", "b", "-lf", "-q", "if1", "-p", "70", "-p", "71", "if0"]
    arguments = parse_arguments("dhcpd", words, silent_log())
    assert (arguments.configuration, arguments.leases) == ("b", "-q")
    assert (arguments.port, arguments.interfaces) == (71, ("if1", "if0"))
    assert not arguments.is_quiet


def test_interface_may_have_an_empty_name() -> None:
    assert parse_arguments("dhcpd", [""], silent_log()).interfaces == ("",)


@pytest.mark.parametrize(
    ("text", "port"), [("67", 67), (" 67", 67), ("+67", 67), ("0000000067", 67)]
)
def test_port_is_read_as_strtol_does(text: str, port: int) -> None:
    assert parse_port(text) == port


@pytest.mark.parametrize("text", ["67 ", "6 7", "+", " ", "٦٧"])
def test_port_with_anything_else_is_invalid(text: str) -> None:
    with pytest.raises(Fatal) as refusal:
        parse_port(text)
    assert refusal.value.lines == (f"Invalid port number specification: {text}",)

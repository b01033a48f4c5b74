"""`pydhcpctl failover` where no server runs, and where one says what a test wants."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command.running import run

CONF = """failover peer "fo" { secondary; address 10.0.0.1; peer address 10.0.0.2;
  max-response-delay 30; max-unacked-updates 10; }
subnet 10.0.0.0 netmask 255.255.255.0 {
  pool { failover peer "fo"; deny dynamic bootp clients; range 10.0.0.100 10.0.0.109;
         range 10.0.0.120; } }
"""
# As dhcpd writes them: the first lease is new to the partner, the second one is not.
LEASES = """# A comment.
authoring-byte-order little-endian;
failover peer "fo" state {
  my state communications-interrupted at 0 2026/11/22 07:49:57;
  partner state normal at 0 2026/11/22 07:40:00;
  mclt 30;
}
lease 10.0.0.100 {
  starts 0 2026/11/22 07:55:41;
  ends 0 2036/11/23 08:05:41;
  tstp 0 2036/11/23 09:05:41;
  cltt 0 2026/11/22 07:55:41;
  binding state active;
  next binding state expired;
  hardware ethernet 02:00:00:00:00:01;
}
lease 10.0.0.101 {
  starts 0 2026/11/22 07:55:41;
  ends 0 2026/11/22 07:55:41;
  tstp 0 2026/11/22 07:55:41;
  tsfp 0 2026/11/22 07:55:41;
  atsfp 0 2026/11/22 07:55:41;
  binding state backup;
}
"""
DATES = {"my_since": "2026-11-22T07:49:57Z", "partner_since": "2026-11-22T07:40:00Z"}
STATES = {"my_state": "communications-interrupted", "partner_state": "normal"}
NORMAL = {
    "name": "fo",
    "role": "primary",
    "my_state": "communications-interrupted",
    "my_since": 1_795_333_797,
    "partner_state": "normal",
    "partner_since": 1_795_333_200,
    "connected": False,
    "unacknowledged": 1,
    "pools": [],
}
Said = list[dict[str, object]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c").write_text(CONF)
    (tmp_path / "l").write_text(LEASES)
    return tmp_path


def status(folder: Path, *words: str) -> dict[str, object]:
    done = run("pydhcpctl", "failover", "status", "--json", *words, folder=folder)
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert isinstance(value, dict)
    return value


@contextlib.contextmanager
def server(folder: Path, *peers: dict[str, object]) -> Iterator[Said]:
    """Somebody who answers as a server would; gives what was asked."""
    said: Said = []
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(folder / "l.ctl"))
    listener.listen()

    def serve() -> None:
        while True:
            accepted, _ = listener.accept()
            with accepted, accepted.makefile("rwb") as file:
                line = file.readline()
                if not line:
                    return
                said.append(json.loads(line))
                is_status = said[-1]["command"] == "failover-status"
                answer = {"peers": peers} if is_status else {"done": True}
                file.write(json.dumps(answer).encode() + b"\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield said
    finally:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as last:
            last.connect(str(folder / "l.ctl"))
        thread.join()
        listener.close()
        (folder / "l.ctl").unlink()


def test_the_leases_file_with_its_configuration(folder: Path) -> None:
    pool = {
        "network": "10.0.0.0/24",
        "ranges": ["10.0.0.100 - 10.0.0.109", "10.0.0.120"],
        "size": 11,
        # Never-used addresses are the primary's: 11 less the two that have a record.
        "free": 9,
        "backup": 1,
    }
    common = {"name": "fo", "role": "secondary", "connected": None, "unacknowledged": 1}
    assert status(folder, "c", "-lf", "l") == {
        "running": False,
        "leases": "l",
        "peers": [{**common, **STATES, **DATES, "pools": [pool]}],
    }


def test_the_leases_file_alone(folder: Path) -> None:
    pool = {"network": "all records", "ranges": [], "size": 2, "free": 0, "backup": 1}
    common = {"name": "fo", "role": "secondary", "connected": None, "unacknowledged": 1}
    assert status(folder, "l")["peers"] == [{**common, **STATES, **DATES, "pools": [pool]}]


def test_with_two_peers_the_leases_file_alone_says_nothing_of_leases(folder: Path) -> None:
    with (folder / "l").open("a") as file:
        file.write('failover peer "of" state {\n  my state normal at 0 2026/11/22 07:49:57;\n}\n')
    peers = status(folder, "l")["peers"]
    assert isinstance(peers, list)
    assert [(peer["name"], peer["unacknowledged"], peer["pools"]) for peer in peers] == [
        ("fo", None, []),
        ("of", None, []),
    ]


def test_a_peer_that_the_leases_file_does_not_know(folder: Path) -> None:
    (folder / "l").write_text("")
    peers = status(folder, "c", "-lf", "l")["peers"]
    assert isinstance(peers, list)
    assert [(peer["my_state"], peer["my_since"]) for peer in peers] == [("unknown-state", None)]


def test_the_configuration_names_its_leases_file(folder: Path) -> None:
    (folder / "c").write_text('lease-file-name "l";' + CONF)
    assert status(folder, "c", "-lf", "other")["leases"] == "l"


def test_the_table(folder: Path) -> None:
    done = run("pydhcpctl", "failover", "status", "c", "-lf", "l", folder=folder)
    assert done.stdout.splitlines() == [
        'failover peer "fo": secondary',
        "  my state       communications-interrupted since 2026-11-22 07:49:57 UTC",
        "  partner state  normal since 2026-11-22 07:40:00 UTC",
        "  leases whose last change the partner has not acknowledged: 1",
        "",
        "  network      range                    size  free  backup",
        "  -----------  -----------------------  ----  ----  ------",
        "  10.0.0.0/24  10.0.0.100 - 10.0.0.109    11     9       1",
        "               10.0.0.120",
    ]
    assert done.stderr == "l.ctl: No such file or directory: this is what l says.\n"


def test_damage_of_the_leases_file_is_told(folder: Path) -> None:
    with (folder / "l").open("a") as file:
        file.write('failover peer "fo" state {\n  my state happy;\n}\n')
    for words in (("l",), ("c", "-lf", "l")):
        done = run("pydhcpctl", "failover", "status", *words, folder=folder)
        assert "unknown failover state" in done.stderr
        assert "communications-interrupted" in done.stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("none",), "Can't open none: No such file or directory"),
        (("c", "-lf", "none"), "Can't open lease database none: No such file or directory --"),
        (("bad",), "expecting"),
    ],
)
def test_nothing_to_show(folder: Path, words: tuple[str, ...], why: str) -> None:
    (folder / "bad").write_text("subnet;")
    done = run("pydhcpctl", "failover", "status", *words, folder=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr


def test_partner_down_needs_a_server(folder: Path) -> None:
    done = run("pydhcpctl", "failover", "partner-down", "l", "--yes", folder=folder)
    assert (done.returncode, "No such file" in done.stderr) == (1, True)


def test_partner_down_asks_first(folder: Path) -> None:
    words = ("failover", "partner-down", "l")
    with server(folder, NORMAL) as said:
        done = run("pydhcpctl", *words, folder=folder)  # nobody says yes
    assert (done.returncode, done.stdout) == (1, "")
    assert "two clients can get one address" in done.stderr
    assert [one["command"] for one in said] == ["failover-status"]
    with server(folder, NORMAL) as said:
        done = run("pydhcpctl", *words, "--yes", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert said[1] == {"command": "set-failover-state", "peer": "fo", "state": "partner-down"}


def test_partner_who_is_connected_is_not_down(folder: Path) -> None:
    with server(folder, {**NORMAL, "connected": True}) as said:
        done = run("pydhcpctl", "failover", "partner-down", "l", "--yes", folder=folder)
    assert (done.returncode, len(said)) == (1, 1)
    assert "is connected, so it is not off" in done.stderr


def test_one_of_several_partners_has_to_be_named(folder: Path) -> None:
    words = ("failover", "partner-down", "l", "--yes")
    peers = (NORMAL, {**NORMAL, "name": "of"})
    with server(folder, *peers) as said:
        vague = run("pydhcpctl", *words, folder=folder)
        wrong = run("pydhcpctl", *words, "no", folder=folder)
        right = run("pydhcpctl", *words, "of", folder=folder)
    assert [done.returncode for done in (vague, wrong, right)] == [1, 1, 0]
    assert 'the failover peers are "fo", "of"' in vague.stderr
    assert said[-1]["peer"] == "of"


@pytest.mark.parametrize(
    "change", [{"name": 1}, {"pools": 1}, {"pools": [[]]}, {"my_since": -1}, {"role": []}]
)
def test_odd_answers_are_not_believed(folder: Path, change: dict[str, object]) -> None:
    with server(folder, {**NORMAL, **change}):
        done = run("pydhcpctl", "failover", "partner-down", "l", "--yes", folder=folder)
    assert (done.returncode, "odd answer" in done.stderr) == (1, True)


def test_texts_of_the_server_do_not_command_the_terminal(folder: Path) -> None:
    with server(folder, {**NORMAL, "name": "\x1b[2J"}):
        done = run("pydhcpctl", "failover", "status", "l", folder=folder)
    assert done.stdout.startswith('failover peer "?[2J": primary, not connected\n')

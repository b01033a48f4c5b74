"""`pydhcpctl explain` as an admin runs it."""

import json
from pathlib import Path

import pytest

from tests.command.running import run

CONF = """option domain-name "x.example";
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.20; }
host h { hardware ethernet 2:0:0:0:0:1; }
"""
TWO = CONF + "subnet 10.1.0.0 netmask 255.255.255.0 { range 10.1.0.10; }\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c").write_text(CONF, encoding="latin-1")
    (tmp_path / "two").write_text(TWO, encoding="latin-1")
    return tmp_path


def test_the_text(folder: Path) -> None:
    done = run("pydhcpctl", "explain", "c", "--mac", "2:0:0:0:0:1", folder=folder)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0] == "request   DHCPDISCOVER from 02:00:00:00:00:01 via its network"
    assert "hosts     h (c line 3)" in lines
    assert "answer    DHCPOFFER of 10.0.0.10, of range 10.0.0.10 - 10.0.0.20 (c line 2)" in lines
    assert lines[-1].split() == ["15", "domain-name", '"x.example"', "c", "line", "1"]


def test_the_object(folder: Path) -> None:
    words = ("--mac", "2:0:0:0:0:1", "--client-id", "me", "--json")
    found = json.loads(run("pydhcpctl", "explain", "c", *words, folder=folder).stdout)
    assert found["client_identifier"] == '"me"'
    assert found["sender"]["hosts"] == [
        {"name": "h", "place": {"file": "c", "line": 3, "column": 1}}
    ]
    assert found["answer"]["options"][-1] == {
        "code": 15,
        "name": "domain-name",
        "value": '"x.example"',
        "given_by": [{"place": {"file": "c", "line": 1, "column": 1}, "value": '"x.example"'}],
        "instead_of": [],
        "note": None,
    }


def test_the_network_must_be_known(folder: Path) -> None:
    done = run("pydhcpctl", "explain", "two", "--mac", "2:1", folder=folder)
    assert done.returncode == 1
    assert "the networks are 10.0.0.0/24, 10.1.0.0/24" in done.stderr
    for flag in (("--network", "10.1.0.1"), ("--relay", "10.1.0.1")):
        done = run("pydhcpctl", "explain", "two", "--mac", "2:1", *flag, folder=folder)
        assert "DHCPOFFER of 10.1.0.10" in done.stdout


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--network", "10.9.0.1"), "10.9.0.1 is in no declared subnet"),
        (("--network", "x"), "x is no IPv4 address"),
        (("--interface", "no-such-one"), "no-such-one is on no declared subnet"),
        (("--type", "inform"), "--type inform needs --requested"),
        (("--option", "x=1"), "unknown option dhcp.x"),
    ],
)
def test_mistakes(folder: Path, flags: tuple[str, ...], words: str) -> None:
    done = run("pydhcpctl", "explain", "c", "--mac", "2:1", *flags, folder=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr


def test_a_file_that_is_refused(folder: Path) -> None:
    (folder / "bad").write_text("option domain-name 5;", encoding="latin-1")
    done = run("pydhcpctl", "explain", "bad", "--mac", "2:1", folder=folder)
    assert done.returncode == 1
    assert "bad line 1:" in done.stderr

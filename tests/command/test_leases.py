"""`pydhcpctl leases` as an admin runs it: table, JSON, damage."""

import json
import shutil
from pathlib import Path

import pytest

from tests.command.running import run

LEASES = """lease 10.0.0.2 {
  starts 0 2026/11/22 07:55:41;
  ends 0 2036/11/23 08:05:41;
  cltt 0 2026/11/22 07:55:41;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 02:00:00:00:00:01;
  uid "\\001\\002\\000\\000\\000\\000\\001";
  set n = %7;
  set ok = true;
  set vendor-class-identifier = "v\\377";
  option agent.circuit-id "port 1";
  client-hostname "pc";
}
lease 10.0.0.3 {
  ends 0 2020/11/23 08:05:41;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:00:02;
}
lease 10.0.0.4 {
  binding torn
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "l").write_text(LEASES, encoding="latin-1")
    return tmp_path


def test_the_table_and_the_damage(folder: Path) -> None:
    done = run("pydhcpctl", "leases", "l", folder=folder)
    lines = done.stdout.splitlines()
    assert lines[2].split() == [
        *("10.0.0.2", "active", "2036-11-23", "08:05:41"),
        *("02:00:00:00:00:01", "01:02:00:00:00:00:01", "pc"),
    ]
    assert (done.returncode, len(lines)) == (0, 4)
    assert done.stderr.splitlines()[0].startswith("l line ")


def test_local_time(folder: Path) -> None:
    done = run("pydhcpctl", "leases", "--local", "l", folder=folder, TZ="XXX-3")
    assert "ends (local time)" in done.stdout
    assert "2036-11-23 11:05:41" in done.stdout


def test_active_leases_only(folder: Path) -> None:
    done = run("pydhcpctl", "leases", "--active", "l", folder=folder)
    assert [line.split()[0] for line in done.stdout.splitlines()[2:]] == ["10.0.0.2"]


def test_json_has_each_field(folder: Path) -> None:
    done = run("pydhcpctl", "leases", "--json", "l", folder=folder)
    first, second = json.loads(done.stdout)
    assert first == {
        "address": "10.0.0.2",
        "in_use": True,
        "binding_state": "active",
        "next_binding_state": "free",
        "rewind_binding_state": "free",
        "starts": "2026-11-22T07:55:41Z",
        "ends": "2036-11-23T08:05:41Z",
        "tstp": "2036-11-23T08:05:41Z",
        "tsfp": None,
        "atsfp": None,
        "cltt": "2026-11-22T07:55:41Z",
        "reserved": False,
        "dynamic_bootp": False,
        "hardware": {"type": "ethernet", "address": "02:00:00:00:00:01"},
        "uid": "01:02:00:00:00:00:01",
        "client_hostname": "pc",
        "billing": None,
        "set": {"n": 7, "ok": True, "vendor-class-identifier": "v\xff"},
        "agent": {"circuit-id": '"port 1"'},
        "on": [],
    }
    assert (second["address"], second["in_use"]) == ("10.0.0.3", False)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("pydhcpctl", "leases", "none", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Can't open none: No such file or directory" in done.stderr


def test_the_same_leases_as_dhcp_lease_list(folder: Path) -> None:
    if shutil.which("dhcp-lease-list") is None:
        pytest.skip("dhcp-lease-list is missing")
    theirs = run("dhcp-lease-list", "--all", "--parsable", "--lease", "l", folder=folder)
    ours = json.loads(run("pydhcpctl", "leases", "--json", "l", folder=folder).stdout)
    line = next(line for line in theirs.stdout.splitlines() if "10.0.0.2" in line)
    assert f"MAC {ours[0]['hardware']['address']} IP 10.0.0.2 HOSTNAME pc" in line
    assert f"END {ours[0]['ends'].replace('T', ' ').rstrip('Z')}" in line

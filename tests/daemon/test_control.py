"""`pydhcpctl failover` and the whole server: the socket's file, partner-down that serves."""

import contextlib
import os
import pwd
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydhcpd.daemon.control_client import NoAnswer, ask
from tests.command.running import run
from tests.daemon.world import (
    CONFIGURATION,
    DISCOVER,
    OFFER,
    STARTED,
    Running,
    Wire,
    option,
    wire,
)

PEER = """failover peer "fo" {
  primary; mclt 60; split 128; address 10.0.0.1; peer address 10.0.0.2;
  max-response-delay 30; max-unacked-updates 10;
}
"""
SHARED = PEER + CONFIGURATION.replace("range", 'pool { failover peer "fo"; range').replace(
    "; }", "; } }"
)
# Longer than a label may be: nobody has to be asked to know that it has no address.
NO_NAME = f"{'x' * 64}.invalid"
STATUS = {"command": "failover-status"}
DOWN = {"command": "set-failover-state", "peer": "fo", "state": "partner-down"}
MOVED = "failover peer fo: I move from startup to partner-down"


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Wire]:
    with wire(tmp_path) as made:
        made.configuration.write_text(SHARED)
        yield made


def socket_of(net: Wire) -> Path:
    return Path(f"{net.leases}.ctl")


def end(server: Running) -> None:
    server.signal(signal.SIGTERM)
    assert server.finish() == 0


def test_partner_down_is_recorded_and_serves(net: Wire) -> None:
    words = ("failover", "partner-down", "dhcpd.conf", "-lf", "dhcpd.leases", "--yes")
    with net.start("eth1") as server:
        server.expect(STARTED)
        done = run("pydhcpctl", *words, folder=net.folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == 'failover peer "fo": this server is in partner-down.\n'
        assert "my state partner-down at" in net.leases.read_text()
        server.expect(MOVED)
        assert option(net.exchange(DISCOVER), 53) == bytes((OFFER,))
        again = run("pydhcpctl", *words, folder=net.folder)
        assert (again.returncode, "already" in again.stdout) == (0, True)
        end(server)
    assert not socket_of(net).exists()
    assert server.lines.count(MOVED) == 1


def test_answer_tells_that_the_disk_did_not_take_it(net: Wire) -> None:
    disk = net.folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(disk)], check=True)
    try:
        net.leases = disk / "dhcpd.leases"
        net.leases.write_text("")
        with net.start("eth1") as server:
            server.expect(STARTED)
            with contextlib.suppress(OSError):
                (disk / "filler").write_bytes(bytes(1 << 20))
            # What is left of the last page of the leases file takes some records.
            before = net.leases.read_bytes()
            with contextlib.suppress(NoAnswer):
                for _ in range(60):
                    ask(str(socket_of(net)), DOWN)
                    before = net.leases.read_bytes()
            with pytest.raises(NoAnswer, match="could not be recorded"):
                ask(str(socket_of(net)), DOWN)
            server.expect("commit_leases: unable to commit")
            assert net.leases.read_bytes() == before
            end(server)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("flag", ["-t", "-T"])
def test_mere_test_makes_no_socket(net: Wire, flag: str) -> None:
    with net.start(flag) as server:
        assert server.finish() == 0
    assert not socket_of(net).exists()


def test_server_without_failover_makes_no_socket(net: Wire) -> None:
    net.configuration.write_text(CONFIGURATION)
    with net.start("eth1") as server:
        server.expect(STARTED)
        assert not socket_of(net).exists()
        end(server)


def test_socket_of_a_killed_server_is_replaced(net: Wire) -> None:
    with net.start("eth1") as server:
        server.expect(STARTED)
    assert socket_of(net).exists()
    with net.start("eth1") as server:
        server.expect(STARTED)
        assert "peers" in ask(str(socket_of(net)), STATUS)
        assert not [line for line in server.lines if "control socket" in line]
        end(server)


def test_path_that_no_socket_can_have_costs_one_line(net: Wire) -> None:
    folder = net.folder / ("x" * 120)
    folder.mkdir()
    net.leases = folder / "dhcpd.leases"
    net.leases.write_text("")
    with net.start("eth1") as server:
        server.expect(STARTED)
        end(server)
    said = [line for line in server.lines if "control socket" in line]
    assert said == [f"Can't create control socket {net.leases}.ctl: File name too long."]


def test_socket_is_roots_whoever_the_server_becomes(net: Wire, tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    for path in (tmp_path, *tmp_path.parents[:-1]):
        path.chmod(0o755)
    for _ in range(2):  # what the first one may not remove, the second one replaces
        with net.start("-user", "nobody", "-group", "nogroup", "eth1") as server:
            server.expect(STARTED)
            status = socket_of(net).stat()
            assert (status.st_uid, stat.S_IMODE(status.st_mode)) == (0, 0o600)
            assert net.leases.stat().st_uid == nobody.pw_uid
            assert "peers" in ask(str(socket_of(net)), STATUS)
            end(server)
        assert socket_of(net).exists()


def test_socket_is_inside_a_chroot(net: Wire) -> None:
    root = net.folder / "root"
    (root / "db").mkdir(parents=True)
    (root / "db" / "leases").write_text("")
    words = ["-lf", "/db/leases", "-pf", "/db/pid", "-chroot", str(root), "eth1"]
    with net.start(*words) as server:
        server.expect(STARTED)
        done = run("pydhcpctl", "failover", "status", str(root / "db/leases"), folder=net.folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith('failover peer "fo": primary, not connected\n')
        end(server)
    assert sorted(os.listdir(root / "db")) == ["leases", "leases~"]


def test_reload_leaves_the_state_of_a_partner_alone(net: Wire) -> None:
    with net.start("eth1") as server:
        server.expect(STARTED)
        assert ask(str(socket_of(net)), DOWN) == {"done": True}
        server.expect(MOVED)
        server.signal(signal.SIGHUP)
        server.expect("read again.")
        # No startup again: it serves at once, and answers.
        assert option(net.exchange(DISCOVER), 53) == bytes((OFFER,))
        peers = ask(str(socket_of(net)), STATUS)["peers"]
        assert isinstance(peers, list)
        (peer,) = peers
        assert (peer["my_state"], peer["connected"]) == ("partner-down", False)
        end(server)
    assert not [line for line in server.lines if "to startup" in line][1:]


def test_first_failover_peer_comes_with_a_reload(net: Wire) -> None:
    net.configuration.write_text(CONFIGURATION)
    with net.start("eth1") as server:
        server.expect(STARTED)
        net.configuration.write_text(SHARED)
        server.signal(signal.SIGHUP)
        server.expect("failover peer fo: I move from recover to startup")
        # In startup it serves nobody: the partner may have given the address away.
        assert net.exchange(DISCOVER, wait_s=0.3) == b""
        server.expect("startup")
        end(server)


@pytest.mark.parametrize("own", [NO_NAME, None], ids=["name", "none"])
def test_own_address_that_is_none_ends_the_start(net: Wire, own: str | None) -> None:
    address = "address 10.0.0.1;"
    net.configuration.write_text(SHARED.replace(address, f"address {own};" if own else ""))
    with net.start("eth1") as server:
        assert server.finish() == 1
    assert "failover peer fo: no local address." in server.lines
    # dhcpd's words for the name.
    assert (f"{own}: host unknown." in server.lines) == (own is not None)


def test_own_address_that_is_none_leaves_the_old_configuration(net: Wire) -> None:
    with net.start("eth1") as server:
        server.expect(STARTED)
        net.configuration.write_text(SHARED.replace("address 10.0.0.1", f"address {NO_NAME}"))
        server.signal(signal.SIGHUP)
        server.expect("failover peer fo: no local address.")
        server.expect("The old configuration stays in force.")
        end(server)


def test_address_that_is_not_there_does_not_keep_clients_waiting(net: Wire) -> None:
    net.configuration.write_text(SHARED.replace("address 10.0.0.1", "address 10.9.9.9"))
    with net.start("eth1") as server:
        server.expect(STARTED)
        end(server)
    said = [line for line in server.lines if line.startswith("failover")]
    assert said == [
        "failover: can't listen on 10.9.9.9 port 647: Cannot assign requested address",
        # From here on as dhcpd says it.
        "failover peer fo: I move from recover to startup",
        "failover peer fo: address not available",
    ]

"""The whole process: starts like dhcpd, serves, stops in order, survives its disk."""

import contextlib
import os
import pwd
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from pydhcpd.trial.namespace import NetworkNamespace, add_veth, run_ip
from tests.daemon.world import (
    ACK,
    CONFIGURATION,
    DISCOVER,
    OFFER,
    PYDHCPD,
    REQUEST,
    STARTED,
    WAIT_S,
    Running,
    Wire,
    option,
    wire,
)

DHCPD = shutil.which("dhcpd", path="/usr/sbin:/usr/local/sbin")
FIRST = 0x0A000064
FATAL_TRAILER = 8


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Wire]:
    with wire(tmp_path) as made:
        yield made


def stopped(net: Wire, *words: str) -> tuple[int, list[str]]:
    """Exit status and lines of a server that does not start."""
    with net.start(*words) as server:
        return server.finish(), server.lines


def test_start_says_what_dhcpd_says(net: Wire) -> None:
    if DHCPD is None:
        pytest.skip("dhcpd is not installed")
    said: list[list[str]] = []
    for program in (DHCPD, PYDHCPD):
        with net.start("eth1", "nope", program=program) as server:
            server.expect(STARTED)
            said.append(server.lines[2:])
            server.signal(signal.SIGTERM)
            server.finish()
        net.pid_file.unlink(missing_ok=True)
    assert said[1] == said[0]


def test_lease_is_served_and_recorded(net: Wire) -> None:
    with net.start("eth1") as server:
        server.expect(STARTED)
        offer = net.exchange(DISCOVER)
        assert option(offer, 53) == bytes((OFFER,))
        assert option(net.exchange(REQUEST, FIRST), 53) == bytes((ACK,))
        server.expect("DHCPACK on 10.0.0.100 to 02:00:00:00:01:01 via eth1")
        # Nothing is buffered: what was confirmed is in the file.
        assert "lease 10.0.0.100 {" in net.leases.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_in_order(net: Wire, number: signal.Signals) -> None:
    with net.start("eth1") as server:
        server.expect(STARTED)
        assert net.pid_file.read_text() == f"{server.process.pid}\n"
        server.signal(number)
        assert server.finish() == 0
        assert server.lines[-1] == f"Received signal {number.value}, initiating shutdown."
    assert not net.pid_file.exists()


def test_ctrl_c_ends_the_start_at_once_and_silently(net: Wire) -> None:
    net.configuration.unlink()
    os.mkfifo(net.configuration)  # whoever reads it waits for us
    with net.start("eth1") as server:
        server.expect("For info, please visit")
        server.signal(signal.SIGINT)
        assert server.finish() == -signal.SIGINT
        assert len(server.lines) == 4


def test_background_start_returns_when_service_begins(net: Wire) -> None:
    command = net.namespace.command([PYDHCPD, *net.words("eth1")])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    pid = int(net.pid_file.read_text())
    try:
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr.splitlines()[-1] == "Sending on   Socket/fallback/fallback-net"
        assert option(net.exchange(DISCOVER), 53) == bytes((OFFER,))
        status = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        assert (status[1], status[3]) == ("1", str(pid))  # adopted, leader of its session
        assert os.readlink(f"/proc/{pid}/cwd") == "/"
        assert {os.readlink(f"/proc/{pid}/fd/{n}") for n in range(3)} == {"/dev/null"}
        # A second one is told by the pid file.
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "There's already a DHCP server running." in done.stderr.splitlines()
    finally:
        process = os.pidfd_open(pid)
        os.kill(pid, signal.SIGTERM)
        assert select.select([process], [], [], 20)[0]
        os.close(process)
    assert not net.pid_file.exists()


def test_second_pydhcpd_is_refused(net: Wire) -> None:
    with net.start("eth1") as server:
        server.expect(STARTED)
        status, lines = stopped(net, "eth1", "--no-pid")
        assert status == 1
        line = lines[-1 - FATAL_TRAILER]
        assert line.startswith("There's already a DHCP server running on eth1, port 67")
        # Another port is another service.
        with net.start("-p", "6767", "eth1", "--no-pid") as other:
            other.expect(STARTED)


def test_running_dhcpd_is_recognised(net: Wire) -> None:
    if DHCPD is None:
        pytest.skip("dhcpd is not installed")
    with net.start("eth1", program=DHCPD) as dhcpd:
        dhcpd.expect(STARTED)
        status, lines = stopped(net, "eth1", "--no-pid")
        assert status == 1
        assert lines[-1 - FATAL_TRAILER] == (
            "There's already a DHCP server running on eth1, port 67 "
            f"(process {dhcpd.process.pid}, dhcpd)."
        )


def test_relay_agent_on_the_wire_is_no_server(net: Wire) -> None:
    relay = shutil.which("dhcrelay", path="/usr/sbin:/usr/local/sbin")
    if relay is None:
        pytest.skip("dhcrelay is not installed")
    command = net.namespace.command([relay, "-d", "--no-pid", "-i", "eth1", "10.0.0.9"])
    with Running(command, net.folder, {}) as agent:
        agent.expect("Sending on   Socket/fallback")
        with net.start("eth1") as server:
            server.expect(STARTED)


def test_sighup_reads_the_configuration_again(net: Wire) -> None:
    with net.start("eth1") as server:
        server.expect(STARTED)
        assert option(net.exchange(DISCOVER), 51) == (600).to_bytes(4, "big")
        net.exchange(REQUEST, FIRST)
        net.configuration.write_text(CONFIGURATION.replace("600", "900"))
        server.signal(signal.SIGHUP)
        server.expect("read again.")
        # The lease is still there, the parameter is new.
        offer = net.exchange(DISCOVER)
        assert offer[16:20] == FIRST.to_bytes(4, "big")
        net.configuration.write_text("subnet nonsense;\n")
        server.signal(signal.SIGHUP)
        server.expect("The old configuration stays in force.")
        assert any(f"{net.configuration} line 1: " in line for line in server.lines)
        assert "Configuration file errors encountered -- exiting" not in server.lines
        assert net.exchange(DISCOVER)[16:20] == FIRST.to_bytes(4, "big")
        net.configuration.write_text(CONFIGURATION.replace("10.0.0", "10.9.9"))
        server.signal(signal.SIGHUP)
        server.expect("Other interfaces are served only after a restart.")


def test_service_manager_is_told(net: Wire, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(20)
        with net.start("eth1", environment={"NOTIFY_SOCKET": str(tmp_path / "notify")}) as server:
            assert manager.recv(999).startswith(b"READY=1\n")
            server.signal(signal.SIGHUP)
            assert manager.recv(999).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
            assert manager.recv(999).startswith(b"READY=1\n")
            server.signal(signal.SIGTERM)
            assert manager.recv(999).startswith(b"STOPPING=1\n")
            assert server.finish() == 0


def test_many_sighups_while_one_is_obeyed_are_one_more(net: Wire) -> None:
    with net.start("eth1") as server:
        server.expect(STARTED)
        net.configuration.unlink()
        os.mkfifo(net.configuration)  # whoever reads it waits for us
        for _ in range(10):
            server.signal(signal.SIGHUP)
            time.sleep(0.01)
        for _ in range(2):
            net.configuration.write_text(CONFIGURATION)
            server.expect("read again.")
        server.signal(signal.SIGTERM)
        assert server.finish() == 0


def test_sighup_does_not_read_a_foreign_leases_file(net: Wire) -> None:
    with net.start("eth1") as server:
        server.expect(STARTED)
        net.exchange(DISCOVER)
        net.exchange(REQUEST, FIRST)
        net.leases.rename(net.folder / "kept")
        for foreign in (None, "# restored\n"):
            if foreign is not None:
                net.leases.write_text(foreign)
            net.configuration.write_text(CONFIGURATION.replace("600", "900"))
            server.signal(signal.SIGHUP)
            server.expect("The old configuration stays in force.")
        assert server.lines[-2].startswith(f"{net.leases} was moved, replaced or cut: ")
        # The client's lease is not forgotten.
        offer = net.exchange(DISCOVER)
        assert (offer[16:20], option(offer, 51)) == (FIRST.to_bytes(4, "big"), b"\0\0\2\x58")


def test_interface_that_is_made_anew_is_served_again(net: Wire) -> None:
    server_side, client_side = net.namespace, NetworkNamespace(f"{net.namespace.name[:-1]}c")
    with net.start("eth1") as server:
        server.expect(STARTED)
        run_ip(["-n", server_side.name, "link", "delete", "eth1"])
        # dhcpd says the same, and nothing any more.
        server.expect("receive_packet failed on eth1: Network is down")
        add_veth(server_side, "eth1", client_side, "eth1")
        server_side.set_hardware("eth1", "02:00:00:00:00:02")
        server_side.set_up("eth1")
        client_side.set_up("eth1")
        server.expect("Listening on LPF/eth1/02:00:00:00:00:02/10.0.0.0/24")
        with client_side.open_packet_socket("eth1") as net.peer:
            # The client's queue opens some time after the other end is up.
            for _ in range(20):
                offer = net.exchange(DISCOVER, wait_s=0.5)
                if offer:
                    break
            assert (offer[16:20], option(offer, 54)) == (FIRST.to_bytes(4, "big"), b"\x0a\0\0\1")


def test_memory_does_not_grow_with_reloads(net: Wire) -> None:
    hosts = [
        f"host h{n} {{ hardware ethernet 02:00:00:00:{n >> 8:02x}:{n & 255:02x}; }}\n"
        for n in range(1000)
    ]
    net.configuration.write_text(CONFIGURATION + "".join(hosts))

    def reload(times: int) -> int:
        for _ in range(times):
            server.signal(signal.SIGHUP)
            server.expect("read again.")
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    with net.start("eth1") as server:
        server.expect(STARTED)
        before = reload(6)
        # In kB; three times as much when the replaced servers wait for the collector.
        assert reload(20) - before < 400


def test_full_disk_confirms_nothing_and_service_resumes(net: Wire, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(disk)], check=True)
    try:
        net.leases = disk / "dhcpd.leases"
        net.leases.write_text("")
        with net.start("eth1") as server:
            server.expect(STARTED)
            filler = disk / "filler"
            with contextlib.suppress(OSError):
                filler.write_bytes(bytes(1 << 20))
            # What is left of the last page of the leases file takes a record or two.
            before = net.leases.read_bytes()
            for _ in range(30):
                net.exchange(DISCOVER)
                reply = net.exchange(REQUEST, FIRST, wait_s=0.2)
                if not reply:
                    break
                before = net.leases.read_bytes()
            server.expect("commit_leases: unable to commit, fflush(): No space left on device")
            assert net.leases.read_bytes() == before
            filler.unlink()
            assert option(net.exchange(REQUEST, FIRST), 53) == bytes((ACK,))
            assert net.leases.read_bytes().startswith(before)
            server.signal(signal.SIGTERM)
            assert server.finish() == 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_user_and_group_are_changed_after_the_start(net: Wire, tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    for path in (tmp_path, *tmp_path.parents[:-1]):
        path.chmod(0o755)
    with net.start("-user", "nobody", "-group", "nogroup", "eth1") as server:
        server.expect(STARTED)
        status = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
        ids = {line.split()[0]: line.split()[1:] for line in status}
        assert ids["Uid:"] == [str(nobody.pw_uid)] * 4
        assert ids["Gid:"] == [str(nobody.pw_gid)] * 4
        assert ids["Groups:"] == []
        assert (net.leases.stat().st_uid, net.pid_file.stat().st_uid) == (nobody.pw_uid, 0)
        assert option(net.exchange(DISCOVER), 53) == bytes((OFFER,))
        assert option(net.exchange(REQUEST, FIRST), 53) == bytes((ACK,))
        server.signal(signal.SIGTERM)
        assert server.finish() == 0
    # The directory is not ours any more: the file stays, but names nobody.
    assert net.pid_file.read_text() == ""


def test_chroot_comes_after_the_configuration_and_before_the_leases(
    net: Wire, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    (root / "db").mkdir(parents=True)
    (root / "db" / "leases").write_text("")
    words = ["-lf", "/db/leases", "-pf", "/db/pid", "-chroot", str(root), "eth1"]
    with net.start(*words) as server:
        server.expect(STARTED)
        assert (root / "db" / "pid").read_text() == f"{server.process.pid}\n"
        assert option(net.exchange(DISCOVER), 53) == bytes((OFFER,))
        assert option(net.exchange(REQUEST, FIRST), 53) == bytes((ACK,))
        assert "lease 10.0.0.100 {" in (root / "db" / "leases").read_text()
        server.signal(signal.SIGTERM)
        assert server.finish() == 0
    assert sorted(os.listdir(root / "db")) == ["leases", "leases~"]


PARTNER = """
failover peer "fo" {
  primary; address 10.0.0.1; port 647; peer address partner.example; peer port 647;
  max-response-delay 30; max-unacked-updates 10; mclt 60; split 128; load balance max seconds 3;
}
get-lease-hostnames on;
"""
SILENT_NAME_SERVER = """
import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
print(flush=True)
sys.stdin.read()
"""


def test_silent_name_server_holds_nothing_up_in_a_chroot(net: Wire, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "leases").write_text("")
    pool = 'pool { failover peer "fo"; range 10.0.0.100 10.0.0.110; }'
    text = CONFIGURATION.replace("range 10.0.0.100 10.0.0.110;", pool)
    net.configuration.write_text(PARTNER + text)
    command = net.namespace.command([sys.executable, "-c", SILENT_NAME_SERVER])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as names:
        assert names.stdout is not None
        names.stdout.readline()
        words = ["-lf", "/leases", "-pf", "/pid", "-chroot", str(root), "eth1"]
        with net.start(*words) as server:
            server.expect(STARTED)
            server.signal(signal.SIGTERM)
            before = time.monotonic()
            assert server.finish() == 0
            # A resolver asks for ten seconds.
            assert time.monotonic() - before < 4


def test_q_says_nothing_on_stderr(net: Wire) -> None:
    notify = net.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(notify))
        manager.settimeout(20)
        with net.start("-q", "eth1", environment={"NOTIFY_SOCKET": str(notify)}) as server:
            manager.recv(999)
            server.signal(signal.SIGTERM)
            assert server.finish() == 0
            assert server.lines == []


def test_f_stops_stderr_when_service_begins(net: Wire) -> None:
    notify = net.folder / "notify"
    command = net.namespace.command([PYDHCPD, *net.words("-f", "eth1")])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(notify))
        manager.settimeout(20)
        environment = {**os.environ, "NOTIFY_SOCKET": str(notify)}
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
            manager.recv(999)
            process.terminate()
            _, said = process.communicate(timeout=20)
        assert process.returncode == 0
        assert said.splitlines()[-1] == b"Sending on   Socket/fallback/fallback-net"


def test_damaged_leases_file_is_kept_beside_the_new_one(net: Wire) -> None:
    damaged = "lease 10.0.0.100 {\n  starts 0 2026/11/22 08:00:00;\n  hardware eth"
    net.leases.write_text(damaged)
    with net.start("eth1") as server:
        server.expect(STARTED)
        server.signal(signal.SIGTERM)
        server.finish()
    copies = list(net.folder.glob("dhcpd.leases.damaged.*"))
    assert [copy.read_text() for copy in copies] == [damaged]


def test_test_of_leases_leaves_everything_as_it_was(net: Wire) -> None:
    net.leases.write_text("garbage\n")
    status, lines = stopped(net, "-T", "eth1")
    assert status == 0
    assert lines[-1].startswith("Lease file test successful, removing temp lease file: ")
    assert net.leases.read_text() == "garbage\n"
    assert sorted(os.listdir(net.folder)) == ["dhcpd.conf", "dhcpd.leases"]


def test_unprivileged_start_says_why(net: Wire) -> None:
    net.folder.chmod(0o777)
    net.leases.chmod(0o666)
    for path in net.folder.parents[:-1]:
        path.chmod(0o755)
    command = net.namespace.command(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PYDHCPD]
    )
    done = subprocess.run(
        [*command, *net.words("-d", "eth1")], capture_output=True, text=True, check=False
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert "unable to create icmp socket: Operation not permitted" in lines
    assert lines[-1 - FATAL_TRAILER] == "Open a socket for LPF: Operation not permitted"


def test_start_costs_less_than_a_second(net: Wire) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with net.start("eth1") as server:
        server.expect(STARTED)
        server.signal(signal.SIGTERM)
        server.finish()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Processor time: the clock on the wall also measures who else is at work.
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 1.0


EXECUTE = """
default-lease-time 600; max-lease-time 7200; ping-check off;
on commit {
  execute("/bin/sh", "-c", "echo $1 >>$0; while [ ! -e $0.end ]; do sleep 0.05; done; exit 3",
    "FILE", binary-to-ascii(10, 8, ".", leased-address));
}
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100 10.0.0.110; }
"""


def test_commands_run_beside_the_service_and_outlive_it(net: Wire) -> None:
    said = net.folder / "said"
    net.configuration.write_text(EXECUTE.replace("FILE", str(said)))
    with net.start("-f") as server:
        server.expect(STARTED)
        address = int.from_bytes(net.exchange(DISCOVER)[16:20], "big")
        # The command does not end before the ACK has come.
        assert option(net.exchange(REQUEST, address), 53) == bytes((ACK,))
        (net.folder / "said.end").touch()
        server.expect("execute: /bin/sh exit status 768")
        assert said.read_text() == "10.0.0.100\n"
        (net.folder / "said.end").unlink()
        assert option(net.exchange(REQUEST, address), 53) == bytes((ACK,))
        until(lambda: said.read_text() == "10.0.0.100\n10.0.0.100\n")
        server.signal(signal.SIGTERM)
        assert server.process.wait(WAIT_S) == 0
    assert processes_with(str(said))  # two while the shell forks
    (net.folder / "said.end").touch()
    until(lambda: not processes_with(str(said)))


INSPECT = """
execute("/bin/sh", "-c", "env -u PWD >$0; grep SigIgn /proc/self/status >>$0", "FILE");
"""


def test_a_command_finds_what_it_finds_in_dhcpd(net: Wire) -> None:
    if DHCPD is None:
        pytest.skip("dhcpd is not installed")
    said: list[list[str]] = []
    for program in (DHCPD, PYDHCPD):
        file = net.folder / Path(program).name
        net.configuration.write_text(INSPECT.replace("FILE", str(file)) + CONFIGURATION)
        # No locale is set: Python would set one, and so change what a script sorts and cuts.
        with net.start("eth1", program=program, environment={"NAME": "value"}) as server:
            server.expect(STARTED)
            until(partial(_holds, file, "SigIgn"))
        net.pid_file.unlink(missing_ok=True)
        *environment, ignored = file.read_text().splitlines()
        # Without the C library's own signals, 32 and 33.
        said.append([*sorted(environment), f"{int(ignored.split()[1], 16) & 0x7FFFFFFF:x}"])
    assert "NAME=value" in said[0]
    assert said[1] == said[0]


def test_a_fatal_statement_ends_the_service(net: Wire) -> None:
    net.configuration.write_text('on commit { log(fatal, "the end"); }' + CONFIGURATION)
    with net.start("eth1") as server:
        server.expect(STARTED)
        assert option(net.exchange(DISCOVER), 53) == bytes((OFFER,))
        assert net.exchange(REQUEST, FIRST, wait_s=1.0) == b""
        assert server.finish() == 1
        assert server.lines[-1 - FATAL_TRAILER] == "the end"
    assert "lease 10.0.0.100 {" not in net.leases.read_text()


def test_a_test_of_the_configuration_runs_nothing(net: Wire) -> None:
    said = net.folder / "said"
    text = f'execute("/bin/sh", "-c", "touch {said}");\n'
    net.configuration.write_text(text + CONFIGURATION)
    net.leases.write_text(
        "lease 10.0.0.100 {\n  ends 1 2024/01/01 00:00:00;\n  binding state active;\n"
        f"  next binding state free;\n  on expiry {{ {text} }}\n}}\n"
    )
    status, lines = stopped(net, "-t")
    assert (status, f"would execute: /bin/sh -c touch {said}" in lines) == (0, True)
    status, lines = stopped(net, "-T")
    assert status == 0
    assert lines.count(f"would execute: /bin/sh -c touch {said}") == 2
    assert not said.exists()


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens soon."""
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _holds(file: Path, text: str) -> bool:
    return file.exists() and text in file.read_text()


def processes_with(word: str) -> list[int]:
    """The processes that have this argument."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if word.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found

"""`pydhcpctl try` as an admin runs it, with pydhcpd itself serving."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydhcpd.trial.refusal import TrialRefusal
from pydhcpd.trial.trial import require_root

PYDHCPCTL = str(Path(sys.executable).with_name("pydhcpctl"))
SEED = Path(__file__).parents[1] / "data" / "seed" / "single.conf"
TIMEOUT_S = 30


@pytest.fixture
def _root(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        if os.environ.get("CI") == "true":
            pytest.fail("needs root")
        pytest.skip("needs root")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A trial that cannot end by itself soon: there are more clients than addresses."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [PYDHCPCTL, "try", "--clients", "60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        deadline = time.monotonic() + TIMEOUT_S
        while not _says(tmp_path, "DHCPDISCOVER") and process.poll() is None:
            assert time.monotonic() < deadline, "the trial does not begin"
            time.sleep(0.02)
        try:
            yield process
        finally:
            process.kill()


def _says(folder: Path, word: str) -> bool:
    return any(word in log.read_text(encoding="utf-8") for log in folder.glob("*/server.log"))


def run_try(
    folder: Path, *arguments: str, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TMPDIR": str(folder)}
    if path is not None:
        environment["PATH"] = path
    return subprocess.run(
        [PYDHCPCTL, "try", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        env=environment,
        cwd="/",
    )


def namespaces_of(process_id: int) -> list[str]:
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if f"pydhcpd-try-{process_id}-" in line]


@pytest.mark.usefixtures("_root")
def test_the_sample_serves_five_clients(tmp_path: Path) -> None:
    done = run_try(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [re.split(r"  +", line) for line in done.stdout.split("\n\n")[0].splitlines()]
    dns = "192.168.77.2, 192.168.77.3"
    assert rows[0] == ["client", "address", "lease time", "host name", "router", "DNS"]
    assert rows[2][1:] == ["192.168.77.20", "1800 s", "printer", "192.168.77.1", dns]
    assert [row[1] for row in rows[3:]] == [f"192.168.77.{number}" for number in range(100, 104)]
    leases = re.search(r"^Leases file: (.*)$", done.stdout, re.MULTILINE)
    assert leases is not None
    assert "lease 192.168.77.103 {" in Path(leases[1]).read_text(encoding="utf-8")


@pytest.mark.usefixtures("_root")
def test_the_seed_shows_its_reservation(tmp_path: Path) -> None:
    done = run_try(tmp_path, str(SEED), "--clients", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"08:00:27:d3:8f:2d \(host pxemachine\) +10\.13\.37\.199 ", done.stdout)
    assert "2 of 2 clients have an address." in done.stdout


@pytest.mark.usefixtures("_root")
def test_a_leases_file_named_in_the_configuration_is_left_alone(tmp_path: Path) -> None:
    in_use = tmp_path / "in-use.leases"
    in_use.write_text("# of a server at work\n", encoding="utf-8")
    configuration = tmp_path / "dhcpd.conf"
    configuration.write_text(
        f'lease-file-name "{in_use}"; pid-file-name "{tmp_path}/in-use.pid";\n'
        "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.9; }\n",
        encoding="utf-8",
    )
    done = run_try(tmp_path, str(configuration), "--clients", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert in_use.read_text(encoding="utf-8") == "# of a server at work\n"
    assert not (tmp_path / "in-use.pid").exists()


@pytest.mark.usefixtures("_root")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_takes_everything_away(
    started: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert len(namespaces_of(started.pid)) == 2
    started.send_signal(number)
    started.wait(TIMEOUT_S)
    assert started.returncode == 128 + number
    assert namespaces_of(started.pid) == []
    # The server was a child of a process that has ended: no one of its name is left in /proc.
    assert not _processes_that_name(f"pydhcpd-try-{started.pid}-")


def _processes_that_name(word: str) -> list[str]:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # the process ended while we looked
        if word in line:
            lines.append(line)
    return lines


@pytest.mark.usefixtures("_root")
def test_a_mistake_in_the_configuration_is_shown_at_its_place(tmp_path: Path) -> None:
    configuration = tmp_path / "dhcpd.conf"
    configuration.write_text("default-lease-time soon;\n", encoding="utf-8")
    done = run_try(tmp_path, str(configuration))
    assert done.returncode == 1
    assert f"{configuration} line 1: " in done.stderr
    assert "default-lease-time soon;" in done.stderr


def test_who_is_not_root_gets_a_sentence() -> None:
    require_root(0)
    with pytest.raises(TrialRefusal) as refused:
        require_root(1000)
    assert str(refused.value) == (
        "Only root can make network namespaces: run this as root (sudo pydhcpctl try)."
    )


@pytest.mark.usefixtures("_root")
def test_a_machine_without_ip_gets_a_sentence(tmp_path: Path) -> None:
    done = run_try(tmp_path, path=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == (
        "Error: The command `ip` is missing: install the package iproute2 and try again.\n"
    )

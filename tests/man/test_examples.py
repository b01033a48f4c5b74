"""The examples of the manual pages: each one is a good file to dhcpd and to us."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.man.page import MAN, displayed_blocks
from tests.reference import DHCPD, needs_dhcpd

PAGES = sorted(path.name for path in MAN.glob("*.5"))
EXAMPLES = [
    pytest.param(block, id=f"{page}-{number}")
    for page in PAGES
    for number, block in enumerate(displayed_blocks(page, "CONF"), 1)
]
PYDHCPD = (sys.executable, "-m", "pydhcpd")
EXAMPLES_V6 = [block for page in PAGES for block in displayed_blocks(page, "CONF -6")]


def test_the_pages_have_examples() -> None:
    assert len(EXAMPLES) > 20
    assert len(EXAMPLES_V6) > 0


@needs_dhcpd
@pytest.mark.parametrize("example", EXAMPLES)
def test_dhcpd_accepts_the_example(example: str, tmp_path: Path) -> None:
    assert DHCPD is not None
    status, said = run_test([DHCPD, "-t", "-4"], example, tmp_path)
    assert status == 0, said


@pytest.mark.parametrize("example", EXAMPLES)
def test_we_accept_the_example(example: str, tmp_path: Path) -> None:
    status, said = run_test([*PYDHCPD, "-t", "-4"], example, tmp_path)
    assert status == 0, said


@needs_dhcpd
@pytest.mark.parametrize("example", EXAMPLES_V6)
def test_dhcpd_accepts_the_example_for_ipv6(example: str, tmp_path: Path) -> None:
    assert DHCPD is not None
    status, said = run_test([DHCPD, "-t", "-6"], example, tmp_path)
    assert status == 0, said


@pytest.mark.parametrize("example", EXAMPLES_V6)
def test_we_accept_the_example_for_ipv6(example: str, tmp_path: Path) -> None:
    status, said = run_test([*PYDHCPD, "-t", "-6"], example, tmp_path)
    assert status == 0, said


def run_test(command: Sequence[str], configuration: str, directory: Path) -> tuple[int, str]:
    """Exit status and standard error of a test of the configuration."""
    file = directory / "dhcpd.conf"
    file.write_text(configuration, encoding="latin-1")
    leases = directory / "dhcpd.leases"
    leases.touch()
    done = subprocess.run(
        [*command, "-cf", str(file), "-lf", str(leases)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env={**os.environ, "TZ": "UTC"},
        timeout=60,
    )
    return done.returncode, done.stderr

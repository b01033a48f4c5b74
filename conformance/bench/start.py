"""python -m conformance.bench.start: how long dhcpd -t and pydhcpd -t take, in alternation.

Files of very many plain declarations in the layouts that generators write, and a small one. CPU
seconds are user and system time of the whole process, from exec to exit.
"""

from __future__ import annotations

import os
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

_SYSTEM_PATH: Final = "/usr/sbin:/usr/local/sbin:/sbin"
_SUBNET: Final = "subnet 10.0.0.0 netmask 255.0.0.0 { option routers 10.255.255.1; }\n"
_SMALL: Final = (
    "authoritative;\ndefault-lease-time 600;\noption domain-name-servers 10.0.0.2, 10.0.0.3;\n"
    "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.99; }\n"
    "host printer { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.5; }\n"
)
_CLASS: Final = 'class "known" { match hardware; }\n'


def _mac(number: int) -> str:
    return "02:00:" + number.to_bytes(4, "big").hex(":")


def _quad(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _block(number: int) -> str:
    return (
        f"host h{number} {{\n  hardware ethernet {_mac(number)};\n"
        f"  fixed-address {_quad(number)};\n}}\n"
    )


def _line(number: int) -> str:
    return (
        f"host h{number} {{ hardware ethernet {_mac(number)}; fixed-address {_quad(number)}; }}\n"
    )


def _commented(number: int) -> str:
    return (
        f"# asset {number}\nhost pc-{number}.example.org\n{{\n"
        f"\tfixed-address\t\t{_quad(number)};\t# desk {number}\n"
        f"\thardware ethernet\t{_mac(number).upper()};\n}}\n\n"
    )


def _unaddressed(number: int) -> str:
    return f"host {_mac(number).replace(':', '-')} {{ hardware ethernet {_mac(number)}; }}\n"


def _named(number: int) -> str:
    return (
        f'host h{number} {{\n  option host-name "h{number}";\n'
        f"  hardware ethernet {_mac(number)};\n  fixed-address {_quad(number)};\n}}\n"
    )


def _subclass(number: int) -> str:
    return f'subclass "known" 1:{_mac(number)};\n'


_LAYOUTS: Final[dict[str, tuple[str, Callable[[int], str]]]] = {
    "hosts, a block each": (_SUBNET, _block),
    "hosts, a line each": (_SUBNET, _line),
    "hosts with comments": (_SUBNET, _commented),
    "hosts with a host name": (_SUBNET, _named),
    "hosts without address": (_SUBNET, _unaddressed),
    "subclasses": (_CLASS, _subclass),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program: seconds on the clock and of the processor."""

    wall_s: float
    cpu_s: float


@click.command()
@click.option("--rounds", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option("--count", type=click.IntRange(1, 1_000_000), default=100_000, show_default=True)
@click.option("--reference", help="The reference's command (the system's dhcpd).")
@click.option(
    "--subject",
    default=shlex.quote(str(Path(sys.executable).parent / "pydhcpd")),
    help="The command under test (pydhcpd).",
)
def main(rounds: int, count: int, reference: str | None, subject: str) -> None:
    """Time the test of a configuration by dhcpd and pydhcpd."""
    if reference is None:
        reference = shutil.which("dhcpd", path=_SYSTEM_PATH)
        if reference is None:
            raise click.ClickException("dhcpd is not installed (Debian: isc-dhcp-server)")
    texts = {
        f"{count} {name}": head + "".join(map(layout, range(count)))
        for name, (head, layout) in _LAYOUTS.items()
    }
    texts["a small file"] = _SMALL
    click.echo(f"{'':30} {'dhcpd -t':>17} {'pydhcpd -t':>17} {'ratio':>13}")
    click.echo(f"{'medians, seconds':30} {'clock':>8} {'CPU':>8} {'clock':>8} {'CPU':>8}", nl=False)
    click.echo(f" {'clock':>6} {'CPU':>6}")
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in texts.items():
            file = Path(scratch) / "dhcpd.conf"
            file.write_text(text)
            click.echo(_row(name, file, shlex.split(reference), shlex.split(subject), rounds))


def _row(name: str, file: Path, reference: list[str], subject: list[str], rounds: int) -> str:
    both: tuple[list[Run], list[Run]] = ([], [])
    for _ in range(rounds):
        for program, runs in zip((reference, subject), both, strict=True):
            runs.append(_run(program, file))
    (wall, cpu), (own_wall, own_cpu) = (
        (
            statistics.median(run.wall_s for run in runs),
            statistics.median(run.cpu_s for run in runs),
        )
        for runs in both
    )
    return (
        f"{name:30} {wall:8.3f} {cpu:8.3f} {own_wall:8.3f} {own_cpu:8.3f}"
        f" {own_wall / wall:6.2f} {own_cpu / cpu:6.2f}"
    )


def _run(program: list[str], file: Path) -> Run:
    arguments = [*program, "-t", "-cf", str(file), "-lf", "/dev/null"]
    start = time.monotonic()
    process = os.posix_spawn(
        arguments[0],
        arguments,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(process, 0)
    wall_s = time.monotonic() - start
    if status != 0:
        raise click.ClickException(f"{program[0]} -t failed")
    return Run(wall_s, usage.ru_utime + usage.ru_stime)


if __name__ == "__main__":
    main()

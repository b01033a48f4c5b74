"""Disks that fail under load: full ones, and ones that do not let themselves be written any more.

While the disk fails nobody is promised anything: no ACK without its record, dhcpd's error line
in the log, no torn record in the file. When the disk can be written again, service goes on.
The file systems are mounted in a mount namespace of their own.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import click

from conformance.bench.network import Network
from conformance.bench.server import BenchError, Server
from conformance.crash.site import CORRUPT, Site
from conformance.crash.witness import Witness

_TMPFS_BYTES: Final = 2 << 20
_IMAGE_BYTES: Final = 24 << 20
_WINDOW: Final = 48
_LIMIT_S: Final = 30.0
_QUIET_S: Final = 2.5  # longer than the load's second retransmission takes
_SILENCE_S: Final = 0.3
_COMMIT: Final = "commit_leases: unable to commit, fflush(): "
_INTERNAL: Final = "Internal error"


@final
class Mount:
    """A mount namespace in which `folder` is another file system; `view` is its path for us."""

    def __init__(self, folder: Path, mount: list[str], holder: subprocess.Popen[bytes]) -> None:
        self.folder: Final = folder
        self.mount: Final = mount
        self.prefix: Final = ("nsenter", "--target", str(holder.pid), "--mount")
        self.view: Final = Path(f"/proc/{holder.pid}/root{folder}")

    def run(self, *words: str) -> str:
        """A command inside; raises CalledProcessError with what it said."""
        done = subprocess.run([*self.prefix, *words], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def fill(self) -> None:
        """Leave no room."""
        with (self.view / "ballast").open("ab", buffering=0) as ballast:
            for size in (65536, 4096, 512, 64, 1):
                try:
                    while True:
                        ballast.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def clear(self) -> None:
        """Give the room back."""
        (self.view / "ballast").unlink()


@contextmanager
def mounted(folder: Path, *mount: str) -> Iterator[Mount]:
    """`mount` are mount(8)'s arguments before the folder."""
    script = 'mount "$@" && echo mounted && exec cat'
    with subprocess.Popen(
        [
            *("unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"),
            *(*mount, str(folder)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stderr is not None
        if holder.stdout.readline() != b"mounted\n":
            raise NoMountError(holder.stderr.read().decode().strip())
        try:
            yield Mount(folder, list(mount), holder)
        finally:
            holder.stdin.close()


class NoMountError(Exception):
    """This machine does not let us mount that; the text says why."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One way for a disk to fail: what is said then, and how it begins and ends."""

    title: str
    said: str
    begin: Callable[[Mount], None]
    end: Callable[[Mount], None]


_FULL: Final = Failure(
    "full", _COMMIT + os.strerror(errno.ENOSPC), lambda disk: disk.fill(), lambda disk: disk.clear()
)
# As with a read-only file system the file cannot be written, but here that can be undone: the
# kernel lets nobody remount one on which a file is open for writing.
_IMMUTABLE: Final = Failure(
    "immutable",
    _COMMIT + os.strerror(errno.EPERM),
    lambda disk: _change_attribute(disk, "+i"),
    lambda disk: _change_attribute(disk, "-i"),
)


def fail_disks(
    network: Network, command: list[str], folder: Path, cores: tuple[int, int], dhcpd: str | None
) -> bool:
    """All kinds of failures that this machine allows; False if any promise was broken."""

    def try_on(mount: tuple[str, ...], fail: Callable[[Site, Mount], bool]) -> bool:
        try:
            with mounted(folder, *mount) as disk:
                site = Site(network, command, folder, cores, disk.prefix, disk.view)
                site.prepare(0)
                return fail(site, disk) & _read_again(site, dhcpd, folder.parent)
        except NoMountError as error:
            click.echo(f"skipped: {error}")
            return True

    is_well = try_on(("-t", "tmpfs", "-o", f"size={_TMPFS_BYTES}", "none"), _fill_twice)
    if shutil.which("mkfs.ext4") is None:
        click.echo("skipped: no mkfs.ext4 (Debian: e2fsprogs)")
        return is_well
    image = folder.parent / "image"
    with image.open("wb") as file:
        file.truncate(_IMAGE_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    return is_well & try_on(("-o", "loop,errors=remount-ro", str(image)), _fill_and_forbid)


def _fill_twice(site: Site, disk: Mount) -> bool:
    return _fail_and_recover(site, disk, (_FULL, _FULL))


def _fill_and_forbid(site: Site, disk: Mount) -> bool:
    is_well = _fail_and_recover(site, disk, (_FULL, _IMMUTABLE))
    return is_well & _turn_read_only(site, disk)


def _fail_and_recover(site: Site, disk: Mount, failures: tuple[Failure, ...]) -> bool:
    """One server lives through these failures."""
    is_well = True
    with Witness(site.network.relay_namespace) as witness, site.server() as server:
        for failure in failures:
            with site.load(_WINDOW, 0):
                _await(witness, len(witness.promises) + 2 * _WINDOW, server)
                before = len(site.log.read_text())
                failure.begin(disk)
                _await_words(site, failure.said, before, server)
                during = _await_standstill(witness)
                is_well &= _check(site, witness, f"{failure.title}, {during} ACKs before it")
                failure.end(disk)
                _await(witness, during + 2 * _WINDOW, server)
            witness.await_silence(_SILENCE_S)
            after = len(witness.promises) - during
            is_well &= _check(site, witness, f"{failure.title} no more, {after} ACKs since")
    return is_well


def _turn_read_only(site: Site, disk: Mount) -> bool:
    """An error of the file system makes it read-only (mount(8), errors=remount-ro).

    An fsync(2) that runs while ext4 gives its journal up may say that all is well and lose what
    it was asked for (Linux 6.18: 2 of 40 errors beside a loop of nothing but write and fsync, 7 of
    40 with fdatasync). So what was promised before the error must be there after the repair, and
    what was promised in that moment is only counted.
    """
    device = Path(disk.run("findmnt", "--noheadings", "--output", "SOURCE", str(disk.folder))).name
    with Witness(site.network.relay_namespace) as witness:
        with site.server() as server, site.load(_WINDOW, 0):
            _await(witness, 2 * _WINDOW, server)
            before = len(site.log.read_text())
            site.keep(list(witness.promises))
            settled = set(site.promised.values())
            Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("1")
            _await_words(site, _COMMIT + os.strerror(errno.EROFS), before, server)
            during = _await_standstill(witness)
            is_well = _check(site, witness, f"read-only, {during} ACKs before it")
        # Nothing makes such a file system writable again but a check and another mount.
        disk.run("umount", str(disk.folder))
        image = disk.mount[-1]
        subprocess.run(["e2fsck", "-p", "-f", image], check=False, capture_output=True)
        disk.run("mount", *disk.mount, str(disk.folder))
        lost = site.forget_lost(set(site.promised.values()) - settled)
        click.echo(f"confirmed by the file system in its last moment, and lost: {lost}")
        return is_well and _check(site, witness, "read-only no more, mounted again")


def _read_again(site: Site, dhcpd: str | None, scratch: Path) -> bool:
    """Both servers read what is there, and it is whole."""
    if dhcpd is not None:
        site.judge(dhcpd, scratch)
    with site.server():
        if CORRUPT in site.log.read_text():
            raise BenchError(f"a whole file is not read:\n{site.log.read_text()}")
        return not site.missing()[1]


def _check(site: Site, witness: Witness, title: str) -> bool:
    """What has been promised until now is in the file, and the file ends with a record's end."""
    if witness.failure is not None:
        raise witness.failure
    promises = list(witness.promises)
    twice = site.keep(promises)
    file, missing = site.missing()
    said = site.log.read_text()
    faults = [*twice, *missing]
    if file.is_torn:
        faults.append("the file's end is torn")
    if _INTERNAL in said:
        faults.append(said[said.index(_INTERNAL) :])
    kept = len(site.promised) - len(missing)
    click.echo(f"{title}: {kept} of {len(site.promised)} promises kept, {len(faults)} faults")
    for fault in faults[:5]:
        click.echo(fault)
    return not faults


def _await(witness: Witness, count: int, server: Server) -> None:
    if not witness.await_promises(count, _LIMIT_S):
        raise BenchError(f"no service: {witness.failure or server.last_words()}")


def _await_words(site: Site, words: str, begin: int, server: Server) -> None:
    """Wait until the log says it behind its first `begin` characters."""
    deadline = time.monotonic() + _LIMIT_S
    while words not in site.log.read_text()[begin:]:
        if time.monotonic() > deadline:
            raise BenchError(f"not said: {words}\nbut: {server.last_words()}")
        time.sleep(0.05)


def _await_standstill(witness: Witness) -> int:
    """Wait until no ACK comes any more, though clients ask; how many there were."""
    deadline = time.monotonic() + _LIMIT_S
    count = -1
    while count != len(witness.promises):
        if time.monotonic() > deadline:
            raise BenchError("ACKs go on with a disk that fails")
        count = len(witness.promises)
        time.sleep(_QUIET_S)
    return count


def _change_attribute(disk: Mount, change: str) -> None:
    disk.run("chattr", change, str(disk.folder / "dhcpd.leases"))

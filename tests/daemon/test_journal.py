"""The journal: whole records or nothing, whatever the disk does."""

import errno
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydhcpd.daemon.journal import DiskFile, Journal
from tests.daemon.disk import Disk
from tests.daemon.namespace import require_root

RECORD = b"lease 10.0.0.100 {\n  binding state active;\n}\n"


def test_commit_is_one_write_and_one_sync() -> None:
    disk = Disk(b"old\n")
    journal = Journal(disk, has_fsync=True)
    assert journal.commit(RECORD * 256) is None
    assert (disk.writes, disk.syncs) == (1, 1)
    assert disk.synced == b"old\n" + RECORD * 256


def test_dont_use_fsync_writes_without_a_sync() -> None:
    disk = Disk()
    assert Journal(disk, has_fsync=False).commit(RECORD) is None
    assert (bytes(disk.data), disk.syncs) == (RECORD, 0)


def test_full_disk_leaves_no_torn_record() -> None:
    disk = Disk(b"old\n")
    journal = Journal(disk, has_fsync=True)
    disk.room = 20
    # dhcpd's text, observed on a full disk
    assert (
        journal.commit(RECORD)
        == "commit_leases: unable to commit, fflush(): No space left on device"
    )
    assert bytes(disk.data) == b"old\n"


def test_service_resumes_when_the_disk_does() -> None:
    disk = Disk(b"old\n")
    journal = Journal(disk, has_fsync=True)
    disk.room = 20
    assert journal.commit(RECORD) is not None
    disk.room = 1000
    assert journal.commit(RECORD) is None
    assert disk.synced == b"old\n" + RECORD


def test_records_begin_a_line_behind_what_somebody_else_wrote() -> None:
    disk = Disk(b"old\n")
    journal = Journal(disk, has_fsync=True)
    disk.data += b"# a note"
    assert journal.commit(RECORD) is None
    assert bytes(disk.data) == b"old\n# a note\n" + RECORD
    assert journal.end == len(disk.data)


def test_full_disk_does_not_lengthen_a_file_that_somebody_else_cut() -> None:
    disk = Disk(b"old\n" * 100)
    journal = Journal(disk, has_fsync=True)
    disk.data.clear()
    disk.room = 20
    assert journal.commit(RECORD) is not None
    assert bytes(disk.data) == b""


def test_failed_sync_is_told_and_cut_off() -> None:
    disk = Disk()
    journal = Journal(disk, has_fsync=True)
    disk.sync_error = errno.EIO
    assert journal.commit(RECORD) == "commit_leases: unable to commit, fsync(): Input/output error"
    assert bytes(disk.data) == b""


def test_tail_that_could_not_be_cut_is_cut_before_the_next_commit() -> None:
    disk = Disk(b"old\n")
    journal = Journal(disk, has_fsync=True)
    disk.room = 20
    disk.truncate_error = errno.EIO
    assert journal.commit(RECORD) is not None
    assert bytes(disk.data) == b"old\n" + RECORD[:20]
    assert journal.commit(RECORD) == "commit_leases: unable to commit, fflush(): Input/output error"
    disk.truncate_error = 0
    disk.room = 1000
    assert journal.commit(RECORD) is None
    assert bytes(disk.data) == b"old\n" + RECORD


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans(), st.booleans()), max_size=12))
def test_file_always_holds_exactly_the_commits_that_were_confirmed(
    weather: list[tuple[int, bool, bool]],
) -> None:
    disk = Disk()
    journal = Journal(disk, has_fsync=True)
    confirmed = b""
    for number, (room, sync_fails, truncate_fails) in enumerate(weather):
        disk.room = room
        disk.sync_error = errno.EIO if sync_fails else 0
        disk.truncate_error = errno.EIO if truncate_fails else 0
        record = b"lease %d {\n}\n" % number
        if journal.commit(record) is None:
            confirmed += record
            assert disk.synced == confirmed
    disk.room = 1000
    disk.sync_error = disk.truncate_error = 0
    assert journal.commit(b"end\n") is None
    assert disk.synced == confirmed + b"end\n"


def test_full_file_system_of_the_kernel(tmp_path: Path) -> None:
    require_root()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(tmp_path)], check=True)
    try:
        path = tmp_path / "dhcpd.leases"
        path.write_bytes(b"old\n")
        journal = Journal(DiskFile(str(path)), has_fsync=True)
        (tmp_path / "filler").write_bytes(bytes(12 * 1024 - 100))
        assert (
            journal.commit(RECORD * 200)
            == "commit_leases: unable to commit, fflush(): No space left on device"
        )
        assert path.read_bytes() == b"old\n"
        (tmp_path / "filler").unlink()
        assert journal.commit(RECORD * 200) is None
        assert path.read_bytes() == b"old\n" + RECORD * 200
        journal.close()
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize(("text", "missing"), [(b"", b""), (b"}\n", b""), (b"lea", b"\n")])
def test_next_record_starts_on_a_line_of_its_own(text: bytes, missing: bytes) -> None:
    assert Journal(Disk(text), has_fsync=True).missing_line_end() == missing


def test_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        DiskFile(str(tmp_path / "dhcpd.leases"))
    assert os.listdir(tmp_path) == []

"""The leases file on disk: commits, the hourly rewrite between them, and what it leaves."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydhcpd.daemon.damaged import keep_damaged
from pydhcpd.daemon.database import Database
from pydhcpd.daemon.journal import DiskFile, Journal
from pydhcpd.daemon.log import Log
from pydhcpd.daemon.rewrite import Rewrite, RewriteError
from tests.daemon.disk import Disk
from tests.daemon.shortage import no_threads

HOUR = 3600
START = 1_767_571_200


class Text:
    def __init__(self, chunks: list[bytes]) -> None:
        self.parts = chunks

    def chunks(self) -> Iterator[bytes]:
        yield from self.parts

    def lines_to_log(self) -> list[str]:
        return [f"Wrote {len(self.parts)} leases to leases file."]


class Source:
    """Says what a new file should hold."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = list(chunks)

    def leases_text(self, seconds: int) -> Text:
        return Text(self.chunks)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    leases = tmp_path / "dhcpd.leases"
    leases.write_bytes(b"old\n")
    return leases


@pytest.fixture
def said(tmp_path: Path) -> Path:
    file = tmp_path / "stderr"
    file.touch()
    return file


def open_database(path: Path, said: Path, *chunks: bytes) -> Database:
    log = Log("dhcpd", os.open(said, os.O_WRONLY | os.O_APPEND), "/nowhere")
    journal = Journal(DiskFile(str(path)), True)
    return Database(str(path), journal, Source(*chunks), START, log)


def test_young_file_is_not_rewritten(path: Path, said: Path) -> None:
    database = open_database(path, said, b"new\n")
    assert database.commit(b"a\n", START + HOUR)
    assert path.read_bytes() == b"old\na\n"
    assert sorted(os.listdir(path.parent)) == ["dhcpd.leases", "stderr"]


def test_commit_after_more_than_an_hour_rewrites(path: Path, said: Path) -> None:
    path.chmod(0o600)
    inode = path.stat().st_ino
    database = open_database(path, said, b"new\n", b"a\n")
    assert database.commit(b"a\n", START + HOUR + 1)
    assert not database.is_rewriting
    assert path.read_bytes() == b"new\na\n"
    backup = path.with_name("dhcpd.leases~")
    assert backup.read_bytes() == b"old\na\n"
    # The old inode is the backup (tools watch inodes); the new file has dhcpd's mode.
    assert (backup.stat().st_ino, backup.stat().st_mode & 0o777) == (inode, 0o600)
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o664 & ~umask
    assert said.read_text() == "Wrote 2 leases to leases file.\n"


def test_next_rewrite_is_an_hour_after_the_last(path: Path, said: Path) -> None:
    database = open_database(path, said, b"first\n")
    database.commit(b"a\n", START + HOUR + 1)
    database.commit(b"b\n", START + HOUR + 2)
    database.commit(b"c\n", START + 2 * HOUR + 1)
    database.leases = Source(b"second\n")
    assert path.read_bytes() == b"first\nb\nc\n"
    database.commit(b"d\n", START + 2 * HOUR + 2)
    assert path.read_bytes() == b"second\n"
    assert path.with_name("dhcpd.leases~").read_bytes() == b"first\nb\nc\nd\n"


def test_clock_set_back_does_not_put_the_rewrite_off(path: Path, said: Path) -> None:
    database = open_database(path, said, b"new\n", b"a\n")
    database.commit(b"a\n", START - HOUR)
    assert path.read_bytes() == b"old\na\n"
    database.commit(b"a\n", START - 10 * HOUR)
    assert path.read_bytes() == b"new\na\n"


def finish(database: Database) -> None:
    while database.work() is not None:
        pass


def test_commits_go_on_while_a_big_file_is_rewritten(path: Path, said: Path) -> None:
    chunks = [b"%06d\n" % number * 10_000 for number in range(40)]
    database = open_database(path, said, *chunks)
    assert database.commit(b"a\n", START + HOUR + 1)
    expected = b"old\na\n"
    for number in range(10):
        assert database.is_rewriting
        record = b"meanwhile %d\n" % number
        assert database.commit(record, START + HOUR + 2)
        expected += record
        # Confirmed means on disk under the name that a restart reads.
        assert path.read_bytes() == expected
        assert database.work() == 0.0
    finish(database)
    tail = b"".join(b"meanwhile %d\n" % number for number in range(10))
    assert path.read_bytes() == b"".join(chunks) + tail
    assert database.commit(b"after\n", START + HOUR + 3)
    assert path.read_bytes() == b"".join(chunks) + tail + b"after\n"
    assert path.with_name("dhcpd.leases~").read_bytes() == expected
    assert sorted(os.listdir(path.parent)) == ["dhcpd.leases", "dhcpd.leases~", "stderr"]


def test_big_file_is_rewritten_without_a_thread(path: Path, said: Path) -> None:
    database = open_database(path, said, *[b"x" * 65536] * 10)
    with no_threads():
        database.commit(b"a\n", START + HOUR + 1)
        finish(database)
    assert not database.is_rewriting
    assert path.stat().st_size == 655360
    assert path.with_name("dhcpd.leases~").read_bytes() == b"old\na\n"


def test_file_that_vanished_is_made_again_without_backup(path: Path, said: Path) -> None:
    database = open_database(path, said, b"new\n")
    path.unlink()
    assert database.commit(b"a\n", START + HOUR + 1)
    assert path.read_bytes() == b"new\n"
    assert not path.with_name("dhcpd.leases~").exists()
    assert f"{path} is missing - no lease db to backup." in said.read_text().splitlines()


def test_file_cut_by_somebody_else_is_whole_again_after_a_rewrite(path: Path, said: Path) -> None:
    database = open_database(path, said, *[b"x" * 65536] * 3)
    assert database.is_whole
    os.truncate(path, 0)
    assert not database.is_whole
    assert database.commit(b"a\n", START + HOUR)
    assert not database.is_whole
    assert database.commit(b"b\n", START + HOUR + 1)
    assert database.commit(b"c\n", START + HOUR + 1)
    finish(database)
    assert path.read_bytes() == b"x" * 65536 * 3 + b"c\n"
    assert path.with_name("dhcpd.leases~").read_bytes() == b"a\nb\nc\n"
    assert database.is_whole


def test_file_cut_in_the_middle_of_a_rewrite_ends_it(path: Path, said: Path) -> None:
    database = open_database(path, said, *[b"x" * 65536] * 3)
    assert database.commit(b"a\n", START + HOUR + 1)
    os.truncate(path, 0)
    assert database.commit(b"b\n", START + HOUR + 1)
    finish(database)
    assert said.read_text() == f"Can't write new lease file: {path} was cut off\n"
    assert path.read_bytes() == b"b\n"
    assert sorted(os.listdir(path.parent)) == ["dhcpd.leases", "stderr"]


def test_file_that_has_another_name_now_is_not_whole(path: Path, said: Path) -> None:
    database = open_database(path, said, b"new\n")
    path.rename(path.with_name("moved"))
    assert not database.is_whole
    path.write_bytes(b"old\n")
    assert not database.is_whole
    database.commit(b"a\n", START + HOUR + 1)
    assert database.is_whole


def test_temporary_file_that_cannot_be_made_leaves_the_old_journal(path: Path, said: Path) -> None:
    database = open_database(path, said, b"new\n")
    # A directory in its place: refused whoever we are.
    path.with_name(f"dhcpd.leases.{START + HOUR + 1}").mkdir()
    assert database.commit(b"a\n", START + HOUR + 1)
    assert said.read_text() == "Can't create new lease file: Is a directory\n"
    # The next attempt is an hour away, commits are not.
    assert database.commit(b"b\n", START + HOUR + 2)
    assert path.read_bytes() == b"old\na\nb\n"


def test_backup_that_cannot_be_made_leaves_the_old_journal(path: Path, said: Path) -> None:
    journal = Journal(DiskFile(str(path)), True)
    rewrite = Rewrite(str(path), START, iter([b"new\n"]), journal)
    rewrite.write_all()
    path.with_name("dhcpd.leases~").mkdir()
    # dhcpd's words; but dhcpd goes on in a file that has no name any more.
    words = r"Can't remove old lease database backup .*~: Is a directory"
    with pytest.raises(RewriteError, match=words):
        rewrite.install()
    rewrite.abandon()
    assert journal.commit(b"a\n") is None
    assert path.read_bytes() == b"old\na\n"


def test_file_that_cannot_be_linked_leaves_the_old_journal(path: Path, said: Path) -> None:
    database = open_database(path, said, b"new\n")
    path.unlink()
    path.mkdir()
    assert database.commit(b"a\n", START + HOUR + 1)
    text = f"Can't backup lease database {path} to {path}~: Operation not permitted\n"
    assert said.read_text() == text
    assert sorted(os.listdir(path.parent)) == ["dhcpd.leases", "stderr"]


def test_stop_takes_the_unfinished_file_away(path: Path, said: Path) -> None:
    database = open_database(path, said, *[b"x" * 65536] * 5)
    database.commit(b"a\n", START + HOUR + 1)
    assert database.is_rewriting
    database.close()
    assert sorted(os.listdir(path.parent)) == ["dhcpd.leases", "stderr"]
    assert path.read_bytes() == b"old\na\n"


def test_failed_commit_is_logged_and_not_confirmed(path: Path, said: Path) -> None:
    disk = Disk(b"old\n")
    disk.room = 1
    log = Log("dhcpd", os.open(said, os.O_WRONLY | os.O_APPEND), "/nowhere")
    database = Database(str(path), Journal(disk, True), Source(b"new\n"), START, log)
    assert not database.commit(b"a\n", START + HOUR + 1)
    assert said.read_text() == (
        "commit_leases: unable to commit, fflush(): No space left on device\n"
    )
    assert not database.is_rewriting
    assert bytes(disk.data) == b"old\n"


def test_newest_three_damaged_files_are_kept(path: Path) -> None:
    for seconds in (9, 10, 11, 100):
        path.write_bytes(b"damage %d" % seconds)
        assert keep_damaged(str(path), seconds) is None
    names = sorted(os.listdir(path.parent))
    assert names == ["dhcpd.leases"] + [f"dhcpd.leases.damaged.{n}" for n in (10, 100, 11)]
    assert path.with_name("dhcpd.leases.damaged.100").read_bytes() == b"damage 100"


def test_damaged_file_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    missing = str(tmp_path / "dhcpd.leases")
    assert keep_damaged(missing, 1) == (
        f"Can't keep damaged lease database {missing}: No such file or directory"
    )

"""The leases database on disk: commits to the journal and the rewrite that follows them.

dhcpd.leases(5): whenever a record is committed and the file was last written anew more than an
hour ago, it is written anew. That work goes on in slices between batches of packets.
"""

from collections.abc import Iterator
from typing import Final, Protocol, final

from pydhcpd.core.log import INFO
from pydhcpd.daemon.journal import Journal
from pydhcpd.daemon.log import Log
from pydhcpd.daemon.rewrite import (
    REWRITE_INTERVAL_S,
    SMALL_FILE_BYTES,
    Rewrite,
    RewriteError,
)
from pydhcpd.daemon.shortage import start_thread

# How often to look whether the thread has brought a big file onto the disk.
POLL_S: Final = 0.02


class LeasesText(Protocol):
    """A whole leases file in the making."""

    def chunks(self) -> Iterator[bytes]:
        """The text in parts, header included; an empty part says: time to look up."""

    def lines_to_log(self) -> list[str]:
        """The `Wrote N ...` lines, known when the last chunk was taken."""


class Leases(Protocol):
    """Whoever can say what the leases file should hold."""

    def leases_text(self, seconds: int) -> LeasesText:
        """The text of a new file."""


@final
class Database:
    """One leases file; `written` is when it was last written anew (epoch seconds).

    `leases` is asked for the text of the next file.
    """

    def __init__(self, path: str, journal: Journal, leases: Leases, written: int, log: Log) -> None:
        self.leases = leases
        self._path: Final = path
        self._journal: Final = journal
        self._log: Final = log
        self._written = written
        self._rewrite: Rewrite | None = None
        self._text: LeasesText | None = None
        self._sync: _Sync | None = None

    @property
    def is_rewriting(self) -> bool:
        """Whether `work` has something to do."""
        return self._rewrite is not None

    @property
    def is_whole(self) -> bool:
        """Whether the file is where it was, with all records."""
        return self._journal.is_whole(self._path)

    def commit(self, records: bytes, seconds: int) -> bool:
        """Bring records onto the disk, or log why not; may begin a rewrite."""
        error = self._journal.commit(records)
        if error is not None:
            self._log.info(error)
            return False
        # Far back is as good as forward: somebody has set a wrong clock right.
        if self._rewrite is None and abs(seconds - self._written) > REWRITE_INTERVAL_S:
            self._begin(seconds)
            self.work()
        return True

    def retry(self, records: bytes) -> bool:
        """Like commit, for records that failed before: says nothing."""
        return self._journal.commit(records) is None

    def work(self) -> float | None:
        """Do the next part of a rewrite; how many seconds later to go on, None if done."""
        rewrite = self._rewrite
        if rewrite is None:
            return None
        try:
            if self._sync is None:
                if not rewrite.write_slice():
                    return 0.0
                if rewrite.size > SMALL_FILE_BYTES and self._journal.has_fsync:
                    self._sync = _Sync(rewrite)
                    return POLL_S
                if self._journal.has_fsync:
                    rewrite.sync()
            elif not self._sync.is_done:
                return POLL_S
            elif self._sync.error is not None:
                raise self._sync.error
            if not rewrite.copy_tail():
                return 0.0
            self._install(rewrite)
        except RewriteError as error:
            self._log.err(str(error))
            self.abandon()
        return None

    def abandon(self) -> None:
        """Give up a rewrite that is under way; the journal is whole without it."""
        if self._rewrite is not None:
            self._rewrite.abandon()
        self._rewrite = None
        self._text = None
        self._sync = None

    def close(self) -> None:
        """No more commits."""
        self.abandon()
        self._journal.close()

    def _begin(self, seconds: int) -> None:
        self._written = seconds  # after a failure, too, the next attempt is an hour away
        text = self.leases.leases_text(seconds)
        try:
            self._rewrite = Rewrite(self._path, seconds, text.chunks(), self._journal)
        except RewriteError as error:
            self._log.err(str(error))
            return
        self._text = text

    def _install(self, rewrite: Rewrite) -> None:
        note = rewrite.install()
        if self._text is not None:
            self._log.write([(INFO, line) for line in self._text.lines_to_log()])
        if note is not None:
            self._log.err(note)
        self._rewrite = None
        self._text = None
        self._sync = None


@final
class _Sync:
    """A big file on its way to the disk in a thread of its own."""

    def __init__(self, rewrite: Rewrite) -> None:
        self._rewrite: Final = rewrite
        self.is_done = False
        self.error: RewriteError | None = None
        if start_thread(self._run, "sync") is None:
            self._run()

    def _run(self) -> None:
        try:
            self._rewrite.sync()
        except RewriteError as error:
            self.error = error
        self.is_done = True

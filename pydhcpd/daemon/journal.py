"""The leases file as a journal: whole records appended, one write and one fsync per batch.

What was written but did not reach the disk is cut off again, back to the end of the last
commit, so that the file never holds a torn record and the next commit starts on a clean line
(dhcpd leaves the torn record and appends behind it). Nothing here remembers the records that
failed: whoever commits comes again with them. If somebody else cuts the file or writes to it,
records go on behind that, and the next rewrite makes it whole again.
"""

import os
from typing import Final, Protocol, final

from pydhcpd.daemon.path import file_name


class JournalFile(Protocol):
    """What the journal asks of its file."""

    def size(self) -> int:
        """Where the file ends."""

    def append(self, data: bytes) -> int:
        """Write at the end; how many bytes were taken."""

    def sync(self) -> None:
        """Return when everything is on disk."""

    def truncate(self, size: int) -> None:
        """Cut the file to this size."""

    def read_at(self, offset: int, size: int) -> bytes:
        """Bytes from the middle of the file."""

    def has_name(self, path: str) -> bool:
        """Whether who opens `path` now gets this file."""

    def close(self) -> None:
        """The file is not needed any more."""


@final
class DiskFile:
    """A file on disk, open for append."""

    def __init__(self, path: str) -> None:
        self._descriptor: Final = os.open(file_name(path), os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)

    def size(self) -> int:
        """Where the file ends."""
        return os.fstat(self._descriptor).st_size

    def append(self, data: bytes) -> int:
        """Write at the end; how many bytes were taken."""
        return os.write(self._descriptor, data)

    def sync(self) -> None:
        """Return when data and size are on disk."""
        os.fdatasync(self._descriptor)

    def truncate(self, size: int) -> None:
        """Cut the file to this size."""
        os.ftruncate(self._descriptor, size)

    def read_at(self, offset: int, size: int) -> bytes:
        """Bytes from the middle of the file."""
        return os.pread(self._descriptor, size, offset)

    def has_name(self, path: str) -> bool:
        """Whether who opens `path` now gets this file."""
        try:
            return os.path.samestat(os.stat(file_name(path)), os.fstat(self._descriptor))
        except OSError:
            return False

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._descriptor)


@final
class Journal:
    """Appends to one file; `has_fsync` is False under `dont-use-fsync`."""

    def __init__(self, file: JournalFile, has_fsync: bool) -> None:
        self._file = file
        self.has_fsync: Final = has_fsync
        self._end = file.size()
        self._is_torn = False
        self._is_touched = False

    @property
    def end(self) -> int:
        """Where the last whole commit ends."""
        return self._end

    def commit(self, records: bytes) -> str | None:
        """Bring the records onto the disk; None, or dhcpd's line about why they are not there."""
        try:
            if self._is_torn:
                self._cut()
            elif self._file.size() != self._end:
                self._is_touched = True
                self._end = self._file.size()
                records = self.missing_line_end() + records
            _append_all(self._file, records)
        except OSError as error:
            self._tear()
            return f"commit_leases: unable to commit, fflush(): {error.strerror}"
        if self.has_fsync:
            try:
                self._file.sync()
            except OSError as error:
                self._tear()
                return f"commit_leases: unable to commit, fsync(): {error.strerror}"
        self._end += len(records)
        return None

    def missing_line_end(self) -> bytes:
        """What puts the next record on a line of its own behind a torn last one."""
        if not self._end or self._file.read_at(self._end - 1, 1) == b"\n":
            return b""
        return b"\n"

    def is_whole(self, path: str) -> bool:
        """Whether `path` is this file, and holds all records: nobody else has changed it."""
        is_touched = self._is_touched or self._file.size() != self._end
        return not is_touched and self._file.has_name(path)

    def read_since(self, offset: int, size: int) -> bytes:
        """Committed bytes from `offset` on, at most `size` of them."""
        return self._file.read_at(offset, max(0, min(size, self._end - offset)))

    def switch(self, file: JournalFile) -> None:
        """Go on in another file, which holds all that this one held."""
        self._file.close()
        self._file = file
        self._end = file.size()
        self._is_torn = False
        self._is_touched = False

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _tear(self) -> None:
        """Something may have been written: cut it off now, or before the next commit."""
        self._is_torn = True
        try:
            self._cut()
        except OSError:
            return  # tried again by the next commit

    def _cut(self) -> None:
        self._file.truncate(self._end)
        self._is_torn = False


def _append_all(file: JournalFile, data: bytes) -> None:
    """One write as a rule; a second one tells why the first took only a part."""
    taken = file.append(data)
    while taken < len(data):
        taken += file.append(data[taken:])

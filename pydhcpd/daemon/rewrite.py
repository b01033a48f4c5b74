"""The leases file written anew (dhcpd.leases(5)): at start, and about once an hour.

The new file grows in slices between batches of packets. Meanwhile the old file stays the
journal; what is committed to it in that time is copied behind the last slice, so that the new
file holds every record before it takes the old one's name. The old file becomes LEASES~.
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Final, final

from pydhcpd.daemon.journal import DiskFile, Journal
from pydhcpd.daemon.path import file_name
from pydhcpd.daemon.privileges import Identity

# dhcpd looks at the age of the file whenever it commits.
REWRITE_INTERVAL_S: Final = 3600
SLICE_BYTES: Final = 64 * 1024
COPY_BYTES: Final = 1024 * 1024
# Up to here the file is synced on the spot; a bigger one by a thread while service goes on.
SMALL_FILE_BYTES: Final = 512 * 1024
FILE_MODE: Final = 0o664


@final
class RewriteError(Exception):
    """The new file can't be made or installed; the text is the line to log."""


@final
class Rewrite:
    """One new leases file on its way: `write_slice` until done, `sync`, `install`.

    `chunks` are the parts of the file's text, header included; behind an empty one it is time
    for a pause.
    """

    def __init__(self, path: str, seconds: int, chunks: Iterator[bytes], journal: Journal) -> None:
        self._path: Final = path
        self.temporary: Final = f"{path}.{seconds}"
        self._chunks: Final = chunks
        self._journal: Final = journal
        self._tail = journal.end  # from here on the old journal's records are news to us
        self.size = 0
        try:
            descriptor = os.open(
                file_name(self.temporary),
                os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC,
                FILE_MODE,
            )
            os.close(descriptor)
            self._file: Final = DiskFile(self.temporary)
        except OSError as error:
            raise RewriteError(f"Can't create new lease file: {error.strerror}") from None

    def write_slice(self) -> bool:
        """Write the next slice; True when there is no more."""
        parts: list[bytes] = []
        size = 0
        for chunk in self._chunks:
            parts.append(chunk)
            size += len(chunk)
            if not chunk or size >= SLICE_BYTES:
                self._append(b"".join(parts))
                return False
        self._append(b"".join(parts))
        return True

    def write_all(self) -> None:
        """Write what is left, without a pause."""
        while not self.write_slice():
            pass

    def sync(self) -> None:
        """Bring what is written onto the disk; may run in a thread of its own."""
        try:
            self._file.sync()
        except OSError as error:
            raise RewriteError(f"Can't write new lease file: {error.strerror}") from None

    def copy_tail(self) -> bool:
        """Copy the next part of what the old journal got meanwhile; True when up to date."""
        if self._tail != self._journal.end:
            records = self._journal.read_since(self._tail, COPY_BYTES)
            if not records:
                raise RewriteError(f"Can't write new lease file: {self._path} was cut off")
            self._append(records)
            self._tail += len(records)
        return self._tail == self._journal.end

    def install(self) -> str | None:
        """Give the new file its name and make it the journal; None, or a line worth logging."""
        news = self._tail != self._journal.end
        while not self.copy_tail():
            pass
        if news and self._journal.has_fsync:
            self.sync()
        note = self._keep_backup()
        try:
            os.rename(file_name(self.temporary), file_name(self._path))
        except OSError as error:
            raise RewriteError(
                f"Can't install new lease database {self.temporary} to {self._path}: "
                f"{error.strerror}"
            ) from None
        sync_directory(self._path)
        self._journal.switch(self._file)
        return note

    def give_to(self, identity: Identity) -> None:
        """Make the user that the server will become the owner of the new file."""
        if identity.user is not None and identity.group is not None and os.geteuid() == 0:
            try:
                os.chown(file_name(self.temporary), identity.user, identity.group)
            except OSError as error:
                raise RewriteError(f"Can't chown new lease file: {error.strerror}") from None

    def abandon(self) -> None:
        """Take the temporary file away; the old one stays the journal."""
        self._file.close()
        with contextlib.suppress(OSError):
            os.unlink(file_name(self.temporary))

    def _append(self, data: bytes) -> None:
        try:
            while data:
                taken = self._file.append(data)
                self.size += taken
                data = data[taken:]
        except OSError as error:
            raise RewriteError(f"Can't write new lease file: {error.strerror}") from None

    def _keep_backup(self) -> str | None:
        backup = f"{self._path}~"
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(file_name(backup))
        except OSError as error:
            raise RewriteError(
                f"Can't remove old lease database backup {backup}: {error.strerror}"
            ) from None
        try:
            os.link(file_name(self._path), file_name(backup))
        except FileNotFoundError:
            return f"{self._path} is missing - no lease db to backup."
        except OSError as error:
            raise RewriteError(
                f"Can't backup lease database {self._path} to {backup}: {error.strerror}"
            ) from None
        return None


def sync_directory(path: str) -> None:
    """Bring the names in the directory of `path` onto the disk, where the system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(os.path.dirname(file_name(path)) or b".", os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

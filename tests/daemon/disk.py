"""A disk that does what a test wants: takes so many bytes, refuses to sync, refuses to cut."""

import errno
import os
from typing import final


def failure(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@final
class Disk:
    """A file in memory; `room` is how many bytes the file system still takes."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)
        self.synced = bytes(data)
        self.room = 1 << 30
        self.sync_error = 0
        self.truncate_error = 0
        self.writes = 0
        self.syncs = 0
        self.is_closed = False

    def size(self) -> int:
        return len(self.data)

    def append(self, data: bytes) -> int:
        self.writes += 1
        if data and not self.room:
            raise failure(errno.ENOSPC)
        taken = data[: self.room]
        self.data += taken
        self.room -= len(taken)
        return len(taken)

    def sync(self) -> None:
        self.syncs += 1
        if self.sync_error:
            raise failure(self.sync_error)
        self.synced = bytes(self.data)

    def truncate(self, size: int) -> None:
        if self.truncate_error:
            raise failure(self.truncate_error)
        self.room += len(self.data) - size
        del self.data[size:]

    def read_at(self, offset: int, size: int) -> bytes:
        return bytes(self.data[offset : offset + size])

    def has_name(self, path: str) -> bool:
        return True

    def close(self) -> None:
        self.is_closed = True

"""Damaged leases files are kept beside the rewritten one: LEASES.damaged.EPOCH, the newest three.

The rewrite at start drops what could not be read; the original is the only place where an
admin can still find it, and LEASES~ is overwritten by the next rewrite.
"""

import os
import shutil
from typing import Final

from pydhcpd.daemon.path import file_name

KEPT: Final = 3


def keep_damaged(path: str, seconds: int) -> str | None:
    """Copy the file; None, or a line about why that failed. The oldest copies go."""
    original = file_name(path)
    copy = original + b".damaged.%d" % seconds
    try:
        # A copy, not a link: if the rewrite fails, the daemon goes on appending to the original.
        shutil.copy2(original, copy)
        for old in damaged_copies(original)[:-KEPT]:
            os.unlink(old)
    except OSError as error:
        return f"Can't keep damaged lease database {path}: {error.strerror}"
    return None


def damaged_copies(path: bytes) -> list[bytes]:
    """The copies that exist, oldest first."""
    directory, name = os.path.split(path)
    prefix = name + b".damaged."
    found = [
        (int(entry[len(prefix) :]), os.path.join(directory, entry))
        for entry in os.listdir(directory or b".")
        if entry.startswith(prefix) and entry[len(prefix) :].isdigit()
    ]
    return [copy for _, copy in sorted(found)]

"""A process that can have nothing more: no descriptors, no threads."""

import contextlib
import resource
import threading
from collections.abc import Iterator

# More than there are addresses for.
ENDLESS_STACK_BYTES = 1 << 46


@contextlib.contextmanager
def no_descriptors() -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@contextlib.contextmanager
def no_threads() -> Iterator[None]:
    usual = threading.stack_size(ENDLESS_STACK_BYTES)
    try:
        yield
    finally:
        threading.stack_size(usual)

"""What ends the process before it serves: dhcpd's fatal error and its trailer."""

from typing import Final, final

TRAILER: Final = (
    "",
    "If you think you have received this message due to a bug rather",
    "than a configuration issue please read the section on submitting",
    "bugs on either our web page at www.isc.org or in the README file",
    "before submitting a bug.  These pages explain the proper",
    "process and the information we find helpful for debugging.",
    "",
    "exiting.",
)


@final
class Fatal(Exception):
    """The lines of a message after which the process exits with status 1."""

    def __init__(self, *lines: str) -> None:
        super().__init__(lines[-1])
        self.lines: Final = lines


@final
class Finished(Exception):
    """The process has done what it was asked for and exits with this status, without a trailer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit status {status}")
        self.status: Final = status

"""What a server said to a configuration under -t, and how two such verdicts differ.

For a refused file only the way to the first mistake is compared: the lines before it, and its
line number and text. What follows are cascades of that mistake (decision 2).
"""

import re
from dataclasses import dataclass
from difflib import ndiff

BANNER_SIZE = 4
LOCATED = re.compile(r"(\S+ line \d+): (.*)")
# The line that ends a refused file, and the trailer behind a fatal error.
ERRORS_ENCOUNTERED = "Configuration file errors encountered -- exiting"
TRAILER_START = "If you think you have received this message due to a bug rather"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit status (negative: killed by that signal) and what was said before it.

    `lines` end with the first mistake when the file was refused.
    """

    status: int
    lines: tuple[str, ...]

    @property
    def is_crash(self) -> bool:
        """Whether the server came to no verdict at all."""
        return self.status < 0


def read_verdict(status: int, output: bytes) -> Verdict:
    """The verdict in what was printed on stderr."""
    lines = output.decode("latin-1").removesuffix("\n").split("\n")[BANNER_SIZE:]
    said: list[str] = []
    for line in lines:
        if line in (ERRORS_ENCOUNTERED, TRAILER_START):
            break
        said.append(line)
        if LOCATED.fullmatch(line):
            break
    if said and not said[-1]:
        said.pop()  # the empty line before the trailer
    return Verdict(status, tuple(said))


def differences(reference: Verdict, subject: Verdict) -> list[str]:
    """What the subject did otherwise; a line begins with - (missing) or + (too many)."""
    found: list[str] = []
    if reference.status != subject.status:
        found.append(f"status {reference.status}, subject {subject.status}")
    if reference.lines != subject.lines:
        marked = ndiff(reference.lines, subject.lines)
        found.extend(line for line in marked if line[0] in "-+")
    return found

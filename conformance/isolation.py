"""Running programs on files of strangers: no network, nothing to write to but a scratch folder.

dhcpd executes what a configuration tells it to, even when it only tests it. It runs as nobody.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TIMEOUT_S: Final = 60
NOBODY: Final = "65534"
_TIMED_OUT: Final = 124

# Only the scratch folder ($1) stays writable; then the rest of the arguments is executed.
_ENTER: Final = """
mount --bind "$1" "$1"
while read -r _ place _; do
    [ "$place" = "$1" ] || mount -o remount,bind,ro "$place"
done </proc/self/mounts 2>/dev/null
ip link set lo up
cd "$2"
shift 2
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended (negative: by a signal), and what it wrote to stderr."""

    status: int
    stderr: str


def can_isolate() -> bool:
    """Whether this user may make the namespaces."""
    return os.geteuid() == 0


def run_isolated(command: list[str], scratch: Path, folder: Path, is_trusted: bool) -> Outcome:
    """Run a command in a folder; what is not trusted runs as nobody."""
    identity = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
    privileges = [] if is_trusted else ["setpriv", *identity, "--no-new-privs"]
    limits = ["prlimit", "--nproc=200", "--fsize=67108864", "--core=0"]
    done = subprocess.run(
        [
            *("timeout", "--signal", "KILL", str(TIMEOUT_S)),
            *("unshare", "--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child"),
            *("--mount-proc", "sh", "-c", _ENTER, "sh", str(scratch), str(folder)),
            *limits,
            *privileges,
            *command,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        check=False,
    )
    status = done.returncode - 256 if done.returncode > 128 + 64 else done.returncode
    return Outcome(status, done.stderr.decode("latin-1"))

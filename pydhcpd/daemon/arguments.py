"""The command line of dhcpd(8): a table of options and the two passes over them.

Options are single-dash words, matched exactly; a value is always the next argument, whatever it
looks like. The first pass only looks for what decides how to start, anywhere, even in the place
of a value; the second one really reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from pydhcpd.core.log import INFO
from pydhcpd.daemon.banner import BANNER, usage
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.log import Log

# option: what it says yes to
SWITCHES: Final = {
    "-f": "foreground",
    "-d": "debug",
    "-q": "quiet",
    "-t": "test configuration",
    "-T": "test leases",
    "--no-pid": "no pid file",
}
# option: what its value, the next argument, gives
VALUES: Final = {
    "-p": "port",
    "-s": "server",
    "-cf": "configuration",
    "-lf": "leases",
    "-pf": "pid file",
    "-user": "user",
    "-group": "group",
    "-chroot": "chroot",
    "-tf": "trace",
    "-play": "play",
}
FAMILIES: Final = {"-4": 4, "-6": 6}

FOREGROUND: Final = frozenset(("-f", "-d", "-t", "-T", "-play"))
VERSION: Final = frozenset(("--version",))
HELP: Final = frozenset(("--help", "-h"))

LONGEST_INTERFACE_NAME: Final = 15
LARGEST_PORT: Final = 65535
LARGEST_NUMBER: Final = (1 << 63) - 1
LONGEST_NUMBER: Final = len(str(LARGEST_NUMBER))
BOTH_FAMILIES: Final = "Server cannot run in both IPv4 and IPv6 mode at the same time."


@final
@dataclass(frozen=True, slots=True)
class Arguments:
    """What the command line asks for; None where it is silent."""

    family: int
    port: int | None
    server: str | None
    configuration: str | None
    leases: str | None
    pid_file: str | None
    user: str | None
    group: str | None
    chroot: str | None
    trace: str | None
    play: str | None
    interfaces: tuple[str, ...]
    is_debug: bool
    is_quiet: bool
    is_test: bool
    is_leases_test: bool
    has_pid_file: bool


def first_of(words: Sequence[str], wanted: frozenset[str]) -> int | None:
    """Where one of the wanted words stands first, None if nowhere."""
    for at, word in enumerate(words):
        if word in wanted:
            return at
    return None


def parse_arguments(program: str, words: Sequence[str], log: Log) -> Arguments:
    """The second pass; `log` gets the lines that dhcpd writes on the way."""
    switches: set[str] = set()
    values: dict[str, str] = {}
    interfaces: list[str] = []
    port: int | None = None
    family: int | None = None
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word in SWITCHES:
            switches.add(SWITCHES[word])
        elif word in VALUES:
            if at == len(words):
                raise _usage_error(program, log, f"No argument for command: {word} ")
            values[VALUES[word]] = words[at]
            if word == "-p":
                port = parse_port(words[at])
                log.debug(f"binding to user-specified port {port}")
            at += 1
        elif word in FAMILIES:
            if family not in (None, FAMILIES[word]):
                raise Fatal(BOTH_FAMILIES)
            family = FAMILIES[word]
        elif word.startswith("-"):
            raise _usage_error(program, log, f"Unknown command {word}")
        else:
            if len(word) > LONGEST_INTERFACE_NAME:
                raise Fatal(f"{word}: interface name too long (is {len(word)})")
            interfaces.append(word)
    return Arguments(
        family=family or 4,
        port=port,
        server=values.get("server"),
        configuration=values.get("configuration"),
        leases=values.get("leases"),
        pid_file=values.get("pid file"),
        user=values.get("user"),
        group=values.get("group"),
        chroot=values.get("chroot"),
        trace=values.get("trace"),
        play=values.get("play"),
        interfaces=tuple(interfaces),
        is_debug="debug" in switches,
        is_quiet="quiet" in switches,
        is_test="test configuration" in switches or "test leases" in switches,
        is_leases_test="test leases" in switches,
        has_pid_file="no pid file" not in switches,
    )


def parse_port(text: str) -> int:
    """A port number as strtol(3) reads it: leading blanks and a sign are fine, 12x is not."""
    digits = text.lstrip(" \t\n\v\f\r")
    unsigned = digits[1:] if digits[:1] in ("+", "-") else digits
    # Without a digit, or beyond a long integer, strtol(3) gives up.
    significant = unsigned.lstrip("0")
    if text and (
        not (unsigned.isascii() and unsigned.isdigit())
        or len(significant) > LONGEST_NUMBER
        or int(significant or 0) > LARGEST_NUMBER
    ):
        raise Fatal(f"Invalid port number specification: {text}")
    number = int(significant or 0)
    if digits.startswith("-") or not 1 <= number <= LARGEST_PORT:
        raise Fatal("Port number specified is out of range (1-65535).")
    return number


def _usage_error(program: str, log: Log, text: str) -> Fatal:
    """A bad word on the command line: banner, complaint, usage."""
    log.write([(INFO, line) for line in BANNER])
    return Fatal(text, usage(program))

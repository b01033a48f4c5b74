"""`pydhcpctl fmt`: configurations in canonical layout, comments kept."""

import difflib
import os
import re
import stat
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TextIO

import click

from pydhcpd.config.ast import ConfigurationFile
from pydhcpd.config.flaw import find_flaws, find_unsaid, has_unread_include
from pydhcpd.config.parser import parse_configuration
from pydhcpd.config.printer import print_file
from pydhcpd.daemon.configuration import read_file
from pydhcpd.daemon.path import file_name, text_of
from pydhcpd.resolve.resolution import ERRORS_ENCOUNTERED, resolve_configuration

STDIN: Final = "-"
NO_END: Final = "\\ No newline at end of file"
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """A file's text as it is and as it should be."""

    path: str
    before: bytes
    after: bytes

    @property
    def has_changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


class Refused(Exception):
    """A file that cannot be read or has mistakes; carries the lines that say so."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines: Final = lines


@click.command("fmt", short_help="Print a configuration in canonical layout.")
@click.argument("confs", metavar="CONF...", nargs=-1, required=True)
@click.option(
    "--check", "is_check", is_flag=True, help="Print only the names of files that would change."
)
@click.option("--diff", "is_diff", is_flag=True, help="Print only what would change.")
@click.option(
    "--write", "-w", "is_write", is_flag=True, help="Change the files in place, print nothing."
)
@click.option("-6", "is_dhcpv6", is_flag=True, help="Read CONF as a server for DHCPv6 does.")
def command(
    confs: Sequence[str], is_check: bool, is_diff: bool, is_write: bool, is_dhcpv6: bool
) -> None:
    """Print each CONF in canonical layout, comments kept; `-` is the standard input.

    Included files are not touched. A file with mistakes is refused with the server's messages.

    Exits with 1 if a file was refused, or with --check would change; else with 0.
    """
    if is_write and (is_check or is_diff):
        raise click.UsageError("--write goes with neither --check nor --diff")
    if is_write and STDIN in confs:
        raise click.UsageError("the standard input cannot be written to")
    is_good = True
    for conf in confs:
        try:
            layout = read_layout(text_of(conf), 6 if is_dhcpv6 else 4)
            if is_write:
                replace_file(layout)
        except Refused as refused:
            _write(sys.stderr, "".join([f"{line}\n" for line in refused.lines]))
            is_good = False
            continue
        if is_check and layout.has_changed:
            is_good = False
        if is_diff:
            _write(sys.stdout, diff(layout))
        elif is_check and layout.has_changed:
            _write(sys.stdout, f"{layout.path}\n")
        elif not is_check and not is_write:
            _write(sys.stdout, layout.after.decode("latin-1"))
    sys.exit(0 if is_good else 1)


def read_layout(path: str, family: int) -> Layout:
    """A file in both layouts, judged as that of a server for DHCPv4 or DHCPv6.

    May raise Refused.
    """
    try:
        text = sys.stdin.buffer.read() if path == STDIN else read_file(path)
    except OSError as error:
        raise Refused([f"Can't open {path}: {error.strerror}"]) from None
    name = "stdin" if path == STDIN else path
    tree = parse_configuration(name, text, read_file)
    lines = _mistakes(tree, family)
    if lines:
        raise Refused(lines)
    return Layout(name, text, print_file(tree))


def diff(layout: Layout) -> str:
    """The unified difference; nothing if there is none."""
    before, after = (
        _LINE.findall(text.decode("latin-1")) for text in (layout.before, layout.after)
    )
    lines = difflib.unified_diff(before, after, layout.path, f"{layout.path} (fmt)")
    return "".join([line if line.endswith("\n") else f"{line}\n{NO_END}\n" for line in lines])


def replace_file(layout: Layout) -> None:
    """Put the new text in the file's place, with its owner and mode; may raise Refused."""
    if not layout.has_changed:
        return
    target = os.path.realpath(file_name(layout.path))
    try:
        status = os.stat(target)
        handle, name = tempfile.mkstemp(dir=os.path.dirname(target))
        try:
            with open(handle, "wb") as file:
                os.fchown(handle, status.st_uid, status.st_gid)
                os.fchmod(handle, stat.S_IMODE(status.st_mode))
                file.write(layout.after)
                file.flush()
                os.fsync(handle)
            os.replace(name, target)
        except OSError:
            os.unlink(name)
            raise
    except OSError as error:
        raise Refused([f"Can't write {layout.path}: {error.strerror}"]) from None


def _mistakes(tree: ConfigurationFile, family: int) -> list[str]:
    """What the server says of a file that it refuses.

    Without the files that it includes, only the shape of the file itself can be judged.
    """
    if not has_unread_include(tree):
        resolution = resolve_configuration(tree, None, family=family)
        if resolution.configuration is not None:
            return [line for problem in find_unsaid(tree) for line in problem.lines()]
        lines = [text for _, text in resolution.messages]
        if resolution.fatal is not None and resolution.fatal != ERRORS_ENCOUNTERED:
            lines.append(resolution.fatal)
        return lines
    return [line for problem in find_flaws(tree) for line in problem.lines()]


def _write(stream: TextIO, text: str) -> None:
    """Texts are Latin-1, a character for each byte."""
    stream.flush()
    stream.buffer.write(text.encode("latin-1"))
    stream.buffer.flush()

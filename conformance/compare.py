"""What differs between two servers: on the wire, in the leases file, in the log.

Numbers that depend on the moment (times in the leases file, remaining seconds in replies, ages
in the log) may differ by one second, unless the clock stands still; everything else must be equal.
"""

import calendar
import difflib
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from conformance.conversation import Exchange, Outcome
from conformance.frames import LOOSE_FIELDS, Seen
from conformance.server import EXITED, STARTED, Files

# A line with its loose numbers taken out, and those numbers.
Masked = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Slack:
    """How far numbers that count seconds, and the moments when an answer leaves, may differ."""

    seconds: int
    delay_s: float


LOOSE = Slack(1, 0.7)
EXACT = Slack(0, math.inf)  # the clock stands still: when an answer leaves says nothing


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same; `aspect` is wire, leases, logs or expected."""

    aspect: str
    text: str


def compare(
    outcome: Outcome, subject_line: Callable[[str], str], with_expected: bool = True
) -> list[Difference]:
    """Everything that differs; `subject_line` undoes decided differences in a log line."""
    slack = EXACT if outcome.scenario.frozen else LOOSE
    found = [
        Difference("wire", text)
        for one in outcome.exchanges
        for text in compare_exchange(one, slack)
    ]
    found += [Difference("leases", text) for text in compare_files(*outcome.files, slack)]
    reference, subject = (log.splitlines() for log in outcome.logs)
    lines = [subject_line(line) for line in subject]
    if outcome.scenario.frozen:
        reference, lines = _rewrites_last(reference), _rewrites_last(lines)
    found += [Difference("logs", text) for text in compare_lines(reference, lines, mask_log, slack)]
    if with_expected:
        found += [Difference("expected", text) for text in unexpected(outcome)]
    return found


def _rewrites_last(log: list[str]) -> list[str]:
    """A log with the lines about rewrites behind all others.

    Decision 9: the subject goes on serving while it rewrites, so these may come a packet later.
    """
    return sorted(
        log, key=lambda line: re.match(r"Wrote \d+ .* to leases file\.$", line) is not None
    )


def answers(outcome: Outcome) -> dict[int, list[str]]:
    """The reference's answers, short, by the line of their step."""
    found: dict[int, list[str]] = {}
    for one in outcome.exchanges:
        found.setdefault(one.step.line, []).extend(seen.summary for seen in one.seen[0])
    return found


def unexpected(outcome: Outcome) -> list[str]:
    """Where the reference itself did not do what the scenario says it does."""
    said = answers(outcome)
    texts: list[str] = []
    log = outcome.logs[0]
    if outcome.scenario.starts == (EXITED in log.partition(STARTED)[0]):
        does = "refuses to start" if outcome.scenario.starts else "starts all the same"
        texts.append(f"the reference {does}")
    for step in outcome.scenario.steps:
        got = said.get(step.line, [])
        if step.expected is not None and list(step.expected) != got:
            wanted = ", ".join(step.expected) or "silence"
            texts.append(
                f"line {step.line} {step.text!r}: the reference should answer {wanted},"
                f" it answered {', '.join(got) or 'nothing'}"
            )
    return texts


def compare_exchange(exchange: Exchange, slack: Slack = LOOSE) -> list[str]:
    """The differences of the answers to one action."""
    which = f" part {exchange.number}" if len(exchange.step.actions) > 1 else ""
    where = f"line {exchange.step.line} {exchange.step.text!r}{which}"
    reference, subject = exchange.seen
    if len(reference) != len(subject):
        first, second = (", ".join(one.summary for one in side) for side in exchange.seen)
        return [f"{where}: reference sent {first or 'nothing'}; subject {second or 'nothing'}"]
    return [
        f"{where}: {text}"
        for one, other in zip(reference, subject, strict=True)
        for text in compare_frames(one, other, slack)
    ]


def compare_frames(reference: Seen, subject: Seen, slack: Slack = LOOSE) -> list[str]:
    """The differences between two frames, field by field."""
    found: list[str] = []
    if abs(reference.delay - subject.delay) > slack.delay_s:
        found.append(f"sent after {reference.delay:.1f} s; subject after {subject.delay:.1f} s")
    names = [[name for name, _ in one.fields] for one in (reference, subject)]
    if names[0] != names[1]:
        first, second = (
            " ".join(f"{name}={value}" for name, value in one.fields[14:])
            for one in (reference, subject)
        )
        found.append(f"{reference.summary}: other fields\n    - {first}\n    + {second}")
        return found
    for (name, value), (_, other) in zip(reference.fields, subject.fields, strict=True):
        if value != other and not (name in LOOSE_FIELDS and _close_hex(value, other, slack)):
            found.append(f"{reference.summary}: {name} {value}; subject {other}")
    return found


def _close_hex(one: str, other: str, slack: Slack = LOOSE) -> bool:
    same_size = len(one) == len(other) == 8
    return same_size and abs(int(one, 16) - int(other, 16)) <= slack.seconds


def compare_files(
    reference: tuple[Files, ...], subject: tuple[Files, ...], slack: Slack = LOOSE
) -> list[str]:
    """The differences of the files, at each restart and at the end."""
    found: list[str] = []
    for index, (one, other) in enumerate(zip(reference, subject, strict=True)):
        when = "" if index == len(reference) - 1 else f"before restart {index + 1}: "
        names = [[f"file {name} mode {mode}" for name, mode in side.modes] for side in (one, other)]
        found += [f"{when}{text}" for text in compare_lines(names[0], names[1], mask_log, slack)]
        texts = [side.leases.splitlines() for side in (one, other)]
        found += [f"{when}{text}" for text in compare_lines(texts[0], texts[1], mask_lease, slack)]
    return found


def compare_lines(
    reference: list[str], subject: list[str], mask: Callable[[str], Masked], slack: Slack = LOOSE
) -> list[str]:
    """The lines only one of them has, `-` the reference's and `+` the subject's, in order."""
    one, other = [mask(line) for line in reference], [mask(line) for line in subject]
    matcher = difflib.SequenceMatcher(
        None, [text for text, _ in one], [text for text, _ in other], autojunk=False
    )
    found: list[str] = []
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind != "equal":
            found += [f"- {line}" for line in reference[start:end]]
            found += [f"+ {line}" for line in subject[from_:to]]
            continue
        for left, right in zip(range(start, end), range(from_, to), strict=True):
            pairs = zip(one[left][1], other[right][1], strict=True)
            if any(abs(mine - yours) > slack.seconds for mine, yours in pairs):
                found += [f"- {reference[left]}", f"+ {subject[right]}"]
    return found


_AGE = re.compile(r"(?<=reuse_lease: lease age )\d+")
_ENDS = re.compile(r"(?<=Ends: )\d+")
_EPOCH_NAME = re.compile(r"\.\d{9,11}\b")
_DATE = re.compile(r"\d (\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)")
_LOCAL_DATE = re.compile(r"epoch (\d+); # .*")
_DUID = re.compile(r'server-duid ("?)(.*?)\1;')


def mask_log(line: str) -> Masked:
    """A log line (or file name) with ages and the time in file names taken out."""
    numbers: list[int] = []

    def take(found: re.Match[str]) -> str:
        numbers.append(int(found[0]))
        return "N"

    for pattern in (_AGE, _ENDS):
        line = pattern.sub(take, line)
    return _EPOCH_NAME.sub(".EPOCH", line), tuple(numbers)


def mask_lease(line: str) -> Masked:
    """A line of a leases file with its dates taken out, and the time inside the server's DUID."""
    numbers: list[int] = []

    def take_date(found: re.Match[str]) -> str:
        year, month, day, hour, minute, second = (int(part) for part in found.groups())
        numbers.append(calendar.timegm((year, month, day, hour, minute, second)))
        weekday = (time.gmtime(numbers[-1]).tm_wday + 1) % 7
        return "DATE" if found[0].startswith(f"{weekday} ") else "DATE with wrong weekday"

    def take_local(found: re.Match[str]) -> str:
        numbers.append(int(found[1]))
        return "epoch DATE;"

    line = _DATE.sub(take_date, line)
    line = _LOCAL_DATE.sub(take_local, line)
    duid = _DUID.match(line)
    if duid is not None:
        quoted = bool(duid[1])
        data = _octal(duid[2]) if quoted else bytes(int(part, 16) for part in duid[2].split(":"))
        # DUID-LLT (RFC 8415 section 11.2): type, hardware type, time, address.
        line = f"server-duid quoted={quoted} {data[:4].hex()} TIME {data[8:].hex()}"
    return line, tuple(numbers)


def _octal(text: str) -> bytes:
    """The bytes of a quoted string with \\ooo, \\" and \\\\ escapes."""

    def plain(found: re.Match[str]) -> str:
        return chr(int(found[1], 8)) if found[1] else found[2]

    return re.sub(r"\\(?:([0-7]{3})|(.))", plain, text).encode("latin-1")

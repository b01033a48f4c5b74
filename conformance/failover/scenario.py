"""Scenario files for pairs: two configurations, then what happens to the pair, step by step.

    # What the scenario shows, in a sentence.
    set mclt 20
    set secondary port 847
    steps
      start primary
      start secondary
      until both normal
      < after 0 s
      client 1 dora
      < primary offer 10.13.37.205 for 30
      < primary ack 10.13.37.205 for 30

A `<` line under a step is what the control, two real dhcpd, is known to do. README.md lists all
words. Reading a file does no input or output of its own: other files arrive through `read`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from conformance.failover.configuration import (
    ELSEWHERE,
    ROLES,
    STATEMENTS,
    Setting,
    configuration_text,
)
from conformance.headings import Block, read_headings, read_title
from conformance.scenario import MESSAGES, WORDS, ScenarioError

# What may stand behind the first word of a step. ROLE is primary, secondary or both.
STEPS: Final[Mapping[str, str]] = {
    "start": r"ROLE",
    "stop": r"ROLE",
    "kill": r"ROLE",
    "until": r"ROLE (?:[a-z-]+|log .+)",
    "client": r"\d+ [a-z]+(?: \S+=\S+)*",
    "clock": r"(?:ROLE )?\+\d+",
    "cut": r"",
    "join": r"",
    "order": r"ROLE [a-z-]+",
    "lose": r"ROLE",
    "append": r"ROLE .+",
    "alter": r"ROLE .+",
    "exchange": r"ROLE(?: dhcpd)?",
    "partner": r"(?:listen|dial|close|acknowledge|say [0-9a-f]+|send [a-z0-9]+(?: \S+)*)",
}
MESSAGE_WORDS: Final = WORDS | {"to", "from"}
MESSAGE_VERBS: Final = MESSAGES | {"dora"}


@dataclass(frozen=True, slots=True)
class Step:
    """One line, its words, and what the control is known to answer (None: unsaid)."""

    line: int
    text: str
    words: tuple[str, ...]
    expected: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file. `partner` is the role that is played by hand, if one is.

    `refused` is what the real dhcpd does not take of `files`. `left_out` are patterns of checks
    that hang on chance.
    """

    name: str
    title: str
    settings: tuple[Setting, ...]
    files: Mapping[str, str]
    leases: Mapping[str, str]
    steps: tuple[Step, ...]
    partner: str = ""
    begins_with_dhcpd: bool = False
    is_long: bool = False
    left_out: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def configuration_of(self, role: str, is_dhcpd: bool) -> str:
        """dhcpd.conf for one server."""
        text = self.files.get(role) or configuration_text(role, self.settings)
        return text.replace(self.refused[role], "") if is_dhcpd and role in self.refused else text

    def altered(self, setting: Setting) -> "Scenario":
        """The same with another setting, in the place of what was said for its servers."""
        kept: list[Setting] = []
        for one in self.settings:
            roles = tuple(role for role in one.roles if role not in setting.roles)
            if one.key != setting.key:
                kept.append(one)
            elif roles:
                kept.append(replace(one, roles=roles))
        return replace(self, settings=(*kept, setting))

    @property
    def peer_name(self) -> str:
        """What the relationship is called; of `files` nobody asks."""
        return next((one.value for one in self.settings if one.key == "name"), "fo")


@dataclass(slots=True)
class _Draft:
    title: list[str] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    leases: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    partner: str = ""
    begins_with_dhcpd: bool = False
    is_long: bool = False
    left_out: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def parse(name: str, text: str, read: Callable[[str], str]) -> Scenario:
    """The scenario in `text`; `read` gives the text of a file named in it."""
    draft = _Draft(read_title(text))
    for heading in read_headings(text):
        try:
            _heading(heading.line, heading.block, draft, read)
        except ValueError as why:
            raise ScenarioError(name, heading.number, str(why)) from None
        except _BadStep as bad:
            raise ScenarioError(name, bad.line, bad.why) from None
    if not draft.title or not draft.steps:
        raise ScenarioError(name, len(text.splitlines()), "a scenario needs a title and steps")
    return Scenario(
        name,
        " ".join(draft.title),
        tuple(draft.settings),
        draft.files,
        draft.leases,
        tuple(draft.steps),
        draft.partner,
        draft.begins_with_dhcpd,
        draft.is_long,
        tuple(draft.left_out),
        draft.refused,
    )


class _BadStep(Exception):
    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


def _heading(line: str, block: Block, draft: _Draft, read: Callable[[str], str]) -> None:
    body = "\n".join(part for _, part in block).strip("\n") + "\n"
    match line.split():
        case ["set", *_]:
            draft.settings.append(setting_of(line.removeprefix("set ")))
        case ["config", ("primary" | "secondary") as role, path, *rest]:
            draft.files[role] = read(path)
            if rest:
                draft.refused[role] = line.partition(" without ")[2]
        case ["leases", ("primary" | "secondary") as role]:
            draft.leases[role] = body
        case ["partner", ("primary" | "secondary") as role]:
            draft.partner = role
        case ["begin", "dhcpd"]:
            draft.begins_with_dhcpd = True
        case ["leave", "out", *_] if " because " in line:
            pattern, _, _why = line.removeprefix("leave out ").partition(" because ")
            draft.left_out.append(pattern)
        case ["long"]:
            draft.is_long = True
        case ["steps"]:
            for number, text in block:
                _step(number, text.strip(), draft.steps)
        case _:
            raise ValueError(f"unknown heading {line!r}")


def setting_of(text: str) -> Setting:
    """What stands behind `set`, and behind the step `alter`; ValueError if it is none."""
    roles: tuple[str, ...] = ROLES
    first, _, rest = text.partition(" ")
    if first in ROLES:
        roles, text = (first,), rest
    keys = [key for key in (*STATEMENTS, *ELSEWHERE) if text.startswith(f"{key} ")]
    if not keys:
        raise ValueError(f"unknown setting {text!r}")
    key = max(keys, key=len)
    return Setting(roles, key, text.removeprefix(key).strip())


def _step(number: int, text: str, steps: list[Step]) -> None:
    if not text or text.startswith("#"):
        return
    if text.startswith("<"):
        if not steps:
            raise _BadStep(number, "an answer without a step")
        said = text.removeprefix("<").strip()
        answers = steps[-1].expected or ()
        steps[-1] = replace(steps[-1], expected=() if said == "silence" else (*answers, said))
        return
    verb, _, rest = text.partition(" ")
    shape = STEPS.get(verb, "").replace("ROLE", "(?:primary|secondary|both)")
    if verb not in STEPS or not re.fullmatch(shape, rest):
        raise _BadStep(number, f"{text!r}: unknown step")
    words = tuple(text.split())
    if verb == "alter":
        try:
            setting_of(rest.removeprefix("both "))
        except ValueError as why:
            raise _BadStep(number, str(why)) from None
    if verb == "client":
        unknown = [
            word
            for word in words[3:]
            if not (word.partition("=")[0] in MESSAGE_WORDS or re.fullmatch(r"opt\d+=.*", word))
        ]
        if words[2] not in MESSAGE_VERBS or unknown:
            raise _BadStep(number, f"{text!r}: unknown message or word")
    steps.append(Step(number, text, words))


def load(path: Path) -> Scenario:
    """The scenario in the file `path`."""
    text = path.read_text(encoding="utf-8")
    return parse(path.stem, text, lambda other: (path.parent / other).read_text("utf-8"))

"""Scenario files: one conversation with a DHCP server, written to be read.

    # What the scenario shows, in a sentence.
    config
      subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100 10.0.0.110; }
    steps
      client 1 discover prl=1,3,6
      < offer 10.0.0.100
      client 1 request
      < ack 10.0.0.100

A `<` line under a step is what the reference is known to do; the subject is compared with the
reference, not with it. README.md lists every word. Reading a file does no input or output of
its own: included files arrive through `read`.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from conformance.headings import Block, read_headings, read_title

MESSAGES = frozenset(
    {"discover", "request", "reboot", "renew", "rebind", "decline", "release", "inform", "bootp"}
    | {"leasequery", "message"}
)
# Words of a message line; optN=… (N a code) is accepted besides.
WORDS = frozenset(
    {"prl", "hostname", "clientid", "lease", "maxsize", "vendor", "user", "address", "server"}
    | {"subnet", "agent", "type", "op", "htype", "hlen", "hops", "secs", "flags", "ciaddr"}
    | {"yiaddr", "siaddr", "giaddr", "chaddr", "sname", "file", "cookie", "options", "relay"}
    | {"end", "truncate", "pad", "on", "src", "dst", "sport", "dport", "ethdst", "ethsrc", "xid"}
    | {"udpsum", "ipsum"}
)


class ScenarioError(Exception):
    """A scenario file that cannot be understood; says which line."""

    def __init__(self, name: str, line: int, why: str) -> None:
        super().__init__(f"{name} line {line}: {why}")


@dataclass(frozen=True, slots=True)
class Send:
    """One message of one client; words as written, without the parts the verb implies."""

    client: int
    verb: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """A frame given byte by byte."""

    frame: bytes
    interface: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Real time passes."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Clock:
    """The servers' clock jumps forward; no real time passes."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Restart:
    """The server is stopped with a signal and started again on the same leases file."""

    hard: bool


@dataclass(frozen=True, slots=True)
class Ping:
    """From now on the client end answers (or ignores) echo requests for these addresses."""

    addresses: tuple[str, ...]
    answer: bool


@dataclass(frozen=True, slots=True)
class Link:
    """An interface of the servers goes down or comes up."""

    interface: str
    up: bool


Action = Send | Raw | Wait | Clock | Restart | Ping | Link


@dataclass(frozen=True, slots=True)
class Step:
    """One line, what it does, and what the reference is known to answer (None: unsaid)."""

    line: int
    text: str
    actions: tuple[Action, ...]
    expected: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file."""

    name: str
    title: str
    config: str
    leases: str = ""
    interfaces: tuple[tuple[str, tuple[str, ...]], ...] = (("v4s0", ("10.0.0.1/24",)),)
    flags: tuple[str, ...] = ()
    route: bool = True
    starts: bool = True
    varies: bool = False
    frozen: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def needs_clock(self) -> bool:
        """Whether the servers must run under faketime."""
        return self.frozen or any(
            isinstance(action, Clock) for step in self.steps for action in step.actions
        )

    @property
    def length(self) -> int:
        """How many actions it has."""
        return sum(len(step.actions) for step in self.steps)


@dataclass(slots=True)
class _Draft:
    """What has been read so far."""

    title: list[str] = field(default_factory=list)
    config: str = ""
    leases: str = ""
    interfaces: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    flags: tuple[str, ...] = ()
    route: bool = True
    starts: bool = True
    varies: bool = False
    frozen: bool = False
    steps: list[Step] = field(default_factory=list)


Reader = Callable[[str], bytes]
Replayer = Callable[[bytes], list[tuple[bytes, int]]]


def parse(name: str, text: str, read: Reader, replay: Replayer) -> Scenario:
    """The scenario in `text`; `read` gives the bytes of a file named in it, `replay` the client
    frames of a capture, each with the whole seconds that passed before it."""
    draft = _Draft(read_title(text))
    for heading in read_headings(text):
        body = "\n".join(part for _, part in heading.block).strip("\n") + "\n"
        match heading.line.split():
            case ["config"]:
                draft.config = body
            case ["config", path]:
                draft.config = read(path).decode("latin-1")
            case ["leases"]:
                draft.leases = body
            case ["leases", path]:
                draft.leases = read(path).decode("latin-1")
            case ["interface", interface, *addresses]:
                draft.interfaces.append((interface, tuple(addresses)))
            case ["flags", *flags]:
                draft.flags = tuple(flags)
            case ["route", "none"]:
                draft.route = False
            case ["starts", "no"]:
                draft.starts = False
            case ["answers", "vary"]:
                draft.varies = True
            case ["clock", "frozen"]:
                draft.frozen = True
            case ["steps"]:
                _parse_steps(name, heading.block, draft.steps, read, replay)
            case _:
                raise ScenarioError(name, heading.number, f"unknown heading {heading.line!r}")
    if not draft.config or not draft.title:
        raise ScenarioError(name, len(text.splitlines()), "a scenario needs a title and a config")
    interfaces = tuple(draft.interfaces) or (("v4s0", ("10.0.0.1/24",)),)
    return Scenario(
        name,
        " ".join(draft.title),
        draft.config,
        draft.leases,
        interfaces,
        draft.flags,
        draft.route,
        draft.starts,
        draft.varies,
        draft.frozen,
        tuple(draft.steps),
    )


def _parse_steps(
    name: str, block: Block, steps: list[Step], read: Reader, replay: Replayer
) -> None:
    for number, text in block:
        text = text.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("<"):
            if not steps:
                raise ScenarioError(name, number, "an answer without a step")
            said = text.lstrip("< ")
            answers = steps[-1].expected or ()
            steps[-1] = replace(steps[-1], expected=() if said == "silence" else (*answers, said))
            continue
        try:
            if text.startswith("replay "):
                actions = _replayed(replay(read(text.split()[1])))
            else:
                actions = _actions(text)
        except ValueError as why:
            raise ScenarioError(name, number, f"{text!r}: {why}") from None
        steps.append(Step(number, text, tuple(actions)))


def _replayed(frames: list[tuple[bytes, int]]) -> list[Action]:
    actions: list[Action] = []
    for frame, gap in frames:
        if gap:
            actions.append(Clock(gap))
        actions.append(Raw(frame, "v4s0"))
    return actions


def _actions(text: str) -> list[Action]:
    words = shlex.split(text)
    match words:
        case ["wait", seconds]:
            return [Wait(float(seconds))]
        case ["clock", seconds]:
            return [Clock(int(seconds))]
        case ["restart"]:
            return [Restart(hard=False)]
        case ["crash"]:
            return [Restart(hard=True)]
        case [("answer" | "ignore") as how, "ping", *addresses]:
            return [Ping(tuple(addresses), how == "answer")]
        case ["link", interface, ("up" | "down") as how]:
            return [Link(interface, how == "up")]
        case ["frame", *parts]:
            return [Raw(bytes.fromhex("".join(parts)), "v4s0")]
        case [("client" | "clients"), numbers, verb, *rest]:
            return _messages(numbers, verb, rest)
        case _:
            raise ValueError("unknown step")


def _messages(numbers: str, verb: str, rest: list[str]) -> list[Action]:
    pairs: list[tuple[str, str]] = []
    for word in rest:
        key, equals, value = word.partition("=")
        if not equals or not (key in WORDS or re.fullmatch(r"opt\d+", key)):
            raise ValueError(f"unknown word {word!r}")
        pairs.append((key, value))
    verbs = ("discover", "request") if verb == "dora" else (verb,)
    if not MESSAGES.issuperset(verbs):
        raise ValueError(f"unknown message {verb!r}")
    first, _, last = numbers.partition("-")
    return [
        Send(client, each, tuple(pairs))
        for client in range(int(first), int(last or first) + 1)
        for each in verbs
    ]


def load(path: Path, replay: Replayer) -> Scenario:
    """The scenario in the file `path`; a recording is named after its folder."""
    name = path.parent.name if path.name == "scenario.txt" else path.stem
    text = path.read_text(encoding="utf-8")
    return parse(name, text, lambda other: (path.parent / other).read_bytes(), replay)

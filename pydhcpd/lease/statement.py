"""The statements of a lease in dhcpd.leases(5): what may stand in the braces, in any hand.

The table gives each keyword its reader. A reader either completes the draft of the lease, or
raises Damage (the record is lost), or notes a warning (only its statement is lost); which of
the two, and in which words, was observed with dhcpd 4.4.3-P1.
"""

from collections.abc import Callable, Container, Mapping
from itertools import pairwise
from typing import Final, final

from pydhcpd.expression.binding import Value
from pydhcpd.expression.context import EventBlock
from pydhcpd.lease.binding import STATE_CODES
from pydhcpd.lease.date import LAST_YEAR, SECONDS_A_DAY, day_number
from pydhcpd.lease.event import NO_EVENTS
from pydhcpd.lease.eventreader import EventReader
from pydhcpd.lease.lease import (
    ABANDONED,
    ACTIVE,
    BACKUP,
    BOOTP,
    FREE,
    RESERVED,
    Billing,
    Lease,
)
from pydhcpd.lease.token import STRING, WORD, Damage, Token, Tokens
from pydhcpd.options.address import HostNames
from pydhcpd.options.space import OptionSpace
from pydhcpd.options.value import read_value
from pydhcpd.options.word import ValueProblem, Word, bare, quoted
from pydhcpd.wire.hardware import HARDWARE_TYPE_CODES
from pydhcpd.wire.moment import NEVER

HEXADECIMAL: Final = 16
LONGEST_NUMBER: Final = 20


@final
class Draft:
    """A lease while its statements are read. `warnings` are texts and offsets."""

    __slots__ = (
        "address",
        "agent_options",
        "billing",
        "classes",
        "client_hostname",
        "event_reader",
        "events",
        "flags",
        "hardware",
        "next_state",
        "rewind_state",
        "seen",
        "space",
        "state",
        "times",
        "uid",
        "variables",
        "warnings",
    )

    def __init__(
        self,
        address: int,
        classes: Container[str],
        space: OptionSpace,
        event_reader: EventReader,
    ) -> None:
        self.address: Final = address
        self.classes: Final = classes
        self.space: Final = space
        self.event_reader: Final = event_reader
        self.times: Final[dict[str, int]] = {}
        self.seen: Final[set[str]] = set()
        self.variables: Final[dict[str, Value | None]] = {}
        self.agent_options: Final[list[tuple[int, bytes]]] = []
        self.events: Final[list[EventBlock]] = []
        self.warnings: Final[list[tuple[str, int]]] = []
        self.state: int | None = None
        self.next_state: int | None = None
        self.rewind_state: int | None = None
        self.flags = 0
        self.billing: Billing | None = None
        self.hardware: bytes | None = None
        self.uid: bytes | None = None
        self.client_hostname: bytes | None = None

    def finish(self, now: int, has_partner: bool) -> Lease:
        """The lease, with dhcpd's defaults for what the record does not say."""
        ends = self.times.get("ends", 0)
        state = self.state
        next_state = self.next_state
        rewind_state = self.rewind_state
        if state is None:
            state = ACTIVE if ends > now or self.events else FREE
            next_state = FREE
            rewind_state = state
        if state == BACKUP and not has_partner:
            state = next_state = FREE
        return Lease(
            self.address,
            state,
            state if next_state is None else next_state,
            state if rewind_state is None else rewind_state,
            starts=self.times.get("starts", 0),
            ends=ends,
            tstp=self.times.get("tstp", ends),
            tsfp=self.times.get("tsfp", 0),
            atsfp=self.times.get("atsfp", 0),
            cltt=self.times.get("cltt", 0),
            flags=self.flags,
            billing=None if state in (FREE, BACKUP, ABANDONED) else self.billing,
            hardware=self.hardware,
            uid=self.uid,
            variables=tuple(reversed(self.variables.items())),
            agent_options=tuple(self.agent_options),
            client_hostname=self.client_hostname,
            events=NO_EVENTS.with_blocks(self.events),
        )


StatementReader = Callable[[Draft, list[Token]], None]


def read_date(draft: Draft, tokens: list[Token]) -> None:
    """`starts 1 2026/01/05 00:00:00;`, with `never`, `epoch N` or an offset in seconds behind."""
    draft.times[tokens[0].keyword] = date_in(tokens)


def date_in(tokens: list[Token]) -> int:
    """The date behind the first token, in epoch seconds."""
    if len(tokens) == 2 and tokens[1].keyword == "never":
        return NEVER
    if len(tokens) == 3 and tokens[1].keyword == "epoch":
        return number_in(tokens[2], "epoch")
    numbers: list[int] = []
    at = 1
    for name, mark in _DATE_PARTS:
        if at >= len(tokens):
            raise Damage(f"numeric {name} expected.", tokens[-1].end)
        numbers.append(number_in(tokens[at], name))
        at += 1
        if not mark:
            continue
        if at >= len(tokens) or not tokens[at].is_mark(mark):
            wanted = "slash" if mark == b"/" else "colon"
            place = tokens[at].start if at < len(tokens) else tokens[-1].end
            raise Damage(f"expected {wanted} separating {name} from next part.", place)
        at += 1
    _, year, month, day, hour, minute, second = numbers
    offset = 0
    if at < len(tokens):
        offset = number_in(tokens[at], "time zone offset")
        at += 1
    expect_end(tokens, at)
    # dhcpd counts years up to 1900 from there.
    year += 1900 if year <= 1900 else 0
    if not (1970 <= year <= 9999 and 1 <= month <= 12):
        raise Damage("bad date.", tokens[1].start)
    days = day_number(year, month, day)
    seconds = days * SECONDS_A_DAY + hour * 3600 + minute * 60 + second + offset
    if seconds < 0:
        raise Damage("bad date.", tokens[1].start)
    return NEVER if year > LAST_YEAR else seconds


_DATE_PARTS: Final = (
    ("day of week", b""),
    ("year", b"/"),
    ("month", b"/"),
    ("day of month", b""),
    ("hour", b":"),
    ("minute", b":"),
    ("second", b""),
)


def read_binding_state(draft: Draft, tokens: list[Token]) -> None:
    """`binding state active;`; two old names of an active lease say what kind it is."""
    name = state_name(tokens, 1)
    if name in ("reserved", "bootp"):
        draft.state = ACTIVE
        draft.flags |= RESERVED if name == "reserved" else BOOTP
    else:
        draft.state = state_code(tokens, name)


def read_next_state(draft: Draft, tokens: list[Token]) -> None:
    """`next binding state free;`"""
    expect_word(tokens, 1, "binding")
    draft.next_state = state_code(tokens, state_name(tokens, 2))


def read_rewind_state(draft: Draft, tokens: list[Token]) -> None:
    """`rewind binding state free;`"""
    expect_word(tokens, 1, "binding")
    draft.rewind_state = state_code(tokens, state_name(tokens, 2))


def read_abandoned(draft: Draft, tokens: list[Token]) -> None:
    """`abandoned;`, an old spelling: for ever."""
    expect_end(tokens, 1)
    draft.state = draft.next_state = ABANDONED


def read_reserved(draft: Draft, tokens: list[Token]) -> None:
    """`reserved;`"""
    expect_end(tokens, 1)
    draft.flags |= RESERVED


def read_dynamic_bootp(draft: Draft, tokens: list[Token]) -> None:
    """`dynamic-bootp;`"""
    expect_end(tokens, 1)
    draft.flags |= BOOTP


def read_nothing(draft: Draft, tokens: list[Token]) -> None:
    """`timestamp`: dhcpd dies of it, here it is passed over."""


def read_hardware(draft: Draft, tokens: list[Token]) -> None:
    """`hardware ethernet 02:00:00:00:01:01;`"""
    if len(tokens) < 2 or tokens[1].kind != WORD:
        raise Damage("expecting a network hardware type", tokens[-1].start)
    name = tokens[1].keyword
    htype = HARDWARE_TYPE_CODES.get(name, -1)
    if name.startswith("unknown-") and name[8:].isdigit():
        htype = int(name[8:11])
    if not 0 <= htype <= 255:
        raise Damage("expecting a network hardware type", tokens[1].start)
    address = hexadecimal_bytes(tokens, 2) if len(tokens) > 2 else b""
    if len(address) > 20:
        raise Damage("hardware address too long", tokens[2].start)
    draft.hardware = bytes((htype,)) + address


def read_uid(draft: Draft, tokens: list[Token]) -> None:
    """`uid "..."` or `uid 01:02;`; an empty one is none."""
    draft.uid = identifier(tokens) or None


def read_client_hostname(draft: Draft, tokens: list[Token]) -> None:
    """`client-hostname "pc1";`"""
    if len(tokens) < 2 or tokens[1].kind not in (STRING, WORD):
        raise Damage("expecting a string constant", tokens[-1].end)
    expect_end(tokens, 2)
    draft.client_hostname = tokens[1].text


def read_billing(draft: Draft, tokens: list[Token]) -> None:
    """`billing class "NAME";` or `billing subclass "NAME" KEY;`, for a class that exists."""
    kind = tokens[1].keyword if len(tokens) > 1 else ""
    if kind not in ("class", "subclass"):
        draft.warnings.append(('expecting "class"', tokens[min(1, len(tokens) - 1)].start))
        return
    if len(tokens) < 3 or tokens[2].kind not in (STRING, WORD):
        raise Damage("expecting a class name", tokens[-1].end)
    name = tokens[2].text.decode("latin-1")
    if name not in draft.classes:
        text = f"unknown class {name}" if kind == "class" else f"no class named {name}"
        draft.warnings.append((text, tokens[2].start))
        return
    if kind == "class":
        expect_end(tokens, 3)
        draft.billing = Billing(name, None)
    else:
        draft.billing = Billing(name, identifier(tokens[2:]))


def read_variable(draft: Draft, tokens: list[Token]) -> None:
    """`set NAME = VALUE;`: data in quotes, a boolean, or a number behind a percent sign."""
    if len(tokens) < 2 or tokens[1].kind != WORD:
        raise Damage("identifier expected", tokens[-1].start)
    if len(tokens) < 3 or not tokens[2].is_mark(b"="):
        place = tokens[2].start if len(tokens) > 2 else tokens[-1].end
        raise Damage("expecting '=' in set statement.", place)
    draft.variables[tokens[1].text.decode("ascii")] = constant(tokens, 3)


def read_ddns_name(draft: Draft, tokens: list[Token]) -> None:
    """`ddns-fwd-name "x";`, an old spelling of `set`."""
    draft.variables[tokens[0].keyword] = constant(tokens, 1)


def read_option(draft: Draft, tokens: list[Token]) -> None:
    """`option agent.circuit-id "x";`: what a relay said of the client."""
    if len(tokens) < 4 or tokens[1].keyword != "agent" or not tokens[2].is_mark(b"."):
        draft.warnings.append(("agent option expected.", tokens[-1].start))
        return
    name = tokens[3].text.decode("latin-1")
    words = [_word(token, token.start > before.end) for before, token in pairwise(tokens[3:])]
    try:
        definition = draft.space.find(name)
        if definition is None:
            text = f"no option named {name} in space agent"
            draft.warnings.append((text, tokens[3].start))
            return
        value = read_value(definition, words)
    except ValueProblem as problem:
        at = min(max(problem.index, -1) + 4, len(tokens) - 1)
        draft.warnings.append((problem.text, tokens[at].start))
        return
    if isinstance(value, HostNames):
        draft.warnings.append(("expecting numeric value.", tokens[-1].start))
    elif value:
        draft.agent_options.append((definition.code, value))


def _word(token: Token, is_spaced: bool) -> Word:
    if token.kind == STRING:
        return quoted(token.text, is_spaced)
    return bare(token.text.decode("latin-1"), is_spaced)


# What a keyword's statement says; `on` has a block and is the reader's own business.
STATEMENTS: Final[Mapping[str, StatementReader]] = {
    "starts": read_date,
    "ends": read_date,
    "tstp": read_date,
    "tsfp": read_date,
    "atsfp": read_date,
    "cltt": read_date,
    "timestamp": read_nothing,
    "binding": read_binding_state,
    "next": read_next_state,
    "rewind": read_rewind_state,
    "abandoned": read_abandoned,
    "reserved": read_reserved,
    "dynamic-bootp": read_dynamic_bootp,
    "billing": read_billing,
    "hardware": read_hardware,
    "uid": read_uid,
    "set": read_variable,
    "ddns-fwd-name": read_ddns_name,
    "ddns-rev-name": read_ddns_name,
    "option": read_option,
    "client-hostname": read_client_hostname,
}
REPEATABLE: Final = frozenset(("set", "option", "on", "timestamp"))


def read_statement(draft: Draft, tokens: list[Token], address_text: str) -> None:
    """Read one statement into the draft."""
    keyword = tokens[0].keyword
    reader = STATEMENTS.get(keyword)
    if reader is None:
        raise Damage("Unexpected configuration directive.", tokens[0].start)
    if keyword not in REPEATABLE:
        if keyword in draft.seen:
            text = f"Too many {keyword} parameters in lease {address_text}"
            draft.warnings.append((text, tokens[0].start))
        draft.seen.add(keyword)
    reader(draft, tokens)


def read_event(tokens: Tokens, draft: Draft, buffer: bytes, start: int) -> None:
    """`on expiry {...}`; a block that makes no sense is reported, and the lease does without."""
    names: list[str] = []
    while True:
        token = tokens.take()
        if token.is_mark(b"{"):
            break
        if token.is_mark(b";") and names:
            return
        if token.kind != WORD:
            raise Damage("left brace expected.", token.start)
        names.append(token.keyword)
    end = tokens.skip_block()
    last = buffer[token.end : end - 1].rstrip()[-1:]
    if last not in (b";", b"}", b""):
        raise Damage("semicolon expected.", end - 1)
    block = draft.event_reader.read(buffer[start:end])
    if isinstance(block, str):
        draft.warnings.append((block, start))
    else:
        draft.events.append(block)


# -- Parts of statements


def expect_end(tokens: list[Token], at: int) -> None:
    """Nothing more may stand before the semicolon."""
    if len(tokens) > at:
        raise Damage("semicolon expected.", tokens[at].start)


def expect_word(tokens: list[Token], at: int, word: str) -> None:
    """Here stands just this word."""
    if len(tokens) <= at or tokens[at].keyword != word:
        raise Damage(f"expecting {word}", tokens[min(at, len(tokens) - 1)].start)


def state_name(tokens: list[Token], at: int) -> str:
    """The name behind `state`."""
    expect_word(tokens, at, "state")
    if len(tokens) <= at + 1:
        raise Damage("expecting a binding state.", tokens[-1].end)
    expect_end(tokens, at + 2)
    return tokens[at + 1].keyword


def state_code(tokens: list[Token], name: str) -> int:
    """The code of a binding state."""
    code = STATE_CODES.get(name)
    if code is None:
        shown = tokens[-1].text.decode("latin-1")
        raise Damage(f"{shown}: expecting a binding state.", tokens[-1].start)
    return code


def number_in(token: Token, name: str) -> int:
    """A decimal number."""
    text = token.text
    digits = text[1:] if text[:1] == b"-" else text
    if token.kind != WORD or not digits.isdigit() or len(digits) > LONGEST_NUMBER:
        raise Damage(f"numeric {name} expected.", token.start)
    return int(text)


def identifier(tokens: list[Token]) -> bytes:
    """A string, or bytes in hexadecimal joined by colons, behind the first token."""
    if len(tokens) < 2:
        raise Damage("expecting numeric value.", tokens[-1].end)
    if tokens[1].kind == STRING:
        expect_end(tokens, 2)
        return tokens[1].text
    return hexadecimal_bytes(tokens, 1)


def hexadecimal_bytes(tokens: list[Token], at: int) -> bytes:
    """`2:0:1f`: bytes joined by colons, up to the end of the statement."""
    found = bytearray()
    while True:
        if at >= len(tokens):
            raise Damage("expecting numeric value.", tokens[-1].end)
        text = tokens[at].text
        try:
            value = int(text, HEXADECIMAL)
        except ValueError:
            value = -1
        if tokens[at].kind != WORD or not text.isalnum() or not 0 <= value <= 255:
            raise Damage("expecting numeric value.", tokens[at].start)
        found.append(value)
        at += 1
        if at == len(tokens):
            return bytes(found)
        if not tokens[at].is_mark(b":"):
            raise Damage("semicolon expected.", tokens[at].start)
        at += 1


def constant(tokens: list[Token], at: int) -> bytes | int | bool:
    """The value of a variable."""
    if at < len(tokens):
        token = tokens[at]
        if token.kind == STRING:
            expect_end(tokens, at + 1)
            return token.text
        if token.keyword in ("true", "false"):
            expect_end(tokens, at + 1)
            return token.keyword == "true"
        if token.is_mark(b"%") and at + 1 < len(tokens):
            expect_end(tokens, at + 2)
            return number_in(tokens[at + 1], "value")
    place = tokens[at].start if at < len(tokens) else tokens[-1].end
    raise Damage("expecting a constant value.", place)

"""Leases in the daemon's own hand, read by one regular expression.

What it does not match to the letter takes the long way (lease/statement.py), which also finds
the words for what is wrong with it. Texts that many leases share are looked up, not read.
"""

import re
from collections.abc import Container
from typing import Final, final

from pydhcpd.expression.binding import Value
from pydhcpd.expression.context import EventBlock
from pydhcpd.lease.binding import STATE_NAMES
from pydhcpd.lease.date import LAST_YEAR, SECONDS_A_DAY, day_number
from pydhcpd.lease.event import NO_EVENTS, Events, Variables
from pydhcpd.lease.eventreader import EventReader
from pydhcpd.lease.lease import (
    ABANDONED,
    BACKUP,
    BOOTP,
    FREE,
    RESERVED,
    AgentOptions,
    Billing,
    Lease,
)
from pydhcpd.lease.text import state_text
from pydhcpd.lease.token import unescape
from pydhcpd.model.configuration import Configuration
from pydhcpd.options.space import OptionSpace
from pydhcpd.wire.hardware import HARDWARE_TYPE_CODES
from pydhcpd.wire.moment import NEVER

_DATE: Final = rb"([^;\n]+);(?: # [^\n]*)?\n"
_TEXT: Final = rb'[^"\\\n]*(?:\\(?:[0-3][0-7][0-7]|["\\])[^"\\\n]*)*'
_HEX: Final = rb"[0-9a-f]{2}(?::[0-9a-f]{2})*"

RECORD: Final = re.compile(
    rb"lease (\d+)\.(\d+)\.(\d+)\.(\d+) \{\n"
    rb"(?:  starts " + _DATE + rb")?"
    rb"(?:  ends " + _DATE + rb")?"
    rb"(?:  tstp " + _DATE + rb")?"
    rb"(?:  tsfp " + _DATE + rb")?"
    rb"(?:  atsfp " + _DATE + rb")?"
    rb"(?:  cltt " + _DATE + rb")?"
    rb"(  binding [^\n]*\n(?:  next [^\n]*\n)?(?:  rewind [^\n]*\n)?)"
    rb"(  reserved;\n)?"
    rb"(  dynamic-bootp;\n)?"
    rb"(?:  billing ([^\n]*)\n)?"
    rb"(?:  hardware ([a-z0-9-]+) ((?:" + _HEX + rb")?);\n)?"
    rb'(?:  uid (?:"(' + _TEXT + rb')"|(' + _HEX + rb"));\n)?"
    rb"((?:  set [^\n]*;\n)*)"
    rb"((?:  option [^\n]*;\n)*)"
    rb'(?:  client-hostname "([^"\\\n]*)";\n)?'
    rb"((?:  on [a-z ]+ \{\n(?:    [^\n]*\n)+  \}\n)*)"
    rb"\}\n"
)
_DATE_TEXT: Final = re.compile(rb"\d (\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)")
_EPOCH: Final = re.compile(rb"epoch (\d{1,10})")
_VARIABLE: Final = re.compile(
    rb'  set ([A-Za-z0-9_-]+) = (?:"(' + _TEXT + rb')"|(true|false)|%(-?\d{1,18}));\n'
)
_BILLING: Final = re.compile(
    rb'(?:class "([^"\\]*)"|subclass "([^"\\]*)" (?:"([^"\\]*)"|(' + _HEX + rb")));"
)
_AGENT_OPTION: Final = re.compile(
    rb'  option agent\.([A-Za-z0-9_-]+) (?:"([^"\\\n]*)"|([0-9a-f]{1,2}(?::[0-9a-f]{1,2})*));\n'
)
_EVENT: Final = re.compile(rb"  (on [a-z ]+ \{\n(?:    [^\n]*\n)+  \})\n")
_BYTES_FORMAT: Final = "X"
_LONGEST_HARDWARE: Final = 20
_KEPT_TEXTS: Final = 65536

_OCTETS: Final = {str(octet).encode("ascii"): octet for octet in range(256)}
_STATES: Final = {
    state_text(state, next_state, rewind_state)[1:].encode("ascii") + b"\n": (
        state,
        next_state,
        rewind_state,
    )
    for state in STATE_NAMES
    for next_state in STATE_NAMES
    for rewind_state in STATE_NAMES
}
_HARDWARE_TYPES: Final = {
    name.encode("ascii"): bytes((code,)) for name, code in HARDWARE_TYPE_CODES.items()
}


@final
class RecordReader:
    """Makes leases of matches; keeps what many of them share."""

    __slots__ = ("_classes", "_configuration", "_dates", "_events", "_space", "_variables")

    def __init__(
        self,
        configuration: Configuration,
        classes: Container[str],
        space: OptionSpace,
        events: EventReader,
    ) -> None:
        self._configuration: Final = configuration
        self._classes: Final = classes
        self._space: Final = space
        self._events: Final = events
        self._dates: Final[dict[bytes | None, int]] = {None: 0, b"never": NEVER}
        self._variables: Final[dict[bytes, Variables]] = {b"": ()}

    def read(self, match: "re.Match[bytes]") -> Lease | None:
        """The lease of a match of RECORD; None for one that needs a closer look."""
        (
            octet1,
            octet2,
            octet3,
            octet4,
            starts_text,
            ends_text,
            tstp_text,
            tsfp_text,
            atsfp_text,
            cltt_text,
            states_text,
            reserved,
            bootp,
            billing_text,
            htype_text,
            hardware_hex,
            uid,
            uid_hex,
            set_text,
            option_text,
            host_name,
            event_text,
        ) = match.groups()
        try:
            address = (
                _OCTETS[octet1] << 24
                | _OCTETS[octet2] << 16
                | _OCTETS[octet3] << 8
                | _OCTETS[octet4]
            )
            state, next_state, rewind_state = _STATES[states_text]
            hardware = None
            if htype_text is not None:
                hardware = _HARDWARE_TYPES[htype_text] + bytes.fromhex(
                    hardware_hex.replace(b":", b"").decode("ascii")
                )
                if len(hardware) > _LONGEST_HARDWARE:
                    return None
        except KeyError:
            return None
        starts = self._date(starts_text)
        ends = self._date(ends_text)
        cltt = starts if cltt_text == starts_text else self._date(cltt_text)
        tstp = ends if tstp_text is None else self._date(tstp_text)
        tsfp = 0 if tsfp_text is None else self._date(tsfp_text)
        atsfp = 0 if atsfp_text is None else self._date(atsfp_text)
        if starts < 0 or ends < 0 or cltt < 0 or tstp < 0 or tsfp < 0 or atsfp < 0:
            return None
        if uid_hex is not None:
            uid = bytes.fromhex(uid_hex.replace(b":", b"").decode("ascii"))
        elif uid is not None and b"\\" in uid:
            uid = _unescape(uid)
        variables = self._variables.get(set_text)
        if variables is None:
            variables = self._read_variables(set_text)
            if variables is None:
                return None
        agent_options = self._agent_options(option_text) if option_text else ()
        if agent_options is None:
            return None
        events = self._read_events(event_text) if event_text else NO_EVENTS
        if events is None:
            return None
        billing = None
        if billing_text is not None:
            billing = self._billing(billing_text)
            if billing is None:
                return None
            if state in (FREE, BACKUP, ABANDONED):
                billing = None
        if state == BACKUP and not self._has_partner(address):
            if rewind_state == BACKUP:
                rewind_state = FREE
            state = next_state = FREE
        flags = 0
        if reserved is not None:
            flags = RESERVED
        if bootp is not None:
            flags |= BOOTP
        return Lease(
            address,
            state,
            next_state,
            rewind_state,
            starts,
            ends,
            tstp,
            tsfp,
            atsfp,
            cltt,
            flags,
            billing,
            hardware,
            uid or None,
            variables,
            agent_options,
            host_name,
            events,
        )

    def _has_partner(self, address: int) -> bool:
        pool = self._configuration.find_pool(address)
        return pool is not None and pool.failover_peer is not None

    def _date(self, text: bytes | None) -> int:
        """Seconds since the epoch; -1 if the date needs a closer look."""
        found = self._dates.get(text)
        if found is not None or text is None:
            return found or 0
        seconds = _read_date(text)
        if len(self._dates) < _KEPT_TEXTS:
            self._dates[text] = seconds
        return seconds

    def _billing(self, text: bytes) -> Billing | None:
        match = _BILLING.fullmatch(text)
        if match is None:
            return None
        name, super_name, key, key_hex = match.groups()
        class_name = (super_name if name is None else name).decode("latin-1")
        if class_name not in self._classes:
            return None
        if key_hex is not None:
            key = bytes.fromhex(key_hex.replace(b":", b"").decode("ascii"))
        return Billing(class_name, key)

    def _read_variables(self, text: bytes) -> Variables | None:
        found: dict[str, Value | None] = {}
        at = 0
        while at < len(text):
            match = _VARIABLE.match(text, at)
            if match is None:
                return None
            name, data, boolean, number = match.groups()
            if data is not None:
                found[name.decode("ascii")] = unescape(data)
            elif boolean is not None:
                found[name.decode("ascii")] = boolean == b"true"
            else:
                found[name.decode("ascii")] = int(number)
            at = match.end()
        variables = tuple(reversed(found.items()))
        if len(self._variables) < _KEPT_TEXTS:
            self._variables[text] = variables
        return variables

    def _read_events(self, text: bytes) -> Events | None:
        blocks: list[EventBlock] = []
        for statement in _EVENT.findall(text):
            block = self._events.read(statement)
            if isinstance(block, str):
                return None
            blocks.append(block)
        return NO_EVENTS.with_blocks(blocks)

    def _agent_options(self, text: bytes) -> AgentOptions | None:
        found: list[tuple[int, bytes]] = []
        at = 0
        while at < len(text):
            match = _AGENT_OPTION.match(text, at)
            if match is None:
                return None
            name, string, hexadecimal = match.groups()
            definition = self._space.names.get(name.decode("ascii").lower())
            if definition is None or definition.format != _BYTES_FORMAT:
                return None
            if string is not None:
                found.append((definition.code, string))
            else:
                value = bytes(int(part, 16) for part in hexadecimal.split(b":"))
                found.append((definition.code, value))
            at = match.end()
        return tuple(found)


def _read_date(text: bytes) -> int:
    """`1 2026/01/05 00:00:00` or `epoch N`; -1 for anything else."""
    match = _DATE_TEXT.fullmatch(text)
    if match is None:
        match = _EPOCH.fullmatch(text)
        return -1 if match is None else min(int(match.group(1)), NEVER)
    year, month, day, hour, minute, second = map(int, match.groups())
    if year < 1970 or not 1 <= month <= 12:
        return -1
    if year > LAST_YEAR:
        return NEVER
    return day_number(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second


def _unescape(text: bytes) -> bytes:
    """What `_TEXT` stands for: its escapes are among Python's."""
    return text.decode("unicode_escape").encode("latin-1")

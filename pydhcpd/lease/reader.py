"""Reads dhcpd.leases(5): every record of leases and others, whatever state the file is in.

The text comes in chunks. Records in the daemon's own hand are matched whole; others are read
token by token. What cannot be understood is reported with its line, and only that record is
lost: reading goes on where the next record begins, even in the middle of a line, because a
torn record may have had the next one written right behind it. An older record of the address
stays in force.
"""

import re
from collections.abc import Iterable
from sys import byteorder
from typing import Final, final

from pydhcpd.lease.eventreader import EventReader
from pydhcpd.lease.lease import Lease
from pydhcpd.lease.odd import CLASS, FAILOVER, GROUP, HOST, SUBCLASS, OddRecord
from pydhcpd.lease.record import RECORD, RecordReader
from pydhcpd.lease.statement import Draft, identifier, read_event, read_statement
from pydhcpd.lease.token import STRING, WORD, Damage, Incomplete, Token, Tokens
from pydhcpd.model.configuration import Configuration
from pydhcpd.wire.address import format_ipv4

CORRUPT: Final = "Corrupt lease file - possible data loss!"
BYTE_ORDER: Final = (
    "WARNING: Lease file authored using different byte order, will attempt to convert"
)
# A record that is longer than this has lost its end.
LONGEST_RECORD_BYTES: Final = 1 << 20
LONGEST_QUOTED_LINE: Final = 200
# Beyond so many reports of damage only their number is told.
MOST_REPORTS: Final = 100
TAB_STOP: Final = 8

_BLANKS: Final = re.compile(rb"(?:[ \t\r\n\f\v]+|#[^\n]*\n)*")
_LAST_COMMENT: Final = re.compile(rb"#[^\n]*\Z")
# Where a record may begin: a keyword at the start of a line, or behind a torn record.
_RESUME: Final = re.compile(
    rb"lease [0-9]{1,3}(?:\.[0-9]{1,3}){3} \{[ \t\r]*\n"
    rb"|^[ \t]*(?:lease|host|group|class|subclass|failover|server-duid|authoring-byte-order)\b",
    re.MULTILINE | re.IGNORECASE,
)
_LONGEST_RESUME: Final = 64
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BYTE_ORDERS: Final = ("little-endian", "big-endian")
_OWN_BYTE_ORDER: Final = f"{byteorder}-endian"


@final
class LeasesReader:
    """Reads one file: `feed` with each chunk, then `finish`; the results are attributes.

    `leases` holds the latest record of each address that is in a pool, in the order of these
    records. `odd_records` are all the others in the order of the file. `messages` are lines to
    log (level error), `is_damaged` tells whether any record was lost.
    """

    __slots__ = (
        "_buffer",
        "_classes",
        "_configuration",
        "_counted_lines",
        "_counted_offset",
        "_events",
        "_is_resuming",
        "_lines_before",
        "_now",
        "_path",
        "_records",
        "_reports",
        "_space",
        "is_damaged",
        "leases",
        "messages",
        "odd_records",
        "server_duid",
    )

    def __init__(self, path: str, configuration: Configuration, now: int) -> None:
        space = configuration.spaces.find("agent")
        assert space is not None, "the space of relay agent information is built in"
        self._path: Final = path
        self._configuration: Final = configuration
        self._now: Final = now
        self._space: Final = space
        self._classes: Final = {named.name for named in configuration.classes}
        self._events: Final = EventReader(configuration)
        self._records: Final = RecordReader(configuration, self._classes, space, self._events)
        self._buffer = b""
        self._lines_before = 0
        # How many lines of the buffer end before an offset.
        self._counted_offset = 0
        self._counted_lines = 0
        self._is_resuming = False
        self._reports = 0
        self.leases: Final[dict[int, Lease]] = {}
        self.odd_records: Final[list[OddRecord]] = []
        self.messages: Final[list[str]] = []
        self.server_duid: bytes | None = None
        self.is_damaged = False

    def feed(self, chunk: bytes) -> None:
        """Read on."""
        self._buffer = self._buffer + chunk if self._buffer else chunk
        self._drop(self._read_records(is_last=False))

    def finish(self) -> None:
        """Read what is left: the file ends here."""
        self._read_records(is_last=True)
        self._buffer = b""
        if self._reports > MOST_REPORTS:
            unreported = self._reports - MOST_REPORTS
            self.messages.append(f"{self._path}: {unreported} more damaged records")

    def _drop(self, size: int) -> None:
        self._lines_before += self._buffer.count(b"\n", 0, size)
        self._buffer = self._buffer[size:]
        self._counted_offset = 0
        self._counted_lines = 0

    def _read_records(self, is_last: bool) -> int:
        """Read all whole records of the buffer; returns where the rest begins."""
        buffer = self._buffer
        at = 0
        match_record = RECORD.match
        read = self._records.read
        leases = self.leases
        find_pool = self._configuration.find_pool
        while True:
            if self._is_resuming:
                at = self._find_record(at, is_last)
                if self._is_resuming:
                    return at
            match = match_record(buffer, at)
            while match is not None:
                lease = read(match)
                if lease is None:
                    break
                if lease.address in leases or find_pool(lease.address) is None:
                    self._store(lease)
                else:
                    leases[lease.address] = lease
                at = match.end()
                match = match_record(buffer, at)
            blanks = _BLANKS.match(buffer, at)
            if blanks is not None and blanks.end() > at:
                at = blanks.end()
                continue
            if at == len(buffer) or (is_last and _LAST_COMMENT.match(buffer, at)):
                return at
            end = at + LONGEST_RECORD_BYTES
            try:
                at = self._read_item(at, min(end, len(buffer)))
            except (Damage, Incomplete) as error:
                if end > len(buffer) and not is_last:
                    # What is missing may be in the next chunk.
                    return at
                self._report(error.text, error.offset)
                at += 1

    def _find_record(self, at: int, is_last: bool) -> int:
        """Behind damage: where the next record begins, or how much of the buffer to skip."""
        buffer = self._buffer
        found = _RESUME.search(buffer, at)
        if found is not None and (is_last or found.end() < len(buffer)):
            self._is_resuming = False
            return found.start()
        if is_last:
            self._is_resuming = False
            return len(buffer)
        tail = max(at, len(buffer) - _LONGEST_RESUME)
        line_start = buffer.rfind(b"\n", at, tail) + 1
        return line_start or tail

    def _store(self, lease: Lease) -> None:
        address = lease.address
        leases = self.leases
        if address in leases:
            # The order of the last records counts.
            del leases[address]
        elif self._configuration.find_pool(address) is None:
            self.messages.append(f"lease {format_ipv4(address)}: no subnet.")
            return
        leases[address] = lease

    # -- Records in any hand

    def _read_item(self, start: int, end: int) -> int:
        """Read the record at `start`; returns where it ends. Raises Damage or Incomplete."""
        tokens = Tokens(self._buffer, start, end)
        first = tokens.take()
        keyword = first.keyword
        if keyword == "lease":
            return self._read_lease(tokens)
        if keyword in (CLASS, SUBCLASS, GROUP, HOST, FAILOVER):
            return self._read_odd(keyword, tokens, first.start)
        if keyword == "server-duid":
            self.server_duid = identifier(tokens.statement(first))
            return tokens.offset
        if keyword == "authoring-byte-order":
            self._read_byte_order(tokens.statement(first))
            return tokens.offset
        raise Damage("Unexpected configuration directive.", first.start)

    def _read_lease(self, tokens: Tokens) -> int:
        address = _read_address(tokens)
        pool = self._configuration.find_pool(address)
        address_text = format_ipv4(address)
        draft = Draft(address, self._classes, self._space, self._events)
        while True:
            token = tokens.take()
            if token.is_mark(b"}"):
                break
            if token.is_mark(b";"):
                continue
            if token.keyword == "on":
                read_event(tokens, draft, self._buffer, token.start)
            else:
                read_statement(draft, tokens.statement(token), address_text)
        for text, offset in draft.warnings:
            self._locate(text, offset)
        has_partner = pool is not None and pool.failover_peer is not None
        self._store(draft.finish(self._now, has_partner))
        return tokens.offset

    def _read_odd(self, kind: str, tokens: Tokens, start: int) -> int:
        name_start = tokens.offset
        token = tokens.take()
        while not token.is_mark(b"{"):
            if token.kind not in (WORD, STRING) and token.text not in b".:":
                raise Damage("expecting left brace.", token.start)
            token = tokens.take()
        name = self._buffer[name_start : token.start].strip().decode("latin-1")
        end = tokens.skip_block()
        keywords = _keywords(Tokens(self._buffer, token.end, end))
        is_deleted = "deleted" in keywords
        self._counted_lines += self._buffer.count(b"\n", self._counted_offset, start)
        self._counted_offset = start
        self.odd_records.append(
            OddRecord(
                kind,
                name,
                self._buffer[start:end],
                is_dynamic="dynamic" in keywords,
                is_deleted=is_deleted,
                line=self._lines_before + self._counted_lines + 1,
            )
        )
        if kind == CLASS:
            # Leases may be billed to it from here on.
            change = self._classes.discard if is_deleted else self._classes.add
            change(name.strip('"'))
        return end

    def _read_byte_order(self, tokens: list[Token]) -> None:
        order = tokens[1].keyword if len(tokens) > 1 else ""
        if order not in _BYTE_ORDERS:
            raise Damage("authoring-byte-order specification must be a token", tokens[-1].end)
        if order != _OWN_BYTE_ORDER:
            self.messages.append(BYTE_ORDER)

    # -- Messages

    def _report(self, text: str, offset: int) -> None:
        """Tell of a record that is lost, and look for the next one."""
        self.is_damaged = True
        self._is_resuming = True
        self._reports += 1
        if self._reports <= MOST_REPORTS:
            self._locate(text, offset)
            self.messages.append(CORRUPT)

    def _locate(self, text: str, offset: int) -> None:
        """A message with its line, the source line and a caret below the place."""
        buffer = self._buffer
        offset = min(offset, len(buffer))
        line = self._lines_before + buffer.count(b"\n", 0, offset) + 1
        line_start = buffer.rfind(b"\n", 0, offset) + 1
        line_end = buffer.find(b"\n", offset)
        line_end = len(buffer) if line_end < 0 else line_end
        line_start = max(line_start, offset - LONGEST_QUOTED_LINE)
        line_end = min(line_end, line_start + 2 * LONGEST_QUOTED_LINE)
        quoted = _printable(buffer[line_start:line_end])
        before = _printable(buffer[line_start:offset])
        self.messages.append(f"{self._path} line {line}: {_printable(text.encode('latin-1'))}")
        self.messages.append(quoted)
        self.messages.append(" " * len(before.expandtabs(TAB_STOP)) + "^")


def read_leases(
    path: str, chunks: Iterable[bytes], configuration: Configuration, now: int
) -> LeasesReader:
    """Read a whole file; any bytes will do."""
    reader = LeasesReader(path, configuration, now)
    for chunk in chunks:
        reader.feed(chunk)
    reader.finish()
    return reader


def _read_address(tokens: Tokens) -> int:
    """`10.0.0.1 {`"""
    address = 0
    for number in range(4):
        token = tokens.take()
        if token.kind != WORD or not token.text.isdigit():
            raise Damage("expecting numeric value.", token.start)
        if len(token.text) > 9 or int(token.text) > 255:
            text = f"{token.text.decode('ascii')[:9]} exceeds max (255) for precision."
            raise Damage(text, token.start)
        address = address << 8 | int(token.text)
        token = tokens.take()
        if number < 3 and not token.is_mark(b"."):
            raise Damage("too few numbers.", token.start)
    if not token.is_mark(b"{"):
        raise Damage("expecting left brace.", token.start)
    return address


def _keywords(tokens: Tokens) -> set[str]:
    """The words by which a record says `dynamic;` or `deleted;`."""
    found: set[str] = set()
    first = tokens.take()
    while not first.is_mark(b"}"):
        second = tokens.take()
        if second.is_mark(b";"):
            found.add(first.keyword)
            first = tokens.take()
        else:
            break
    return found


def _printable(text: bytes) -> str:
    return _UNPRINTABLE.sub("?", text.decode("latin-1"))

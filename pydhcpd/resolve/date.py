"""Dates of dhcpd.conf(5): in permits, and in what is recorded of a failover peer."""

from datetime import date
from typing import Final

from pydhcpd.options.space import leading_number
from pydhcpd.options.word import ValueProblem
from pydhcpd.resolve.phrase import Phrase

NEVER: Final = 0x7FFFFFFF
LAST_YEAR: Final = 2037
SECONDS_A_DAY: Final = 86400


def read_date(phrase: Phrase) -> int:
    """`W YYYY/MM/DD HH:MM:SS [offset]`, `epoch N` or `never`, in seconds since 1970."""
    reader = phrase.reader
    if phrase.accept("never"):
        return NEVER
    if phrase.accept("epoch"):
        return _read_number(phrase, "Seconds since epoch expected.")
    _read_number(phrase, "numeric day of week expected.")
    start = reader.index
    year = _read_number(phrase, "numeric year expected.")
    _read_mark(phrase, "/", "expected slash separating year from month.")
    month = _read_number(phrase, "numeric month expected.")
    _read_mark(phrase, "/", "expected slash separating month from day.")
    day = _read_number(phrase, "numeric day of month expected.")
    hour = _read_number(phrase, "numeric hour expected.")
    _read_mark(phrase, ":", "expected colon separating hour from minute.")
    minute = _read_number(phrase, "numeric minute expected.")
    _read_mark(phrase, ":", "expected colon separating minute from second.")
    second = _read_number(phrase, "numeric second expected.")
    offset = 0
    if not reader.is_at_end:
        offset = _read_number(phrase, "Time zone offset or semicolon expected.")
    if year > LAST_YEAR:
        return NEVER
    try:
        days = date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        raise ValueProblem("no such day.", start) from None
    return days * SECONDS_A_DAY + hour * 3600 + minute * 60 + second + offset


def _read_number(phrase: Phrase, text: str) -> int:
    reader = phrase.reader
    if reader.is_at_end or reader.peek().kind != "number":
        raise reader.problem(text)
    word = reader.take().text
    number = leading_number(word.removeprefix("-"))
    return -number if word.startswith("-") else number


def _read_mark(phrase: Phrase, mark: str, text: str) -> None:
    if not phrase.reader.accept(mark):
        raise phrase.reader.problem(text)

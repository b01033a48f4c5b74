"""Executable statements that are a keyword with words: on, add, break, parse-vendor-option."""

from typing import Final

from pydhcpd.config import ast
from pydhcpd.config.parser import parse_configuration
from pydhcpd.expression.context import EventBlock
from pydhcpd.expression.control import Break
from pydhcpd.expression.node import Statement
from pydhcpd.expression.statement import Add, On
from pydhcpd.expression.text import body_text
from pydhcpd.expression.vendor import ParseVendorOption
from pydhcpd.options.word import ValueProblem
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import EXECUTABLE, GLOBAL, Place
from pydhcpd.resolve.walk import Walk

EVENTS: Final = ("expiry", "commit", "release", "transmission")


def read_event(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`on EVENT or EVENT ... { ... }`; without a body the events are cleared."""
    events = [_read_event_name(phrase)]
    while phrase.accept("or"):
        events.append(_read_event_name(phrase))
    body = phrase.body
    if body is None:
        phrase.expect_semicolon("left brace expected.")
        block = EventBlock(tuple(events), (), "")  # clears them
    else:
        phrase.expect_body("left brace expected.")
        block = _read_block(walk, place, tuple(events), body)
    place.scope.statements.append(On(block))


def _read_block(walk: Walk, place: Place, events: tuple[str, ...], body: ast.Body) -> EventBlock:
    inside = place.inside(EXECUTABLE)
    before = walk.problem_count
    walk.read_body(body, inside)
    statements = tuple(inside.scope.statements)
    text = ""
    if walk.is_writing and walk.problem_count == before:
        text = _stored_text(walk, statements)
    return EventBlock(events, statements, text)


def _stored_text(walk: Walk, statements: tuple[Statement, ...]) -> str:
    """The body as the leases file has it: dhcpd's text, or if that says something else, the same
    with parentheses (dhcpd forgets those that were written)."""
    spaces = walk.draft.spaces
    text = body_text(statements, spaces, False)
    meant = body_text(statements, spaces, True)
    if text == meant:
        return text
    other = walk.apart()
    tree = parse_configuration("", f"on expiry {text}".encode("latin-1"), _refuse_to_read)
    other.read_file(tree, Place(GLOBAL, other.draft.scope))
    read = other.draft.scope.statements
    if other.problem_count or len(read) != 1 or not isinstance(read[0], On):
        return meant
    return text if body_text(read[0].block.statements, spaces, True) == meant else meant


def _refuse_to_read(path: str) -> bytes:
    raise OSError(f"{path}: no event includes a file")


def _read_event_name(phrase: Phrase) -> str:
    word = phrase.next_word()
    if word not in EVENTS:
        raise phrase.reader.problem("expecting a lease event type")
    phrase.reader.take()
    return word


def read_add(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`add "CLASS";`."""
    reader = phrase.reader
    if reader.is_at_end or reader.peek().kind != "string":
        raise reader.problem("expecting class name.")
    name = reader.peek().text
    if name not in walk.draft.classes:
        raise reader.problem(f"class {name}: not found")
    reader.take()
    phrase.expect_semicolon()
    if place.kind == GLOBAL:
        # dhcpd dies here when it executes the file: there is no client yet.
        raise ValueProblem(f"class {name}: no client to add at file level.", -1)
    place.scope.statements.append(Add(name))


def read_break(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`break;`."""
    phrase.expect_semicolon()
    place.scope.statements.append(Break())


def read_parse_vendor_option(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`parse-vendor-option;`."""
    phrase.expect_semicolon()
    place.scope.statements.append(ParseVendorOption(walk.draft.spaces))

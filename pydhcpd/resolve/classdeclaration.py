"""Declarations of classes and subclasses (dhcpd.conf(5) CLIENT CLASSING)."""

from typing import Final

from pydhcpd.config.ast import PlainRun
from pydhcpd.expression.data import Constant
from pydhcpd.expression.statement import SUPERSEDE, SetOption
from pydhcpd.options.space import DHCP, leading_number
from pydhcpd.options.text import read_string
from pydhcpd.options.word import ValueProblem, is_numeric
from pydhcpd.resolve.address import read_octet_lists
from pydhcpd.resolve.draft import DraftClass, DraftScope, DraftSubclass
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import CLASS, Place
from pydhcpd.resolve.walk import Walk

# The option that the obsolete forms look at.
OBSOLETE_FORMS: Final[dict[str, int]] = {"vendor-class": 60, "user-class": 77}


def read_class(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`class "NAME" { ... }`."""
    name = _read_class_name(phrase)
    body = phrase.expect_body()
    inside = place.inside(CLASS)
    client_class = walk.draft.classes.get(name)
    if client_class is None:
        client_class = DraftClass(name, inside.scope, phrase.keyword)
        walk.draft.classes[name] = client_class
    client_class.tests.clear()
    walk.read_body(body, inside.of_class(client_class))


def read_subclass(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`subclass "CLASS" DATA;` or with a body."""
    reader = phrase.reader
    name = _read_class_name(phrase)
    client_class = _find_class(walk, phrase, name)
    word = reader.peek()
    if reader.is_at_end or not (word.kind == "string" or is_numeric(word)):
        raise reader.problem("Expecting string or hex list.")
    subclass = _open_subclass(client_class, read_string(reader))
    if reader.is_at_end and phrase.terminator.kind == ";":
        return
    body = phrase.expect_body()
    if subclass.scope is client_class.scope:
        subclass.scope = DraftScope(client_class.scope)
    walk.read_body(body, place.inside(CLASS).of_subclass(subclass))


def read_plain_subclasses(
    walk: Walk, place: Place, run: PlainRun, is_after_declaration: bool
) -> bool:
    """A run of subclasses without bodies."""
    classes = walk.draft.classes
    names, octets, texts = zip(*run.rows, strict=True)
    if not classes.keys() >= set(names):
        return walk.read_each(run, place, is_after_declaration)
    for name, key, text in zip(names, read_octet_lists(octets), texts, strict=True):
        _open_subclass(classes[name], key or text.encode("latin-1"))
    return True


def read_obsolete_class(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`vendor-class` and `user-class`: a subclass of the class of that name, keyed by it."""
    name = _read_class_name(phrase)
    client_class = _find_class(walk, phrase, name)
    key = name.encode("latin-1")
    subclass = _open_subclass(client_class, key)
    if phrase.reader.is_at_end and phrase.terminator.kind == ";":
        return
    body = phrase.expect_body()
    if subclass.scope is client_class.scope:
        subclass.scope = DraftScope(client_class.scope)
    code = OBSOLETE_FORMS[phrase.keyword.word]
    subclass.scope.statements.append(
        SetOption(DHCP, code, Constant(key), SUPERSEDE, token=phrase.keyword)
    )
    walk.read_body(body, place.inside(CLASS).of_subclass(subclass))


def read_lease_limit(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`lease limit N;`: at most so many leases are billed to the class."""
    reader = phrase.reader
    if not phrase.accept("limit"):
        raise reader.problem('expecting "limit"')
    if reader.is_at_end or reader.peek().kind != "number":
        raise reader.problem("expecting a number")
    limit = leading_number(reader.take().text)
    phrase.expect_semicolon()
    if place.subclass is not None:
        place.subclass.lease_limit = limit
    elif place.client_class is not None:
        place.client_class.lease_limit = limit


def _read_class_name(phrase: Phrase) -> str:
    reader = phrase.reader
    if reader.is_at_end or reader.peek().kind != "string":
        raise reader.problem("Expecting class name")
    return reader.take().text


def _find_class(walk: Walk, phrase: Phrase, name: str) -> DraftClass:
    client_class = walk.draft.classes.get(name)
    if client_class is None:
        raise ValueProblem(f"no class named {name}", phrase.reader.index - 1)
    return client_class


def _open_subclass(client_class: DraftClass, key: bytes) -> DraftSubclass:
    subclass = client_class.subclasses.get(key)
    if subclass is None:
        limit = client_class.lease_limit
        subclass = DraftSubclass(client_class.name, key, client_class.scope, limit)
        client_class.subclasses[key] = subclass
    return subclass

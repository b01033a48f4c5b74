"""Statements about the server as a whole: authoritative, formats of the leases file."""

from pydhcpd.options.word import ValueProblem
from pydhcpd.resolve.draft import DEBUG
from pydhcpd.resolve.option import read_flag, read_parameter, read_server_identifier
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import HOST, Place
from pydhcpd.resolve.walk import Walk


def read_authoritative(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`authoritative;` marks the body, in `if` bodies it is a flag that nobody looks at."""
    if place.is_executable:
        read_parameter("authoritative", phrase, walk.draft, place, walk.look_up)
        return
    if place.kind == HOST:
        phrase.refuse("authority makes no sense here.")
    place.scope.is_authoritative = True
    phrase.expect_semicolon()


def read_not(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`not authoritative;`."""
    if not phrase.accept("authoritative"):
        raise phrase.reader.problem("expecting assertion")
    if place.kind == HOST:
        phrase.refuse("authority makes no sense here.")
    place.scope.is_authoritative = False
    phrase.expect_semicolon()


def read_ignore(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`ignore` and a flag, also in a pool; allow and deny in `if` bodies."""
    read_flag(phrase, walk.draft, place)


def read_server_identifier_statement(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`server-identifier ADDRESS;`."""
    read_server_identifier(phrase, walk.draft, place, walk.look_up)


def read_lease_id_format(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`lease-id-format octal|hex;`."""
    word = phrase.next_word()
    if word not in ("octal", "hex"):
        text = "lease-id-format is invalid:  it must be octal or hex."
        raise phrase.reader.problem(text)
    phrase.reader.take()
    walk.draft.lease_id_format = word
    walk.draft.log(DEBUG, f"lease_id_format is: {word}")
    phrase.expect_semicolon("corrupt lease file; expecting a semicolon")


def read_db_time_format(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`db-time-format default|local;`."""
    word = phrase.next_word()
    if word not in ("default", "local"):
        raise phrase.reader.problem("Expecting 'local' or 'default'.")
    phrase.reader.take()
    walk.draft.db_time_format = word
    phrase.expect_semicolon("Expecting a semicolon.")


def read_ignored(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`% ...;`: a marker of a migration tool."""


def refuse_ldap(walk: Walk, place: Place, phrase: Phrase) -> None:
    """A parameter of LDAP; alone it is a variable, as for a dhcpd that was built without LDAP."""
    if phrase.reader.is_at_end and phrase.terminator.kind == ";":
        return
    phrase.refuse(f"{phrase.keyword.word}: configurations in LDAP are not supported.")


def refuse_call(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`log` or `execute` without its parentheses."""
    raise ValueProblem("left parenthesis expected.", 0)

"""Statements that set options: `option` and its kin, server parameters, allow and deny."""

from typing import Final

from pydhcpd.config import ast
from pydhcpd.config.diagnosis import STRAY
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.config.token import MISSING, Token
from pydhcpd.expression.data import Constant, LookUp
from pydhcpd.expression.node import Expression
from pydhcpd.expression.statement import APPEND, DEFAULT, PREPEND, SUPERSEDE, SetOption
from pydhcpd.options.address import HostNames
from pydhcpd.options.space import (
    SERVER,
    OptionDefinition,
    OptionSpaces,
    redefinition_notice,
)
from pydhcpd.options.value import read_value
from pydhcpd.options.word import ValueProblem, Word
from pydhcpd.resolve.draft import ERR, INFO, Draft
from pydhcpd.resolve.expression import find_option, find_space, resolve_data
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import Place

OPERATIONS: Final[dict[str, int]] = {
    "option": SUPERSEDE,
    "supersede": SUPERSEDE,
    "send": SUPERSEDE,
    "default": DEFAULT,
    "append": APPEND,
    "prepend": PREPEND,
}
# allow, deny and ignore set flags of the server space under other names.
FLAG_NAMES: Final[dict[str, str]] = {
    "bootp": "allow-bootp",
    "booting": "allow-booting",
    "dynamic-bootp": "dynamic-bootp",
    "unknown-clients": "boot-unknown-clients",
    "duplicates": "duplicates",
    "declines": "declines",
    "client-updates": "client-updates",
    "leasequery": "leasequery",
}
FLAG_VALUES: Final[dict[str, bytes]] = {"deny": b"\0", "allow": b"\1", "ignore": b"\2"}
SERVER_IDENTIFIER: Final = 54
OCTAL_DIGITS: Final = frozenset("01234567")
LARGEST_ADDRESS: Final = 0xFFFFFFFF
COMPRESSED_NAMES: Final = "Dc"
# What is said when there is no value behind "=", and whether the verb is `option`.
ASSIGNED: Final[dict[bool, str]] = {
    True: STRAY,
    False: "expecting a data expression.",
}
# Stands for whatever ends a statement where a value was expected.
_STRANGER: Final = Word("punctuation", "}")


def read_option_value(
    node: ast.OptionValue, draft: Draft, place: Place, look_up: LookUp | None
) -> None:
    """`option NAME VALUE;`."""
    definition = _find_written_option(node.token.word, node.name, draft, place)
    phrase = Phrase(node.name.name, node.words.tokens(), node.end, None)
    value = read_written_value(definition, phrase, draft, look_up)
    if value is not None:
        operation = OPERATIONS[node.token.word]
        _set_option(place, definition, Constant(value), operation, node.token)


def read_option_assignment(node: ast.OptionAssignment, draft: Draft, place: Place) -> None:
    """`option NAME = EXPRESSION;`."""
    definition = _find_written_option(node.token.word, node.name, draft, place)
    value = resolve_data(node.value, draft, ASSIGNED[node.token.word == "option"])
    check_semicolon(node)
    _set_option(place, definition, value, OPERATIONS[node.token.word], node.token)


def read_assignment(
    node: ast.Assignment, definition: OptionDefinition, draft: Draft, place: Place
) -> None:
    """`PARAMETER = EXPRESSION;`."""
    value = resolve_data(node.value, draft, ASSIGNED[True])
    check_semicolon(node)
    _set_option(place, definition, value, SUPERSEDE, node.token)


def read_parameter(
    name: str, phrase: Phrase, draft: Draft, place: Place, look_up: LookUp | None
) -> None:
    """`PARAMETER VALUE;`: an option of the server space."""
    definition = find_parameter(name, draft.spaces)
    assert definition is not None, "the caller knows the parameter"
    value = read_written_value(definition, phrase, draft, look_up)
    if value is not None:
        _set_option(place, definition, Constant(value), SUPERSEDE, phrase.keyword)


def read_server_identifier(
    phrase: Phrase, draft: Draft, place: Place, look_up: LookUp | None
) -> None:
    """`server-identifier ADDRESS;`: another name of option dhcp-server-identifier."""
    definition = server_identifier(draft.spaces)
    value = read_written_value(definition, phrase, draft, look_up)
    if value is not None:
        _set_option(place, definition, Constant(value), SUPERSEDE, phrase.keyword)


def read_flag(phrase: Phrase, draft: Draft, place: Place) -> None:
    """`allow`, `deny` or `ignore` and a flag."""
    name = FLAG_NAMES.get(phrase.next_word())
    if name is None:
        raise phrase.reader.problem("expecting allow/deny key")
    phrase.reader.take()
    phrase.expect_semicolon()
    definition = find_parameter(name, draft.spaces)
    assert definition is not None, "every flag is a parameter"
    value = Constant(FLAG_VALUES[phrase.keyword.word])
    _set_option(place, definition, value, SUPERSEDE, phrase.keyword)


def find_parameter(name: str, spaces: OptionSpaces) -> OptionDefinition | None:
    """The server parameter of that name."""
    return spaces.spaces[SERVER].names.get(name)


def server_identifier(spaces: OptionSpaces) -> OptionDefinition:
    """What `server-identifier` sets."""
    return spaces.dhcp.find_code(SERVER_IDENTIFIER)


def check_semicolon(node: ast.Statement) -> None:
    """A statement that ends with an expression has its semicolon."""
    if node.end.kind == MISSING:
        raise Refusal(problem_at(node.end, node.end.text))
    if node.end.kind != ";":
        raise Refusal(problem_at(node.end, "semicolon expected."))


def read_written_value(
    definition: OptionDefinition, phrase: Phrase, draft: Draft, look_up: LookUp | None
) -> bytes | None:
    """The wire form of the words; None when a host name in it has no address."""
    try:
        if not phrase.tokens and phrase.terminator.kind != ";":
            complain_about_end(definition, phrase)
        value = read_value(definition, phrase.reader.words)
        if phrase.terminator.kind != ";":
            raise ValueProblem("semicolon expected.", len(phrase.tokens))
    except ValueProblem as error:
        raise Refusal(phrase.problem(error)) from None
    return resolve_names(value, draft, look_up) if isinstance(value, HostNames) else value


def resolve_names(value: HostNames, draft: Draft, look_up: LookUp | None) -> bytes | None:
    """A value with its host names looked up; unknown ones are logged."""
    addresses: dict[str, bytes] = {}
    for name in value.names():
        number = _number_of(name)
        if number is not None:
            addresses[name] = number
            continue
        if look_up is None:
            return None
        addresses[name] = look_up(name)
        if not addresses[name]:
            draft.log(ERR, f"{name}: host unknown.")
    return value.resolved(addresses)


def _number_of(name: str) -> bytes | None:
    """The address that a number alone stands for in inet_aton(3): decimal, octal after a 0."""
    if not (name.isascii() and name.isdigit()):
        return None
    base = 8 if name.startswith("0") else 10
    if base == 8 and not set(name) <= OCTAL_DIGITS:
        return None
    number = int(name, base)
    return number.to_bytes(4, "big") if number <= LARGEST_ADDRESS else None


def complain_about_end(definition: OptionDefinition, phrase: Phrase) -> None:
    """A missing value before something else than ";": the reader says what it wanted there."""
    try:
        read_value(definition, [_STRANGER])
    except ValueProblem as error:
        text = error.text
        if text.startswith("} (125)"):
            text = "; (59)" + text.removeprefix("} (125)")
        raise ValueProblem(text, phrase.reader.index) from None


def _find_written_option(
    verb: str, name: ast.OptionName, draft: Draft, place: Place
) -> OptionDefinition:
    """The option that a statement sets; `option` in declarations words its refusal otherwise."""
    space = find_space(name, draft)
    if verb == "option" and not place.is_executable:
        try:
            definition = space.find(name.name.text)
        except ValueProblem as error:
            raise Refusal(problem_at(name.name, error.text)) from None
        if definition is None:
            text = f"unknown option {space.name}.{name.name.text}"
            raise Refusal(problem_at(name.name, text))
        notice = redefinition_notice(name.name.text, definition)
        if notice is not None:
            draft.log(INFO, notice)
        return definition
    return find_option(name, draft)


def _set_option(
    place: Place, definition: OptionDefinition, value: Expression, operation: int, token: Token
) -> None:
    is_compressed = definition.format == COMPRESSED_NAMES
    statement = SetOption(definition.space, definition.code, value, operation, is_compressed, token)
    place.scope.statements.append(statement)

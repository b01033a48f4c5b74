"""Option values: words to wire, wire to text, messages; expected results are dhcpd's own."""

from pathlib import Path

import pytest

from pydhcpd.options.address import HostName, HostNames
from pydhcpd.options.space import SPACE_ROWS, OptionDefinition, OptionSpaces
from pydhcpd.options.value import complaint, print_value, read_value
from pydhcpd.options.word import ValueProblem
from tests.options.words import split_words

DATA = Path(__file__).parent.parent / "data"
SPACES = OptionSpaces()


def table(name: str) -> list[list[str]]:
    """The rows of a tab separated file."""
    lines = (DATA / name).read_text("latin-1").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def definition_of(name: str) -> OptionDefinition:
    """The built-in option of that full name."""
    space, _, option = name.partition(".")
    found = SPACES.find(space)
    assert found is not None
    definition = found.find(option)
    assert definition is not None
    return definition


def test_values_have_the_bytes_that_dhcpd_makes() -> None:
    wrong = []
    for name, text, wire in table("option-values.tsv"):
        value = read_value(definition_of(name), split_words(text))
        if not isinstance(value, bytes) or value.hex() != wire:
            wrong.append((name, text, wire, value))
    assert wrong == []


def test_every_built_in_row_has_an_observed_value() -> None:
    observed = {name.lower() for name, _, _ in table("option-values.tsv")}
    rows = {
        f"{space}.{name}".lower()
        for space, _, _, _, _, rows in SPACE_ROWS
        for _, name, form in rows
        if form
    }
    # A value of these two can't be looked at with `dhcpd -t`: it needs the key, or is consumed.
    assert rows - observed <= {"server.omapi-key", "server.log-facility"}


def test_refused_values_have_the_text_and_place_that_dhcpd_gives() -> None:
    wrong = []
    for name, text, message, place in table("option-problems.tsv"):
        try:
            value = read_value(definition_of(name), split_words(text))
        except ValueProblem as problem:
            if problem.text != message or place not in ("?", str(problem.index)):
                wrong.append((name, text, message, place, problem.text, problem.index))
        else:
            wrong.append((name, text, message, place, repr(value), 0))
    assert wrong == []


def test_printed_values_read_back() -> None:
    # Not exact by nature: flags (2 prints as true), the root domain, text that ends in NUL,
    # strings behind another item, names and sets (dhcpd.leases never has them).
    exact = {"I", "IA", "IIA", "Ia", "l", "L", "S", "B", "SA", "Sa", "BA", "T", "t", "BBB", "BBS"}
    exact |= {"BB6Ia", "6", "d", "D", "Dc"}
    wrong = []
    for name, text, wire in table("option-values.tsv"):
        definition = definition_of(name)
        is_exact = definition.format in exact and "\\" not in text
        if not is_exact or (definition.format == "Dc" and wire.startswith("00")):
            continue
        printed = print_value(definition, bytes.fromhex(wire))
        value = read_value(definition, split_words(printed)) if wire else b""
        if value != bytes.fromhex(wire):
            wrong.append((name, wire, printed, value))
    assert wrong == []


@pytest.mark.parametrize(
    ("form", "wire", "text"), [tuple(row) for row in table("option-prints.tsv")]
)
def test_values_print_as_in_dhcpds_leases_file(form: str, wire: str, text: str) -> None:
    definition = OptionDefinition("agent", 9, "f", form)
    assert print_value(definition, bytes.fromhex(wire)) == text


@pytest.mark.parametrize(
    ("form", "wire", "text"),
    [
        ("IA", "010203", "f9: expecting at least 4 bytes; got 3"),
        ("IA", "0102030405", "f9: 1 extra bytes at end of array"),
        ("f", "0101", "f9: 1 extra bytes"),
        ("S", "ff", "f9: expecting at least 2 bytes; got 1"),
        ("IIA", "01020304", "f9: expecting at least 8 bytes; got 4"),
        ("IIA", "010203040506070801020304", "f9: 4 extra bytes at end of array"),
        ("fbA", "010500", "f9: 1 extra bytes at end of array"),
        ("fIa", "01", "f9: expecting at least 5 bytes; got 1"),
        ("BX", "05", "f9: expecting at least 2 bytes; got 1"),
        ("Z", "01", "f9: 1 extra bytes"),
        ("II", "010203040506070809", "f9: 1 extra bytes"),
        ("IaB", "010203040506070801", "f9: 1 extra bytes at end of array"),
        ("t", "61", None),
        ("X", "", "f9: expecting at least 1 bytes; got 0"),
        ("IA", "0102030405060708", None),
    ],
)
def test_sizes_that_dhcpd_complains_about(form: str, wire: str, text: str | None) -> None:
    assert complaint(OptionDefinition("agent", 9, "f9", form), bytes.fromhex(wire)) == text


def test_host_names_stay_for_the_resolver() -> None:
    value = read_value(definition_of("dhcp.routers"), split_words("a.b, 1.2.3.4, subnet.x."))
    assert isinstance(value, HostNames)
    assert value.names() == ["a.b", "subnet.x."]
    addresses = {"a.b": bytes(8), "subnet.x.": b"\x05\x06\x07\x08"}
    assert value.resolved(addresses) == bytes(8) + b"\x01\x02\x03\x04\x05\x06\x07\x08"
    assert value.resolved({"a.b": bytes(4)}) is None


def test_one_address_of_a_host_name_counts_where_one_is_wanted() -> None:
    value = read_value(definition_of("server.next-server"), split_words("tftp"))
    assert isinstance(value, HostNames)
    assert value.resolved({"tftp": b"\x01\x02\x03\x04\x05\x06\x07\x08"}) == b"\x01\x02\x03\x04"


@pytest.mark.parametrize("text", ["5", "300", "0x10", "1.foo", "-", "1a.2.3.4", "1.2a.3.4"])
def test_what_is_no_dotted_quad_is_a_host_name(text: str) -> None:
    value = read_value(definition_of("dhcp.routers"), split_words(text))
    assert isinstance(value, HostNames)
    part = value.parts[0]
    assert isinstance(part, HostName)
    assert part.name == text

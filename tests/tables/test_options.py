"""The option tables: every row of dhcpd's has one here, and its values go there and back."""

from pathlib import Path

from conformance.rows.values import written_values
from pydhcpd.options.address import HostNames
from pydhcpd.options.space import SPACE_ROWS, OptionDefinition, OptionSpaces
from pydhcpd.options.value import complaint, print_value, read_value
from tests.options.words import split_words

REFERENCE = Path(__file__).parent.parent / "data" / "reference-options.tsv"
DEFINITIONS = [
    OptionDefinition(space, code, name, form)
    for space, *_, rows in SPACE_ROWS
    for code, name, form in rows
]
# dhcpd never prints spaces and keys, glues strings to items before them, puts a comma before lists.
ONE_WAY = {"U", "k", "BX", "6X", "BIID", "6BD"}


def test_every_option_of_dhcpd_has_its_row() -> None:
    ours = {f"{one.space}.{one.name}": str(one.code) for one in DEFINITIONS}
    theirs: dict[str, str] = {}
    absent: set[str] = set()
    for line in REFERENCE.read_text().splitlines():
        if line.startswith("#"):
            continue
        name, code, status = line.split("\t")
        if status == "present":
            theirs[name] = code
        else:
            absent.add(name)
    assert ours == theirs
    assert len(theirs) + len(absent) == 320


def test_names_find_their_rows_in_any_case() -> None:
    spaces = OptionSpaces()
    for one in DEFINITIONS:
        space = spaces.find(one.space.upper())
        assert space is not None
        assert space.find(one.name.upper()) == one
        assert space.find(f"unknown-{one.code}") == one


def test_values_of_every_row_go_to_the_wire_and_back() -> None:
    wrong = []
    for one in DEFINITIONS:
        if not one.format or one.format in ONE_WAY:
            continue
        for text in written_values(one.format):
            wire = read_value(one, split_words(text))
            assert not isinstance(wire, HostNames), "the samples hold no names"
            if complaint(one, wire) is not None:
                wrong.append((one, text, wire, "complaint"))
                continue
            printed = print_value(one, wire)
            if read_value(one, split_words(printed)) != wire:
                wrong.append((one, text, wire, printed))
    assert wrong == []

"""Option spaces: finding, defining and redefining options as observed with dhcpd 4.4.3-P1."""

import pytest

from pydhcpd.options.space import OptionSpace, OptionSpaces, redefinition_notice
from pydhcpd.options.word import ValueProblem


def space_of(name: str) -> OptionSpace:
    """A built-in space, fresh."""
    found = OptionSpaces().find(name)
    assert found is not None
    return found


def test_names_are_found_in_any_case() -> None:
    agent = space_of("AGENT")
    found = agent.find("docsis-DEVICE-class")
    assert found is not None
    assert (found.code, found.format) == (4, "L")


def test_names_that_do_not_exist() -> None:
    assert OptionSpaces().find("fqdn6") is None
    assert space_of("dhcp").find("foo") is None


@pytest.mark.parametrize(
    ("name", "code"),
    [("unknown-224", 224), ("UNKNOWN-0224", 224), ("unknown-224x", 224), ("unknown-300", 300)],
)
def test_unknown_codes(name: str, code: int) -> None:
    found = space_of("dhcp").find(name)
    assert found is not None
    assert (found.code, found.name, found.format) == (code, f"unknown-{code}", "X")


def test_unknown_finds_a_defined_code_and_dhcpd_remarks_it() -> None:
    found = space_of("agent").find("Unknown-3")
    assert found is not None
    assert found.format == "I"
    assert redefinition_notice("Unknown-3", found) == (
        "option Unknown-3 has been redefined as option agent-id.  "
        "Please update your configs if necessary."
    )
    assert redefinition_notice("agent-id", found) is None


@pytest.mark.parametrize(
    ("space", "name", "text"),
    [
        ("dhcp", "unknown-0", "Option codes 0 and 255 are illegal in the dhcp space."),
        ("dhcp", "unknown-255", "Option codes 0 and 255 are illegal in the dhcp space."),
        ("dhcp", "unknown-a", "Option codes 0 and 255 are illegal in the dhcp space."),
        ("agent", "unknown-0", "Option codes 0 and 0 are illegal in the agent space."),
    ],
)
def test_codes_of_padding_and_end_are_illegal(space: str, name: str, text: str) -> None:
    with pytest.raises(ValueProblem) as refusal:
        space_of(space).find(name)
    assert refusal.value.text == text


def test_a_name_with_a_new_code_frees_the_old_code() -> None:
    spaces = OptionSpaces()
    spaces.define(spaces.dhcp, 250, "Host-Name", "X")
    assert spaces.dhcp.find_code(12).name == "unknown-12"
    found = spaces.dhcp.find("host-name")
    assert found is not None
    assert (found.code, found.format) == (250, "X")
    assert 12 not in spaces.dhcp.text_codes


def test_a_code_with_a_new_name_leaves_the_old_name_usable() -> None:
    spaces = OptionSpaces()
    spaces.define(spaces.dhcp, 12, "foo", "X")
    found = spaces.dhcp.find("host-name")
    assert found is not None
    assert (found.code, found.format) == (12, "t")
    assert spaces.dhcp.find_code(12).name == "foo"


def test_a_space_declared_again_is_empty_again() -> None:
    spaces = OptionSpaces()
    spaces.define(spaces.add_space("a", 1, 1), 1, "x", "t")
    again = spaces.add_space("A", 1, 1)
    assert again.find("x") is None
    assert spaces.find("a") is again


def test_text_codes_are_those_with_text_in_their_format() -> None:
    text_codes = space_of("dhcp").text_codes
    assert {12, 15, 77, 79} <= text_codes
    assert not text_codes & {3, 60, 61, 82, 119, 137}


def test_definitions_of_one_configuration_are_unknown_to_another() -> None:
    first, second = OptionSpaces(), OptionSpaces()
    first.define(first.dhcp, 250, "foo", "t")
    assert second.dhcp.find("foo") is None

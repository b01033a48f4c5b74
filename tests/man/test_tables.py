"""Every row of every table is named in its page, and the generated lists are up to date."""

import pytest

from man.lists.__main__ import PAGES, stale_pages
from man.lists.options import listed_spaces
from man.lists.page import replace_lists
from man.lists.words import read_words
from pydhcpd.config.precedence import LEVELS
from pydhcpd.lease.binding import STATE_CODES
from pydhcpd.lease.statement import STATEMENTS
from pydhcpd.options.enumeration import SETS
from pydhcpd.options.server_rows import SERVER_ROWS
from pydhcpd.options.space import DHCP
from pydhcpd.resolve.expression import WORDS
from pydhcpd.resolve.function import FUNCTIONS
from pydhcpd.resolve.option import FLAG_NAMES, OPERATIONS
from pydhcpd.resolve.peer import PARTNER_SETTINGS, SETTINGS
from pydhcpd.resolve.pool import CLIENT_PERMITS, SHORT_PERMITS
from pydhcpd.resolve.statements import ROWS
from tests.man.page import entries, read_page
from tests.tables.test_server_parameters import FILTERS, FLAGS, NUMBERS, PERCENTAGES

OPTIONS = [(space, code, name) for space, rows in listed_spaces().items() for code, name, _ in rows]


def test_the_lists_are_fresh() -> None:
    assert (PAGES / "dhcp-options.5").exists()
    assert list(stale_pages()) == [], "python -m man.lists"


def test_a_list_without_end_is_an_error() -> None:
    page = '.\\" BEGIN x: made by python -m man.lists\n'
    with pytest.raises(ValueError, match="no end"):
        replace_lists(page, {"x": list})
    with pytest.raises(ValueError, match="no list"):
        replace_lists(page, {})


def test_a_list_is_replaced_as_a_whole() -> None:
    begin, end = '.\\" BEGIN x: made by python -m man.lists', '.\\" END x'
    page = f"before\n{begin}\nold\n{end}\nafter\n"
    made = replace_lists(page, {"x": lambda: ["new", "lines"]})
    assert made == f"before\n{begin}\nnew\nlines\n{end}\nafter\n"


def test_each_statement_has_an_entry() -> None:
    assert set(ROWS) - entries("dhcpd.conf.5") - entries("dhcp-eval.5") == set()


def test_each_parameter_has_an_entry() -> None:
    assert {name for _, name, _ in SERVER_ROWS} - entries("dhcpd.conf.5") == set()


def test_each_flag_of_allow_and_deny_has_an_entry() -> None:
    heads = read_page("dhcpd.conf.5").splitlines()
    for flag in FLAG_NAMES:
        assert f".It Ic allow | deny | ignore {flag} ;" in heads


def test_each_setting_of_a_failover_peer_has_an_entry() -> None:
    page = read_page("dhcpd.conf.5")
    for name in SETTINGS:
        assert f".It Ic {name} " in page or f"| Ic {name} " in page, name
    for name in PARTNER_SETTINGS:
        assert f"Ic peer {name} " in page, name


def test_each_permit_has_an_entry() -> None:
    assert {*SHORT_PERMITS, *CLIENT_PERMITS, "members", "after"} <= entries("dhcpd.conf.5")


@pytest.mark.parametrize("name", ["ddns-styles", "syslog-facilities", "prefix_length_modes"])
def test_each_member_of_a_set_is_named(name: str) -> None:
    between = {f"local{number}" for number in range(1, 7)}  # the page says local0 to local7
    assert set(SETS[name]) - between <= set(read_page("dhcpd.conf.5").split())


@pytest.mark.parametrize(("space", "code", "name"), OPTIONS)
def test_each_option_has_an_entry_with_its_code(space: str, code: int, name: str) -> None:
    full = name if space == DHCP else f"{space}.{name}"
    lines = read_page("dhcp-options.5").splitlines()
    head = next(at for at, line in enumerate(lines) if line.startswith(f".It Ic option {full} "))
    assert lines[head + 1].rstrip(".").split(" (")[0] == f"Code {code}"


def test_each_operation_on_options_has_an_entry() -> None:
    assert set(OPERATIONS) - entries("dhcp-eval.5") == set()


def test_each_expression_has_an_entry() -> None:
    named = {*FUNCTIONS, *WORDS, *LEVELS} - {"-"}
    assert {word for word in named if word != "|"} - entries("dhcp-eval.5") == set()


def test_each_statement_of_a_lease_has_an_entry() -> None:
    assert set(STATEMENTS) - entries("dhcpd.leases.5") == set()


def test_each_binding_state_is_named() -> None:
    assert set(STATE_CODES) - set(read_page("dhcpd.leases.5").split()) == set()


def test_nothing_is_explained_that_does_not_exist() -> None:
    options = {f"{space}.{name}" for space, _, name in OPTIONS}
    assert set(read_words("options.txt")) - options == set()
    assert set(read_words("parameters.txt")) - {name for _, name, _ in SERVER_ROWS} == set()
    fixed_syntax = {"include", "match", "spawn"}
    assert set(read_words("declarations.txt")) - set(ROWS) - fixed_syntax == set()


def test_defaults_are_those_of_the_server() -> None:
    words = read_words("parameters.txt")
    numbers = {name: str(value) for name, _, value in (*NUMBERS, *PERCENTAGES) if value}
    flags = {
        name: ("off", "on")[value] for name, _, value in FLAGS if name not in FLAG_NAMES.values()
    }
    allowed = {name: "allow" for name, _ in FILTERS}
    for name, default in {**numbers, **flags, **allowed}.items():
        assert words[name].parts[0].split(",")[0] == default, name

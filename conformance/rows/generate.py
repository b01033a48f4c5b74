"""Cases made from the project's own tables: statements, parameters, options, definitions.

An option's wire form is shown by dhcpd itself: `log` at file level prints what `config-option`
says was set.
"""

from conformance.rows.case import Case
from conformance.rows.examples import (
    PLACES,
    PLACES6,
    PRELUDE,
    PRELUDE6,
    STATEMENTS,
    STATEMENTS6,
    Example,
)
from conformance.rows.values import TRIALS, written_values
from pydhcpd.config.keyword import KEYWORDS
from pydhcpd.options.server_rows import SERVER_ROWS
from pydhcpd.options.space import SERVER, SPACE_ROWS
from pydhcpd.resolve.statements import ROWS

# Spaces whose values are asked for in DHCPv6 mode.
DHCPV6_SPACES = frozenset(("dhcp6", "vsio", "isc6"))
# Parameters that DHCPv6 looks at when it starts.
START6 = frozenset(
    (
        *("lease-file-name", "pid-file-name", "dhcpv6-lease-file-name", "dhcpv6-pid-file-name"),
        *("local-address6", "log-facility", "prefix-length-mode", "server-id-check"),
        *("omapi-port", "local-port", "ddns-update-style", "dont-use-fsync"),
    )
)
# What may follow a word that begins a statement, and makes it an expression if anything does.
FOLLOWED = (";", " = ;", " and known;", '("a") = "a";', ' ~ "a";')
# What the data expressions behind a parameter's `=` may be.
ASSIGNED = ('"x"', "1:2", "encode-int(5, 32)", "null", "", "5 5")
FORMS_EVERYWHERE = 2
INCLUDED = ("included", 'option host-name "h";\nhost inside { }\n')


def generated_cases() -> list[Case]:
    """All of them."""
    return [*_statements(), *_words(), *_parameters(), *_options()]


def _words() -> list[Case]:
    """Each word that dhcpd knows as the first of a statement that it may not be."""
    words = {*KEYWORDS, *ROWS, *(name for _, name, _ in SERVER_ROWS)}
    return [
        Case("words", word, f"{word}{following}\n")
        for word in sorted(words)
        if not word.startswith("ldap-")
        for following in FOLLOWED
    ]


def _statements() -> list[Case]:
    cases: list[Case] = []
    for example in STATEMENTS:
        name = example.keyword
        cases.extend(
            Case("statements", name, PRELUDE + text, 4, (INCLUDED,))
            for text in _forms_in_places(example, PLACES)
        )
        if name in STATEMENTS6:
            cases.extend(
                Case("statements -6", name, PRELUDE6 + text, 6, (INCLUDED,))
                for text in _forms_in_places(example, PLACES6)
            )
    return cases


def _forms_in_places(example: Example, places: dict[str, str]) -> list[str]:
    """The first forms in every body, the others at file level, in `if` and in one more body."""
    row = ROWS.get(example.keyword)
    allowed = [place for place in places if row is not None and place in row.places]
    few = {"global", "if", *(allowed or ["class"])[-1:]}
    return [
        written.format(form)
        for number, form in enumerate(example.forms)
        for place, written in places.items()
        if number < FORMS_EVERYWHERE or place in few
    ]


def _parameters() -> list[Case]:
    """Each server parameter everywhere, with every trial for its format at file level."""
    cases: list[Case] = []
    tried: set[str] = set()
    for _, name, form in SERVER_ROWS:
        good, *others = written_values(form)
        forms = [f"{name} {value};" for value in (*others, *_trials(form, tried))]
        if name != "authoritative":  # no parameter outside `if` and its kin
            forms.extend(f"{name} = {value};" for value in ASSIGNED)
        texts = [place.format(f"{name} {good};") for place in PLACES.values()]
        texts.extend(f"{one}\n" for one in forms)
        texts.append(f"{name} {good};\n{show_value(SERVER, name)}")
        cases.extend(Case("parameters", name, PRELUDE + text) for text in texts)
        if name in START6:
            cases.extend(Case("parameters -6", name, f"{one}\n", 6) for one in forms)
    return cases


def _options() -> list[Case]:
    """Each option with values of its format; each format with every trial."""
    cases: list[Case] = []
    tried: set[str] = set()
    for space, *_, rows in SPACE_ROWS:
        if space == SERVER:
            continue
        for code, name, form in rows:
            for text in _option(space, code, name, form, tried):
                family = 6 if space in DHCPV6_SPACES else 4
                cases.append(Case(f"options {space}", name, text, family))
    return cases


def _option(space: str, code: int, name: str, form: str, tried: set[str]) -> list[str]:
    values = list(written_values(form)) if form else ["1"]
    first, last = values[0], values[-1]
    forms = [f"option {space}.{name} {value};" for value in (*values, *_trials(form, tried))]
    forms.extend(
        f"supersede {space}.{name} {first};\n{verb} {space}.{name} {last};"
        for verb in ("append", "prepend", "default")
    )
    forms.append(f"option {space}.unknown-{code} {first};")
    return [f"{one}\n{show_value(space, name)}" for one in forms]


def _trials(form: str, tried: set[str]) -> tuple[str, ...]:
    """All trials when a format is seen first."""
    if form in tried:
        return ()
    tried.add(form)
    return TRIALS


def show_value(space: str, name: str) -> str:
    """The statement that prints a value that was set, in hexadecimal."""
    value = f"config-option {space}.{name}"
    shown = f'binary-to-ascii(16, 8, ":", {value})'
    return f'log(info, concat("value ", pick(concat("= ", {shown}), "null")));\n'

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
)
from conformance.rows.values import TRIALS, written_values
from pydhcpd.options.server_rows import SERVER_ROWS
from pydhcpd.options.space import SERVER, SPACE_ROWS

INCLUDED = ("included", 'option host-name "h";\nhost inside { }\n')


def generated_cases() -> list[Case]:
    """All of them."""
    return [*_statements(), *_parameters(), *_options()]


def _statements() -> list[Case]:
    cases: list[Case] = []
    for example in STATEMENTS:
        for form in example.forms:
            for place in PLACES.values():
                text = PRELUDE + place.format(form)
                cases.append(Case("statements", example.keyword, text, 4, (INCLUDED,)))
        if example.keyword not in STATEMENTS6:
            continue
        for form in example.forms:
            for place in PLACES6.values():
                text = PRELUDE6 + place.format(form)
                cases.append(Case("statements -6", example.keyword, text, 6, (INCLUDED,)))
    return cases


def _parameters() -> list[Case]:
    """Each server parameter everywhere, with every trial at file level."""
    cases: list[Case] = []
    for _, name, form in SERVER_ROWS:
        good, *others = written_values(form)
        for place in PLACES.values():
            cases.append(Case("parameters", name, PRELUDE + place.format(f"{name} {good};")))
        for value in (*others, *TRIALS):
            cases.append(Case("parameters", name, f"{PRELUDE}{name} {value};\nlog(info, x);\n"))
        for value in ('"x"', "1:2", "encode-int(5, 32)", "null", "", "5 5"):
            cases.append(Case("parameters", name, f"{PRELUDE}{name} = {value};\n"))
    return cases


def _options() -> list[Case]:
    """Each option with values of its format; each format with every trial."""
    cases: list[Case] = []
    tried: set[str] = set()
    for family in (4, 6):
        for space, *_, rows in SPACE_ROWS:
            if space == SERVER or (family == 6 and not space.endswith("6")):
                continue
            for code, name, form in rows:
                values = list(written_values(form)) if form else ["1"]
                for value in (*values, *(() if form in tried else TRIALS)):
                    text = f"option {space}.{name} {value};\n{show_value(space, name)}"
                    cases.append(Case(f"options {space}", name, text, family))
                tried.add(form)
                for verb in ("append", "prepend", "default"):
                    text = (
                        f"supersede {space}.{name} {values[0]};\n"
                        f"{verb} {space}.{name} {values[-1]};\n{show_value(space, name)}"
                    )
                    cases.append(Case(f"options {space}", name, text, family))
                text = f"option {space}.unknown-{code} {values[0]};\n{show_value(space, name)}"
                cases.append(Case(f"options {space}", name, text, family))
    return cases


def show_value(space: str, name: str) -> str:
    """The statement that prints a value that was set, in hexadecimal."""
    value = f"config-option {space}.{name}"
    shown = f'binary-to-ascii(16, 8, ":", {value})'
    return f'log(info, concat("value ", pick(concat("= ", {shown}), "null")));\n'

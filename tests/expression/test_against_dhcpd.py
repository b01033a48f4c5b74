"""Random expressions at file level: dhcpd and we print the same for each (dhcp-eval(5)).

Run by hand with more examples: `EXAMPLES=2000 pytest tests/expression/test_against_dhcpd.py`.
"""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pydhcpd.resolve.resolution import resolve_configuration
from tests.config.reading import parse
from tests.reference import DHCPD, needs_dhcpd

EXAMPLES = int(os.environ.get("EXAMPLES", "12"))
# What dhcpd prints before and behind the lines of the configuration.
FRAME = (
    "Internet Systems Consortium",
    "Copyright 2004-2022",
    "All rights reserved.",
    "For info, please visit",
    "Config file: ",
    "Database file: ",
    "PID file: ",
)
# A complaint of dhcpd about itself, when the result of a call is dropped.
SLIP_OF_DHCPD = ": non-null pointer"
FUNCTIONS = """
define same(given) { return given; }
define joined(given, other) {
  if given = other { return concat(given, other); }
  return lcase(given);
}
define nothing(given) { set inner = given; }
define number(given) { return extract-int(given, 8); }
"""
VARIABLES = ("vone", "vtwo", "vthree")
CHARACTERS = "abcXYZ 01.:-^$*+?[]()|\\\\"
LEAVES = (
    *("null", "hardware", "option host-name", "config-option domain-name", "leased-address"),
    *("host-decl-name", "filename", "packet(0, 4)"),
)
WIDTHS = ("8", "16", "32")
# Expressions are nested so deep at most.
DEPTH = 4


class Writer:
    """Writes random statements, all of which dhcpd takes."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._choose = self._random.choice
        self._depth = 0

    def statement(self) -> str:
        """One statement."""
        write = self._choose((self._log, self._if, self._set, self._option, self._switch))
        return str(write())

    def _log(self) -> str:
        return f"log(info, {self._data()});"

    def _if(self) -> str:
        return f'if ({self._conditions()}) {{ log(info, "yes"); }} else {{ log(info, "no"); }}'

    def _set(self) -> str:
        variable = self._choose(VARIABLES)
        kind = self._random.randrange(6)
        if kind == 0:
            return f"unset {variable};"
        if kind == 1:
            # dhcpd dies of a function without value anywhere else.
            if self._random.random() < 0.3:
                return f"set {variable} = number({self._filled()});"
            name = self._choose(("nothing", "same"))
            return f"set {variable} = {name}({self._data()});"
        if kind == 2:
            return f"set {variable} = joined({self._data()}, {self._data()});"
        write = self._choose((self._data, self._conditions, self._counted))
        return f"set {variable} = {write()};"

    def _option(self) -> str:
        verb = self._choose(("option", "append", "prepend", "default", "eval"))
        name = "" if verb == "eval" else "domain-name = "
        return f"{verb} {name}{self._data()};"

    def _switch(self) -> str:
        return (
            f'switch (1 * {self._sums()}) {{ case 1: log(info, "1"); case 2: break;'
            ' default: log(info, "d"); }'
        )

    def _data(self) -> str:
        self._depth += 1
        is_leaf = self._depth > DEPTH or self._random.random() < 0.3
        text = self._leaf() if is_leaf else self._call()
        self._depth -= 1
        return text

    def _leaf(self) -> str:
        kind = self._random.randrange(4)
        if kind == 0:
            return self._text()
        if kind == 1:
            size = self._random.randint(1, 6)
            return ":".join([f"{self._random.randrange(256):x}" for _ in range(size)])
        return self._choose(VARIABLES if kind == 2 else LEAVES)

    def _text(self) -> str:
        characters = self._random.choices(CHARACTERS, k=self._random.randint(0, 6))
        return '"' + "".join(characters).replace("\\", "\\\\") + '"'

    def _call(self) -> str:
        name, *kinds = self._choose(self._CALLS)
        return f"{name}({', '.join([kind(self) for kind in kinds])})"

    def _base(self) -> str:
        return str(self._random.randint(1, 40))

    def _narrow(self) -> str:
        return self._choose(("7", "8", "9"))

    def _small_base(self) -> str:
        return str(self._random.randint(1, 17))

    def _wide(self) -> str:
        return self._choose(WIDTHS[1:])

    def _width(self) -> str:
        return self._choose(WIDTHS)

    def _step(self) -> str:
        return self._choose(("1", "2", "3", "-1"))

    def _filled(self) -> str:
        # dhcpd reads a byte behind nothing, or dies.
        return f'concat({self._data()}, "k")'

    def _number(self) -> str:
        if self._random.random() < 0.6:
            return self._natural()
        return self._choose((self._counted(), 'number("number")'))

    def _natural(self) -> str:
        if self._random.random() < 0.5:
            return str(self._random.randint(0, 12))
        return str(self._random.randint(-3, 5_000_000_000))

    def _counted(self) -> str:
        if self._random.random() < 0.5:
            return f"extract-int({self._filled()}, {self._width()})"
        return self._choose(("client-state", "lease-time", "booting", "refused"))

    def _sums(self) -> str:
        # Behind a call, whose type nobody knows, digits would be data.
        return self._chain(self._sum_operand, "+*/%&|^")

    def _sum_operand(self) -> str:
        if self._depth < DEPTH and self._random.random() < 0.2:
            self._depth += 1
            text = f"({self._sums()})"
            self._depth -= 1
            return text
        return self._natural() if self._random.random() < 0.5 else self._counted()

    def _conditions(self) -> str:
        return self._chain(self._condition, ("and", "or"))

    def _condition(self) -> str:
        if self._depth < DEPTH and self._random.random() < 0.3:
            self._depth += 1
            inner = self._conditions()
            self._depth -= 1
            # dhcpd does not know of a call whether there is something to negate.
            negation = "" if inner.lstrip("(").startswith("same(") else self._choose(("", "not "))
            return f"{negation}({inner})"
        kind = self._random.randrange(6)
        if kind == 0:
            return self._choose(("known", "static", "exists host-name", 'check "default"'))
        if kind == 1:
            return f"defined({self._choose(VARIABLES)})"
        equal = self._choose(("=", "!="))
        if kind == 2:
            return f"(extract-int({self._filled()}, {self._width()}) {equal} {self._number()})"
        if kind == 3:
            # Nothing is matched in several ways, by where it comes from: expression/regex.py.
            return f"{self._filled()} {self._choose(('~=', '~~'))} {self._text()}"
        if kind == 4:
            return f"same({self._text()})"
        return f"{self._data()} {equal} {self._data()}"

    def _chain(self, write: Callable[[], str], operators: Sequence[str]) -> str:
        """Operands and operators in a row, which dhcpd's precedence takes apart."""
        words = [write()]
        for _ in range(self._random.choice((0, 0, 1, 1, 2, 3, 4))):
            words += [self._choose(operators), write()]
        return " ".join(words)

    _CALLS: ClassVar = (
        ("concat", _data, _data),
        ("concat", _data, _data, _data),
        ("substring", _data, _number, _number),
        ("suffix", _data, _number),
        ("pick", _data, _data),
        ("pick-first-value", _data),
        ("lcase", _data),
        ("ucase", _data),
        ("reverse", _step, _data),
        ("binary-to-ascii", _base, _narrow, _data, _data),
        ("binary-to-ascii", _small_base, _wide, _text, _data),
        ("encode-int", _sums, _width),
        ("v6relay", _number, _data),
        ("same", _text),
        ("joined", _text, _text),
        ("nowhere", _data),
    )


def theirs(folder: Path, text: str) -> list[str]:
    """What dhcpd prints."""
    assert DHCPD is not None
    (folder / "dhcpd.conf").write_bytes(text.encode("latin-1"))
    (folder / "leases").touch()
    files = ["-cf", str(folder / "dhcpd.conf"), "-lf", str(folder / "leases")]
    command = [DHCPD, "-t", "-4", *files]
    done = subprocess.run(command, capture_output=True, check=False, timeout=20)
    lines = done.stderr.decode("latin-1").split("\n")
    assume(done.returncode >= 0)  # it died
    assert done.returncode == 0, lines
    return [
        line
        for line in lines
        if line and not line.startswith(FRAME) and not line.endswith(SLIP_OF_DHCPD)
    ]


def ours(text: str) -> list[str]:
    """What we print; a line may hold line ends."""
    resolution = resolve_configuration(parse(text), None)
    assert resolution.fatal is None, resolution.messages
    lines = "\n".join([line for _, line in resolution.messages]).split("\n")
    return [line for line in lines if line]


@needs_dhcpd
@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES < 100,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.integers(0, 1 << 64), min_size=40, max_size=80))
def test_random_expressions(tmp_path_factory: pytest.TempPathFactory, seeds: list[int]) -> None:
    # A statement for each seed: what fails is made shorter by leaving some out.
    text = FUNCTIONS + "\n".join([Writer(seed).statement() for seed in seeds]) + "\n"
    folder = tmp_path_factory.mktemp("expressions")
    assert ours(text) == theirs(folder, text)

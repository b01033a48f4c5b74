"""The manual pages: mandoc finds no fault, each flag has its entry, each difference its line."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from pydhcpd.check.rules import PAIR_RULES, RULES
from pydhcpd.ctl import main
from pydhcpd.daemon.banner import usage

MAN = Path(__file__).parents[2] / "man"
PAGES = sorted(MAN.glob("*.[58]"))
# These speak of the machine's other pages, not of ours.
FOREIGN = ("referenced manual not found", "outdated mandoc.db")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_mandoc_finds_no_fault(page: Path) -> None:
    if shutil.which("mandoc") is None and os.environ.get("CI") != "true":
        pytest.skip("mandoc is missing")
    done = subprocess.run(
        ["mandoc", "-T", "lint", str(page)], capture_output=True, text=True, check=False
    )
    faults = [
        line for line in done.stdout.splitlines() if not any(word in line for word in FOREIGN)
    ]
    assert faults == []


def test_each_page_is_shipped() -> None:
    project = tomllib.loads((MAN.parent / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shipped == {
        f"man/{page.name}": f"share/man/man{page.suffix[1:]}/{page.name}" for page in PAGES
    }


def test_each_flag_of_the_server_has_an_entry() -> None:
    flags = set(re.findall(r"(?<![\w-])--?([\w-]+)", usage("pydhcpd")))
    assert flags >= {"cf", "lf", "pf", "-no-pid".lstrip("-"), "t", "T", "version", "h"}
    assert flags - entries("pydhcpd.8") == set()


def test_each_flag_of_pydhcpctl_has_an_entry() -> None:
    context = click.Context(main)
    commands = [main.get_command(context, name) for name in main.list_commands(context)]
    commands += [
        one
        for group in commands
        if isinstance(group, click.Group)
        for one in group.commands.values()
    ]
    flags = {
        option.lstrip("-")
        for command in commands
        if command is not None
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }
    assert flags >= {"clients", "json", "yes"}
    assert flags - entries("pydhcpctl.8") == set()


def test_each_rule_of_check_has_an_entry() -> None:
    text = (MAN / "pydhcpctl.8").read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line.startswith(".It Cm")]
    named = [name for head in heads for name in head.removeprefix(".It Cm ").split(" , ")]
    rules = [rule.name for rule in RULES] + [rule.name for rule in PAIR_RULES]
    assert sorted(named) == sorted(rules)


def entries(page: str) -> set[str]:
    """The flags that a page explains in lists of options (`.It Fl cf Ar config-file`)."""
    text = (MAN / page).read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line.startswith(".It Fl")]
    return {flag.lstrip("-") for head in heads for flag in re.findall(r"Fl ([\w-]+)", head)}

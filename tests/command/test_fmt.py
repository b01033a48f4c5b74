"""`pydhcpctl fmt`: what it prints and writes, whom it refuses, with which exit status."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.command.running import PROGRAMS, run

UGLY = "subnet 10.0.0.0 netmask 255.255.255.0{range 10.0.0.1 10.0.0.9;# pool\n}"
NEAT = "subnet 10.0.0.0 netmask 255.255.255.0 {\n  range 10.0.0.1 10.0.0.9; # pool\n}\n"


def fmt(folder: Path, *words: str) -> tuple[int, str, str]:
    done = run("pydhcpctl", "fmt", *words, folder=folder)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ugly.conf").write_text(UGLY)
    (tmp_path / "neat.conf").write_text(NEAT)
    (tmp_path / "bad.conf").write_text("authoritative;\nfoo  bar;\n")
    return tmp_path


def test_it_prints_and_leaves_the_file_alone(folder: Path) -> None:
    assert fmt(folder, "ugly.conf") == (0, NEAT, "")
    assert (folder / "ugly.conf").read_text() == UGLY


def test_standard_input(folder: Path) -> None:
    done = subprocess.run(
        [str(PROGRAMS / "pydhcpctl"), "fmt", "-"],
        input=b"# caf\xe9\nauthoritative ;",
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"# caf\xe9\nauthoritative;\n")


def test_check_names_the_files_that_would_change(folder: Path) -> None:
    assert fmt(folder, "--check", "neat.conf") == (0, "", "")
    assert fmt(folder, "--check", "neat.conf", "ugly.conf") == (1, "ugly.conf\n", "")


def test_diff_shows_what_would_change(folder: Path) -> None:
    assert fmt(folder, "--diff", "neat.conf") == (0, "", "")
    status, text, _ = fmt(folder, "--diff", "ugly.conf")
    assert status == 0
    assert text.splitlines()[2:] == [
        "@@ -1,2 +1,3 @@",
        "-subnet 10.0.0.0 netmask 255.255.255.0{range 10.0.0.1 10.0.0.9;# pool",
        "-}",
        "\\ No newline at end of file",
        "+subnet 10.0.0.0 netmask 255.255.255.0 {",
        "+  range 10.0.0.1 10.0.0.9; # pool",
        "+}",
    ]
    assert fmt(folder, "--diff", "--check", "ugly.conf")[0] == 1


def test_write_keeps_mode_and_link(folder: Path) -> None:
    (folder / "ugly.conf").chmod(0o640)
    (folder / "link.conf").symlink_to("ugly.conf")
    before = os.stat(folder / "neat.conf")
    assert fmt(folder, "-w", "link.conf", "neat.conf") == (0, "", "")
    assert (folder / "link.conf").is_symlink()
    assert (folder / "ugly.conf").read_text() == NEAT
    assert (folder / "ugly.conf").stat().st_mode & 0o777 == 0o640
    assert os.stat(folder / "neat.conf").st_ino == before.st_ino
    assert sorted(os.listdir(folder)) == ["bad.conf", "link.conf", "neat.conf", "ugly.conf"]


def test_a_file_with_mistakes_is_refused_and_the_others_are_not(folder: Path) -> None:
    status, text, said = fmt(folder, "-w", "bad.conf", "ugly.conf")
    assert (status, text) == (1, "")
    assert said == "bad.conf line 2: semicolon expected.\nfoo  bar;\n     ^\n"
    assert (folder / "bad.conf").read_text() == "authoritative;\nfoo  bar;\n"
    assert (folder / "ugly.conf").read_text() == NEAT


def test_a_log_without_data_is_named_although_the_server_does_not(folder: Path) -> None:
    (folder / "c.conf").write_text("if known { log(info, ); }\n")
    assert run("pydhcpd", "-t", "-cf", "c.conf", folder=folder).returncode == 0
    status, text, said = fmt(folder, "c.conf")
    assert (status, text) == (1, "")
    assert said.startswith("c.conf line 1: expecting data expression.\n")


def test_dhcpv6_needs_its_flag(folder: Path) -> None:
    (folder / "c.conf").write_text("subnet6 2001:db8::/32{range6 2001:db8::1 2001:db8::9;}\n")
    assert fmt(folder, "c.conf")[0] == 1
    assert fmt(folder, "-6", "c.conf") == (
        0,
        "subnet6 2001:db8::/32 {\n  range6 2001:db8::1 2001:db8::9;\n}\n",
        "",
    )
    status, _, said = fmt(folder, "-6", "neat.conf", "c.conf")
    assert (status, said) == (0, "")


def test_a_file_that_is_missing(folder: Path) -> None:
    said = "Can't open none.conf: No such file or directory\n"
    assert fmt(folder, "none.conf") == (1, "", said)


def test_a_file_whose_includes_are_elsewhere_is_judged_by_its_shape(folder: Path) -> None:
    (folder / "c.conf").write_text('include  "/nowhere/key";\nzone a. { key k; }\n')
    assert fmt(folder, "c.conf")[0] == 0
    (folder / "c.conf").write_text('include "/nowhere/key";\nzone a. { key k; \n')
    status, _, said = fmt(folder, "c.conf")
    assert (status, said.splitlines()[0]) == (1, "c.conf line 2: unexpected end of file")


@pytest.mark.parametrize("words", [["-w", "--check", "a"], ["-w", "--diff", "a"], ["-w", "-"], []])
def test_what_makes_no_sense_is_a_usage_error(folder: Path, words: list[str]) -> None:
    assert fmt(folder, *words)[0] == 2

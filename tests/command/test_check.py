"""`pydhcpctl check` as an admin runs it: what it prints and its exit status."""

import json
from pathlib import Path

from tests.command.running import run

GOOD = "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.20; }\n"
WARNED = "deny dynamic-bootp;\n" + GOOD
NOTED = "deny unknown-clients;\n" + GOOD
REFUSED = "option domain-name 5;\nsubnet 10.0.0.0 netmask 255.255.255.0 {\n range 10.0.0.300;\n}\n"


def check(folder: Path, *texts: str, flags: tuple[str, ...] = ()) -> tuple[int, str]:
    """Exit status and standard output of a check of these files, a.conf and b.conf."""
    names = ["a.conf", "b.conf"][: len(texts)]
    for name, text in zip(names, texts, strict=True):
        (folder / name).write_text(text, encoding="latin-1")
    done = run("pydhcpctl", "check", *flags, *names, folder=folder)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_good_file(tmp_path: Path) -> None:
    assert check(tmp_path, GOOD, flags=("--strict",)) == (0, "a.conf: nothing to complain of\n")


def test_warnings_are_no_failure_unless_strict(tmp_path: Path) -> None:
    status, text = check(tmp_path, WARNED)
    assert (status, text.splitlines()[-1]) == (0, "a.conf: 1 warning")
    assert check(tmp_path, WARNED, flags=("--strict",)) == (1, text)
    assert check(tmp_path, NOTED, flags=("--strict",))[0] == 0


def test_a_refused_file_has_the_lines_of_the_server(tmp_path: Path) -> None:
    status, text = check(tmp_path, REFUSED)
    server = run("pydhcpd", "-t", "-q", "-cf", "a.conf", folder=tmp_path)
    loud = run("pydhcpd", "-t", "-cf", "a.conf", folder=tmp_path)
    assert (status, server.returncode) == (1, 1)
    assert text in loud.stderr
    assert text.startswith("a.conf line 1:")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("pydhcpctl", "check", "none.conf", folder=tmp_path)
    assert (done.returncode, done.stdout) == (
        1,
        "Can't open none.conf: No such file or directory\n",
    )


def test_bytes_come_out_as_they_went_in(tmp_path: Path) -> None:
    _, text = check(tmp_path, 'class "b\xfcro" { match if known; }\n')
    assert 'class "b\xfcro" sets nothing' in text
    status, objects = check(tmp_path, 'class "b\xfcro" { match if known; }\n', flags=("--json",))
    assert 'class "b\xfcro" sets nothing' in json.loads(objects)[0]["text"]
    assert status == 0


DHCPV6 = """
class "used" { match if exists dhcp6.client-id; }
shared-network n {
  subnet6 2001:db8::/32 {
    pool6 { range6 2001:db8::1 2001:db8::9; allow members of "used"; deny unknown clients; }
  }
}
"""


def test_dhcpv6(tmp_path: Path) -> None:
    status, text = check(tmp_path, DHCPV6)
    assert status == 1
    assert "subnet6 statement is only supported in DHCPv6 mode." in text
    assert check(tmp_path, DHCPV6, flags=("-6",)) == (0, "a.conf: nothing to complain of\n")
    status, text = check(tmp_path, GOOD + DHCPV6, flags=("-6",))
    loud = run("pydhcpd", "-6", "-t", "-cf", "a.conf", folder=tmp_path)
    assert (status, loud.returncode) == (1, 1)
    assert text in loud.stderr


def test_two_files_are_compared(tmp_path: Path) -> None:
    status, text = check(tmp_path, GOOD, GOOD + "host h { hardware ethernet 2:1; }\n")
    assert status == 0
    assert "b.conf line 2: warning: host h is not in a.conf. [pair-host]" in text
    assert text.splitlines()[-1] == "a.conf, b.conf: 1 warning"


def test_one_refused_file_of_two(tmp_path: Path) -> None:
    status, text = check(tmp_path, WARNED, REFUSED)
    assert status == 1
    assert "[ineffective-statement]" in text
    assert "pair-" not in text

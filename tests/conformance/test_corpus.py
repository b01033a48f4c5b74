"""What is compared of two programs that were given the same file."""

from conformance.corpus import first_message, leases_loaded
from conformance.isolation import Outcome

BANNER = "Internet Systems\nCopyright\nAll rights\nFor info\n"


def test_the_first_message_is_the_first_line_behind_the_banner() -> None:
    located = "c.conf line 1: semicolon expected."
    said = f"{BANNER}{located}\nfoo bar;\n    ^\nConfiguration file errors\n"
    assert first_message(Outcome(1, said)) == located


def test_the_names_of_the_files_are_no_message() -> None:
    said = f"{BANNER}Config file: c\nDatabase file: l\nPID file: p\n"
    assert first_message(Outcome(0, said)) == ""


def test_leases_are_counted_as_they_are_written_back() -> None:
    said = f"{BANNER}Wrote 0 deleted host decls to leases file.\nWrote 12 leases to leases file.\n"
    assert leases_loaded(Outcome(0, said)) == "12 leases to leases"
    assert leases_loaded(Outcome(1, BANNER + "Corrupt lease file\n")) == "Corrupt lease file"

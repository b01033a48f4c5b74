"""Statements that are obsolete, or that do nothing where they stand."""

from collections.abc import Iterator
from typing import Final

from pydhcpd.check.finding import Spot
from pydhcpd.check.subject import Subject
from pydhcpd.check.tree import Written, words_of

PERMISSIONS: Final = frozenset(("allow", "deny", "ignore"))
POOLS: Final = frozenset(("pool", "pool6"))
OBSOLETE: Final = {
    "vendor-class": "vendor-class is obsolete.",
    "user-class": "user-class is obsolete.",
}
# Looked at once, when the server starts, in the global scope.
GLOBAL_PARAMETERS: Final = frozenset(
    (
        "abandon-lease-time",
        "check-secs-byte-order",
        "ddns-dual-stack-mixed-mode",
        "ddns-guard-id-must-match",
        "ddns-local-address4",
        "ddns-local-address6",
        "ddns-other-guard-is-dynamic",
        "ddns-update-style",
        "delayed-ack",
        "dhcpv6-lease-file-name",
        "dhcpv6-pid-file-name",
        "dont-use-fsync",
        "lease-file-name",
        "limited-broadcast-address",
        "local-address",
        "local-address6",
        "local-port",
        "log-facility",
        "max-ack-delay",
        "omapi-key",
        "omapi-port",
        "pid-file-name",
        "prefix-length-mode",
        "release-on-roam",
        "remote-port",
        "update-conflict-detection",
    )
)


def deprecated_statement(subject: Subject) -> Iterator[Spot]:
    """Declarations that only old configurations have."""
    for written in subject.written:
        text = OBSOLETE.get(written.statement.token.word)
        if text is not None:
            yield Spot(written.statement.token, text)


def deprecated_flag(subject: Subject) -> Iterator[Spot]:
    """`allow` or `deny unknown-clients` outside a pool."""
    for written in subject.written:
        statement = written.statement
        if _permission(written) == "unknown-clients":
            text = f"{statement.token.word} unknown-clients outside a pool is deprecated."
            yield Spot(statement.token, text)


def global_only_parameter(subject: Subject) -> Iterator[Spot]:
    """A parameter of the whole server inside a declaration, where nobody looks."""
    for written in subject.written:
        token = written.statement.token
        if token.word in GLOBAL_PARAMETERS and written.around is not None:
            text = f"{token.word} has no effect in a {written.around.token.word}: "
            yield Spot(token, f"{text}only the global one counts.")


def ineffective_statement(subject: Subject) -> Iterator[Spot]:
    """A statement that dhcpd reads and never looks at."""
    for written in subject.written:
        token = written.statement.token
        words = words_of(written.statement)
        if _permission(written) == "dynamic-bootp":
            text = f"{token.word} dynamic-bootp has no effect."
            yield Spot(token, text)
        elif token.word in PERMISSIONS and words[:1] == ["authenticated"]:
            text = f"{token.word} authenticated clients concerns nobody: "
            yield Spot(token, f"{text}no client is ever authenticated.")
        elif token.word == "on" and words[:1] == ["transmission"]:
            yield Spot(token, "on transmission is never executed.")


def weak_key(subject: Subject) -> Iterator[Spot]:
    """A key for HMAC-MD5 (RFC 8945 section 6: not recommended)."""
    for written in subject.written:
        words = words_of(written.statement)
        if written.statement.token.word == "algorithm" and words[:1] == ["hmac-md5"]:
            yield Spot(written.statement.token, "hmac-md5 is a weak algorithm for a key.")


def _permission(written: Written) -> str:
    """The flag of an allow, deny or ignore statement that is no entry of an access list."""
    token = written.statement.token
    if token.word not in PERMISSIONS:
        return ""
    is_entry = written.around is not None and written.around.token.word in POOLS
    words = words_of(written.statement)
    return words[0] if words and (not is_entry or token.word == "ignore") else ""

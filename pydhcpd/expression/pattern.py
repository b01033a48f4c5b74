"""POSIX extended regular expressions as the C library has them, matched in linear time.

dhcpd hands patterns to regcomp(3) in the C locale. Here they are rewritten for RE2, which never
backtracks: no data that a client sends can make the match take long. What the C library has
beyond POSIX (`\\w`, `\\b`, `\\<` ...) is kept, save for back-references, which cannot be matched
in linear time; `\\<` and `\\>` both mean the edge of a word.
"""

from typing import Final, cast, final

import re2

ALL_BYTES: Final = frozenset(range(256))
LETTERS: Final = frozenset(range(0x41, 0x5B)) | frozenset(range(0x61, 0x7B))
DIGITS: Final = frozenset(range(0x30, 0x3A))
WORD: Final = LETTERS | DIGITS | {0x5F}
SPACE: Final = frozenset(b" \t\n\v\f\r")
GRAPH: Final = frozenset(range(0x21, 0x7F))
# The classes of the C locale
CLASSES: Final[dict[bytes, frozenset[int]]] = {
    b"alnum": LETTERS | DIGITS,
    b"alpha": LETTERS,
    b"blank": frozenset(b" \t"),
    b"cntrl": frozenset(range(0x20)) | {0x7F},
    b"digit": DIGITS,
    b"graph": GRAPH,
    b"lower": frozenset(range(0x61, 0x7B)),
    b"print": GRAPH | {0x20},
    b"punct": GRAPH - LETTERS - DIGITS,
    b"space": SPACE,
    b"upper": frozenset(range(0x41, 0x5B)),
    b"xdigit": DIGITS | frozenset(b"abcdefABCDEF"),
}
# What the C library understands behind a backslash; any other character stands for itself.
ESCAPES: Final[dict[int, str]] = {
    ord("w"): r"[0-9A-Za-z_]",
    ord("W"): r"[^0-9A-Za-z_]",
    ord("s"): r"[ \t-\r]",
    ord("S"): r"[^ \t-\r]",
}
EDGES: Final[dict[int, str]] = {
    ord("b"): r"\b",
    ord("B"): r"\B",
    ord("<"): r"\b",
    ord(">"): r"\b",
    ord("`"): r"\A",
    ord("'"): r"\z",
}
REPETITION_LIMIT: Final = 32767
MEMORY_LIMIT_BYTES: Final = 1 << 20


@final
class Pattern:
    """A pattern ready to be searched for."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: "re2._Regexp[bytes]") -> None:
        self._compiled = compiled

    def search(self, data: bytes) -> bool:
        """True if the pattern matches somewhere."""
        return self._compiled.search(data) is not None


def compile_pattern(text: bytes, ignores_case: bool) -> Pattern | None:
    """The pattern, cut at its first NUL; None if it is none."""
    rewritten = _Rewriter(text.partition(b"\0")[0], ignores_case).run()
    if rewritten is None:
        return None
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.max_mem = MEMORY_LIMIT_BYTES
    try:
        compiled = re2.compile(rewritten.encode("ascii"), options)
    except re2.error:
        return None
    return Pattern(cast("re2._Regexp[bytes]", compiled))


@final
class _Rewriter:
    """One pattern on its way from the C library's syntax to that of RE2."""

    __slots__ = ("_at", "_atom", "_groups", "_ignores_case", "_out", "_text")

    def __init__(self, text: bytes, ignores_case: bool) -> None:
        self._text: Final = text
        self._ignores_case: Final = ignores_case
        self._at = 0
        self._out: Final[list[str]] = []
        # Where the groups that are open begin, and what a repetition would repeat: -1 nothing.
        self._groups: Final[list[int]] = []
        self._atom = -1

    def run(self) -> str | None:
        """The rewritten pattern; None when the C library refuses it."""
        while self._at < len(self._text):
            byte = self._text[self._at]
            self._at += 1
            if not self._take(byte):
                return None
        return None if self._groups else "".join(self._out)

    def _take(self, byte: int) -> bool:
        character = chr(byte)
        if character == "\\":
            return self._take_escape()
        if character == "[":
            return self._take_bracket()
        if character in "*+?":
            return self._repeat(character)
        if character == "{":
            return self._take_interval()
        if character == "(":
            self._groups.append(len(self._out))
            self._out.append("(?:")
            self._atom = -1
        elif character == ")" and self._groups:
            self._out.append(")")
            self._atom = self._groups.pop()
        elif character == "|":
            self._put_edge("|")
        elif character == "^":
            self._put_edge(r"\A")
        elif character == "$":
            self._put_edge(r"\z")
        elif character == ".":
            self._put(_set(ALL_BYTES))
        else:
            self._put(self._one_of(frozenset((byte,))))
        return True

    def _put(self, atom: str) -> None:
        self._atom = len(self._out)
        self._out.append(atom)

    def _put_edge(self, edge: str) -> None:
        """What cannot be repeated."""
        self._out.append(edge)
        self._atom = -1

    def _repeat(self, operator: str) -> bool:
        if self._atom < 0:
            return False
        # In a group of its own, since RE2 refuses to repeat a repetition.
        self._out.insert(self._atom, "(?:")
        self._out.append(f"){operator}")
        return True

    def _take_escape(self) -> bool:
        if self._at == len(self._text):
            return False
        byte = self._text[self._at]
        self._at += 1
        if byte in ESCAPES:
            self._put(ESCAPES[byte])
        elif byte in EDGES:
            self._put_edge(EDGES[byte])
        elif byte in DIGITS and byte != 0x30:
            return False
        else:
            self._put(self._one_of(frozenset((byte,))))
        return True

    def _take_interval(self) -> bool:
        """`{n}`, `{n,}`, `{,m}` or `{n,m}`."""
        end = self._text.find(b"}", self._at)
        if end < 0:
            return False
        first, comma, second = self._text[self._at : end].partition(b",")
        self._at = end + 1
        if not (first.isdigit() or (comma and not first)) or not (second.isdigit() or not second):
            return False
        least = int(first[:6] or b"0")
        most = least if not comma else int(second[:6]) if second else None
        if least > REPETITION_LIMIT or (most is not None and not least <= most <= REPETITION_LIMIT):
            return False
        return self._repeat(f"{{{least},{'' if most is None else most}}}")

    def _take_bracket(self) -> bool:
        is_negated = self._text[self._at : self._at + 1] == b"^"
        self._at += is_negated
        members: set[int] = set()
        start = self._at
        while True:
            byte = self._text[self._at : self._at + 1]
            if not byte:
                return False
            if byte == b"]" and self._at > start:
                self._at += 1
                break
            if not self._take_member(members):
                return False
        found = frozenset(members)
        if self._ignores_case:
            found = _any_case(found)
        self._put(_set(ALL_BYTES - found if is_negated else found))
        return True

    def _take_member(self, members: set[int]) -> bool:
        """One character, range or class."""
        if self._text[self._at : self._at + 2] == b"[:":
            end = self._text.find(b":]", self._at)
            named = CLASSES.get(self._text[self._at + 2 : end]) if end > 0 else None
            if named is None:
                return False
            self._at = end + 2
            members |= named
            return not self._is_range()
        first = self._take_character()
        if first < 0:
            return False
        last = first
        if self._is_range():
            self._at += 1
            last = self._take_character()
            if last < first or self._is_range():
                return False
        members.update(range(first, last + 1))
        return True

    def _take_character(self) -> int:
        """A character, also as `[=x=]` or `[.x.]`; -1 if it is none."""
        text = self._text[self._at : self._at + 5]
        if text[:2] in (b"[=", b"[."):
            if len(text) < 5 or text[3:] != text[1:2] + b"]":
                return -1
            self._at += 5
            return text[2]
        self._at += 1
        return text[0]

    def _is_range(self) -> bool:
        """A minus follows, and it is not the last member."""
        rest = self._text[self._at : self._at + 2]
        return len(rest) == 2 and rest[:1] == b"-" and rest[1:] != b"]"

    def _one_of(self, members: frozenset[int]) -> str:
        return _set(_any_case(members) if self._ignores_case else members)


def _any_case(members: frozenset[int]) -> frozenset[int]:
    return members | {byte ^ 0x20 for byte in members if byte in LETTERS}


def _set(members: frozenset[int]) -> str:
    """A set of bytes as RE2 writes it; an empty one matches nothing."""
    if not members:
        return r"[^\x00-\xff]"
    parts: list[str] = []
    for byte in sorted(members):
        if byte - 1 not in members:
            parts.append(f"\\x{byte:02x}")
        if byte + 1 not in members and byte - 1 in members:
            parts.append(f"-\\x{byte:02x}")
    return f"[{''.join(parts)}]"

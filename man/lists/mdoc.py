"""From running text to mdoc(7): one sentence a line, no line beyond 79 columns.

Words in backquotes are statements and values (`Ic`); `syntax` turns a syntax line with CAPITALS
for what the admin fills in into the arguments of `.It`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

COLUMNS: Final = 78
DELIMITERS: Final = re.compile(r"^([(\[]*)(.*?)([.,;:?!)\]]*)$")


def paragraph(text: str) -> list[str]:
    """The lines of a text in which `words` are marked with backquotes."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if piece.startswith(".Ic"):
            lines.extend((line, piece))
            line = ""
            continue
        for word in piece.split():
            if line and len(line) + 1 + len(word) > COLUMNS:
                lines.append(line)
                line = ""
            line = f"{line} {word}" if line else word
            if word.endswith((".", "!", "?")):
                lines.append(line)
                line = ""
    lines.append(line)
    return [escape(line) for line in lines if line]


def escape(line: str) -> str:
    """A line that can't be taken for a macro line when it begins with a dot or a quote."""
    if line.startswith(".Ic ") or not line.startswith((".", "'")):
        return line.replace("\\", "\\e") if "\\&" not in line else line
    return "\\&" + line


def syntax(text: str) -> str:
    """The arguments of `.It` for a syntax line: words `Ic`, CAPITALS `Ar`, the rest as it is."""
    arguments: list[str] = []
    macro = ""
    for token in text.split():
        if token in ("[", "]", "|", ";", ",", "(", ")"):
            arguments.append(token)
            macro = ""
            continue
        if token in ("{", "}", "...", "=", "/"):
            wanted, shown = "No", token
        elif token.strip('"').isupper():
            wanted, shown = "Ar", token.lower().replace('"', "\\(dq")
        else:
            wanted, shown = "Ic", token
        if wanted != macro:
            arguments.append(wanted)
        arguments.append(shown)
        macro = wanted
    return " ".join(arguments)


def tagged_list(lines: Sequence[str]) -> list[str]:
    """A list of these entries, their heads one below the other and blank lines between entries."""
    made = [".Bl -tag -width Ds -compact"]
    for line in lines:
        if line.startswith(".It ") and not made[-1].startswith((".It ", ".Bl ")):
            made.append(".Pp")
        made.append(line)
    return [*made, ".El"]


def _pieces(text: str) -> Iterator[str]:
    """Plain text and `.Ic` lines in turn; punctuation stays with the word that it follows."""
    parts = text.split("`")
    for index in range(0, len(parts), 2):
        plain = parts[index]
        if index:
            match = re.match(r"^[.,;:?!)]+(?=\s|$)", plain)
            closing = match.group() if match else ""
            plain = plain[len(closing) :]
            yield f".Ic {parts[index - 1]}" + "".join(f" {mark}" for mark in closing)
        yield plain

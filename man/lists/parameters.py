"""The server parameters (dhcpd.conf(5)): rows of the server option space.

The parts of a head in parameters.txt are the default value and, where this version has no use for
the parameter, why.
"""

from typing import Final

from man.lists.mdoc import paragraph, tagged_list
from man.lists.values import describe_value
from man.lists.words import read_words
from pydhcpd.options.server_rows import SERVER_ROWS
from pydhcpd.resolve.option import FLAG_NAMES

# What is said of parameters for which this version has no use yet.
READ_WITHOUT_EFFECT: Final[dict[str, str]] = {
    "v6": "DHCPv6 only, which this version does not serve.",
    "DNS updates": "For DNS updates, which this version does not make.",
    "OMAPI": "For OMAPI, which this version does not have.",
    "failover": "For load balancing between failover peers.",
}


def list_parameters() -> list[str]:
    """One entry for each parameter, by name.

    Raises KeyError for a row that parameters.txt does not explain.
    """
    words = read_words("parameters.txt")
    short = {name: flag for flag, name in FLAG_NAMES.items()}
    lines: list[str] = []
    for _, name, form in sorted(SERVER_ROWS, key=lambda row: row[1]):
        entry = words[name]
        lines.append(f".It Ic {name} {describe_value(form)} ;")
        if name in short:
            lines.append(f".It Ic allow | deny | ignore {short[name]} ;")
        if entry.parts:
            lines.extend([*paragraph(f"Default: {entry.parts[0].rstrip('.')}."), ".br"])
        lines.extend(paragraph(entry.description))
        lines.extend(READ_WITHOUT_EFFECT[part] for part in entry.parts[1:])
    return tagged_list(lines)

"""What a rule finds, and what is made of it: findings with a place, a name and a remedy."""

from dataclasses import dataclass
from typing import Final

from pydhcpd.config.source import Position
from pydhcpd.config.token import Token

ERROR: Final = "error"
WARNING: Final = "warning"
INFO: Final = "info"


@dataclass(frozen=True, slots=True)
class Spot:
    """A token that a rule complains of, and the sentence that says why."""

    token: Token
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One object of the report; `position` None for a line of dhcpd's that names no place.

    `line` is the one that is told; dhcpd's own may differ from the position's.
    """

    severity: str
    name: str
    position: Position | None
    line: int
    text: str
    advice: str

"""What the machine knows and expressions may ask: its own name, and addresses of others."""

from dataclasses import dataclass
from typing import Final

from pydhcpd.expression.data import LookUp


@dataclass(frozen=True, slots=True)
class Machine:
    """`host_name` is what gethostname(2) gives; `look_up` the addresses of a name, 4 bytes each.

    `is_serving` is false for a mere test, which looks up only what it evaluates.
    """

    host_name: bytes
    look_up: LookUp
    is_serving: bool


def _know_nobody(name: str) -> bytes:
    return b""


NO_MACHINE: Final = Machine(b"localhost", _know_nobody, False)

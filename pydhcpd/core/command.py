"""A command that `execute` asks for (dhcp-eval(5)): the cores name it, the daemon runs it."""

from typing import Final, final

# `execute` in the global scope at the start, and for clients without a lease.
NO_ADDRESS: Final = 0


@final
class Command:
    """`words` are the program and its arguments, never for a shell. Commands that belong to the
    same address must run one after the other."""

    __slots__ = ("address", "words")

    def __init__(self, address: int, words: tuple[bytes, ...]) -> None:
        self.address: Final = address
        self.words: Final = words

    def would_execute(self) -> str:
        """The line with which a mere test leaves it at that."""
        return f"would execute: {b' '.join(self.words).decode('latin-1')}"

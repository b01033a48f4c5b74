"""What executed statements left in the context, on its way into the Turn (dhcp-eval(5))."""

from typing import Final

from pydhcpd.core.command import Command
from pydhcpd.core.log import DEBUG, ERR, INFO
from pydhcpd.core.turn import Turn
from pydhcpd.expression.context import Context

FATAL: Final = "fatal"
LOG_LEVELS: Final[dict[str, int]] = {"info": INFO, "debug": DEBUG, "error": ERR}


def hand_over(context: Context, address: int, turn: Turn) -> None:
    """Move log lines and commands to the Turn; `log(fatal, ...)` ends the server.

    The commands belong to the lease of the address, 0 for none. Event blocks are dropped:
    whoever stores them has taken them before.
    """
    if context.log:
        for level, text in context.log:
            if level == FATAL:
                turn.fatal = text
                break
            turn.log.append((LOG_LEVELS[level], text))
        context.log.clear()
    if context.commands:
        turn.commands.extend([Command(address, words) for words in context.commands])
        context.commands.clear()
    context.events.clear()

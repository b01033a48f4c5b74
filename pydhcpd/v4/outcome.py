"""What executed statements left in the context, on its way into the Turn (dhcp-eval(5))."""

from typing import Final

from pydhcpd.core.command import Command
from pydhcpd.core.log import DEBUG, ERR, INFO
from pydhcpd.core.turn import Turn
from pydhcpd.expression.context import FATAL, Context

LOG_LEVELS: Final[dict[str, int]] = {"info": INFO, "debug": DEBUG, "error": ERR}


class ServerEnds(Exception):
    """A `log(fatal, ...)` was executed; the argument is its text.

    dhcpd ends in the middle of the event (observed): what the Turn holds by then is carried out,
    and nothing is added to it.
    """


def hand_over(context: Context, address: int, turn: Turn) -> None:
    """Move log lines and commands to the Turn; may raise ServerEnds.

    The commands belong to the lease of the address, 0 for none. Event blocks are dropped:
    whoever stores them has taken them before.
    """
    if context.commands:
        turn.commands.extend([Command(address, words) for words in context.commands])
        context.commands.clear()
    context.events.clear()
    if context.log:
        lines = context.log
        context.log = []
        for level, text in lines:
            if level == FATAL:
                raise ServerEnds(text)
            turn.log.append((LOG_LEVELS[level], text))

"""What executed statements left in the context, on its way into the Turn (dhcp-eval(5))."""

from typing import Final

from pydhcpd.core.log import DEBUG, ERR, INFO
from pydhcpd.core.turn import Turn
from pydhcpd.expression.context import Context

FATAL: Final = "fatal"
LOG_LEVELS: Final[dict[str, int]] = {"info": INFO, "debug": DEBUG, "error": ERR}


def hand_over(context: Context, turn: Turn) -> None:
    """Move log lines and commands to the Turn; `log(fatal, ...)` ends the server."""
    if context.log:
        for level, text in context.log:
            if level == FATAL:
                turn.fatal = text
                break
            turn.log.append((LOG_LEVELS[level], text))
        context.log.clear()
    if context.commands:
        turn.commands.extend(context.commands)
        context.commands.clear()

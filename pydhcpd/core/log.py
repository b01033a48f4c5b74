"""Log levels (syslog(3)) and what one log line is for a core: a level and a text."""

from typing import Final

ERR: Final = 3
INFO: Final = 6
DEBUG: Final = 7

LogLine = tuple[int, str]

"""The one exception that a decoder of foreign bytes may raise."""

from typing import final


@final
class WireError(Exception):
    """Bytes from the network that mean nothing.

    `where` names the field or option, `why` says what is wrong with it; together they
    are the text of a log line or of a reject reason.
    """

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}" if where else why)
        self.where = where
        self.why = why

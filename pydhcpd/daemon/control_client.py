"""The other end of the control socket: ask a running server one question."""

import json
import socket
from collections.abc import Mapping
from typing import Final, final

from pydhcpd.daemon.path import file_name
from pydhcpd.listing.text import printable

PATIENCE_S: Final = 10.0
READ_BYTES: Final = 64 * 1024
LONGEST_ANSWER: Final = 64 * 1024 * 1024


@final
class NoAnswer(Exception):
    """There is no server, it may not be asked, or says no; the text says why."""


def ask(path: str, request: Mapping[str, str]) -> Mapping[object, object]:
    """The answer to a request, or NoAnswer."""
    try:
        line = _exchange(path, json.dumps(request).encode("ascii") + b"\n")
    except OSError as error:
        raise NoAnswer(f"{path}: {error.strerror or error}") from None
    try:
        answer: object = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise NoAnswer(f"{path}: odd answer")
    if "error" in answer:
        raise NoAnswer(f"the server says: {printable(str(answer['error']))}")
    return answer


def _exchange(path: str, line: bytes) -> bytes:
    answer = bytearray()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connected:
        connected.settimeout(PATIENCE_S)
        connected.connect(file_name(path))
        connected.sendall(line)
        while len(answer) < LONGEST_ANSWER:
            data = connected.recv(READ_BYTES)
            if not data:
                break
            answer.extend(data)
    return bytes(answer)

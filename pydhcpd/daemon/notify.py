"""What systemd is told through NOTIFY_SOCKET (sd_notify(3))."""

import contextlib
import os
import socket
import time
from typing import Final, final


@final
class Notify:
    """The notification socket of the environment; without one nothing is sent."""

    def __init__(self, address: str | None) -> None:
        self._socket: Final = _connect(address) if address else None

    def ready(self, status: str) -> None:
        """Service begins, or begins again after a reload."""
        self._send(f"READY=1\nSTATUS={status}\nMAINPID={os.getpid()}")

    def reloading(self) -> None:
        """The configuration is read again."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Service ends."""
        self._send("STOPPING=1\nSTATUS=Stopping.")

    def close(self) -> None:
        """Close the connection to the service manager."""
        if self._socket is not None:
            self._socket.close()

    def _send(self, text: str) -> None:
        if self._socket is not None:
            # The service manager's loss only; it will notice by itself.
            with contextlib.suppress(OSError):
                self._socket.send(text.encode())


def _connect(address: str) -> socket.socket | None:
    """Connected at once: a later chroot does not cut us off. A leading @ means abstract."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    link.setblocking(False)
    try:
        link.connect("\0" + address[1:] if address.startswith("@") else address)
    except OSError:
        link.close()
        return None
    return link

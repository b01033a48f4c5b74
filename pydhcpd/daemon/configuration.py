"""From dhcpd.conf, and the files it includes, to a Configuration."""

import gc
import socket

from pydhcpd.config.parser import parse_configuration
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.log import Log
from pydhcpd.daemon.path import file_name
from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.machine import Machine
from pydhcpd.resolve.resolution import ERRORS_ENCOUNTERED, resolve_configuration
from pydhcpd.resolve.sanity import command_lines


def load_configuration(path: str, family: int, is_test: bool, log: Log) -> Configuration:
    """Read dhcpd.conf and what it includes. A mere test looks no host names up."""
    # All that is made here stays: looking for garbage meanwhile costs a third of the time.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return _load(path, family, is_test, log)
    finally:
        if was_collecting:
            gc.enable()


def _load(path: str, family: int, is_test: bool, log: Log) -> Configuration:
    tree = parse_configuration(path, read_main_file(path), read_file)
    machine = this_machine(not is_test)
    resolution = resolve_configuration(tree, None if is_test else look_up, machine, family)
    log.write(resolution.messages)
    if resolution.configuration is None:
        raise Fatal(resolution.fatal or ERRORS_ENCOUNTERED)
    if is_test:
        log.write(command_lines(resolution.configuration))
    return resolution.configuration


def this_machine(is_serving: bool) -> Machine:
    """What expressions may ask of this machine."""
    return Machine(socket.gethostname().encode("latin-1", "replace"), look_up, is_serving)


def read_main_file(path: str) -> bytes:
    """The bytes of dhcpd.conf itself, without which there is nothing to do."""
    try:
        return read_file(path)
    except IsADirectoryError as error:
        raise Fatal(f"Can't read in {path}: {error.strerror}") from None
    except OSError as error:
        raise Fatal(f"Can't open {path}: {error.strerror}") from None


def read_file(path: str) -> bytes:
    """The bytes of a configuration file."""
    with open(file_name(path), "rb") as file:
        return file.read()


def look_up(name: str) -> bytes:
    """The IPv4 addresses of a host name, 4 bytes each; none if it has none."""
    try:
        _, _, addresses = socket.gethostbyname_ex(name)
    except (OSError, UnicodeError):
        return b""
    return b"".join([socket.inet_aton(address) for address in addresses])

"""The start of the server, step by step (dhcpd(8)).

The order is dhcpd's: it decides which message an admin sees first, and what already holds when
the parent process returns. Modules that are slow to import are imported by the first step that
needs them, so that a bad argument is answered at once.
"""

import gc
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydhcpd.core.command import NO_ADDRESS, Command
from pydhcpd.core.log import ERR, INFO
from pydhcpd.daemon.arguments import Arguments, parse_arguments
from pydhcpd.daemon.banner import BANNER
from pydhcpd.daemon.daemonise import Detachment, detach
from pydhcpd.daemon.fatal import TRAILER, Fatal, Finished
from pydhcpd.daemon.log import Log
from pydhcpd.daemon.notify import Notify
from pydhcpd.daemon.path import text_of
from pydhcpd.daemon.pidfile import PidFile, check_pid_file
from pydhcpd.daemon.privileges import become, change_root, find_identity
from pydhcpd.daemon.settings import (
    Paths,
    Settings,
    choose_paths,
    environment_port,
    read_settings,
    service_port,
)

if TYPE_CHECKING:
    from pydhcpd.daemon.icmp_socket import IcmpSocket

GC_THRESHOLDS = (20_000, 20, 100)
WRONG_FAMILY = "You can only specify address to send replies to when running an IPv4 server."


def run(program: str, words: Sequence[str], is_foreground: bool) -> int:
    """Start, serve and stop; the exit status."""
    log = Log(program)
    environment = {text_of(name): text_of(value) for name, value in os.environ.items()}
    try:
        detachment = None if is_foreground else detach()
        _start(program, words, environment, log, detachment)
    except Finished as end:
        return end.status
    except Fatal as error:
        log.write([(ERR, line) for line in (*error.lines, *TRAILER)])
        return 1
    finally:
        log.close()
    return 0


def _start(
    program: str,
    words: Sequence[str],
    environment: Mapping[str, str],
    log: Log,
    detachment: Detachment | None,
) -> None:
    log.open()
    arguments = parse_arguments(program, words, log)
    paths = choose_paths(arguments, environment)
    _say_banner(arguments, log)
    _refuse_traces(arguments)
    identity = find_identity(arguments.user, arguments.group)
    if arguments.family == 6 and arguments.server is not None:
        raise Fatal(WRONG_FAMILY)
    asked_port = _asked_port(arguments, environment, log)
    is_mere_test = arguments.is_test and not arguments.is_leases_test
    if arguments.family == 6 and not is_mere_test:
        raise Fatal("DHCPv6 is not served yet: use dhcpd for -6.")
    icmp = None if arguments.is_test else _open_icmp(log)

    # Slow to import: lark.
    from pydhcpd.daemon.configuration import load_configuration
    from pydhcpd.resolve.resolution import execute_again
    from pydhcpd.resolve.sanity import check_late_parameters, check_peers, setting_lines

    configuration = load_configuration(
        paths.configuration, arguments.family, arguments.is_test, log
    )
    # It lives until the end; not even the last collection has to walk through it.
    gc.freeze()
    settings = read_settings(configuration, arguments.family)
    paths = _say_paths(arguments, paths, settings, log)
    failure = check_late_parameters(configuration.parameters)
    if failure is not None:
        raise Fatal(failure)
    _apply_settings(settings, log)
    log.write(setting_lines(configuration))
    messages, failure = check_peers(configuration)
    log.write(messages)
    if failure is not None:
        raise Fatal(failure)
    if is_mere_test:
        if arguments.chroot is not None:
            change_root(arguments.chroot)
        raise Finished(0)

    # Slow to import: asyncio and psutil. The service asks for what a chroot would hide.
    from pydhcpd.daemon.service import Service

    service = Service(arguments, configuration, settings, paths, identity, asked_port, log)
    if not arguments.is_test:
        service.execute([Command(NO_ADDRESS, words) for words in configuration.commands])
    if arguments.chroot is not None:
        change_root(arguments.chroot)
    if arguments.has_pid_file and not arguments.is_leases_test:
        check_pid_file(paths.pid_file)
    service.open_database()
    if arguments.is_leases_test:
        raise Finished(0)
    service.open_interfaces()
    again = execute_again(configuration)
    log.write(again.messages)
    if again.fatal is not None:
        raise Fatal(again.fatal)
    if again.configuration is not None:
        service.execute([Command(NO_ADDRESS, words) for words in again.configuration.commands])
    pid_file = _write_pid_file(paths.pid_file, log) if arguments.has_pid_file else None
    service.open_control()
    become(identity)
    service.prepare(icmp, Notify(environment.get("NOTIFY_SOCKET")))
    log.has_stderr = log.has_stderr and arguments.is_debug
    if detachment is not None:
        detachment.complete()
    log.info("Server starting service.")
    # What lives now lives until the end, and so do most leases: look for garbage less often
    # (measured: a seventh of the time under load).
    gc.freeze()
    gc.enable()
    gc.set_threshold(*GC_THRESHOLDS)
    service.run()
    if pid_file is not None:
        pid_file.remove()


def _say_banner(arguments: Arguments, log: Log) -> None:
    """The banner; with -q silence on stderr from here on, errors included."""
    if arguments.is_quiet:
        log.has_stderr = False
    else:
        log.write([(INFO, line) for line in BANNER])


def _refuse_traces(arguments: Arguments) -> None:
    for option, file in (("-tf", arguments.trace), ("-play", arguments.play)):
        if file is not None:
            raise Fatal(f"Traces are not supported: {option}.")


def _asked_port(arguments: Arguments, environment: Mapping[str, str], log: Log) -> int:
    """The port unless the configuration names one."""
    if arguments.port is not None:
        return arguments.port
    port = environment_port(arguments, environment)
    if port is None:
        return service_port()
    log.debug(f"binding to environment-specified port {port}")
    return port


def _open_icmp(log: Log) -> "IcmpSocket | None":
    # Not needed by -t.
    from pydhcpd.daemon.icmp_socket import IcmpSocket

    try:
        return IcmpSocket()
    except OSError as error:
        log.err(f"unable to create icmp socket: {error.strerror}")
        return None


def _say_paths(arguments: Arguments, paths: Paths, settings: Settings, log: Log) -> Paths:
    """The three files in the end; what the configuration names is taken as it stands."""
    paths = Paths(
        paths.configuration,
        paths.leases if settings.leases is None else settings.leases,
        paths.pid_file if settings.pid_file is None else settings.pid_file,
    )
    if not arguments.is_quiet:
        log.info(f"Config file: {paths.configuration}")
        log.info(f"Database file: {paths.leases}")
        log.info(f"PID file: {paths.pid_file}")
    return paths


def _apply_settings(settings: Settings, log: Log) -> None:
    if settings.facility is not None:
        log.facility = settings.facility
        log.write_syslog([(INFO, line.encode()) for line in BANNER])


def _write_pid_file(path: str, log: Log) -> PidFile | None:
    try:
        return PidFile(path)
    except OSError as error:
        log.err(f"Can't create PID file {path}: {error.strerror}.")
        return None

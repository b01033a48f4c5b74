"""The texts that name the program: banner, version and usage (dhcpd(8))."""

from typing import Final

from pydhcpd import __version__

# dhcpd's text comes first, so that log filters match; then it is us (see DIFFERENCES in the
# manual page).
BANNER: Final = (
    f"Internet Systems Consortium DHCP Server 4.4.3-P1 replacement: pydhcpd {__version__}",
    "Copyright 2026 The pydhcpd authors.",
    "All rights reserved.",
    "For info, please visit https://www.isc.org/software/dhcp/",
)
VERSION_TEXT: Final = f"isc-dhcpd-4.4.3-P1 (pydhcpd {__version__})"


def usage(program: str) -> str:
    """What `--help` prints and what follows a bad argument."""
    return (
        f"Usage: {program} [-p <UDP port #>] [-f] [-d] [-q] [-t|-T]\n"
        "             [-4|-6] [-cf config-file] [-lf lease-file]\n"
        "             [-user user] [-group group] [-chroot dir]\n"
        "             [-tf trace-output-file]\n"
        "             [-play trace-input-file]\n"
        "             [-pf pid-file] [--no-pid] [-s server]\n"
        "             [if0 [...ifN]]\n"
        f"       {program} {{--version|--help|-h}}"
    )

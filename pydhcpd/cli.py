"""The command `pydhcpd`, also installed as `dhcpd`: dhcpd(8).

What needs no server is answered here, before anything slow is imported.
"""

import gc
import os
import signal
import sys
from collections.abc import Sequence

from pydhcpd.daemon.arguments import FOREGROUND, HELP, VERSION, first_of
from pydhcpd.daemon.banner import VERSION_TEXT, usage
from pydhcpd.daemon.daemonise import open_standard_descriptors
from pydhcpd.daemon.path import text_of

MODULE = "__main__.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server; the exit status."""
    words = [text_of(word) for word in (sys.argv if arguments is None else arguments)]
    program = os.path.basename(words[0])
    if program == MODULE:
        program = "pydhcpd"
    words = words[1:]
    open_standard_descriptors()
    # dhcpd's first pass: whichever of these words comes first decides.
    asked = first_of(words, VERSION | HELP)
    if asked is not None:
        text = VERSION_TEXT if words[asked] in VERSION else usage(program)
        os.write(2, text.encode("latin-1") + b"\n")
        return 0
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until signals are served Ctrl-C ends the process as it ends dhcpd: at once and silently.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What is made at the start stays: there is no garbage to look for until the server serves.
    gc.disable()
    # Imported only now: --version and --help need none of it.
    from pydhcpd.daemon.start import run

    return run(program, words, is_foreground=first_of(words, FOREGROUND) is not None)

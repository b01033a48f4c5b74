"""`python -m pydhcpd` is pydhcpd."""

import sys

from pydhcpd.cli import main

sys.exit(main())

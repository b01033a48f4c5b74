"""Runs the installed programs in tests."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAMS = Path(sys.executable).parent


def run(
    program: str, *words: str, folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The finished program; its texts have a character for each byte."""
    return subprocess.run(
        [str(PROGRAMS / program) if program.startswith("pydhcp") else program, *words],
        capture_output=True,
        encoding="latin-1",
        check=False,
        cwd=folder,
        env={**os.environ, **environment},
    )

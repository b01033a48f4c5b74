"""Running the generator in the clients' namespace, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from conformance.bench import generator
from conformance.bench.load import Load, Result
from conformance.bench.network import within
from conformance.bench.server import BenchError

_PROJECT: Final = Path(__file__).parents[2]


def run_load(namespace: str, load: Load, limit_s: float) -> Result:
    """Put a load on the server and await what came of it, for so many seconds at most."""
    finished = subprocess.run(
        _command(namespace),
        cwd=_PROJECT,
        input=json.dumps(asdict(load)),
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )
    if finished.returncode != 0:
        raise BenchError(f"the generator failed:\n{finished.stderr}")
    return Result(**json.loads(finished.stdout))


def start_load(namespace: str, load: Load) -> subprocess.Popen[str]:
    """Put a load on the server while others do something else; nobody reads what came of it."""
    process = subprocess.Popen(
        _command(namespace),
        cwd=_PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(load)))
    process.stdin.close()
    return process


def _command(namespace: str) -> list[str]:
    return within(namespace, [sys.executable, "-m", generator.__name__])

"""Public configurations and leases files, where they lie beside the project."""

from pathlib import Path
from typing import Final

import pytest

# Third parties' texts: they are read in place.
CORPUS: Final = Path(__file__).parents[2].joinpath("shared", "corpus")


def corpus_files(kind: str) -> list[Path]:
    """The files of `conf` or `leases`; without them the test is skipped."""
    folder = CORPUS / kind
    if not folder.is_dir():
        pytest.skip(f"no public texts in {folder}")
    return sorted(folder.iterdir())

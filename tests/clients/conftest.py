"""The fixture that every test with a real client starts from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.network import ServedNetwork, require_tools, served_network


@pytest.fixture
def network(tmp_path: Path) -> Iterator[ServedNetwork]:
    require_tools("ip")
    with served_network(tmp_path) as served:
        yield served

"""A seed to go on from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.continuing import write_seed


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    return write_seed(tmp_path / "seed.mid")

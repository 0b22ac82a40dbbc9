import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.core.params import Knob, Param
from bridge.desk.table import Table

SAMPLES = "ANTIPHON_SAMPLES"


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """Find a file that a real program saved; they are not ours to ship."""

    def find(name: str) -> Path:
        path = Path(os.environ.get(SAMPLES, "")) / name
        if not os.environ.get(SAMPLES) or not path.exists():
            pytest.skip(f"no {name}: set {SAMPLES} to a folder of files saved by the real programs")
        return path

    return find


@pytest.fixture
def richer() -> Table:
    """The tables with one parameter and one action more, of which nobody has heard."""
    ours = Table()
    row = Param("sparkle", float, 0.25, Knob("light/sparkle", "How it sparkles", 0, 3, "lumen"))
    return Table((*ours.params, row), (*ours.actions, "twinkle"), ours.readings)

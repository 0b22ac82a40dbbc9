"""A parameter is one line of one table, and is everywhere when it is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_one_line_makes_a_parameter_everywhere(tmp_path: Path) -> None:
    widen, script = (str(Path(__file__).with_name(f"{name}.py")) for name in ("widen", "one_line"))
    done = subprocess.run(
        [sys.executable, widen, script, str(tmp_path)], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, bool] = json.loads(done.stdout)
    assert [place for place, there in found.items() if not there] == []
    assert len(found) == 11

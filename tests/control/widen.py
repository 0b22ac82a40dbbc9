"""Run a script as if the table of parameters had one more line: `widen.py SCRIPT ARGUMENTS`.

The line is put into the source of bridge.core.params before anything imports it.
"""

from __future__ import annotations

import importlib.util
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINE = """\
    sparkle: Annotated[float, Knob("sparkle/dust", "How much it glitters", 0, 4, "ms")] = 0.5
"""
BEFORE = "    mode: Annotated["


def add_the_line() -> None:
    """Import bridge.core.params as if the line stood in its file."""
    path = ROOT / "bridge" / "core" / "params.py"
    source = path.read_text(encoding="utf-8").replace(BEFORE, LINE + BEFORE, 1)
    spec = importlib.util.spec_from_file_location("bridge.core.params", path)
    assert spec is not None
    module = sys.modules["bridge.core.params"] = importlib.util.module_from_spec(spec)
    exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102 - our own source


if __name__ == "__main__":
    add_the_line()
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")

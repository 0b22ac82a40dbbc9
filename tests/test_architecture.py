"""The import arrows of docs/architecture.md, read from the syntax trees."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 300  # lines

#: Who may import whom within `bridge`, by folder or module; everybody may import themselves.
ARROWS: dict[str, tuple[str, ...]] = {
    "core": (),
    "intake": ("core",),
    "listen": ("core",),
    "respond": ("core",),
    "schedule": ("core",),
    "send": ("core",),
    "control": ("core",),
    "desk": ("core", "control"),
    "web": ("core", "control"),
    "session": ("core", "listen", "respond", "schedule"),
    "app": (
        "core", "intake", "listen", "respond", "schedule", "send", "control", "desk", "session",
        "web", "training.notes.eager", "training.yardsticks", "evaluation",
    ),
    "__main__": ("app",),
    "training": ("core", "respond"),
    "evaluation": ("core", "listen", "respond", "training"),
}  # fmt: skip

#: Where a package from outside may be imported, as beginnings of paths.
HOMES: dict[str, tuple[str, ...]] = {
    "rtmidi": ("bridge/intake/", "bridge/send/"),
    "jack": (
        "bridge/app/player/cables.py",
        "bridge/app/player/jack_cycle.py",
        "bridge/app/bench/witness.py",
        "tests/",
    ),
    "onnxruntime": ("bridge/respond/", "bridge/app/bench"),
    "torch": ("bridge/training/", "tools/", "tests/"),
}

#: Folders that must do without numpy: the player imports them, and the desk has no use for it.
NO_NUMPY = ("core", "intake", "listen", "schedule", "send", "control", "desk", "web")


def imported(path: str, source: str) -> Iterator[str]:
    """Yield the full dotted name of everything a file imports, relative imports resolved."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{start}.{alias.name}" for alias in node.names)


def within(name: str, parent: str) -> bool:
    """Tell whether a dotted name is `parent` or lies in it."""
    return name == parent or name.startswith(f"{parent}.")


def violations(path: str, source: str) -> list[str]:
    """Return a line for each import of the file at `path` (from the root) that no arrow allows."""
    found = []
    folder = path.removeprefix("bridge/").split("/")[0].removesuffix(".py")
    ours = path.startswith("bridge/") and folder != "__init__"
    for name in imported(path, source):
        top = name.split(".")[0]
        inside = name.removeprefix("bridge.")
        allowed = (folder, *ARROWS.get(folder, ()))
        if name == "bridge.__version__":
            continue
        if ours and top == "bridge" and not any(within(inside, a) for a in allowed):
            found.append(f"{path}: {folder} may not import {name}")
        if ours and folder in NO_NUMPY and top == "numpy":
            found.append(f"{path}: {folder} does without numpy")
        if top in HOMES and not path.startswith(HOMES[top]):
            found.append(f"{path}: {top} is at home in {', '.join(HOMES[top])}")
    return found


def files(*folders: str) -> list[str]:
    """Return the paths, from the root, of all Python files in some folders."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
    )


def test_every_folder_of_bridge_has_its_arrows() -> None:
    folders = {p.name for p in (ROOT / "bridge").iterdir() if any(p.glob("*.py"))}
    assert folders <= set(ARROWS)


@pytest.mark.parametrize("path", files("bridge", "tools"))
def test_imports_follow_the_arrows(path: str) -> None:
    assert violations(path, (ROOT / path).read_text()) == []


def test_onnxruntime_is_opened_in_one_file_of_respond() -> None:
    openers = [
        path
        for path in files("bridge/respond")
        if any(within(n, "onnxruntime") for n in imported(path, (ROOT / path).read_text()))
    ]
    assert len(openers) <= 1


@pytest.mark.parametrize("path", files("bridge"))
def test_no_file_has_grown_too_long(path: str) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bridge/listen/pulse.py", "from bridge.schedule import queue"),
        ("bridge/listen/pulse.py", "import bridge.schedule.queue as q"),
        ("bridge/listen/pulse.py", "from ..schedule.queue import Queue"),
        ("bridge/listen/pulse.py", "from .. import schedule"),
        ("bridge/listen/pulse.py", "from bridge import schedule"),
        ("bridge/listen/__init__.py", "from ..send import port"),
        ("bridge/listen/pulse.py", "def late():\n    import bridge.app.engine.process"),
        ("bridge/core/music.py", "from bridge.listen.pulse import Pulse"),
        ("bridge/core/music.py", "import numpy"),
        ("bridge/core/music.py", "from numpy.typing import NDArray"),
        ("bridge/control/osc.py", "from bridge.session import machine"),
        ("bridge/session/machine.py", "from bridge.send.port import Port"),
        ("bridge/session/machine.py", "from bridge.control.osc import Desk"),
        ("bridge/desk/table.py", "from bridge.send.take import render"),
        ("bridge/control/surfaces.py", "from bridge.desk.table import Table"),
        ("bridge/app/engine/process.py", "import rtmidi"),
        ("bridge/app/engine/process.py", "from onnxruntime import InferenceSession"),
        ("bridge/respond/onnx.py", "import torch.nn as nn"),
        ("bridge/training/train.py", "from bridge.evaluation.items import Item"),
        ("bridge/app/engine/process.py", "from bridge.training.train import train"),
        ("bridge/respond/onnx.py", "from bridge.training import network"),
        ("bridge/__main__.py", "from bridge.core import music"),
        ("tools/bench.py", "import onnxruntime"),
    ],
)
def test_a_crossed_arrow_is_caught(path: str, source: str) -> None:
    assert len(violations(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bridge/listen/pulse.py", "from bridge.core.beat import BeatClock"),
        ("bridge/listen/pulse.py", "from ..core.beat import BeatClock\nfrom . import capture"),
        ("bridge/listen/pulse.py", "import math\nimport bridgework, corelib"),
        ("bridge/respond/onnx.py", "import numpy as np\nimport onnxruntime as ort"),
        ("bridge/session/machine.py", "from bridge.listen import capture"),
        ("bridge/app/bench/rows.py", "import onnxruntime"),
        ("bridge/app/bench/decode.py", "from bridge.training.notes.eager import stepper_of"),
        ("bridge/send/port.py", "import rtmidi"),
        ("bridge/training/train.py", "import torch\nfrom bridge.respond.steps import SIZES"),
        ("bridge/training/train.py", "from bridge.respond import steps"),
        ("bridge/__main__.py", "from bridge.app.cli import main"),
        ("tools/export_onnx.py", "import torch\nfrom bridge.training import onnx_graph"),
    ],
)
def test_a_straight_arrow_is_left_alone(path: str, source: str) -> None:
    assert violations(path, source) == []


def test_models_are_measured_without_torch_and_matplotlib() -> None:
    paths = [Path(path) for path in files("bridge/evaluation")]
    names = [".".join(p.with_suffix("").parts) for p in paths if p.stem not in {"plots", "rolls"}]
    code = "import sys; sys.modules |= {'torch': None, 'matplotlib': None}; import "
    modules = ["bridge.app.files.evaluate", "bridge.app.files.score", *names]
    subprocess.run([sys.executable, "-c", code + ", ".join(modules)], check=True, cwd=ROOT)


def test_the_player_loads_neither_numpy_nor_onnxruntime() -> None:
    if importlib.util.find_spec("bridge.app.player.process") is None:
        pytest.skip("there is no player yet")
    heavy = "sorted({'numpy', 'onnxruntime'} & {*sys.modules})"
    code = f"import sys, bridge.app.player.process; print({heavy})"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert result.stdout.strip() == "[]"

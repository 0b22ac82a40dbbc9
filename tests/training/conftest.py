"""A little prepared music for all that trains."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.core.music import Meter
from bridge.send.take import write_midi
from bridge.training.prepare import main as prepare


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of three songs of ten bars in 3/4: piano, and drums on every beat."""
    pack = tmp_path_factory.mktemp("packs") / "simutrans"
    pack.mkdir()
    files = []
    for number, split in enumerate(("train", "valid", "test")):
        piano = [(i * 0.5, 0.5, 60 + (0, 4, 7, 12, 7, 4)[i % 6] + number, 80, 0) for i in range(60)]
        drums = [(float(i), 0.25, 36 if i % 3 == 0 else 42, 100, 12) for i in range(30)]
        tracks = [("piano", piano), ("drums", drums)]
        write_midi(pack / f"{number}.mid", tracks, Meter(3, 4), 120.0)
        files.append({"path": f"{number}.mid", "split": split, "on_grid": 1.0})
    (pack / "manifest.json").write_text(json.dumps({"files": files}))
    out = pack.parent / "notes.npz"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["prepare", str(pack), "--out", str(out)])
        prepare()
    return out

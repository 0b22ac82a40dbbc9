"""Model files from strangers: one line that names the thing, the value and what is right."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from bridge.core.errors import ModelError
from bridge.respond.cards import Card, list_cards, load_model
from bridge.respond.families import FAMILIES

MODELS = Path(__file__).parents[2] / "models" / "onnx"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("note-lstm.onnx", "note-lstm.json"):
        shutil.copy(MODELS / name, tmp_path / name)
    return tmp_path


def spoil(folder: Path, **changes: object) -> None:
    path = folder / "note-lstm.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_shipped_models_fit_their_cards() -> None:
    names = [card.name for card in list_cards(MODELS)]
    assert names == sorted(FAMILIES)
    for name in names:
        assert load_model(MODELS, name).name == name


def test_shipped_models_weigh_little() -> None:
    assert sum(p.stat().st_size for p in MODELS.glob("*.onnx")) < 40e6


def test_a_card_keeps_what_was_written(tmp_path: Path) -> None:
    card = list_cards(MODELS)[0]
    card.write(tmp_path / "card.json")
    assert Card.read(tmp_path / "card.json") == card


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fingerprint": "feedbeef"}, "feedbeef"),
        ({"sha256": "0" * 64}, "sha256"),
        ({"family": "oracle"}, "'oracle' is not one of"),
        ({"parameters": "many"}, "parameters"),
        ({"surprise": 1}, "surprise"),
        ({"trust": {"shifts": [0.5], "sounds": [0.5]}}, "shifts must be 9 weights, not 1"),
        ({"trust": {"shifts": [0.0] * 9, "sounds": [0.0] * 8 + [2]}}, "sounds must be in 0..1"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    folder: Path, changes: dict[str, object], says: str
) -> None:
    spoil(folder, **changes)
    with pytest.raises(ModelError, match=says):
        load_model(folder, "note-lstm")


def test_a_missing_card_is_named(folder: Path) -> None:
    (folder / "note-lstm.json").unlink()
    with pytest.raises(ModelError, match=r"note-lstm\.json: missing"):
        load_model(folder, "note-lstm")


def test_an_unknown_name_lists_what_there_is(folder: Path) -> None:
    with pytest.raises(ModelError, match="there are: note-lstm"):
        load_model(folder, "gpt")


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x07" * 50])
def test_a_broken_file_is_refused(folder: Path, content: bytes) -> None:
    """Even with a card that was made to fit it."""
    (folder / "note-lstm.onnx").write_bytes(content)
    spoil(folder, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(ModelError, match="not a model that can be run"):
        load_model(folder, "note-lstm")


def test_a_foreign_graph_is_refused(folder: Path) -> None:
    """A model of another make, with a card that claims to be ours."""
    shutil.copy(MODELS / "note-transformer.onnx", folder / "note-lstm.onnx")
    data = (folder / "note-lstm.onnx").read_bytes()
    spoil(folder, sha256=hashlib.sha256(data).hexdigest())
    with pytest.raises(ModelError, match="family"):
        load_model(folder, "note-lstm")

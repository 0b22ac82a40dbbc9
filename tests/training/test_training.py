"""Training end to end on ten bars: prepare, learn, resume, export; torch equals ONNX."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.core.voices import VOICE_NAMES
from bridge.respond.families import FAMILIES
from bridge.respond.steps import START_VOICE, UNKNOWN_DURATION

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytestmark = pytest.mark.train

from bridge.training import study, train, valid  # noqa: E402 - only where torch is
from bridge.training.batches import Batches, Wanted  # noqa: E402
from bridge.training.corpus import Corpus  # noqa: E402
from bridge.training.lesson import LESSONS  # noqa: E402
from bridge.training.notes.network import NoteNetwork, Shape  # noqa: E402
from bridge.training.notes.rows import draw, segment  # noqa: E402
from bridge.training.onnx_graph import Kind  # noqa: E402
from bridge.training.valid import valid_bits  # noqa: E402
from tests.evaluation.tiny import CELLS  # noqa: E402

CONFIGS = Path(train.__file__).parent / "configs"


def config(family: str, **changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "family": family, "dim": 32, "layers": 2, "heads": 2, "kv_heads": 1, "hidden": 64,
        "dropout": 0.0, "steps": 48, "channels": 32, "convolutions": 2, "window": 24,
        "rows": 4, "rate": 0.01, "warmup": 5, "weight_decay": 0.01, "clip": 1.0, "minutes": 1,
        "cell": CELLS.get(family, ""),
    }  # fmt: skip
    return base | changes


def test_prepared_music_is_the_music(data: Path) -> None:
    with np.load(data) as arrays:
        first = slice(0, int(arrays["starts"][1]))
        assert sorted(set(arrays["voice"][first])) == [0, VOICE_NAMES.index("drums")]
        assert list(arrays["onset"][first][:4]) == [0, 0, 12, 24]
        assert set(arrays["bar"]) == {72}
        assert list(arrays["position"][first][:4]) == [0, 0, 12, 24]


def test_a_row_opens_with_start_on_a_bar_line(data: Path) -> None:
    corpus = Corpus.load(data, 0)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        part = segment(corpus, 40, rng, vary=True)
        assert part.notes[0, 1] == START_VOICE
        assert (part.tick % part.bar == part.position).all()
        assert (np.diff(part.tick) >= 0).all()
        assert (part.notes[1:, 0] == np.diff(part.tick)).all()


def test_variation_transposes_pitches_and_never_drums(data: Path) -> None:
    corpus = Corpus.load(data, 0)
    rng = np.random.default_rng(0)
    batch = draw(corpus, 40, 48, rng, vary=True)
    struck = batch["target"][batch["target"][..., 1] == VOICE_NAMES.index("drums")]
    assert set(struck[:, 2]) == {36, 42}
    played = batch["target"][(batch["target"][..., 1] == 0) & (batch["document"] >= 0)]
    assert len({int(p) % 12 for p in played[:, 2]}) == 12
    assert (batch["notes"][..., 3] == UNKNOWN_DURATION).all(axis=1).any()


def test_valid_music_is_left_as_it_is(data: Path) -> None:
    batch = draw(Corpus.load(data, 1), 8, 48, np.random.default_rng(0), vary=False)
    assert (batch["notes"] == batch["target"]).all()


@pytest.mark.parametrize("family", LESSONS)
def test_it_learns_and_resumes(family: str, data: Path, tmp_path: Path) -> None:
    """Bits fall; a second run goes on at the step where the first one stopped."""
    torch.set_num_threads(1)
    run = train.Run(config(family), data, tmp_path / "run", "cpu")
    before = sum(valid_bits(run.lesson, run.valid)[: run.lesson.headline])
    for _ in range(40):
        run.learn(0.1)
    run.check()
    run.keep()
    assert run.best < 0.7 * before
    again = train.Run(config(family), data, tmp_path / "run", "cpu")
    assert (again.step, again.notes, again.best) == (run.step, run.notes, run.best)
    same, other = run.learn(0.1), again.learn(0.1)
    assert torch.allclose(same, other)
    assert (tmp_path / "run" / "best.pt").exists()
    assert (tmp_path / "run" / "curve.png").exists()


@pytest.mark.parametrize("family", LESSONS)
def test_onnx_equals_torch(family: str, data: Path, tmp_path: Path) -> None:
    """fp32 to 1e-4 nats; in 8 bits the cost of music stays within 0.01 bits per note."""
    torch.manual_seed(1)
    lesson = LESSONS[family](config(family, wishes=True), Corpus.load(data, 0))
    for name, table in lesson.network.eval().named_parameters():
        if "wishes" in name:  # they begin as nothing
            torch.nn.init.normal_(table)
    meta = {"family": family, "fingerprint": FAMILIES[family].fingerprint}
    kinds: tuple[Kind, ...] = ("fp32", "int8")
    paths: dict[str, Path] = {kind: tmp_path / f"{kind}.onnx" for kind in kinds}
    for kind in kinds:
        lesson.export(paths[kind], meta, kind=kind)
    figures = lesson.parity(paths, Corpus.load(data, 1))
    assert figures["fp32_worst"] < 1e-4
    assert abs(figures["int8_mean"]) < 0.01


def test_batches_drawn_ahead_are_the_same(data: Path) -> None:
    corpus = Corpus.load(data, 0)
    lesson = LESSONS["note-lstm"](config("note-lstm"), corpus)
    alone, ahead = (Batches(lesson, corpus, 3, workers) for workers in (0, 1))
    for wanted in (Wanted(0, 4, 48), Wanted(1, 4, 48), Wanted(2, 2, 96)):
        ours, theirs = alone.take(wanted), ahead.take(wanted)
        assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    ahead.close()


def test_a_run_begins_where_another_ended(data: Path, tmp_path: Path) -> None:
    first = train.Run(config("note-lstm"), data, tmp_path / "first", "cpu")
    for _ in range(5):
        first.learn(0.1)
    first.check()
    second = train.Run(config("note-lstm", wishes=True), data, tmp_path / "second", "cpu")
    second.start_from(tmp_path / "first" / "best.pt")
    assert second.before == (first.notes, 0.0)
    assert valid_bits(second.lesson, second.valid) == pytest.approx(
        valid_bits(first.lesson, first.valid)
    )


def test_eager_steps_see_what_whole_rows_see() -> None:
    """The cache of the stepper gives the hidden vectors of the whole row."""
    torch.manual_seed(2)
    network = NoteNetwork(Shape("note-transformer", 32, 2, heads=2, kv_heads=1, hidden=64)).eval()
    rows = torch.tensor([[[12, 0, 60 + i, 6, 10, 12 * i % 96, 96, 12 * i] for i in range(12)]])
    with torch.no_grad():
        whole = network.trunk(rows, torch.zeros(1, 12, dtype=torch.long))
        cache: list[list[Any]] = [[], []]
        single = [network.trunk(rows[:, i : i + 1], None, cache) for i in range(12)]
    assert torch.allclose(whole, torch.cat(single, dim=1), atol=1e-5)


def test_configs_are_whole() -> None:
    """Each recipe can be read and names a family that exists."""
    for path in CONFIGS.glob("*.toml"):
        recipe = tomllib.loads(path.read_text())
        assert recipe["family"] in LESSONS
        assert recipe["minutes"] > 0


def test_the_study_trains_six_and_writes_its_table(data: Path, tmp_path: Path) -> None:
    """A run that is there already is not trained again."""
    sizes = "hidden = 16\nchannels = 16\nconvolutions = 1\nwindow = 16\nsteps = 48\nrows = 2\n"
    rates = "rate = 0.01\nwarmup = 5\nweight_decay = 0.01\nclip = 1.0\nminutes = 1\n"
    recipe = tmp_path / "tiny.toml"
    recipe.write_text(f'family = "roll-convgru"\n{sizes}{rates}')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(valid, "NOTES", 96)
        patch.setattr(study, "CHECKS", 1)
        found = study.taught(recipe, data, tmp_path / "study", 4)
        again = study.taught(recipe, data, tmp_path / "study", 4)
    assert len(found) == 6
    assert again == found
    assert study.table(found, 4).count("\n| ad") == 4
    study.draw_curves(tmp_path / "study", list(found))
    assert (tmp_path / "study" / "study.png").exists()

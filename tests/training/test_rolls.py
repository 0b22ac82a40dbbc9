"""Piano rolls in training: rows, losses, the study, and a model that plays what it was taught."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.respond.answer import answer
from bridge.respond.device import CPU
from bridge.respond.families import FAMILIES
from bridge.respond.limits import Limits
from bridge.respond.memory import USUAL_TRUST
from bridge.respond.rolls.frames import FRAME, KEYS, LOWEST

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytestmark = pytest.mark.train

from bridge.training.corpus import Batch, Columns, Corpus  # noqa: E402 - only where torch is
from bridge.training.rolls.frame_loss import sounding_chance  # noqa: E402
from bridge.training.rolls.lesson import RollLesson, cross_entropy, sounding  # noqa: E402
from bridge.training.rolls.rows import fill  # noqa: E402
from bridge.training.study import lowest, measure  # noqa: E402

ROLLS = ("roll-convgru", "roll-lstm")
SIZES = {"hidden": 48, "channels": 32, "convolutions": 1, "layers": 1, "window": 16}
MUSIC = tuple(Note(6 * i, 0, 60 + (0, 4, 7, 12)[i % 4], 6, 80) for i in range(64))


def column(notes: tuple[Note, ...]) -> Columns:
    names = ("onset", "voice", "pitch")
    columns = {n: np.array([getattr(note, n) for note in notes], np.int64) for n in names}
    return columns | {
        "duration": np.full(len(notes), 4),
        "position": columns["onset"] % 96,
        "bar": np.full(len(notes), 96),
    }


def batch_of(notes: tuple[Note, ...], steps: int) -> dict[str, Any]:
    batch: Batch = {
        "roll": np.zeros((1, steps, FRAME), np.uint8),
        "place": np.zeros((1, steps, 2), np.int64),
        "known": np.zeros((1, steps), bool),
        "held": np.zeros(1, bool),
    }
    fill(batch, 0, column(notes), hidden=False)
    return {name: torch.from_numpy(values) for name, values in batch.items()}


def lesson_of(family: str, **changes: Any) -> RollLesson:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    none = Corpus({}, *(np.zeros(0),) * 5)  # type: ignore[arg-type] # nothing is counted in it
    return RollLesson({"family": family, **SIZES, **changes}, none)


def test_a_row_is_the_music_without_drums() -> None:
    notes = (*MUSIC[:8], Note(48, DRUMS, 40, 6, 80), Note(48, 0, 10, 6, 80), Note(60, 0, 62, 6, 80))
    batch = batch_of(notes, 12)
    struck = batch["roll"][0, :, :KEYS].numpy()
    assert [(int(t), int(k) + LOWEST) for t, k in np.argwhere(struck)] == [
        *((i, n.pitch) for i, n in enumerate(MUSIC[:8])), (10, 62),
    ]  # fmt: skip
    assert batch["place"][0, :, 0].tolist() == list(range(12))
    assert batch["known"][0].tolist() == [True] * 10 + [False] * 2


def test_only_what_sounded_may_sound_on() -> None:
    batch = batch_of(MUSIC, 32)
    truth = batch["roll"][..., KEYS:].bool()
    assert not (truth & ~sounding(batch)).any()


def test_focal_loss_forgives_what_is_nearly_right() -> None:
    logits, truth = torch.tensor([-4.0, 2.0]), torch.tensor([0.0, 0.0])
    plain, focal = cross_entropy(logits, truth), cross_entropy(logits, truth, 2.0)
    wrong = torch.sigmoid(logits)
    assert torch.allclose(focal, plain * wrong**2)


def test_losses_are_measured_plainly_whatever_is_learnt_by() -> None:
    batch = batch_of(MUSIC, 32)
    plain, focal = lesson_of("roll-convgru"), lesson_of("roll-convgru", loss="focal")
    learnt = focal.losses(batch).sum()
    for lesson in (plain, focal):
        lesson.network.eval()
    assert torch.equal(plain.losses(batch), focal.losses(batch))
    assert learnt < plain.losses(batch).sum()


def test_the_golden_section_finds_the_lowest() -> None:
    assert lowest(lambda x: (x - 0.3) ** 2 + 1, -4, 4) == pytest.approx(1)


def test_recalibration_never_loses() -> None:
    lesson, batch = lesson_of("roll-convgru"), batch_of(MUSIC, 32)
    found = measure(lesson, [batch])
    assert found.shifted < found.plain
    assert found.scaled < found.plain
    notes = float(batch["roll"][..., :KEYS][batch["known"]].sum())
    nats = lesson.losses(batch)[0, 0].item() * notes / int(batch["known"].sum())
    assert found.plain == pytest.approx(nats, rel=1e-5)


def test_what_has_not_sounded_sounds_only_when_struck() -> None:
    onsets, sustains = torch.full((1, 3, KEYS), -2.0), torch.zeros(1, 3, 2, KEYS)
    chance = sounding_chance(onsets, sustains, torch.zeros(1, 3, KEYS, dtype=torch.bool))
    assert torch.allclose(chance, onsets.double().sigmoid())


@pytest.mark.parametrize("family", ROLLS)
def test_it_learns_a_figure_and_plays_it(family: str, tmp_path: Path) -> None:
    """Taught one figure, the exported model foretells it and goes on with it."""
    lesson, batch = lesson_of(family), batch_of(MUSIC, 64)
    learner = torch.optim.Adam(lesson.network.parameters(), lr=0.01)
    for _ in range(100):
        learner.zero_grad()
        loss = lesson.losses(batch).mean(0).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        learner.step()
    lesson.network.eval()
    path = tmp_path / "taught.onnx"
    meta = {"family": family, "fingerprint": FAMILIES[family].fingerprint}
    lesson.export(path, meta, kind="fp32")
    model = FAMILIES[family].load("taught", path, CPU, USUAL_TRUST)
    model.feed(MUSIC[:32], 96)
    mark = model.mark()
    costs = np.array(model.bits(MUSIC[32:48], 96, 0.0))
    assert costs.sum() / 16 < 0.5 + math.log2(6)
    model.rewind(mark)
    limits = Limits(top_p=0.9, memory=0.0, earliest=192, exact=True)
    notes = list(answer(model, limits, 240, 1))
    assert [(n.onset, n.pitch) for n in notes] == [(n.onset, n.pitch) for n in MUSIC[32:40]]


@pytest.mark.parametrize("family", ROLLS)
def test_bits_live_are_the_bits_of_training(family: str, tmp_path: Path) -> None:
    """Without memory and off-grid cost, a model's notes cost what its frames cost."""
    lesson, batch = lesson_of(family), batch_of(MUSIC, 64)
    lesson.network.eval()
    path = tmp_path / "chance.onnx"
    meta = {"family": family, "fingerprint": FAMILIES[family].fingerprint}
    lesson.export(path, meta, kind="fp32")
    model = FAMILIES[family].load("chance", path, CPU, USUAL_TRUST)
    costs = np.array(model.bits(MUSIC, 96, 0.0))[:, [0, 2]].sum() - 64 * math.log2(6)
    batch["known"][:] = True
    with torch.no_grad():
        nats = float(lesson.losses(batch)[:, 0].sum())
    assert costs * math.log(2) == pytest.approx(nats, rel=0.01)  # but for the end of the last frame

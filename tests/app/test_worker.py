"""The thread that owns the model takes another one, of any token family, while it plays."""

from __future__ import annotations

import queue
import shutil
from pathlib import Path

import pytest

from bridge.app.engine.worker import Report, Worker
from bridge.core.music import Note
from bridge.respond.candidates import Taste
from bridge.respond.limits import Limits
from bridge.respond.tokens.families import TOKEN_FAMILIES
from bridge.session.events import Ask, Drained, Drawn, Feed, Load

pytest.importorskip("torch")
tiny = pytest.importorskip("tests.evaluation.tiny")
pytestmark = pytest.mark.train

SHIPPED = Path(__file__).parents[2] / "models" / "onnx" / "note-lstm"
PHRASE = tuple(Note(12 * i, 0, 60 + i, 12, 80) for i in range(8))
SECONDS = 20.0  # to wait for a note, at most


def question(take: int, end: int, limits: Limits) -> Ask:
    """Ask for a take in one go."""
    taste = Taste(1, PHRASE, "", 96)
    return Ask(take=take, plan=take, end=end, reach=end, limits=limits, seed=5, taste=taste)


@pytest.mark.parametrize("family", TOKEN_FAMILIES)
def test_a_token_model_takes_over_in_the_middle_of_an_answer(family: str, tmp_path: Path) -> None:
    for suffix in (".onnx", ".json"):
        shutil.copy(SHIPPED.with_suffix(suffix), tmp_path)
    tiny.write_shipped(family, tmp_path)
    told: queue.SimpleQueue[Report] = queue.SimpleQueue()
    worker = Worker(tmp_path, "note-lstm", told.put)
    worker.start()
    worker.put(Feed(PHRASE, 96))
    worker.put(question(1, 96 * 400, Limits(earliest=96)))
    assert isinstance(told.get(timeout=SECONDS), Drawn)
    worker.put(Load("tiny"))
    worker.put(question(2, 192, Limits(earliest=96, exact=True)))
    answer = []
    while (report := told.get(timeout=SECONDS)) != Drained(2, 2):
        assert isinstance(report, Drawn)
        if report.take == 2:
            answer.append(report.note)
    worker.put(None)
    worker.join(SECONDS)
    assert worker.model.name == "tiny"
    assert answer
    assert all(96 <= note.onset < 192 for note in answer)

"""A model that fails while it draws ends its take, in whatever way it fails; the jam goes on."""

from __future__ import annotations

import queue
from pathlib import Path
from typing import NoReturn

import pytest

from bridge.app.engine.worker import Report, Worker
from bridge.core.errors import ModelError
from bridge.core.events import Fault
from bridge.core.music import Note
from bridge.respond.candidates import Taste
from bridge.respond.limits import Limits
from bridge.session.events import Ask, Drained, Feed, Load

MODELS = Path(__file__).parents[2] / "models" / "onnx"
PHRASE = tuple(Note(12 * i, 0, 60 + i, 12, 80) for i in range(8))
SECONDS = 20.0  # to wait for a report, at most


def ask(take: int, tries: int) -> Ask:
    taste = Taste(tries, PHRASE, "", 96)
    limits = Limits(earliest=96, exact=True)
    return Ask(take=take, plan=take, end=192, reach=192, limits=limits, seed=5, taste=taste)


@pytest.mark.parametrize("tries", [1, 4])
@pytest.mark.parametrize("error", [ModelError("out of tune"), ValueError("out of tune")])
def test_a_model_that_fails_ends_its_take(
    monkeypatch: pytest.MonkeyPatch, error: Exception, tries: int
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    told: queue.SimpleQueue[Report] = queue.SimpleQueue()
    worker = Worker(MODELS, "note-lstm", told.put)
    worker.start()
    worker.put(Feed(PHRASE, 96))
    with monkeypatch.context() as broken:
        broken.setattr(worker.model, "next_note", fail)
        worker.put(ask(1, tries))
        fault = told.get(timeout=SECONDS)
        assert isinstance(fault, Fault)
        assert "out of tune" in fault.text
        assert told.get(timeout=SECONDS) == Drained(1, 1)
    worker.put(ask(2, 1))
    worker.put(Load("nobody"))  # cannot be had: the answer goes on
    reports = []
    while (report := told.get(timeout=SECONDS)) != Drained(2, 2):
        reports.append(report)
    worker.put(None)
    worker.join(SECONDS)
    assert len(reports) > 1
    assert [type(report) for report in reports].count(Fault) == 1

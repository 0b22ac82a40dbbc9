"""Rows of chord strings are what the continuer makes of the same notes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.respond.steps import LONGEST_SHIFT
from bridge.respond.tokens.chord_continuer import ChordContinuer

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytestmark = pytest.mark.train

from bridge.respond.tokens.families import open_chords  # noqa: E402
from bridge.training.lesson import LESSONS  # noqa: E402 - only where torch is
from bridge.training.tokens.chord_rows import spell  # noqa: E402
from tests.evaluation.tiny import CONFIG, write_tiny  # noqa: E402

notes = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([0, 3, DRUMS]), st.integers(30, 90)),
    min_size=1, max_size=30,
)  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ChordContinuer:
    path: Path = write_tiny("chord-gru", tmp_path_factory.mktemp("chords") / "tiny.onnx")
    return open_chords("chord-gru", "tiny", path)


@given(notes)
def test_rows_are_what_the_continuer_reads(
    model: ChordContinuer, played: list[tuple[int, int, int]]
) -> None:
    rows = np.array(sorted((100 + 6 * step, voice, pitch) for step, voice, pitch in played))
    column = dict(zip(("onset", "voice", "pitch"), rows.T, strict=True))
    spelled = spell(column | {"position": rows[:, 0] % 96})
    model.forget()
    model.feed([Note(onset, voice, pitch, 12, 80) for onset, voice, pitch in rows.tolist()], 96)
    context = model._context
    context.close()
    assert context.tokens == spelled["token"].tolist()
    assert context.places == spelled["place"].tolist()
    pitched = {(onset, pitch) for onset, voice, pitch in rows.tolist() if voice != DRUMS}
    assert spelled["notes"][spelled["part"] == 0].sum() == len(pitched)
    assert (spelled["token"][spelled["part"] == 0] <= LONGEST_SHIFT).all()


def test_an_event_costs_each_of_its_notes_a_share() -> None:
    lesson = LESSONS["chord-gru"]({**CONFIG, "family": "chord-gru", "cell": "gru"}, None)
    part = torch.tensor([[-1, 0, 1, 0, 1], [-1, 0, 1, -1, -1]])
    batch = {
        "token": torch.tensor([[1114, 5, 400, 9, 300], [1114, 3, 200, 0, 0]]),
        "place": torch.zeros(2, 5, dtype=torch.long),
        "wish": torch.zeros(2, 5, 1),
        "part": part,
        "note": torch.tensor([[0, 0, 0, 1, 1], [5, 5, 5, 5, 5]]),
        "notes": torch.tensor([[0, 3, 3, 1, 1], [0, 2, 2, 0, 0]]),
    }
    with torch.no_grad():
        logits = lesson.network(batch["token"], batch["place"], batch["wish"]).log_softmax(-1)
        nats = lesson.losses(batch)
    assert nats.shape == (6, 2)
    assert nats[0] == pytest.approx([-float(logits[0, 0, 5]) / 3, -float(logits[0, 1, 400]) / 3])
    assert nats[3, 1] == pytest.approx(-float(logits[0, 3, 300]))
    assert nats[5, 0] == pytest.approx(-float(logits[1, 0, 3]) / 2)

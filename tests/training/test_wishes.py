"""What is asked for reaches a token model: in torch and in its graph alike, and no further back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.respond.tokens.families import TOKEN_FAMILIES, open_graph
from bridge.respond.wishes import WIDTH, vector

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytestmark = pytest.mark.train

from bridge.respond.families import FAMILIES  # noqa: E402 - only where torch is
from bridge.training.lesson import LESSONS  # noqa: E402
from bridge.training.tokens.lesson import TokenLesson  # noqa: E402
from tests.evaluation.tiny import CELLS, CONFIG  # noqa: E402

#: "jazz piano with fast rhythm"
ASKED = vector({"style": "jazz", "density": "busy", "pace": "fast"}, voices=[0])
TOKENS, PLACES = [1, 3, 7, 12, 9, 30], [0, 0, 0, 12, 12, 24]


@pytest.fixture(params=TOKEN_FAMILIES)
def lesson(request: pytest.FixtureRequest) -> TokenLesson:
    torch.manual_seed(3)
    family = request.param
    config = {**CONFIG, "family": family, "cell": CELLS[family], "layers": 3, "wishes": True}
    lesson = LESSONS[family](config, None)
    lesson.network.eval()
    assert isinstance(lesson, TokenLesson)
    return lesson


def test_a_wish_changes_torch_and_its_graph_alike(lesson: TokenLesson, tmp_path: Path) -> None:
    """The wish comes before the fifth token: what was read before it stays as it was."""
    family = lesson.network.shape.family
    meta = {"family": family, "fingerprint": FAMILIES[family].fingerprint}
    lesson.export(tmp_path / "tiny.onnx", meta, kind="fp32")
    graph = open_graph(family, tmp_path / "tiny.onnx")
    found = {}
    for name, asked in (("free", np.zeros(WIDTH, np.float32)), ("asked", ASKED)):
        wish = torch.zeros(1, len(TOKENS), WIDTH)
        wish[:, 4:] = torch.from_numpy(asked)
        with torch.no_grad():
            logits = lesson.network(torch.tensor([TOKENS]), torch.tensor([PLACES]), wish)[0]
        graph.rewind(0)
        graph.wish[:] = 0
        before = graph.after(TOKENS[:4], PLACES[:4]).copy()
        graph.wish[0] = asked
        after = graph.after(TOKENS, PLACES).copy()
        assert before == pytest.approx(logits[3].numpy(), abs=1e-4)
        assert after == pytest.approx(logits[-1].numpy(), abs=1e-4)
        found[name] = before, after
    assert (found["free"][0] == found["asked"][0]).all()
    assert np.abs(found["free"][1] - found["asked"][1]).max() > 0.01

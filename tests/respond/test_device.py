"""Where a model is computed: what was asked for, or the CPU and the reason why."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.core.errors import SettingError
from bridge.core.music import Note
from bridge.respond import cards
from bridge.respond.cards import HALF, Card, list_cards, load_model
from bridge.respond.continuer import Continuer
from bridge.respond.device import CPU, DEVICES, Device, choose
from bridge.respond.limits import Limits
from bridge.respond.notes.continuer import NoteContinuer
from bridge.respond.notes.graph import GRAPHS
from bridge.respond.onnx import offered
from bridge.respond.trial import STEPS, quicker

MODELS = Path(__file__).parents[2] / "models" / "onnx"
PHRASE = tuple(Note(12 * i, 0, 60 + i, 12, 80) for i in range(16))
#: What CUDA does, in the memory of the CPU: arrays have twins, and the step is captured.
MIRROR = Device(provider="CPU", half=True, memory="cpu", captures=True)


@pytest.fixture(scope="session")
def tiny() -> Any:
    pytest.importorskip("torch")
    return pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)


def draw(model: Continuer, count: int, seed: int = 1) -> list[Note]:
    rng = np.random.default_rng(seed)
    return [model.next_note(Limits(top_p=0.95), rng) for _ in range(count)]


@pytest.mark.parametrize(
    ("name", "offers", "device"),
    [
        ("auto", ["CPU"], CPU),
        ("auto", ["Tensorrt", "CUDA", "CPU"], DEVICES["cuda"]),
        ("auto", ["CoreML", "Dml", "CPU"], CPU),
        ("cuda", ["CPU"], DEVICES["cuda"]),
        ("directml", ["CPU"], DEVICES["directml"]),
        ("coreml", ["CPU"], DEVICES["coreml"]),
    ],
)
def test_a_device_is_chosen(name: str, offers: list[str], device: Device) -> None:
    assert choose(name, offers) is device


def test_an_unknown_device_is_told() -> None:
    with pytest.raises(SettingError, match=r"device must be one of auto, cpu, .* not 'abacus'"):
        choose("abacus", ["CPU"])


@pytest.mark.skipif("CUDA" in offered(), reason="onnxruntime was built with CUDA")
@pytest.mark.train
def test_the_cpu_steps_in_and_says_why(tiny: Any, tmp_path: Path) -> None:
    path = tiny.write_shipped("note-transformer", tmp_path)
    half = tiny.write_tiny("note-transformer", tmp_path / f"tiny{HALF}", kind="fp16")
    digest = hashlib.sha256(half.read_bytes()).hexdigest()
    card = Card.read(path.with_suffix(".json")).model_copy(update={"fp16_sha256": digest})
    card.write(path.with_suffix(".json"))
    model = load_model(tmp_path, "tiny", device="cuda")
    assert model.provider == "CPU (wanted CUDA: this onnxruntime was built without CUDA)"
    assert draw(model, 8) == draw(load_model(tmp_path, "tiny"), 8)
    assert [card.name for card in list_cards(tmp_path)] == ["tiny"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("event-transformer", "there is no event-transformer.fp16.onnx"),
        ("note-lstm", "a model of the family note-lstm is faster on the CPU"),
    ],
)
def test_a_model_without_a_graph_for_a_gpu_stays_on_the_cpu(
    monkeypatch: pytest.MonkeyPatch, name: str, says: str
) -> None:
    monkeypatch.setattr(cards, "offered", lambda: ["CUDA", "CPU"])
    assert says in load_model(MODELS, name, device="cuda").provider


@pytest.mark.skipif("CUDA" in offered(), reason="onnxruntime was built with CUDA")
def test_where_there_is_no_cuda_that_is_said_before_any_file_is_missed() -> None:
    says = load_model(MODELS, "note-transformer", device="cuda").provider
    assert says == "CPU (wanted CUDA: this onnxruntime was built without CUDA)"


def test_by_itself_a_recurrent_model_wants_no_gpu() -> None:
    assert load_model(MODELS, "note-lstm", device="auto").provider == "CPU"


@pytest.mark.train
def test_a_foreign_fp16_graph_is_not_used(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "offered", lambda: ["CUDA", "CPU"])
    tiny.write_shipped("note-transformer", tmp_path)
    (tmp_path / f"tiny{HALF}").write_bytes(b"something else")
    assert (
        "is not the file its card describes" in load_model(tmp_path, "tiny", device="cuda").provider
    )


@pytest.fixture
def both(tiny: Any, tmp_path: Path) -> tuple[NoteContinuer, NoteContinuer]:
    """The fp16 graph with twins of all arrays, and the exact one."""
    half = tiny.write_tiny("note-transformer", tmp_path / "half.onnx", kind="fp16", layers=2)
    exact = tiny.write_tiny("note-transformer", tmp_path / "exact.onnx", layers=2)
    graph = GRAPHS["note-transformer"]
    return NoteContinuer("half", graph(half, MIRROR)), NoteContinuer("exact", graph(exact))


@pytest.mark.train
def test_half_precision_on_a_device_costs_next_to_nothing(
    both: tuple[NoteContinuer, NoteContinuer],
) -> None:
    """Each attribute of each note to 0.02 bits, over a slide of the context."""
    phrases = [[Note(12 * i, 0, 50 + i * 7 % 24, 12, 80) for i in range(n, n + 90)] for n in
               range(0, 900, 90)]  # fmt: skip
    costs = []
    for model in both:
        for phrase in phrases[:-1]:
            model.feed(phrase, 96)
            model.catch_up()
        costs.append(np.array(model.bits(phrases[-1], 96, memory=0.0)))
    assert costs[0] == pytest.approx(costs[1], abs=0.02)


@pytest.mark.train
def test_a_device_rewinds_exactly(both: tuple[NoteContinuer, NoteContinuer]) -> None:
    model = both[0]
    model.feed(PHRASE, 96)
    mark = model.mark()
    first = draw(model, 120)
    model.rewind(mark)
    assert draw(model, 120) == first


class _Clock:
    """Each look is one tick later; `ticks` are the seconds of a tick, model after model."""

    def __init__(self, *ticks: float) -> None:
        self.looks, self.ticks, self.now = 0, ticks, 0.0

    def __call__(self) -> float:
        self.now += self.ticks[self.looks // (2 * STEPS)]
        self.looks += 1
        return self.now


@pytest.mark.parametrize(
    ("gpu", "cpu", "provider"),
    [
        (0.0002, 0.0004, "CUDA"),
        (0.0012, 0.0003, "CPU (quicker than CUDA: 0.3 ms, not 1.2)"),
    ],
)
def test_of_a_gpu_and_the_cpu_the_quicker_plays(gpu: float, cpu: float, provider: str) -> None:
    there, here = (load_model(MODELS, "note-transformer") for _ in range(2))
    there.provider = "CUDA"
    assert quicker(there, here, _Clock(gpu, cpu)).provider == provider
    assert there.mark() == here.mark() == 0


def test_by_itself_a_model_with_a_graph_for_a_gpu_is_tried_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The shipped fp16 graph, with the memory of the CPU in place of CUDA's, against the 8-bit."""
    monkeypatch.setitem(DEVICES, "cuda", MIRROR)
    assert load_model(MODELS, "note-transformer", device="cuda").provider == "CPU"
    assert load_model(MODELS, "note-transformer", device="auto").provider.startswith("CPU")

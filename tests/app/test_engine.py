"""The engine process on a real link: a phrase in, an answer out, with a shipped model."""

from __future__ import annotations

import json
import select
import shutil
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.core.events import (
    Action,
    Alive,
    Cancel,
    Fault,
    Heard,
    Hello,
    Message,
    Notice,
    Play,
    Pulse,
    Retract,
    Status,
    TakeDone,
    Turned,
    Understood,
)
from bridge.core.midi import note_off, note_on
from bridge.core.wire import Link
from bridge.respond.onnx import offered
from bridge.schedule.place import LEAD, MOST

MODELS = Path(__file__).parents[2] / "models" / "onnx"
BPM = 240.0  # fast, so that a bar lasts a second


class Stage:
    """An engine process and the far end of its link."""

    def __init__(
        self, take: int = 0, models: Path = MODELS, device: str = "cpu", **settings: object
    ) -> None:
        ours, theirs = socket.socketpair()
        config = {
            "settings": {"clock_bpm": BPM, **settings}, "models": str(models), "take": take,
            "device": device,
        }  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "bridge.app.engine.process",
            "--link",
            str(theirs.fileno()),
        ]
        self.process = subprocess.Popen(
            [*command, "--config", json.dumps(config)], pass_fds=(theirs.fileno(),)
        )
        theirs.close()
        self.link = Link(ours)
        self.heard: list[Message] = []
        self.waiting: deque[Message] = deque()
        self.zero = 0.0

    def wait(self, kind: type[Message], seconds: float = 20.0) -> Message:
        """Return the next message of a kind."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            while self.waiting:
                message = self.waiting.popleft()
                self.heard.append(message)
                if isinstance(message, kind):
                    return message
            assert not self.link.closed, "the engine is gone"
            select.select([self.link.sock], [], [], 0.1)
            self.waiting += self.link.receive()
        raise AssertionError(f"no {kind.__name__} in {seconds} s; heard {self.heard[-5:]}")

    def roll(self) -> None:
        """Start the transport at beat 0."""
        self.zero = time.monotonic()
        self.link.send(
            Pulse(self.zero, 0.0, BPM, playing=True, source="midi", status="locked", jump=True)
        )

    def play(self, beat: float, pitch: int, length: float = 0.5) -> None:
        """Play a key when its beat has come."""
        for at, message in ((beat, note_on(0, pitch, 80)), (beat + length, note_off(0, pitch))):
            time.sleep(max(self.zero + at * 60 / BPM - time.monotonic(), 0))
            self.link.send(Heard(at, *message))

    def leave(self) -> int:
        """Close the link; return the engine's exit code."""
        self.link.sock.close()
        return self.process.wait(5)

    def of(self, kind: type[Message]) -> list[Message]:
        return [m for m in self.heard if isinstance(m, kind)]


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    assert stage.leave() == 0


def test_a_phrase_is_answered_on_the_bar_line(stage: Stage) -> None:
    hello = stage.wait(Hello)
    assert hello == Hello("engine", "note-transformer", "CPU")
    stage.roll()
    for i, pitch in enumerate((60, 63, 67, 70, 72)):
        stage.play(i * 0.5, pitch)
    first = stage.wait(Play)
    assert isinstance(first, Play)
    assert first.beat == 4.0
    done = stage.wait(TakeDone)
    assert isinstance(done, TakeDone)
    assert len(done.phrase) == 5
    assert all(4 <= row[0] < 8 for row in done.answer)
    plays = stage.of(Play)
    assert len(plays) == len(done.answer)
    assert all(isinstance(p, Play) and p.beat + p.length <= 8 for p in plays)
    assert stage.of(Alive)
    stage.wait(Status)
    states = [m.state for m in stage.of(Status) if isinstance(m, Status)]
    assert [s for i, s in enumerate(states) if i == 0 or s != states[i - 1]] == [
        "armed", "listening", "thinking", "responding", "armed",
    ]  # fmt: skip


def test_it_tells_how_long_its_steps_take_and_the_lead_that_follows(stage: Stage) -> None:
    stage.wait(Hello)
    stage.roll()
    for i, pitch in enumerate((60, 63, 67, 70, 72)):
        stage.play(i * 0.5, pitch)
    stage.wait(TakeDone)
    told = [m for m in stage.of(Status) if isinstance(m, Status) and m.step_ms]
    assert told
    assert all(0 < m.step_ms <= m.p95_ms for m in told)
    assert all(1000 * LEAD <= m.lead_ms <= 1000 * MOST for m in told)


def test_playing_over_the_answer_cancels_it(stage: Stage) -> None:
    stage.wait(Hello)
    stage.link.send(Turned("response_bars", 4))
    stage.roll()
    for i, pitch in enumerate((60, 63, 67, 70)):
        stage.play(i * 0.5, pitch)
    stage.wait(Play)
    stage.play(5.0, 48)
    cancel = stage.wait(Cancel)
    assert isinstance(cancel, Cancel)
    assert 5 < cancel.beat <= 6


def test_a_knob_turned_in_an_answer_has_the_rest_drawn_anew(stage: Stage) -> None:
    """What is near stays, what is taken back is drawn again, and no key is struck twice."""
    stage.wait(Hello)
    # Given dice and many notes: else the last bar is empty now and then.
    for name, value in (("response_bars", 3), ("seed", 1), ("density", "dense")):
        stage.link.send(Turned(name, value))
    stage.roll()
    for i, pitch in enumerate((60, 63, 67, 70)):
        stage.play(i * 0.5, pitch)
    stage.wait(Play)
    while stage_beat(stage) < 6:
        time.sleep(0.01)
    stage.link.send(Turned("range_low", 72))
    retract = stage.wait(Retract)
    assert isinstance(retract, Retract)
    assert retract.beat >= 7
    done = stage.wait(TakeDone)
    assert isinstance(done, TakeDone)
    struck = [(row[0], row[2]) for row in done.answer]
    assert len(set(struck)) == len(struck)
    assert all(pitch >= 72 for beat, pitch in struck if beat >= retract.beat)
    assert max(beat for beat, _ in struck) > 12
    waiting: list[Play] = []
    for message in stage.heard:
        if isinstance(message, Play):
            waiting.append(message)
        elif isinstance(message, Retract):
            waiting = [play for play in waiting if play.beat < message.beat]
    assert sorted((play.beat, play.pitch) for play in waiting) == sorted(struck)


def test_an_answer_is_chosen_among_several_and_in_time(stage: Stage) -> None:
    """As many as there was time for; it begins on its line."""
    stage.wait(Hello)
    stage.link.send(Turned("candidates", 2))
    stage.roll()
    for i, pitch in enumerate((60, 63, 67, 70)):
        stage.play(i * 0.25, pitch, 0.2)
    first = stage.wait(Play)
    assert isinstance(first, Play)
    assert first.beat == 4.0
    done = stage.wait(TakeDone)
    assert isinstance(done, TakeDone)
    assert len(stage.of(Play)) == len(done.answer)
    tried = [m.tried for m in stage.of(Status) if isinstance(m, Status)]
    assert max(tried) in (1, 2)


def test_an_unknown_model_is_told_and_the_jam_goes_on(stage: Stage) -> None:
    stage.wait(Hello)
    stage.roll()
    stage.link.send(Turned("model", "gpt"))
    fault = stage.wait(Fault)
    assert isinstance(fault, Fault)
    assert (fault.code, "note-transformer" in fault.text) == (4, True)
    stage.link.send(Turned("model", "note-lstm"))
    time.sleep(1.5)
    stage.link.send(Action("reset"))
    stage.play(stage_beat(stage) + 0.2, 60, 0.6)
    status = stage.wait(Status)
    while isinstance(status, Status) and status.model != "note-lstm":
        status = stage.wait(Status)


def stage_beat(stage: Stage) -> float:
    return (time.monotonic() - stage.zero) * BPM / 60


def test_an_engine_that_begins_again_counts_on() -> None:
    stage = Stage(take=6)
    stage.wait(Hello)
    stage.roll()
    stage.play(0.0, 60)
    stage.play(1.0, 64)
    first = stage.wait(Play)
    assert isinstance(first, Play)
    assert first.take == 7
    assert stage.leave() == 0


def test_a_model_that_is_not_there_ends_the_engine_with_its_code() -> None:
    stage = Stage(model="gpt")
    fault = stage.wait(Fault)
    assert isinstance(fault, Fault)
    assert fault.code == 4
    assert stage.leave() == 4


@pytest.mark.train
@pytest.mark.parametrize("family", ["roll-convgru", "roll-lstm"])
def test_a_roll_takes_over_by_name_and_answers(family: str, tmp_path: Path) -> None:
    tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)
    for name in ("note-lstm.onnx", "note-lstm.json"):
        shutil.copy(MODELS / name, tmp_path / name)
    tiny.write_shipped(family, tmp_path)
    stage = Stage(models=tmp_path, model="note-lstm")
    assert stage.wait(Hello) == Hello("engine", "note-lstm", "CPU")
    stage.link.send(Turned("model", "tiny"))
    stage.roll()
    for i, pitch in enumerate((60, 63, 67, 70, 72)):
        stage.play(i * 0.5, pitch)
    done = stage.wait(TakeDone)
    assert isinstance(done, TakeDone)
    assert done.answer
    assert all(4 <= row[0] < 8 for row in done.answer)
    status = stage.wait(Status)
    while isinstance(status, Status) and status.model != "tiny":
        status = stage.wait(Status)
    assert stage.leave() == 0


@pytest.mark.skipif("CoreML" in offered(), reason="onnxruntime was built with CoreML")
def test_it_says_where_the_model_is_computed_and_why_not_elsewhere() -> None:
    """What the hub shows on the terminal and as /jam/device."""
    stage = Stage(device="coreml")
    says = "CPU (wanted CoreML: this onnxruntime was built without CoreML)"
    assert stage.wait(Hello) == Hello("engine", "note-transformer", says)
    stage.roll()
    stage.play(0.0, 60)
    assert isinstance(told := stage.wait(Status), Status)
    assert told.provider == says
    assert stage.leave() == 0


def test_a_prompt_is_read_and_nothing_is_set(stage: Stage) -> None:
    stage.wait(Hello)
    stage.link.send(Turned("prompt", "джаз, контрабас, злой"))
    found = stage.wait(Understood)
    assert isinstance(found, Understood)
    assert found.prompt == "джаз, контрабас, злой"
    assert found.values == (("style", "jazz"), ("voice_answer", "bass"))
    assert found.says.startswith("джаз (jazz), контрабас (bass): понято; 'злой': не знаю")


def test_a_pace_for_a_model_that_knows_none_is_told(tmp_path: Path) -> None:
    for suffix in (".onnx", ".json"):
        shutil.copy(MODELS / f"note-lstm{suffix}", tmp_path)
    stage = Stage(models=tmp_path, model="note-lstm", pace="slow")
    told = stage.wait(Notice)
    assert isinstance(told, Notice)
    assert told.text == "the model note-lstm knows no paces"
    assert stage.leave() == 0

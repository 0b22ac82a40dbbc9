"""What FL Studio's real script sends is read; whatever else comes as SysEx means nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.fl import ping
from bridge.intake.fl import FASTEST, LATEST, SLOWEST, FlBeat, FlMeter, FlPong, FlStopped, read
from tests.desk.fl_studio import Studio


@pytest.fixture
def fl(monkeypatch: pytest.MonkeyPatch) -> Studio:
    return Studio(monkeypatch)


def test_a_beat_of_the_script_is_read(fl: Studio) -> None:
    fl.tempo = 97_500
    _meter, downbeat = fl.beat(16, downbeat=True)
    [upbeat] = fl.beat(17.5)
    assert read(downbeat) == FlBeat(16.0, 97.5, downbeat=True)
    assert read(upbeat) == FlBeat(17.5, 97.5, downbeat=False)


@pytest.mark.parametrize(
    ("quarters", "meter"),
    [(4, FlMeter(4, 4)), (3, FlMeter(3, 4)), (3.5, FlMeter(7, 8)), (16, FlMeter(16, 4)), (17, None),
     (0, None), (2.6, None)],
)  # fmt: skip
def test_its_meter_comes_with_each_bar(fl: Studio, quarters: float, meter: FlMeter | None) -> None:
    fl.meter = quarters
    assert read(fl.beat(16, downbeat=True)[0]) == meter


def test_its_stop_is_read(fl: Studio) -> None:
    assert [read(message) for message in fl.stop()] == [FlStopped()]


def test_it_answers_a_hello_and_says_one_when_it_begins(fl: Studio) -> None:
    assert [read(message) for message in fl.ask(ping())] == [FlPong(37)]
    fl.script.OnInit()
    assert read(fl.sent[-1]) == FlPong(37)


def test_our_own_question_come_back_is_no_answer() -> None:
    assert read(ping()) is None


@pytest.mark.parametrize(
    "message",
    [
        "", "f0", "f07d41f7", "f07d4101f7", "f07d4102", "f0431003f7", "f07d4202f7",
        "f07d41020100f7", "f07d4103f7", "f07d4104f7", "f07d418100f7", "f07e7f0601f7", "903c5a",
    ],
)  # fmt: skip
def test_what_is_malformed_or_foreign_means_nothing(message: str) -> None:
    assert read(bytes.fromhex(message)) is None


@given(st.binary(max_size=40), st.booleans())
def test_no_bytes_do_harm(data: bytes, framed: bool) -> None:  # noqa: FBT001
    message = b"\xf0\x7d\x41" + data + b"\xf7" if framed else data
    said = read(message)
    if isinstance(said, FlBeat):
        assert SLOWEST <= said.bpm <= FASTEST
        assert 0 <= said.beat < LATEST


@pytest.mark.parametrize("bpm", [0, 9, 600, 2000])
def test_a_tempo_that_cannot_be_means_nothing(fl: Studio, bpm: int) -> None:
    fl.tempo = bpm * 1000
    assert [read(message) for message in fl.beat(4)] == [None]

"""What the model is asked for, on paper: texture, range, wishes, style, feel."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.core.events import Pulse
from bridge.core.params import Settings
from bridge.core.voices import VOICE_NAMES
from bridge.respond.frame import Scene, limits_of
from bridge.respond.manner import SHAPES, STYLES, Manners
from bridge.respond.wishes import vector
from tests.session.score import Jam

TWO_BARS = "0 C4 1 | 1 E4 1 | 2 G4 1 | 3 C5 1 | 4 B4 1 | 5 G4 1 | 6 E4 .5"


@pytest.mark.parametrize(
    ("texture", "score", "single"),
    [
        ("auto", "0 C4 1 | 1 E4 1", True),
        ("auto", "0 C4 2 | 0 E4 2", False),
        ("line", "0 C4 2 | 0 E4 2", True),
        ("free", "0 C4 1 | 1 E4 1", False),
    ],
)
def test_a_line_is_answered_by_a_line(texture: str, score: str, single: bool) -> None:  # noqa: FBT001
    jam = Jam(Settings(texture=texture))
    jam.play(score)
    jam.until(4)
    assert [ask.limits.single for ask in jam.asked] == [single]


def test_drums_are_never_held_to_one_line() -> None:
    jam = Jam(Settings(texture="line", voice_answer="drums"))
    jam.play("0 C4 1 | 1 E4 1")
    jam.until(4)
    assert not jam.asked[0].limits.single


def test_crossed_range_faders_are_taken_the_other_way_round() -> None:
    jam = Jam(Settings(range_low=72, range_high=60))
    jam.play("0 C4 1 | 1 E4 1")
    jam.until(4)
    allowed = jam.asked[0].limits.pitches[0] == 0
    assert (allowed.argmax(), allowed.sum()) == (60, 13)


def test_what_is_asked_for_reaches_the_model() -> None:
    """Each wish, the pace of the clock, and the instrument that answers."""
    jam = Jam()
    jam.turn(style="jazz", density="busy", voice_answer="bass")
    jam.play(TWO_BARS)
    jam.until(8)
    wanted = {"style": "jazz", "density": "busy", "pace": "fast"}  # 120 BPM
    assert (jam.asked[0].limits.wish == vector(wanted, {VOICE_NAMES.index("bass")})).all()


@pytest.mark.parametrize("jump", [False, True])
def test_a_style_asked_for_leans_the_answer(*, jump: bool) -> None:
    """As the tables say; the next phrase too, also where the song moves between them."""
    tables = {name: np.zeros(shape, np.int8) for name, shape in SHAPES.items()}
    tables["shifts"][STYLES.index("jazz"), ..., 24] = -40  # the phrase is not
    jam = Jam(manners=Manners(tables["shifts"], tables["intervals"], tables["drums"]))
    jam.turn(style="jazz")
    for begin in (0, 32):
        jam.until(begin)
        jam.send(
            Pulse(begin / 2, begin, 120, playing=True, source="midi", status="locked", jump=jump)
        )
        jam.play("|".join(f"{begin + beat} C4 1" for beat in range(7)))
        jam.until(begin + 17)
        manner = jam.asked[-1].limits.lean.manner
        assert manner is not None
        assert manner.shifts[24] < 0
    assert len(jam.asked) > 1


def test_a_pace_may_be_named_or_left_free() -> None:
    """Whatever the clock says."""
    for pace, wanted in (("slow", "slow"), ("free", "free"), ("clock", "rapid")):
        scene = Scene(phrase=(), key="", line=False, bpm=160, voices={0})
        wish = limits_of(Settings(pace=pace), scene).wish
        assert (wish == vector({"pace": wanted}, {0})).all()


def test_the_answer_swings_and_weighs_as_the_phrase_did() -> None:
    """Off-beats two ticks late, and the loudness of the player's hand."""
    jam = Jam()
    jam.play("0 C4 .4 | .58 E4 .3 | 1 G4 .4 | 1.58 C5 .3 | 2 B4 .4 | 2.58 G4 .3 | 3 E4 .4")
    jam.until(4.5)
    start = jam.asked[0].limits.earliest
    assert start is not None
    jam.draw(start / 24, start / 24 + 0.5)
    one, two = jam.played
    assert one.beat == start / 24
    assert two.beat == pytest.approx(start / 24 + 0.58)
    assert (one.velocity, two.velocity) == (85, 85)  # drawn at 90, played at 80


def test_without_feel_the_answer_is_on_the_grid() -> None:
    """As drawn."""
    jam = Jam()
    jam.turn(feel=0)
    jam.play("0 C4 .4 | .58 E4 .3 | 1 G4 .4 | 1.58 C5 .3 | 2 B4 .4 | 2.58 G4 .3 | 3 E4 .4")
    jam.until(4.5)
    jam.draw(8, 8.5)
    assert [(p.beat, p.velocity) for p in jam.played] == [(8, 90), (8.5, 90)]

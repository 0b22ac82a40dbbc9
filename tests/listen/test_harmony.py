"""Which chord sounds: scores of who plays what, and what is shown of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.chords import symbol
from bridge.core.events import Action, Cancel, Heard, Message, Play, Pulse, Retract
from bridge.core.midi import CONTROL, NOTE_OFF, NOTE_ON
from bridge.listen.sounding import Sounding

Row = tuple[float, float, int]  # from beat, for beats, pitch

C, AM, F, G = (48, 64, 67, 72), (45, 60, 64, 69), (41, 60, 65, 69), (43, 59, 62, 67)


class Stage:
    """A song at 60 BPM, so that a beat is a second."""

    def __init__(self, key: str = "") -> None:
        self.sounding = Sounding(key)
        self.shown: list[str] = []
        self.beat = 0.0
        self.say(Pulse(0.0, 0.0, 60.0, playing=True, source="midi", status="locked"))

    def say(self, message: Message) -> None:
        self.sounding.take(message, self.beat)

    def until(self, beat: float) -> str:
        """Let time go by, with a pulse on each beat; return what is shown then."""
        while self.beat < beat:
            due = self.sounding.due
            pulse = float(int(self.beat) + 1)
            self.beat = min(beat, pulse, max(self.beat, due if due is not None else beat))
            self.sounding.look(self.beat)
            self._note_down()
            if self.beat == pulse:
                self.say(Pulse(pulse, pulse, 60.0, playing=True, source="midi", status="locked"))
                self._note_down()
        return self.now

    @property
    def now(self) -> str:
        chord = self.sounding.chord
        return symbol(chord, self.sounding.key) if chord else ""

    def _note_down(self) -> None:
        if self.now != (self.shown[-1] if self.shown else ""):
            self.shown.append(self.now)

    def play(self, *parts: Sequence[Row], channel: int = 0) -> str:
        """Have the player play; return what is shown when the last note is over."""
        rows = [row for part in parts for row in part]
        keys = [(beat, NOTE_ON, pitch, 90) for beat, _, pitch in rows]
        keys += [(beat + length, NOTE_OFF, pitch, 0) for beat, length, pitch in rows]
        for beat, status, pitch, velocity in sorted(keys):  # note-offs come first
            self.until(beat)
            self.say(Heard(beat, status | channel, pitch, velocity))
        return self.now


def block(pitches: Sequence[int], beat: float = 0.0, length: float = 1.0) -> list[Row]:
    return [(beat, length, pitch) for pitch in pitches]


def broken(pitches: Sequence[int], beat: float = 0.0, each: float = 0.5) -> list[Row]:
    return [(beat + n * each, each, pitch) for n, pitch in enumerate(pitches)]


@pytest.mark.parametrize(
    ("pitches", "name"),
    [
        ((48, 52, 55), "C"),
        ((45, 60, 64), "Am"),
        ((50, 54, 57, 60), "D7"),
        ((45, 55, 60, 64), "Am7"),
        ((41, 60, 64, 69), "Fmaj7"),
        ((48, 65, 67), "Csus4"),
        ((43, 60, 62, 65), "G7sus4"),
        ((47, 50, 53), "Bdim"),
        ((47, 50, 53, 57), "Bm7b5"),
        ((48, 51, 54, 57), "Cdim7"),
        ((48, 52, 56), "Caug"),
        ((36, 52, 55, 58, 62), "C9"),
        ((34, 53, 58, 62), "Bb"),
    ],
)
def test_a_block_chord_is_named(pitches: tuple[int, ...], name: str) -> None:
    """All keys go down at once, and a moment later the chord has its name."""
    stage = Stage()
    stage.play(block(pitches, 1.0, 0.9))
    assert stage.shown == [name]


@pytest.mark.parametrize(
    ("pitches", "name"),
    [((45, 60, 65, 69), "F/A"), ((40, 60, 67, 72), "C/E"), ((42, 57, 62, 66), "D/F#"),
     ((44, 59, 64, 71), "E/G#"), ((43, 60, 65, 69), "F/G")],
)  # fmt: skip
def test_another_bass_than_the_root_is_told(pitches: tuple[int, ...], name: str) -> None:
    """The lowest note is written after a slash, spelled as the chord has it."""
    assert Stage().play(block(pitches, length=2.0)) == name


@pytest.mark.parametrize(
    ("key", "name"),
    [("", "F#m/C#"), ("A major", "F#m/C#"), ("C# major", "Gbm/Db"), ("F# minor", "F#m/C#")],
)
def test_a_chord_is_spelled_as_its_key_is(key: str, name: str) -> None:
    """The same keys of a piano have other names in a key with flats."""
    assert Stage(key).play(block((49, 61, 66, 69), length=2.0)) == name


def test_one_chord_follows_another_at_once() -> None:
    """Four chords, one a beat: each is shown, and nothing between them."""
    stage = Stage()
    stage.play(*(block(pitches, n, 0.95) for n, pitches in enumerate((C, AM, F, G))))
    assert stage.shown == ["C", "Am", "F", "G"]


def test_an_arpeggio_adds_up() -> None:
    """Notes one after the other, none held: the chord is known before they come again."""
    stage = Stage("C major")
    assert stage.play(broken((45, 52, 57, 60, 64, 60, 57, 52))) == "Am"
    assert stage.play(broken((41, 48, 53, 57, 60, 57, 53, 48), 4.0)) == "F"
    assert stage.shown[-2:] == ["Am", "F"]


def test_a_passing_note_changes_nothing() -> None:
    """A melody runs through the scale over a chord that is held."""
    stage = Stage("C major")
    stage.play(block((36, 48, 55, 64), 0.0, 4.0), broken((72, 74, 76, 77, 79, 77, 76, 74)))
    assert stage.shown == ["C"]


def test_a_bass_that_goes_to_and_fro_is_no_inversion() -> None:
    """Root and fifth in turn under chords off the beat: it stays the same chord."""
    stage = Stage()
    bass = [(beat, 0.4, (36, 31)[beat % 2]) for beat in range(8)]
    stage.play(bass, *(block((60, 64, 67), beat + 0.5, 0.4) for beat in range(8)))
    assert stage.shown == ["C"]


def test_a_bass_that_goes_down_is_followed() -> None:
    """The chord stays, and its bass goes from C to E and stays there."""
    stage = Stage()
    stage.play(block((60, 64, 67), 0.0, 6.0), [(0.0, 2.0, 36), (2.0, 4.0, 40)])
    assert stage.shown == ["C", "C/E"]


def test_drums_are_no_harmony() -> None:
    """Three drums together are no chord."""
    stage = Stage()
    stage.play(block((36, 40, 43)), channel=9)
    stage.say(Play(1, 2.0, 1.0, 9, 36, 90))
    stage.until(8.0)
    assert stage.shown == []


def test_one_note_is_no_chord() -> None:
    """Of a single note nobody can tell."""
    stage = Stage()
    stage.play([(0.0, 0.5, 60)])
    assert stage.shown == []


def test_a_chord_is_over_when_it_was_silent_for_a_bar() -> None:
    """It is still shown after three beats, no more after five, without anybody asking."""
    stage = Stage()
    stage.play(block(C))
    assert stage.until(4.5) == "C"
    assert stage.until(5.5) == ""
    assert stage.sounding.due is None


def test_a_chord_that_is_held_stays() -> None:
    """Sixty beats of the same keys."""
    stage = Stage()
    stage.play(block(AM, length=60.0))
    assert stage.shown == ["Am"]


def test_the_pedal_holds_a_chord() -> None:
    """Keys go up under the pedal: the chord is over a bar after the pedal is."""
    stage = Stage()
    stage.say(Heard(0.0, CONTROL, 64, 127))
    stage.play(block(F))
    assert stage.until(12.0) == "F"
    stage.say(Heard(12.0, CONTROL, 64, 0))
    assert stage.until(15.5) == "F"
    assert stage.until(16.5) == ""


def test_the_answer_is_heard_when_it_sounds() -> None:
    """Notes that were told early count from their beats on."""
    stage = Stage()
    for pitch in (45, 60, 64):
        stage.say(Play(1, 3.0, 2.0, 0, pitch, 90))
    assert stage.until(3.0) == ""
    assert stage.until(3.1) == "Am"


def test_player_and_answer_make_one_chord() -> None:
    """The player holds C, E and G; the answer's A goes under it."""
    stage = Stage()
    stage.say(Play(1, 2.0, 4.0, 3, 45, 90))
    stage.play(block((60, 64, 67), 2.0, 3.0))
    assert stage.now == "Am7"


def test_what_is_taken_back_does_not_sound() -> None:
    """Cancelled and retracted notes are no part of any chord, and panic ends those that sound."""
    stage = Stage()
    for take, root in ((1, 45), (2, 48)):
        for pitch in (root, root + 7, root + 16):
            stage.say(Play(take, 2.0 * take, 16.0, 0, pitch, 90))
    stage.say(Cancel(1, 1.0))
    stage.say(Retract(2, 4.0))
    assert stage.until(6.0) == ""
    for pitch in C:
        stage.say(Play(3, 7.0, 40.0, 0, pitch, 90))
    assert stage.until(8.0) == "C"
    stage.say(Action("panic"))
    assert stage.until(13.0) == ""


@given(st.lists(st.tuples(st.floats(0, 8), st.floats(0.05, 4), st.integers(0, 127)), max_size=24))
def test_whatever_is_played_it_ends_in_silence(rows: list[Row]) -> None:
    """When all is over, a bar later nothing is shown and nothing is due."""
    stage = Stage()
    stage.play(rows)
    assert stage.until(stage.beat + 5.0) == ""
    assert stage.sounding.due is None

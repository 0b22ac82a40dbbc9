"""An ear for styles: it knows what it was taught, in any key and on any instrument."""

from __future__ import annotations

import numpy as np

from bridge.core.wishes import BY_NAME
from bridge.evaluation.items import Ints
from bridge.evaluation.style_ear import StyleEar
from bridge.training.corpus import Corpus

JAZZ, CHORALE = (BY_NAME["style"].choices.index(name) for name in ("jazz", "chorale"))
SWING, EVEN = [16, 8], [24, 24]
ARPEGGIO, SCALE = [60, 64, 67, 70], [60, 62, 64, 65]


def notes(shifts: list[int], pitches: list[int], count: int, voice: int = 0) -> Ints:
    return np.array([(shifts[i % 2], voice, pitches[i % 4]) for i in range(count)])


def taught() -> StyleEar:
    songs = [notes(SWING, ARPEGGIO, 300), notes(EVEN, SCALE, 300)]
    columns = {
        "onset": np.concatenate([np.cumsum(song[:, 0]) for song in songs]),
        "voice": np.concatenate([song[:, 1] for song in songs]),
        "pitch": np.concatenate([song[:, 2] for song in songs]),
    }
    ends = np.array([300, 600])
    styles = np.array([JAZZ, CHORALE])
    corpus = Corpus(columns, ends - 300, ends, np.full(2, 0.5), styles, np.zeros(2))
    return StyleEar.taught(corpus, 500)


def test_a_style_is_known_in_another_key_and_on_another_instrument() -> None:
    ear = taught()
    for step in (-4, 3):
        moved = [pitch + step for pitch in ARPEGGIO]
        assert ear.style(notes(SWING, moved, 12, voice=3)) == JAZZ
        assert ear.style(notes(EVEN, [p + step for p in SCALE], 12)) == CHORALE


def test_a_style_without_music_is_never_heard() -> None:
    bits = taught().bits(notes(SWING, ARPEGGIO, 12))
    assert np.flatnonzero(np.isfinite(bits)).tolist() == [JAZZ, CHORALE]

"""The measures against muspy and mir_eval, on the same random music."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.core.voices import DRUMS
from bridge.evaluation.notes import Passage
from bridge.evaluation.relative import groove_similarity, in_key, polyphony
from bridge.evaluation.structure import points, strict_f1
from bridge.evaluation.tonality import key_of, pitch_classes
from tests.evaluation.passages import answer, line, prime

muspy = pytest.importorskip("muspy")
transcription = pytest.importorskip("mir_eval.transcription")

TICKS = 24
SEEDS = range(5)


def random_answer(seed: int, count: int = 60) -> Passage:
    rng = np.random.default_rng(seed)
    columns = (
        rng.integers(0, 56, count) * 6,
        rng.integers(0, 13, count),
        rng.integers(48, 72, count),
        rng.choice([6, 12, 24, 48], count),
        rng.integers(1, 128, count),
    )
    return answer(np.column_stack(columns).tolist())


def as_muspy(music: Passage, resolution: int = TICKS) -> object:
    """The same music with its first tick at 0."""
    tracks = []
    for voice in np.unique(music.voice):
        mine = music.only(music.voice == voice)
        begin = np.rint((mine.onset - music.begin) * resolution).astype(int).tolist()
        length = np.rint(mine.duration * resolution).astype(int).tolist()
        notes = [
            muspy.Note(time=t, pitch=p, duration=d, velocity=64)
            for t, p, d in zip(begin, mine.pitch.tolist(), length, strict=True)
        ]
        tracks.append(muspy.Track(notes=notes, is_drum=bool(voice == DRUMS)))
    return muspy.Music(resolution=resolution, tracks=tracks)


@pytest.mark.parametrize("seed", SEEDS)
def test_pitches_as_muspy_counts_them(seed: int) -> None:
    music = random_answer(seed)
    theirs = as_muspy(music)
    share = pitch_classes(music)
    assert -(share[share > 0] * np.log2(share[share > 0])).sum() == pytest.approx(
        muspy.pitch_class_entropy(theirs)
    )
    assert polyphony(music) == pytest.approx(muspy.polyphony(theirs))


@pytest.mark.parametrize("seed", SEEDS)
def test_notes_in_a_major_key_as_muspy_counts_them(seed: int) -> None:
    music = random_answer(seed)
    heard = prime(line([seed + p for p in (60, 62, 64, 65, 67, 69, 71, 72)]))
    assert key_of(heard) == (seed, "major")
    assert in_key(heard, music) == pytest.approx(
        muspy.pitch_in_scale_rate(as_muspy(music), seed, "major")
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_two_bars_groove_alike_as_muspy_finds_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    onset = sorted({0, 180, *(rng.integers(0, 31, 10) * 6).tolist()})
    two = [(tick, 0, 60, 6, 64) for tick in onset]
    first = prime([(t + 96 * bar, *rest) for t, *rest in two if t < 96 for bar in range(8)])
    second = answer([(t - 96 + 96 * bar, *rest) for t, *rest in two if t >= 96 for bar in range(4)])
    theirs = muspy.groove_consistency(as_muspy(answer(two), resolution=4), 16)
    assert groove_similarity(first, second) == pytest.approx(theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_notes_as_mir_eval_finds_them(seed: int) -> None:
    first = random_answer(seed, 200).pitched
    both = points(first), points(random_answer(seed + 100, 200).pitched)
    ours = strict_f1(*both)

    def arrays(music: set[tuple[int, int]]) -> tuple[object, object]:
        onset, pitch = np.array(sorted(music)).T
        return np.column_stack([onset, onset + 1]) / TICKS, 440 * 2 ** ((pitch - 69) / 12)

    *_, theirs, _ = transcription.precision_recall_f1_overlap(
        *arrays(both[0]), *arrays(both[1]), onset_tolerance=1 / 64, offset_ratio=None
    )
    assert 0 < ours == pytest.approx(theirs)

"""What a player notices about an answer: measures of a continuation relative to its prime.

One table, MEASURES, read alike for the truth and for what a model has drawn; how far the two are
apart is what counts. Measures of pitch leave the drums out, measures of onsets keep them. A measure
is nan where there is nothing to measure; a silent answer is no such case for measures of onsets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from bridge.core.music import TICKS_PER_BEAT
from bridge.evaluation.items import Ints
from bridge.evaluation.notes import Floats, Passage
from bridge.evaluation.tonality import key_of, overlap, pitch_classes, scale_of

SLOT = TICKS_PER_BEAT // 4  # a sixteenth; at ticks, any two bars would look alike
RANGE_MARGIN = 5  # semitones beyond the prime that are still its range
STUCK = 8  # onsets in a row with the same pitch

Measure = Callable[[Passage, Passage], float]  # prime, continuation

_NAN = float("nan")


def in_key(prime: Passage, continuation: Passage) -> float:
    """Return the share of notes that belong to the key of the prime, 0..1."""
    key, pitch = key_of(prime), continuation.pitched.pitch
    if key is None or not len(pitch):
        return _NAN
    return float(np.isin(pitch % 12, scale_of(key)).mean())


def pitch_class_overlap(prime: Passage, continuation: Passage) -> float:
    """Return what the pitch classes of both have in common, 0..1."""
    return overlap(pitch_classes(prime), pitch_classes(continuation))


def grooves(music: Passage) -> Ints:
    """Return the onsets of each whole bar, (bars, slots) of 0 and 1; one slot per sixteenth."""
    bars = music.whole_bars
    found = np.zeros((len(bars), -(-music.bar_ticks // SLOT)), np.int64)
    bar, position = np.divmod(music.tick, music.bar_ticks)
    inside = (bars.start <= bar) & (bar < bars.stop)
    found[bar[inside] - bars.start, position[inside] // SLOT] = 1
    return found


def groove_similarity(prime: Passage, continuation: Passage) -> float:
    """Return the share of slots that agree with the most alike bar of the prime, 0..1."""
    heard, played = grooves(prime), grooves(continuation)
    if not heard.size or not played.size:
        return _NAN
    alike = (heard[None, :, :] == played[:, None, :]).mean(axis=2)
    return float(alike.max(axis=1).mean())


def density(prime: Passage, continuation: Passage) -> float:
    """Return by how many doublings the notes per beat rise; silence counts as half a note."""
    if not len(prime):
        return _NAN
    per_beat = [max(len(music), 0.5) / music.length for music in (prime, continuation)]
    return float(np.log2(per_beat[1] / per_beat[0]))


def register_shift(prime: Passage, continuation: Passage) -> float:
    """Return by how many semitones the median pitch rises."""
    heard, played = prime.pitched.pitch, continuation.pitched.pitch
    return float(np.median(played) - np.median(heard)) if len(heard) and len(played) else _NAN


def range_excess(prime: Passage, continuation: Passage) -> float:
    """Return the share of notes far below or above all of the prime, 0..1."""
    heard, played = prime.pitched.pitch, continuation.pitched.pitch
    if not len(heard) or not len(played):
        return _NAN
    low, high = heard.min() - RANGE_MARGIN, heard.max() + RANGE_MARGIN
    return float(((played < low) | (played > high)).mean())


def velocity_difference(prime: Passage, continuation: Passage) -> float:
    """Return by how much the mean velocity rises."""
    heard, played = prime.pitched.velocity, continuation.pitched.velocity
    return float(played.mean() - heard.mean()) if len(heard) and len(played) else _NAN


def polyphony(music: Passage) -> float:
    """Return how many pitches sound at a time, where any does."""
    roll = np.zeros((round(music.length * TICKS_PER_BEAT), 128), np.bool_)
    pitched = music.pitched
    first = pitched.tick - round(music.begin * TICKS_PER_BEAT)
    length = np.rint(pitched.duration * TICKS_PER_BEAT).astype(np.int64)
    for begin, end, pitch in zip(first, first + length, pitched.pitch, strict=True):
        roll[begin:end, pitch] = True
    sounding = roll.any(axis=1).sum()
    return float(roll.sum() / sounding) if sounding else _NAN


def polyphony_ratio(prime: Passage, continuation: Passage) -> float:
    """Return the polyphony of the continuation over that of the prime."""
    return polyphony(continuation) / polyphony(prime)


def seam(_prime: Passage, continuation: Passage) -> float:
    """Return the beats until the first onset; the whole length for silence."""
    first = continuation.onset[0] if len(continuation) else continuation.end
    return float(first - continuation.begin)


def _silences(music: Passage) -> Floats:
    """Return the stretches (M, 2) in which nothing sounds, as beats from and to."""
    begin = np.append(music.onset, music.end)
    reached = np.maximum.accumulate(np.concatenate([[music.begin], music.onset + music.duration]))
    gaps = np.column_stack([reached, begin])
    return gaps[begin - reached > 1e-6]


def empty_beats(_prime: Passage, continuation: Passage) -> float:
    """Return the share of beats in which nothing sounds, 0..1."""
    beats = continuation.begin + np.arange(continuation.length)
    gaps = _silences(continuation)
    within = (gaps[:, :1] <= beats) & (beats + 1 <= gaps[:, 1:])
    return float(within.any(axis=0).mean())


def longest_silence(_prime: Passage, continuation: Passage) -> float:
    """Return the beats of the longest stretch in which nothing sounds."""
    gaps = _silences(continuation)
    return float(np.diff(gaps).max(initial=0.0))


def _onset_runs(music: Passage) -> Iterator[int]:
    """Yield how many onsets in a row of a voice have a pitch, for all voices and pitches."""
    for voice in np.unique(music.voice):
        mine = music.only(music.voice == voice)
        _, rank = np.unique(mine.tick, return_inverse=True)
        for pitch in np.unique(mine.pitch):
            at = rank[mine.pitch == pitch]
            breaks = np.flatnonzero(np.diff(at) > 1) + 1
            yield from (end - begin for begin, end in pairwise([0, *breaks, len(at)]))


def stuck_notes(_prime: Passage, continuation: Passage) -> float:
    """Return the share of notes that only repeat: a pitch at 8 or more onsets in a row, 0..1."""
    pitched = continuation.pitched
    if not len(pitched):
        return _NAN
    return sum(run for run in _onset_runs(pitched) if run >= STUCK) / len(pitched)


MEASURES: dict[str, Measure] = {
    "notes in key": in_key,
    "pitch-class overlap": pitch_class_overlap,
    "groove similarity": groove_similarity,
    "density (log2 ratio)": density,
    "register shift (semitones)": register_shift,
    "range excess": range_excess,
    "velocity difference": velocity_difference,
    "polyphony ratio": polyphony_ratio,
    "seam (beats)": seam,
    "empty beats": empty_beats,
    "longest silence (beats)": longest_silence,
    "stuck notes": stuck_notes,
}

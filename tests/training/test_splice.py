"""Excerpts that go on with another piece: on a bar line, in its key, and told by wishes alone."""

from __future__ import annotations

import numpy as np

from bridge.core.voices import DRUMS
from bridge.respond.wishes import BEGIN
from bridge.training.asked import ask
from bridge.training.corpus import Columns, Corpus
from bridge.training.splice import fitted, joined, medley

BAR = 96
POP, JAZZ = 0, 3


def line(pitches: list[int], *, piece: int = 0, begin: int = 0, voice: int = 0) -> Columns:
    """Quarter notes from tick `begin` on."""
    count = len(pitches)
    onset = begin + 24 * np.arange(count)
    return {
        "onset": onset,
        "voice": np.full(count, voice),
        "pitch": np.array(pitches),
        "position": onset % BAR,
        "bar": np.full(count, BAR),
        "piece": np.full(count, piece),
    }


def test_another_piece_goes_on_from_the_bar_line_with_its_first_whole_bar() -> None:
    """Cut before the seventh quarter, the first keeps one bar; the second came in on beat three."""
    first = line([60] * 12)
    second = line([60, 62, 64, 65, 67, 69], piece=1, begin=BAR + 48)
    both = joined(first, second, 6, 100)
    assert both["onset"].tolist() == [0, 24, 48, 72, *range(96, 192, 24)]
    assert both["piece"].tolist() == [0] * 4 + [1] * 4
    assert (both["onset"] % BAR == both["position"]).all()


def test_nothing_changes_where_no_whole_bar_is_left() -> None:
    first = line([60] * 12)
    assert joined(first, line([60, 62], piece=1, begin=48), 6, 100) is first
    assert joined(first, line([60] * 8, piece=1), 2, 100) is first


def test_the_other_piece_is_moved_into_the_key_of_the_first() -> None:
    """D major under C major goes down a tone, and its drums stay."""
    scale = [60, 62, 64, 65, 67, 69, 71, 72]
    there = line([p + 2 for p in scale])
    assert fitted(there, line(scale)).tolist() == scale
    assert fitted(line([36, 38], voice=DRUMS), line(scale)).tolist() == [36, 38]


def test_where_the_piece_changes_its_style_is_asked_for() -> None:
    nowhere = np.zeros(2, np.int64)
    corpus = Corpus({}, nowhere, nowhere, np.zeros(2), np.array([POP, JAZZ]), np.zeros(2))
    both = joined(line([60] * 40), line([60] * 40, piece=1), 20, 100)
    for seed in range(20):
        asked = ask(both, corpus, np.random.default_rng(seed))
        assert asked[20:, BEGIN["style"] + JAZZ].all()
        assert not asked[:20, BEGIN["style"] + JAZZ].any()


def test_so_many_excerpts_change_their_piece() -> None:
    songs = [line([60, 64, 67, 72] * 50, piece=row) for row in (0, 1)]
    names = ("velocity", "duration", "track")
    columns = {name: np.concatenate([s[name] for s in songs]) for name in songs[0]}
    columns |= {name: np.zeros(400, np.int64) for name in names}
    ends = np.array([200, 400])
    corpus = Corpus(
        columns, ends - 200, ends, np.array([0.5, 0.5]), np.array([POP, JAZZ]), np.zeros(2), 0.4
    )
    rng = np.random.default_rng(0)
    pieces = [medley(corpus, 100, rng, vary=True)["piece"] for _ in range(400)]
    changed = sum(len(set(row)) == 2 for row in pieces) / len(pieces)
    assert 0.3 < changed < 0.45
    assert len(set(medley(corpus, 100, rng, vary=False)["piece"])) == 1

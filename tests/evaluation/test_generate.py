from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.core.errors import SettingError
from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.evaluation.answers import Generator, onsets_of
from bridge.evaluation.baselines import MixedPpm
from bridge.evaluation.generate import AS_HEARD, Live, Markov, Pedal, PpmPlayer, Truth
from bridge.evaluation.items import Ints, Item, Library
from bridge.evaluation.neighbours import Another, Bars, Nearest
from bridge.evaluation.notes import END, SEAM
from bridge.evaluation.ppm import (
    KINDS,
    LONG_ORDER,
    SHIFTS,
    SHORT_ORDER,
    LongMemory,
    ShortMemory,
    symbols,
)
from bridge.respond.limits import Limits
from tests.evaluation.scores import Piece, Row, item_of, motif, noise, write_prepared

FIGURE = (60, 62, 64, 65, 67)
CHORDS = [(t, v, 48 + 7 * v + t // 96) for t in range(0, 48 * 24, 24) for v in (0, 1, 2)]
LOOPED = item_of(motif(FIGURE))
NOISE = item_of(noise(np.random.default_rng(1), 60))
MUSIC = (LOOPED, item_of(CHORDS), NOISE, item_of([*motif((60,), 30), (40 * 24, 0, 60)]))


class Scale:
    """A model that plays up the scale, and remembers what it was asked."""

    name, provider = "scale", "none"

    def __init__(self) -> None:
        self.heard: list[Note] = []
        self.limits: list[Limits] = []

    def forget(self) -> None:
        self.heard = []

    def feed(self, notes: Sequence[Note], bar: int, *, counted: bool = True) -> None:
        assert bar > 0
        assert counted
        self.heard += notes

    def next_note(self, limits: Limits, rng: np.random.Generator) -> Note:
        self.limits.append(limits)
        last = self.heard[-1]
        onset = last.onset + 12 if limits.earliest is None else limits.earliest
        self.heard.append(Note(onset, last.voice, 60 + int(rng.integers(12)), 6, 64))
        return self.heard[-1]

    def catch_up(self) -> None:
        """It reads at once."""

    def mark(self) -> int:
        return len(self.heard)

    def rewind(self, mark: int) -> None:
        del self.heard[mark:]

    def bits(self, notes: Sequence[Note], bar: int, memory: float = 1.0) -> list[tuple[float, ...]]:
        assert 0 <= memory <= 1
        self.feed(notes, bar)
        return [(1.0,) * 5] * len(notes)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Train pieces: the figure a third higher, noise, drums, and a waltz."""
    rng = np.random.default_rng(2)
    up = [p + 4 for p in FIGURE]
    drums = [(t, DRUMS, 36) for t, _, _ in motif(FIGURE, 60)]
    pieces = [
        Piece(motif(up, 60), split="train"),
        *(Piece(noise(rng, 60), split="train") for _ in range(3)),
        Piece(drums, split="train"),
        Piece(motif(FIGURE, 60), bars=[(0, 72)], split="train"),
    ]
    return Library.load(write_prepared(tmp_path / "notes.npz", pieces))


@pytest.fixture
def bars(library: Library) -> Bars:
    bars = Bars.gathered(library, [(1.0, ("gmd",))], 100)
    bars.piece[:] += 1  # item_of makes piece 0
    return bars


@pytest.fixture
def rows(bars: Bars) -> list[Generator]:
    return [
        Live(Scale()), Pedal("last", 16), Pedal("best"), Markov(), PpmPlayer(ppm_of(NOISE)),
        Nearest(bars), Another(bars), Truth(),
    ]  # fmt: skip


def ppm_of(item: Item) -> MixedPpm:
    long = LongMemory([symbols(item.steps.notes[1:])])
    return MixedPpm(long, (4, 4), (3, 3), (0.9, 0.9))


def drawn(generator: Generator, item: Item, seed: int = 0) -> Ints:
    return generator.draw(item, np.random.default_rng(seed))


def played(item: Item, notes: Ints) -> list[Row]:
    onsets = onsets_of(item, notes).tolist()
    return [(t, v, p) for t, (v, p) in zip(onsets, notes[:, 1:3].tolist(), strict=True)]


def test_all_begin_at_the_seam_and_end_within_16_beats(rows: list[Generator]) -> None:
    assert len({row.name for row in rows}) == len(rows) == 8
    for row in rows:
        for item in MUSIC:
            notes = drawn(row, item)
            onset = onsets_of(item, notes)
            assert notes.shape == (len(onset), 5)
            assert ((onset >= SEAM) & (onset < END)).all()
            assert played(item, notes) == sorted(set(played(item, notes)))


def test_the_same_chance_gives_the_same_notes(rows: list[Generator]) -> None:
    for row in rows:
        first = drawn(row, NOISE, 3)
        drawn(row, LOOPED, 4)
        assert np.array_equal(drawn(row, NOISE, 3), first)
    chancy = [row for row in rows if not isinstance(row, Pedal | Truth)]
    for row in chancy[:-2]:  # of neighbours there may be too few
        assert not np.array_equal(drawn(row, NOISE, 3), drawn(row, NOISE, 4))


def test_the_truth_is_the_item_s_own() -> None:
    for item in MUSIC:
        assert played(item, drawn(Truth(), item)) == [
            (int(t), int(n[1]), int(n[2]))
            for t, n in zip(item.steps.tick, item.steps.notes, strict=True)
            if SEAM <= t < END
        ]


def test_the_last_beats_come_again() -> None:
    for item in MUSIC:
        again = played(item, drawn(Pedal("copy", 16), item))
        heard = [(t, v, p) for t, v, p in played_prime(item) if t >= SEAM // 2]
        assert again == [(t + 384, v, p) for t, v, p in heard]


def played_prime(item: Item) -> list[Row]:
    steps, rows = item.steps, slice(1, item.begin)
    return [(int(t), int(n[1]), int(n[2])) for t, n in zip(steps.tick[rows], steps.notes[rows], strict=True)]  # fmt: skip # noqa: E501


def test_the_best_loop_goes_on_as_the_truth_does() -> None:
    item = item_of(motif((60, 62, 64, 65, 67, 69)))  # three beats
    assert np.array_equal(drawn(Pedal("loop"), item), drawn(Truth(), item))


def test_markov_stays_in_the_states_of_the_prime() -> None:
    for item in MUSIC:
        known = {(t % 96, v, p) for t, v, p in played_prime(item)}
        for seed in range(5):
            assert {
                (t % 96, v, p) for t, v, p in played(item, drawn(Markov(), item, seed))
            } <= known


def test_markov_walks_on_along_a_figure() -> None:
    item = item_of(motif((60, 62, 64, 65, 67, 69, 71, 72)))
    assert np.array_equal(drawn(Markov(), item), drawn(Truth(), item))


def test_ppm_goes_on_with_a_figure_most_of_the_time() -> None:
    truth = played(LOOPED, drawn(Truth(), LOOPED))
    found = played(LOOPED, drawn(PpmPlayer(ppm_of(LOOPED)), LOOPED))
    assert truth[:8] == found[:8]


def test_ppm_keeps_to_the_voices_of_the_prime() -> None:
    player = PpmPlayer(ppm_of(NOISE))  # whose long memory knows all voices
    assert set(drawn(player, item_of(CHORDS))[:, 1]) <= {0, 1, 2}


def test_chances_of_every_symbol_are_those_it_is_scored_with() -> None:
    row = tuple(symbols(NOISE.steps.notes[1:]).tolist())
    short, long = ShortMemory(), LongMemory([np.array(row)])
    for i, symbol in enumerate(row):
        short.learn(row[max(i - SHORT_ORDER, 0) : i], symbol)
    for at in (20, 21):
        kind = at % 2
        symbol = row[at] - kind * SHIFTS
        past = row[at - SHORT_ORDER : at]
        spread = short.spread(past, kind)
        assert spread.sum() == pytest.approx(1)
        assert len(spread) == KINDS[kind]
        assert spread[symbol] == pytest.approx(short.shares(past, row[at])[-1])
        spread = long.spread(past, kind)
        assert spread.sum() == pytest.approx(1)
        assert spread[symbol] == pytest.approx(long.shares(np.array(row[: at + 1]))[-1, LONG_ORDER])


def test_a_model_hears_the_prime_and_begins_on_the_bar_line() -> None:
    model = Scale()
    notes = drawn(Live(model, replace(AS_HEARD, temperature=0.7, memory=0.5)), item_of(CHORDS))
    assert [(n.onset, n.voice, n.pitch) for n in model.heard[:96]] == CHORDS[:96]
    first = model.limits[0]
    assert (first.temperature, first.memory) == (0.7, 0.5)
    assert (first.earliest, first.exact) == (SEAM, True)
    assert np.flatnonzero(first.voices == 0).tolist() == [0, 1, 2]
    assert onsets_of(item_of(CHORDS), notes).tolist() == list(range(SEAM, END, 12))


def test_the_best_of_several_is_measured() -> None:
    model = Scale()
    notes = drawn(Live(model, replace(AS_HEARD, candidates=3)), item_of(CHORDS))
    assert len(notes)
    assert len(model.limits) > 3 * len(notes)


def test_a_waltz_need_not_be_answered_in_the_middle_of_a_bar() -> None:
    model = Scale()
    drawn(Live(model), item_of(motif(FIGURE), bar=72))
    assert not model.limits[0].exact


def test_the_nearest_bars_are_transposed_to_the_prime(bars: Bars) -> None:
    alike = np.flatnonzero(bars.piece == 1)  # the figure a third higher
    only = Bars(bars.library, [bars.places[r] for r in alike], bars.piece[alike], bars.bar[alike], bars.looks[alike])  # fmt: skip # noqa: E501
    for seed in range(5):
        notes = drawn(Nearest(only), LOOPED, seed)
        assert set(notes[:, 2]) <= set(FIGURE)
        assert len(notes) == 32


def test_neighbours_share_the_meter_and_are_other_pieces(bars: Bars) -> None:
    waltz = item_of(motif(FIGURE), bar=72)
    assert set(bars.bar[bars.others(waltz)]) == {72}
    assert set(bars.bar[bars.others(LOOPED)]) == {96}
    bars.piece[:] = LOOPED.piece
    for generator in (Nearest(bars), Another(bars)):
        assert not len(drawn(generator, LOOPED))


def test_neighbours_play_with_the_voices_of_the_prime(bars: Bars) -> None:
    drums = item_of([(t, DRUMS, 36) for t, _, _ in motif(FIGURE)])
    for seed in range(5):
        assert set(drawn(Nearest(bars), drums, seed)[:, 1]) <= {DRUMS}
        assert set(drawn(Nearest(bars), LOOPED, seed)[:, 1]) <= {0}


def test_bars_need_music(library: Library) -> None:
    with pytest.raises(SettingError, match="train split"):
        Bars.gathered(library, [(1.0, ("jsfakes",))], 10)

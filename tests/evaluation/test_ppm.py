from __future__ import annotations

import numpy as np
import pytest

from bridge.evaluation.baselines import MixedPpm, PrimePpm
from bridge.evaluation.ppm import (
    LONG_ORDER,
    SHIFTS,
    SHORT_ORDER,
    SOUNDS,
    Ints,
    LongMemory,
    ShortMemory,
    short_shares,
    symbols,
)
from bridge.evaluation.scoring import bits
from tests.evaluation.scores import item_of, motif, noise

MOTIF = item_of(motif((60, 62, 64, 65, 67, 65)))


def music() -> Ints:
    later = [(48 * 24 + t, v, p) for t, v, p in noise(np.random.default_rng(3))]
    return symbols(item_of([*motif((60, 64)), *later]).steps.notes[1:])


def test_symbols_take_turns() -> None:
    row = symbols(np.array([[0, 0, 60], [24, 12, 127]]))
    assert row.tolist() == [0, SHIFTS + 60, 24, SHIFTS + SOUNDS - 1]


def test_short_memory_gives_away_all_its_chances() -> None:
    memory, row = ShortMemory(), tuple(music().tolist())
    for i, symbol in enumerate(row):
        memory.learn(row[max(i - 4, 0) : i], symbol)
    for past in (row[:4], row[1:5], (7, 7, 7), ()):
        for kind in (range(SHIFTS), range(SHIFTS, SHIFTS + SOUNDS)):
            total = np.sum([memory.shares(past, symbol) for symbol in kind], axis=0)
            assert total == pytest.approx(np.ones(len(past) + 1))


def test_long_memory_gives_away_all_its_chances() -> None:
    rng = np.random.default_rng(4)
    rows = [symbols(item_of(noise(rng)).steps.notes[1:]) for _ in range(3)]
    memory = LongMemory(rows)
    past = rows[0][:LONG_ORDER]
    kind = range(SHIFTS) if LONG_ORDER % 2 == 0 else range(SHIFTS, SHIFTS + SOUNDS)
    found = [memory.shares(np.append(past, symbol))[-1] for symbol in kind]
    assert np.sum(found, axis=0) == pytest.approx(np.ones(LONG_ORDER + 1))


def test_both_memories_count_alike() -> None:
    rng = np.random.default_rng(5)
    heard, now = (symbols(item_of(noise(rng)[:30]).steps.notes[1:]) for _ in range(2))
    now[:6] = heard[4:10]
    short, heard_row, now_row = ShortMemory(), tuple(heard.tolist()), tuple(now.tolist())
    for i, symbol in enumerate(heard_row):
        short.learn(heard_row[max(i - LONG_ORDER, 0) : i], symbol)
    long = LongMemory([heard]).shares(now)
    for i, symbol in enumerate(now_row):
        past = now_row[max(i - LONG_ORDER, 0) : i]
        found = short.shares(past, symbol)
        assert long[i, : len(found)] == pytest.approx(found)


def test_witten_and_bell_blend() -> None:
    memory = ShortMemory()
    for symbol in (5, 5, 6):
        memory.learn((), symbol)
    (share,) = memory.shares((), 5)
    assert share == pytest.approx((2 + 2 / SHIFTS) / (3 + 2))  # seen 3 times, 2 kinds


def test_a_memory_of_nothing_thinks_all_equally_likely() -> None:
    shares = LongMemory([]).shares(music())
    assert shares[0] == pytest.approx(np.full(LONG_ORDER + 1, 1 / SHIFTS))
    assert shares[1] == pytest.approx(np.full(LONG_ORDER + 1, 1 / SOUNDS))


def test_a_memory_looks_only_back() -> None:
    row = music()
    other = row.copy()
    other[20:] = 9
    assert np.array_equal(short_shares(row)[:20], short_shares(other)[:20])


def test_a_repeated_motif_costs_next_to_nothing() -> None:
    scorer = PrimePpm.fitted([MOTIF])
    assert 0 < bits(scorer.shares(MOTIF)).sum(axis=1).mean() < 0.1
    assert bits(scorer.shares(MOTIF)).sum(axis=1)[-1] < 0.06


def test_noise_costs_what_guessing_costs() -> None:
    item = item_of(noise(np.random.default_rng(6)))
    cost = bits(PrimePpm.fitted([item]).shares(item)).mean(axis=0)
    assert np.log2(47) < cost[0] < np.log2(SHIFTS) + 1  # it may learn that shifts are 1..47
    assert np.log2(SOUNDS) - 0.5 < cost[1] < np.log2(SOUNDS) + 2  # what it learns misleads it


def test_a_long_memory_knows_what_the_prime_does_not() -> None:
    rows = noise(np.random.default_rng(7), 200)
    begin = next(i for i, r in enumerate(rows) if r[0] >= 48)
    item = item_of([r for r in rows if r[0] < 48 * 24])
    long = LongMemory([symbols(item_of(rows[begin:]).steps.notes[1:])])
    alone = bits(PrimePpm.fitted([item]).shares(item)).sum()
    mixed = MixedPpm.fitted(long, [item])
    assert bits(mixed.shares(item)).sum() < alone / 3
    assert max(mixed.weights) < 0.5


def test_fitting_picks_an_order_that_was_tried() -> None:
    assert all(1 <= order <= SHORT_ORDER for order in PrimePpm.fitted([MOTIF]).orders)

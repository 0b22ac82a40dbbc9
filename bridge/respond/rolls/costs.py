"""What notes cost under a roll model, in bits, note by note (docs/training.md).

- shift: that nothing was struck in the frames between and something is in this one
- pitch: which key, told from the lowest struck key of the frame up
- OFF_GRID for each new onset, because a frame does not say where in it the onset fell
- voice: the notes of a roll have none, so any of those heard so far is as likely; a new one may be
  any tuned voice
- duration and velocity: 0, they are not foretold here

What a roll cannot say (drums, pitches out of range, two voices in unison) costs as much as a choice
among all shifts and all sounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log2

from bridge.core.music import Note
from bridge.core.voices import VOICES
from bridge.respond.continuer import Bits
from bridge.respond.rolls.chances import NEVER, Waiting, any_of, lowest_of, recalled, sigmoid
from bridge.respond.rolls.context import Context
from bridge.respond.rolls.frames import CELL, NO_KEY, cell_of, key_of
from bridge.respond.steps import SHIFT, SIZES, VOICE

OFF_GRID = log2(CELL)
ANY_SHIFT = log2(SIZES[SHIFT])
ANY_SOUND = log2(len(VOICES) * 128)


def costs(context: Context, notes: Sequence[Note], bar: int, amount: float) -> list[Bits]:
    """Hear notes; return what each cost, with so much (0..1) of the memory mixed in."""
    context.drop_ahead()
    found: list[Bits] = []
    voices = {row.voice for row in context.rows if row.key != NO_KEY}
    before = context.rows[-1].onset if context.rows else None
    for cell, group in _frames(context, notes, bar):
        keys = {key_of(note.voice, note.pitch) for note in group} - {NO_KEY}
        foretold = _foretold(context, cell, keys, amount)
        for note in group:
            fresh = float(note.onset != before)
            before = note.onset
            cost = foretold.pop(key_of(note.voice, note.pitch), None)
            if cost is None:
                found.append((fresh * ANY_SHIFT, 0.0, ANY_SOUND, 0.0, 0.0))
                continue
            known = note.voice in voices
            voices.add(note.voice)
            voice = log2(len(voices) if known else SIZES[VOICE] - 1)
            found.append((cost[0] + fresh * OFF_GRID, voice, cost[1], 0.0, 0.0))
        for note in group:
            context.take(note, bar)
    return found


def _frames(
    context: Context, notes: Sequence[Note], bar: int
) -> Iterator[tuple[int, Sequence[Note]]]:
    """Yield frames and their notes; those of one frame must be heard before the next are asked."""
    begin = 0
    while begin < len(notes):
        cell = context.locate(notes[begin].onset, bar)
        end = begin + 1
        while end < len(notes) and cell_of(notes[end].onset - context.bias) <= cell:
            end += 1
        yield cell, notes[begin:end]
        begin = end


def _foretold(
    context: Context, cell: int, keys: set[int], amount: float
) -> dict[int, tuple[float, float]]:
    """Return bits of shift and pitch by key; keys that cannot follow those heard are left out."""
    memory, known = context.memory, len(context.memory)
    last, key = context.last
    told: dict[int, tuple[float, float]] = {}
    waiting, silence = Waiting(memory, amount), 0.0  # bits of the frames between
    for now in range(last, cell + 1):
        chances = sigmoid(context.foretold(now)[0])
        chances[: key + 1 if now == last else 0] = 0
        if now < cell:
            network = any_of(chances)
            silence -= log2(max(1 - waiting.chance(now - last, network), NEVER))
            waiting.passed(now - last, network)
    for key in sorted(k for k in keys if cell > last or k > key):
        chance = waiting.chance(cell - last, any_of(chances))
        share = recalled(memory, amount, cell - last, lowest_of(chances))[key]
        told[key] = (silence - log2(chance), -log2(share))
        silence = 0.0
        context.remember(cell - last, key, counted=True)
        last = cell
        chances[: key + 1] = 0
        waiting = Waiting(memory, amount)
    memory.unlearn(known)
    return told

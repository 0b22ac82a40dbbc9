"""What is played where a model is too late: the phrase just heard, varied, in key and in time.

The end of the phrase comes again bar for bar, so that the rhythm goes on. What falls on a beat
keeps its pitch; what lies between moves to the next pitch above that key and limits allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bridge.core.keys import pitch_classes
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.voices import DRUMS
from bridge.respond.limits import Limits


def varied(
    phrase: Sequence[Note], limits: Limits, *, key: str, bar: int, window: tuple[int, int]
) -> list[Note]:
    """Return the notes that fill a window (ticks), bar line on bar line.

    `phrase` has at least one note, `key` is its key or "", `bar` is in ticks.
    """
    begin, end = window
    line = begin // bar * bar
    last = max(note.onset for note in phrase) // bar * bar
    first = max(last - (end - line - 1) // bar * bar, min(n.onset for n in phrase) // bar * bar)
    length = last + bar - first
    found = []
    for turn in range(line, end, length):
        for note in phrase:
            onset = note.onset - first + turn
            if first <= note.onset and begin <= onset < end:
                duration = max(min(note.duration, end - onset), 1)
                found.append(_moved(replace(note, onset=onset, duration=duration), limits, key))
    found.sort()
    return (
        _line(found) if limits.single and found else list({_struck(n): n for n in found}.values())
    )


def _struck(note: Note) -> tuple[int, int, int]:
    return note.onset, note.voice, note.pitch


def _moved(note: Note, limits: Limits, key: str) -> Note:
    """Return a note of a voice and a pitch that may be played; offsets are the player's own."""
    allowed = [voice for voice, mask in enumerate(limits.voices) if mask == 0]
    voice = note.voice if note.voice in allowed else allowed[0]
    if voice == DRUMS:
        return replace(note, voice=voice, offset=0.0)
    scale = pitch_classes(key) if key else range(12)
    pitches = [p for p in range(128) if limits.pitches[voice, p] == 0]
    within = [p for p in pitches if p % 12 in scale] or pitches
    on_beat = note.onset % TICKS_PER_BEAT == 0
    above = [p for p in within if p > note.pitch]
    pitch = min(within, key=lambda p: abs(p - note.pitch)) if on_beat or not above else above[0]
    return replace(note, voice=voice, pitch=pitch, offset=0.0)


def _line(notes: Sequence[Note]) -> list[Note]:
    """Return the highest note of each onset, each as long as the next one leaves it."""
    top = {note.onset: note for note in notes}
    *rest, last = top.values()
    ends = list(top)[1:]
    lasting = [
        replace(note, duration=min(note.duration, end - note.onset))
        for note, end in zip(rest, ends, strict=True)
    ]
    return [*lasting, last]

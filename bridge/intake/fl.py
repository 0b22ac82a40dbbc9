"""Reading what FL Studio's controller script says; whatever else comes as SysEx means nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from bridge.core.fl import (
    BEAT,
    BEAT_BYTES,
    MAKER,
    METER,
    METER_BYTES,
    PONG,
    PONG_BYTES,
    STOPPED,
    SYSEX,
    SYSEX_END,
)

SLOWEST, FASTEST = 10.0, 522.0  # BPM that FL can have
LATEST = 1e6  # beats: no song has more
MOST_BEATS = 16  # of a bar
COARSEST, FINEST = 24, 960  # ticks in a beat

_HEAD = bytes((SYSEX, *MAKER))


@dataclass(frozen=True, slots=True)
class FlBeat:
    """FL plays and has reached another beat; `beat` is where its song or its pattern is."""

    beat: float
    bpm: float
    downbeat: bool


@dataclass(frozen=True, slots=True)
class FlMeter:
    """FL's time signature, `unit` 4 or 8: it tells how long a bar is, not how it is written."""

    beats: int
    unit: int


@dataclass(frozen=True, slots=True)
class FlStopped:
    """FL has stopped."""


@dataclass(frozen=True, slots=True)
class FlPong:
    """The script is there; `version` is that of FL's script API."""

    version: int


Said = FlBeat | FlMeter | FlStopped | FlPong


def read(message: bytes) -> Said | None:
    """Return what the script said; None for all that is malformed, foreign or cannot be."""
    if len(message) < 5 or message[:3] != _HEAD or message[-1] != SYSEX_END:
        return None
    command, values = message[3], message[4:-1]
    if max(message[1:-1]) > 0x7F:
        return None
    if command == BEAT and len(values) == sum(BEAT_BYTES):
        return _beat(values)
    if command == METER and len(values) == sum(METER_BYTES):
        return _meter(values)
    if command == STOPPED and not values:
        return FlStopped()
    if command == PONG and len(values) == PONG_BYTES:
        return FlPong(_number(values))
    return None


def _beat(values: bytes) -> FlBeat | None:
    downbeat, thousandths, ticks, per_beat = _numbers(values, BEAT_BYTES)
    if not (SLOWEST <= thousandths / 1000 <= FASTEST and COARSEST <= per_beat <= FINEST):
        return None
    beat = ticks / per_beat
    return FlBeat(beat, thousandths / 1000, bool(downbeat)) if beat < LATEST else None


def _meter(values: bytes) -> FlMeter | None:
    per_bar, per_beat = _numbers(values, METER_BYTES)
    if not COARSEST <= per_beat <= FINEST:
        return None
    for unit in (4, 8):
        beats, rest = divmod(per_bar * unit, per_beat * 4)
        if not rest and 1 <= beats <= MOST_BEATS:
            return FlMeter(beats, unit)
    return None


def _numbers(values: bytes, sizes: Sequence[int]) -> list[int]:
    """Return numbers of so many bytes each."""
    ends = list(accumulate(sizes))
    return [_number(values[end - size : end]) for end, size in zip(ends, sizes, strict=True)]


def _number(data: bytes) -> int:
    return sum(byte << 7 * place for place, byte in enumerate(reversed(data)))

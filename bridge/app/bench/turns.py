"""Taking turns, measured: the answer begins, the player comes in, something stops or dies.

A jam is started again and again; each time a phrase is played from the first beat on, its answer
is disturbed by the next of DISTURBANCES, at a random moment, and then all is stopped. Phrases end
on a bar line (`call/bars`), so the answer has an eighth of a beat to begin in time: the hardest
case there is.

Conventions: seconds are monotonic.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bridge.app.bench.rows import Row, drawn, none_of, spread
from bridge.app.bench.sent import Meant, last_strike, matched, silent_after, sounding
from bridge.app.bench.stage import Stage, stage
from bridge.core.beat import BeatClock
from bridge.core.events import Heard, Hello, Message, Play, Pulse, Status
from bridge.core.midi import is_note_on, note_off, note_on
from bridge.core.params import Settings
from bridge.intake.loopback import SCORE

BPM = 180.0
PHRASE_BARS = 2  # of SCORE
SETTLE = 0.5  # seconds for what was disturbed to come to rest
PLAYER_DIES, ENGINE_DIES, COME_IN = "player killed", "engine killed", "you come in"
DISTURBANCES = ("stop", COME_IN, PLAYER_DIES, "panic", ENGINE_DIES)
KEY = 72  # pitch that is struck to come in
DEATHS = (PLAYER_DIES, ENGINE_DIES)  # whoever is born again hurries to catch up
LATEST = "what fell due while its player was born is late by up to late/limit"
GRACE = 5.0  # ms by which a note-off due on the next beat may be late
Late = tuple[str, Meant, float]  # what was done in its turn, the note, seconds
Told = Sequence[tuple[float, Message]]


@dataclass(slots=True)
class Diary:
    """What was found, by disturbance."""

    hanging: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # notes
    silent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # seconds
    strikes: list[float] = field(default_factory=list)  # seconds of new notes after you came in
    late: list[Late] = field(default_factory=list)


def turns(seconds: float, models: Path) -> list[Row]:
    """Measure how a jam takes turns, for `seconds` and at least one turn."""
    settings = Settings(clock_bpm=BPM, mode="infinite", call_bars=PHRASE_BARS)
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(_turns(seconds, settings, models))


async def _turns(seconds: float, settings: Settings, models: Path) -> list[Row]:
    diary, rng = Diary(), np.random.default_rng(0)
    async with stage(settings, models) as jam:
        end = time.monotonic() + seconds
        for what in itertools.cycle(DISTURBANCES):
            await _turn(jam, what, float(rng.uniform(2, 12)), diary)
            if time.monotonic() > end:
                break
        drawn_after = decisions(jam.told)
    return [
        *_answer_rows(drawn_after, diary.late),
        *_late_rows(diary.late),
        *_yield_rows(diary),
        *_hanging_rows(diary),
    ]


async def _turn(jam: Stage, what: str, beats: float, diary: Diary) -> None:
    """Start, let it answer for some beats, disturb it, stop, and write down what was heard."""
    begun, heard = len(jam.sent()), len(jam.told)
    await _play_phrase(jam)
    await jam.until(lambda: jam.state() == "responding", "an answer")
    await asyncio.sleep(beats * 60 / BPM)
    moment = await _disturb(jam, what)
    await asyncio.sleep(SETTLE)
    until = time.monotonic()
    jam.hub.press("stop")
    await asyncio.sleep(SETTLE)
    sent = jam.sent()[begun:]
    diary.hanging[what].append(len(sounding(sent)))
    silent = silent_after(sent, moment, until)
    diary.late += [(what, *pair) for pair in matched(planned(jam.told[heard:]), sent)]
    if silent is not None and what != PLAYER_DIES:  # the next player goes on with the answer
        diary.silent[what].append(silent)
    if what == COME_IN:
        diary.strikes.append(last_strike(sent, moment, until))


async def _play_phrase(jam: Stage) -> None:
    """Start, and play as a keyboard would; the built-in musician is silent from then on."""
    before = len(jam.told)
    jam.hub.press("start")
    await jam.until(lambda: _rolls(jam.told[before:]), "the clock")
    line = _line(jam.told)
    for beat, message in SCORE:
        await asyncio.sleep(max(line.second_at(beat) - time.monotonic(), 0.0))
        jam.hub.play(*message)


async def _disturb(jam: Stage, what: str) -> float:
    """Do it, see it through; return the second it was done."""
    moment, before = time.monotonic(), len(jam.told)
    if what == COME_IN:
        jam.hub.play(*note_on(0, KEY, 80))
        await jam.until(lambda: _strikes(jam.told[before:]), "the player's ear")
        heard = _strikes(jam.told[before:])[0]
        jam.hub.play(*note_off(0, KEY))
        return _line(jam.told).second_at(heard.beat)
    if what.endswith(" killed"):
        who = what.removesuffix(" killed")
        jam.kill(who)
        await jam.until(lambda: _greeted(jam.told[before:], who), f"another {who}")
    else:
        jam.hub.press(what)
    return moment


def _strikes(told: Told) -> list[Heard]:
    heard = (m for _, m in told if isinstance(m, Heard))
    return [m for m in heard if is_note_on(bytes((m.status, m.data1, m.data2)))]


def _rolls(told: Told) -> bool:
    return any(isinstance(m, Pulse) and m.playing for _, m in told)


def _greeted(told: Told, who: str) -> bool:
    return any(isinstance(m, Hello) and m.who == who for _, m in told)


def _line(told: Told) -> BeatClock:
    """Return the line of the last pulse."""
    pulse = next(m for _, m in reversed(told) if isinstance(m, Pulse))
    return BeatClock(pulse.second, pulse.beat, pulse.bpm)


def _answer_rows(drawn_after: list[float], late: list[Late]) -> list[Row]:
    """Return how soon an answer was there and began, in turns in which nobody died."""
    first: dict[int, float] = {}
    for what, note, lateness in late:
        if what not in DEATHS:
            first.setdefault(note.take, 1000 * lateness)
    beat = 60_000 / BPM
    count = f"{len(drawn_after)} answers; a beat at {BPM:g} BPM is {beat:.0f} ms"
    name = "decision: phrase over to first note drawn"
    rows = [spread(name, drawn_after, by="p99", most=beat, note=count)]
    if first:  # else stopped before the first note
        name, times = "first note of an answer after its beat", list(first.values())
        rows.append(spread(name, times, by="p99", most=15, note=f"{len(times)} answers"))
    return rows


def _late_rows(late: list[Late]) -> list[Row]:
    """Return how late notes left, and apart from these how late where a process had died."""
    rows = []
    notes = [1000 * lateness for what, _, lateness in late if what not in DEATHS]
    after = [1000 * lateness for what, _, lateness in late if what in DEATHS]
    if notes:
        note = f"{len(notes)} notes, worst {max(notes):.2f} ms; those after a kill have a row below"
        rows.append(drawn(spread("jam lateness, turns", notes, by="p99", note=note), notes))
        rows += [_share(notes, limit, most) for limit, most in ((10, 0.1), (20, 0.1), (30, 0.0))]
    if after:
        note = f"{len(after)} notes, worst {max(after):.2f} ms; {LATEST}"
        rows.append(spread("jam lateness, a process killed", after, by="p99", note=note))
    return rows


def _share(notes: list[float], limit: float, most: float) -> Row:
    """Return how many notes in a hundred were later than a limit; at most `most` should be."""
    share = 100 * sum(late > limit for late in notes) / len(notes)
    goal = f"<= {most:g} %" if most else "0"
    name, note = f"notes over {limit:g} ms, turns", f"of {len(notes)} notes"
    return Row(name, share, "%", goal=goal, holds=share <= most, note=note)


def planned(told: Told) -> list[Meant]:
    """Return the note-ons the engine asked for, by the line in force when it did."""
    found, line = list[Meant](), None
    for _, message in told:
        if isinstance(message, Pulse):
            line = BeatClock(message.second, message.beat, message.bpm)
        if isinstance(message, Play) and line is not None:
            key = (message.channel, message.pitch)
            found.append(Meant(line.second_at(message.beat), message.take, key))
    return found


def decisions(told: Told) -> list[float]:
    """Return for each answer the ms from the end of its phrase until its first note was drawn."""
    asked: dict[int, float] = {}
    drawn: dict[int, float] = {}
    for second, message in told:
        if isinstance(message, Status) and message.state == "thinking":
            asked.setdefault(message.take, second)
        if isinstance(message, Play):
            drawn.setdefault(message.take, second)
    # An answer that was foreseen is there before it is told that the phrase is over.
    waits = [drawn[take] - second for take, second in asked.items() if take in drawn]
    return [1000 * max(wait, 0.0) for wait in waits]


def _yield_rows(diary: Diary) -> list[Row]:
    """Return how soon the answer gives way when the player comes in."""
    if not diary.strikes:
        return []
    beat = 60_000 / BPM
    rows = [
        spread("new notes after you come in", _ms(diary.strikes), by="p99", most=100,
               note=f"{len(diary.strikes)} times"),
    ]  # fmt: skip
    if silent := diary.silent[COME_IN]:
        note = f"{len(silent)} times; what sounds ends on the next beat, {beat:.0f} ms at most"
        rows.append(
            spread("silent after you come in", _ms(silent), by="p99", most=beat + GRACE, note=note)
        )
    return rows


def _hanging_rows(diary: Diary) -> list[Row]:
    """Return how many notes never ended, by disturbance."""
    rows = []
    for what, hanging in diary.hanging.items():
        note = f"{len(hanging)} times"
        if silent := diary.silent[what]:
            note += f"; silent after {1000 * max(silent):.0f} ms at worst"
        rows.append(none_of(f"hanging notes: {what}", sum(hanging), note=note))
    return rows


def _ms(seconds: Sequence[float]) -> list[float]:
    return [1000 * second for second in seconds]

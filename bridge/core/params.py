"""The one table of parameters: each is declared once, on one line; everything else reads it.

A field of `Settings` is a parameter; its `Knob` gives the address below `/jam/`, the help, the
limits and the unit. OSC, command-line flags, presets and the manual are made from PARAMS.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, get_args, get_origin, get_type_hints

from bridge.core.errors import SettingError
from bridge.core.frozen import changed
from bridge.core.keys import KEY_NAMES
from bridge.core.music import Meter
from bridge.core.voices import VOICE_NAMES
from bridge.core.wishes import BY_NAME, CLOCK, FREE

Value = int | float | str


@dataclass(frozen=True, slots=True)
class Knob:
    """What the table says of a parameter besides its name, type and default."""

    address: str
    help: str
    low: float = 0
    high: float = 0  # of free text: the most characters, 0 for a name
    unit: str = ""
    choices: tuple[str, ...] = ()
    on_bar: bool = False  # waits for the next bar line
    preset: bool = True  # kept by presets: of the music, not of the machine or the moment


@dataclass(frozen=True, kw_only=True)  # without slots, for `changed`
class Settings:
    """The value of every parameter."""

    # fmt: off
    mode: Annotated[str, Knob("mode", "call: answer each phrase and hand back; infinite: go on until you play", choices=("call", "infinite"))] = "call"
    model: Annotated[str, Knob("model", "The model that answers", on_bar=True)] = "note-transformer"
    temperature: Annotated[float, Knob("temperature", "How far the answer may stray", 0.05, 2)] = 0.95
    top_p: Annotated[float, Knob("top_p", "Draw from the likeliest choices that make up this share", 0.05, 1)] = 0.95
    top_k: Annotated[int, Knob("top_k", "Draw from this many likeliest choices; 0 is all", 0, 128)] = 0
    memory: Annotated[float, Knob("memory", "How much the answer draws on the figures you played", 0, 1)] = 1.0
    seed: Annotated[int, Knob("seed", "A number gives the same answers again after a reset; -1 is new ones each time", -1, 2**31 - 1)] = -1
    response_bars: Annotated[int, Knob("response/bars", "Length of the answer; 0 is as long as the phrase", 0, 32, "bars")] = 0
    horizon: Annotated[float, Knob("horizon", "How far ahead the answer is ready", 0.5, 16, "beats")] = 4.0
    commit: Annotated[float, Knob("commit", "What is nearer than this is played as it is, whatever you turn; at most the horizon", 0.125, 8, "beats")] = 1.0
    candidates: Annotated[int, Knob("candidates", "Answers tried before the best of them begins, as far as there is time", 1, 8)] = 1
    call_end: Annotated[str, Knob("call/end", "What ends a phrase", choices=("any", "silence", "bars", "manual"))] = "any"
    call_silence: Annotated[float, Knob("call/silence", "Silence that ends a phrase", 0.25, 8, "beats")] = 1.0
    call_bars: Annotated[int, Knob("call/bars", "A phrase ends after this many bars; 0 is never", 0, 64, "bars")] = 0
    call_min: Annotated[float, Knob("call/min", "Shorter phrases get no answer", 0, 16, "beats")] = 0.5
    quant: Annotated[str, Knob("quant", "Where an answer may begin", choices=("beat", "bar", "2bar", "4bar"))] = "bar"
    yields: Annotated[str, Knob("yield", "What the answer does when you come in", choices=("stop", "ignore"))] = "stop"
    key: Annotated[str, Knob("key", "Notes the answer may use: all, the key heard, or a named one", choices=("off", "auto", *KEY_NAMES))] = "off"
    prompt: Annotated[str, Knob("prompt", "What the answer shall be like, in your words, English or Russian; sets the five wishes below, key and voice/answer, empty frees them", high=200)] = ""
    style: Annotated[str, Knob("style", "The style asked for", choices=(FREE, *BY_NAME["style"].choices))] = FREE
    density: Annotated[str, Knob("density", "How many notes a beat are asked for", choices=(FREE, *BY_NAME["density"].choices))] = FREE
    register: Annotated[str, Knob("register", "How high the answer is asked to lie", choices=(FREE, *BY_NAME["register"].choices))] = FREE
    tonality: Annotated[str, Knob("tonality", "Major or minor, if asked for", choices=(FREE, *BY_NAME["tonality"].choices))] = FREE
    pace: Annotated[str, Knob("pace", "The tempo whose music is asked for; clock: the one in force", choices=(CLOCK, FREE, *BY_NAME["pace"].choices))] = CLOCK
    feel: Annotated[float, Knob("feel", "How much of your timing and accents the answer takes over; 0 is on the grid", 0, 1)] = 1.0
    texture: Annotated[str, Knob("texture", "auto: a single line is answered by a line, chords freely; line: always; free: never", choices=("auto", "line", "free"))] = "auto"
    range_low: Annotated[int, Knob("range/low", "Lowest pitch of the answer", 0, 127, "MIDI note")] = 28
    range_high: Annotated[int, Knob("range/high", "Highest pitch of the answer", 0, 127, "MIDI note")] = 100
    velocity_scale: Annotated[float, Knob("velocity/scale", "Loudness of the answer", 0, 2)] = 1.0
    voice_player: Annotated[str, Knob("voice/player", "The instrument you play", choices=VOICE_NAMES)] = "piano"
    voice_answer: Annotated[str, Knob("voice/answer", "The instrument that answers", choices=("same", *VOICE_NAMES))] = "same"
    channel_out: Annotated[int, Knob("channel/out", "MIDI channel of the answer; drums always take 10", 1, 16, preset=False)] = 1
    clock_source: Annotated[str, Knob("clock/source", "Who sets the tempo; auto: a MIDI clock that plays, else a Link session with others in it, else JACK's transport if it has a tempo, else FL Studio's script, else we do; a DAW that stops stops us", choices=("auto", "midi", "link", "jack", "internal"), preset=False)] = "auto"
    clock_link: Annotated[str, Knob("clock/link", "Whether auto joins the Ableton Link session of the local network; needs the extra `link`", choices=("off", "on"), preset=False)] = "off"
    clock_bpm: Annotated[float, Knob("clock/bpm", "Tempo of our own clock", 20, 300, "BPM", preset=False)] = 120.0
    live_follow: Annotated[str, Knob("live/follow", "Take tempo, meter, key, start and stop from Ableton Live, where AbletonOSC is installed", choices=("off", "on"), preset=False)] = "off"
    meter_beats: Annotated[int, Knob("meter/beats", "Beats in a bar", 1, 16, preset=False)] = 4
    meter_unit: Annotated[str, Knob("meter/unit", "Note value of a beat", choices=("2", "4", "8", "16"), preset=False)] = "4"
    late_policy: Annotated[str, Knob("late/policy", "What becomes of a note later than late/limit: played all the same, snapped to the next sixteenth, or left out", choices=("play", "snap", "drop"), preset=False)] = "drop"
    late_limit: Annotated[float, Knob("late/limit", "A note up to this late is played at once", 0, 200, "ms", preset=False)] = 120.0
    latency_offset: Annotated[float, Knob("latency/offset", "Send this much earlier", -250, 250, "ms", preset=False)] = 0.0
    control_takeover: Annotated[str, Knob("control/takeover", "A MIDI knob or fader that stands elsewhere turns nothing until it comes to the value; off: the value jumps to it", choices=("off", "on"), preset=False)] = "on"
    # fmt: on

    @property
    def meter(self) -> Meter:
        """The time signature in force."""
        return Meter(self.meter_beats, int(self.meter_unit))


@dataclass(frozen=True, slots=True)
class Param:
    """One row of the table."""

    name: str
    type: type[int | float | str]
    default: Value
    knob: Knob

    @property
    def osc_type(self) -> str:
        """The OSC type tag: i, f or s."""
        return {int: "i", float: "f", str: "s"}[self.type]


def _table() -> dict[str, Param]:
    hints = get_type_hints(Settings, include_extras=True)
    rows = {}
    for field in fields(Settings):
        kind, knob = get_args(hints[field.name])
        assert get_origin(hints[field.name]) is Annotated
        rows[field.name] = Param(field.name, kind, field.default, knob)  # type: ignore[arg-type]
    return rows


PARAMS: Mapping[str, Param] = _table()
BY_ADDRESS: Mapping[str, Param] = {p.knob.address: p for p in PARAMS.values()}


def find(name: str) -> Param:
    """Return the row of a name (`top_p`) or address (`call/silence`)."""
    row = PARAMS.get(name) or BY_ADDRESS.get(name)
    if row is None:
        near = difflib.get_close_matches(name, [*BY_ADDRESS, *PARAMS], 1)
        hint = f"; did you mean {near[0]}?" if near else "; docs/parameters.md has them all"
        raise SettingError(f"unknown parameter {name!r}{hint}")
    return row


def change(settings: Settings, name: str, raw: object) -> Settings:
    """Return settings with one parameter changed; numbers beyond the limits are clamped.

    Raises SettingError for an unknown name, a wrong type or a value that is no choice.
    """
    row = find(name)
    return changed(settings, **{row.name: _parse(row, raw)})


def strict(settings: Settings, name: str, raw: object) -> Settings:
    """Return settings with one parameter changed, as `change` does, but refuse what is clamped.

    For the beginning, where a mistake can still be mended; a fader must never be refused.
    """
    changed = change(settings, name, raw)
    row = find(name)
    if row.type is not str and not row.knob.low <= float(raw) <= row.knob.high:  # type: ignore[arg-type]
        low, high = (round(x) if row.type is int else x for x in (row.knob.low, row.knob.high))
        raise SettingError(f"{row.knob.address} must be in {low}..{high}, not {raw}")
    return changed


def _some(row: Param, text: str) -> str:
    """Return the choices a text may have meant, or all when they are few."""
    choices = row.knob.choices
    if len(choices) <= 6:
        return ", ".join(choices)
    return ", ".join(difflib.get_close_matches(text, choices, 3, 0.3) or choices[:6]) + " ..."


def _parse(row: Param, raw: object) -> Value:
    knob, address = row.knob, row.knob.address
    if row.type is str:
        text = str(raw)
        if knob.choices and text not in knob.choices:
            folded = {c.casefold(): c for c in knob.choices}
            if text.casefold() not in folded:
                raise SettingError(f"{address} cannot be {text!r}; it may be {_some(row, text)}")
            text = folded[text.casefold()]
        if knob.high and len(text) > knob.high:
            raise SettingError(f"{address} takes {knob.high} characters at most, not {len(text)}")
        return text
    try:
        number = float(raw)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise SettingError(
            f"{address} must be a number in {knob.low:g}..{knob.high:g}, not {raw!r}"
        ) from None
    if math.isnan(number):
        raise SettingError(f"{address} must be in {knob.low:g}..{knob.high:g}, not nan")
    clamped = min(max(number, knob.low), knob.high)
    return round(clamped) if row.type is int else float(clamped)

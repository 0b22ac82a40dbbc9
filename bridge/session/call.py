"""The player's phrase: the keys that are down, the notes that the model has heard of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bridge.core.events import Heard
from bridge.core.music import Note
from bridge.core.params import Settings
from bridge.core.voices import VOICE_NAMES
from bridge.listen.boundary import EARLY, LIKELY, likely_end, long_enough, phrase_end
from bridge.listen.capture import Capture
from bridge.listen.detect import detect_key
from bridge.listen.feel import learn
from bridge.schedule.place import SLACK, answer_bars, answer_start, way_out
from bridge.session.answer import Answer, shape_of

#: Seconds before the song moves in which a key may go down that is meant for the new place: a DAW's
#: first note and the first tick of its clock come by different ways.
FRESH = 0.15


@dataclass(slots=True)
class Call:
    """One phrase; positions in beats."""

    notes: list[Note] = field(default_factory=list)  # handed out, in order
    _capture: Capture = field(default_factory=Capture)

    def renewed(self) -> Call:
        """Return an empty phrase under the same feet."""
        return Call([], self._capture.renewed())

    def moved(self, beat: float, now: float, bpm: float) -> Call:
        """Return a new phrase for a song that moves to `beat`; it was at `now`, at `bpm`."""
        return Call([], self._capture.moved(beat, now - FRESH * bpm / 60))

    @property
    def count(self) -> int:
        """The note-ons so far."""
        return self._capture.count

    @property
    def last_release(self) -> float:
        """The beat of the last key going up."""
        return self._capture.last_release

    def hear(self, event: Heard, settings: Settings) -> bool:
        """Take in a channel message; returns whether it started a note."""
        message = bytes((event.status, event.data1, event.data2))
        return self._capture.hear(event.beat, message, _voice(settings))

    def ready(self, beat: float, settings: Settings) -> list[Note]:
        """Hand out the notes that no other can precede any more."""
        notes = self._capture.ready(beat, _voice(settings))
        self.notes += notes
        return notes

    def close(self, end: float, settings: Settings) -> list[Note]:
        """End everything at beat `end`; hand out what is left."""
        notes = self._capture.finish(max(end, self.last_release), _voice(settings))
        self.notes += notes
        return notes

    @staticmethod
    def late(event: Heard, end: float, settings: Settings) -> tuple[Note, ...]:
        """Return the note of a key that went down when the phrase was closed, before its `end`."""
        message, last = bytes((event.status, event.data1, event.data2)), Capture()
        last.hear(event.beat, message, _voice(settings))
        return tuple(last.finish(end, _voice(settings)))

    def end(self, beat: float, bpm: float, settings: Settings) -> float | None:
        """Return the beat at which the phrase ended, None while it goes on."""
        bar, early = settings.meter.bar_beats, _early(bpm, settings)
        return phrase_end(self._capture, beat, bar, settings, early)

    def likely_end(self, beat: float, bpm: float, settings: Settings) -> tuple[float, float] | None:
        """Return where the phrase may well end, and when that will be known."""
        bar, early = settings.meter.bar_beats, _early(bpm, settings)
        return likely_end(self._capture, beat, bar, settings, early)

    def answer(
        self, settings: Settings, bpm: float, *, end: float, drawn: float, take: int
    ) -> Answer | None:
        """Return the answer to a phrase that ended at beat `end`; by `drawn` it has first notes.

        It is not yet asked for. None where the phrase is too short to deserve one.
        """
        if not long_enough(self._capture, end, settings):
            return None
        assert self._capture.first is not None
        rest = self._capture.foreseen(max(end, self.last_release), _voice(settings))
        phrase = (*self.notes, *rest)
        meter = settings.meter
        ready = drawn + way_out(settings.latency_offset) * bpm / 60
        start = answer_start(ready, end, meter, settings.quant)
        bars = answer_bars(self._capture.first, end, meter, settings.response_bars)
        return Answer(
            take=take,
            over=end,
            start=start,
            end=start + bars * meter.bar_beats,
            bars=bars,
            bar=meter.bar_ticks,
            bpm=bpm,
            phrase=phrase,
            rest=tuple(rest),
            key=detect_key(phrase),
            feel=learn(phrase),
            shape=shape_of(settings, bpm),
        )


def _early(bpm: float, settings: Settings) -> float:
    """Return how many beats before its line a phrase that ends by bars is closed."""
    leaves = way_out(settings.latency_offset) + SLACK
    return min(max(EARLY, leaves * bpm / 60), LIKELY)


def _voice(settings: Settings) -> int:
    return VOICE_NAMES.index(settings.voice_player)

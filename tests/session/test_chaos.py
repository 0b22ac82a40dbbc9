"""Whatever happens while an answer is planned, drawn anew and played: every note is paid for."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bridge.core.beat import BeatClock
from bridge.core.events import Action, Cancel, Heard, Play, Pulse, Retract
from bridge.core.midi import is_note_on, note_off, note_on
from bridge.core.music import Note
from bridge.core.params import Settings
from bridge.schedule.performer import Performer
from bridge.session.events import Ask, Drawn, Redraw
from tests.session.score import Jam


class Chaos(RuleBasedStateMachine):
    """Everything at any time: what the player's process makes of it is paid for."""

    def __init__(self) -> None:
        super().__init__()
        self.jam = Jam(Settings(seed=1, response_bars=2))
        self.performer = Performer()
        self.sent = 0
        self.next = 0.0  # beat of the next note that the model draws
        self.keys: dict[tuple[int, int], int] = {}  # note-ons less note-offs

    def follow(self) -> None:
        """Do at the player what the session says, as the wire would."""
        for _, effect in self.jam.effects[self.sent :]:
            match effect:
                case Play():
                    self.performer.play(effect)
                case Cancel(take, beat):
                    self.performer.cancel(take, beat)
                case Retract(take, beat):
                    self.performer.retract(take, beat)
                case Ask() | Redraw():
                    assert effect.limits.earliest is not None
                    self.next = effect.limits.earliest / 24
        self.sent = len(self.jam.effects)

    @rule(beats=st.floats(0.05, 2.5))
    def wait(self, beats: float) -> None:
        """Time passes, and what is due is sent."""
        end = self.jam.beat + beats
        while self.jam.beat < end - 1e-9:
            self.jam.until(min(self.jam.beat + 0.05, end))
            self.follow()
            for sending in self.performer.due(BeatClock(0.0, 0.0, 60.0), self.jam.beat):
                for message in sending.messages:
                    key = message[0] & 0x0F, message[1]
                    self.keys[key] = self.keys.get(key, 0) + (1 if is_note_on(message) else -1)
                    assert self.keys[key] in (0, 1)

    @rule(pitch=st.integers(50, 70))
    def play(self, pitch: int) -> None:
        """Play a key for a third of a beat."""
        self.jam.send(Heard(self.jam.beat, *note_on(0, pitch, 80)))
        self.wait(0.3)
        self.jam.send(Heard(self.jam.beat, *note_off(0, pitch)))
        self.follow()

    @rule(step=st.sampled_from([0, 6, 12, 18]), pitch=st.integers(60, 64), old=st.booleans())
    def draw(self, step: int, pitch: int, old: bool) -> None:  # noqa: FBT001
        """Let the model draw a note of the present plan, or one that was on its way."""
        if not self.jam.asked:
            return
        self.next += step / 24
        plan = self.jam.plan - old
        take = self.jam.asked[-1].take
        self.jam.send(Drawn(take, Note(round(self.next * 24), 0, pitch, 12, 90), plan))
        self.follow()

    @rule(
        turn=st.sampled_from(
            [("temperature", 0.3), ("temperature", 1.0), ("key", "D minor"), ("feel", 0.0),
             ("commit", 0.125), ("commit", 4.0), ("horizon", 1.0), ("candidates", 3),
             ("mode", "infinite"), ("mode", "call"), ("latency_offset", 200.0)]
        )
    )  # fmt: skip
    def turn(self, turn: tuple[str, object]) -> None:
        """Turn a knob."""
        self.jam.turn(**{turn[0]: turn[1]})
        self.follow()

    @rule(bpm=st.sampled_from([60.0, 100.0, 150.0]))
    def change_tempo(self, bpm: float) -> None:
        """Another tempo."""
        self.jam.send(Pulse(0.0, self.jam.beat, bpm, playing=True, source="midi", status="locked"))
        self.follow()

    @rule(name=st.sampled_from(["stop", "start", "trigger", "reset"]))
    def press(self, name: str) -> None:
        """Press a button."""
        self.jam.send(Action(name))
        self.follow()

    @invariant()
    def no_key_is_struck_twice(self) -> None:
        """What is planned of the present answer has each key once at a time."""
        answer = self.jam.session.answer
        if answer is not None:
            struck = [(note.onset, note.voice, note.pitch) for note in answer.notes]
            assert len(set(struck)) == len(struck)
            places = [note.onset + note.offset for note in answer.notes]
            assert sorted(places) == places

    def teardown(self) -> None:
        """In the end nothing sounds and nothing waits."""
        self.jam.send(Action("stop"))
        self.follow()
        self.wait(20.0)
        assert not self.performer.busy
        assert not any(self.keys.values())


Chaos.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestChaos = Chaos.TestCase

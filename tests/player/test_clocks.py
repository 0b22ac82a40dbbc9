"""Clocks that misbehave, at the player: the music goes on, and every note ends once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bridge.core.beat import BeatClock
from bridge.core.errors import SettingError
from bridge.core.events import Fault, Heard, Metered, Play, Pulse, Shared, Turned
from bridge.listen.told import Song
from tests.player.stage import Stage

START, CONTINUE, STOP, TICK = b"\xfa", b"\xfb", b"\xfc", b"\xf8"
ALL_NOTES_OFF = [bytes((0xB0 | channel, 123, 0)) for channel in range(16)]
BEYOND = b"\xf2\x7f\x7f"

#: What comes in, 10 ms apart.
TRIALS: dict[str, list[list[bytes]]] = {
    "1000 BPM": [[START], *([TICK] * 4 for _ in range(25))],
    "5 BPM": [[START, TICK], *([] for _ in range(24)), [TICK]],
    "by two cables": [[START, START], *([TICK, TICK] if n % 2 else [] for n in range(24))],
    "every third tick missing": [[START], *([TICK] if n % 3 else [] for n in range(24))],
    "beyond the end": [[START, TICK], [TICK], [BEYOND, TICK], *([TICK] for _ in range(20))],
    "stops and starts": [[STOP, START, TICK, STOP, BEYOND, CONTINUE, TICK] for _ in range(8)],
    "never a tick": [[START] for _ in range(20)],
}


def endings(sent: list[bytes]) -> dict[int, int]:
    """Return by pitch how many more times a note began than it ended."""
    owed: dict[int, int] = {}
    for message in sent:
        if message[0] in (0x80, 0x90):
            owed[message[1]] = owed.get(message[1], 0) + (1 if message[0] == 0x90 else -1)
    return owed


@pytest.mark.parametrize("trial", TRIALS)
def test_no_clock_stops_the_music_or_leaves_a_note(stage: Callable[..., Stage], trial: str) -> None:
    jam = stage("auto")
    for number, messages in enumerate(TRIALS[trial]):
        jam.note(0.1, 0.3, pitch=40 + number)
        jam.ear.inbox = messages
        jam.play(0.01)
    jam.ear.inbox = [STOP]
    jam.play(0.05)
    jam.link.send(Shared(time.monotonic(), 0.0, 240.0, 4.0, playing=True, peers=1))
    jam.ear.inbox = [START, TICK]  # it still obeys
    told = jam.play(0.1)
    assert any(isinstance(m, Pulse) and m.playing and m.source == "midi" for m in told)
    jam.note(0.1, 0.2, pitch=100)
    jam.play(0.1)
    jam.player.leave()
    assert bytes((0x90, 100, 90)) in jam.mouth.sent
    assert set(endings(jam.mouth.sent).values()) <= {0}


def test_fl_studios_burst_begins_no_phrase(stage: Callable[..., Stage]) -> None:
    jam = stage("auto")
    jam.ear.inbox = [START, *ALL_NOTES_OFF, TICK]
    told = jam.play(0.05)
    first = next(m for m in told if isinstance(m, Pulse) and m.source == "midi")
    assert (first.beat, first.reason) == (0.0, "MIDI clock started")
    assert not [m for m in told if isinstance(m, Heard) and m.status & 0xF0 == 0x90]


def test_a_change_of_conductor_is_told_with_its_reason(stage: Callable[..., Stage]) -> None:
    jam = stage("auto")
    now = time.monotonic()
    jam.link.send(Shared(now, 17.0, 100.0, 4.0, playing=True, peers=2))
    joined = [m for m in jam.play(0.05) if isinstance(m, Pulse)][-1]
    assert (joined.source, joined.bpm) == ("link", 100.0)
    assert joined.reason == "Link session joined, 2 peers"
    jam.link.send(Shared(now + 0.1, 17.1, 100.0, 4.0, playing=True, peers=-1))
    left = [m for m in jam.play(0.2) if isinstance(m, Pulse)][-1]
    assert (left.source, left.playing, left.jump) == ("internal", True, False)
    assert left.reason == "Link was switched off"


@pytest.mark.parametrize("breath", [[b"\xf2\x00\x00"], [STOP, b"\xf2\x00\x00", CONTINUE]])
def test_an_answer_outlives_the_end_of_the_daws_loop(
    stage: Callable[..., Stage], breath: list[bytes]
) -> None:
    """A bar of 4/4 at 240 BPM, looped once: what sounds then sounds on, what waits is played."""
    jam = stage("auto")
    begun = time.monotonic()
    for tick in range(150):
        words = {0: [START], 96: breath}.get(tick, [])
        jam.ear.inbox = [*jam.ear.inbox, *words, TICK]
        if tick == 60:
            jam.link.send(Play(1, 3.5, 1.0, 0, 60, 90))
            jam.link.send(Play(1, 5.0, 0.5, 0, 64, 90))
        jam.play(max(begun + (tick + 1) / 96 - time.monotonic(), 0.0))
    notes = [m[1] for m in jam.mouth.sent if m[0] == 0x90]
    assert notes == [60, 64]
    pulses = [m for m in jam.told if isinstance(m, Pulse) and m.source == "midi"]
    assert sum(pulse.jump for pulse in pulses) == 1
    assert pulses[-1].away == 4


def test_a_session_that_stops_ends_what_sounds(stage: Callable[..., Stage]) -> None:
    jam = stage("auto")
    now = time.monotonic()
    jam.link.send(Shared(now, 16.0, 240.0, 4.0, playing=True, peers=1))
    jam.play(0.05)
    jam.note(0.0, 100)
    jam.play(0.05)
    jam.link.send(Shared(now + 0.1, 16.4, 240.0, 4.0, playing=False, peers=1))
    jam.play(0.05)
    assert endings(jam.mouth.sent) == {60: 0}


def test_the_meter_of_jacks_timebase_is_told_once(
    stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    jam = stage("auto")
    begun = time.monotonic()

    def song(_bpm: float) -> Song:
        now = time.monotonic()
        beat = (now - begun) * 90 / 60
        line = BeatClock(now, beat, 90.0)
        return Song(line, now - begun, playing=True, master=True, beats=3, unit=4)

    monkeypatch.setattr(jam.player._ports, "song", song)
    told = jam.play(0.2)
    assert [m for m in told if isinstance(m, Metered)] == [Metered(3, 4)]
    last = [m for m in told if isinstance(m, Pulse)][-1]
    assert (last.source, last.status, last.bpm) == ("jack", "locked", 90.0)


def test_jacks_transport_asked_for_where_there_is_no_jack_is_told(
    stage: Callable[..., Stage],
) -> None:
    play = stage("internal")
    play.link.send(Turned("clock_source", "jack"))
    [fault] = [m for m in play.play(0.05) if isinstance(m, Fault)]
    assert fault.code == SettingError.exit_code
    assert "--api jack" in fault.text

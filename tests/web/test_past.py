"""What a browser that comes late is told of the notes before it."""

from __future__ import annotations

from typing import Any

from bridge.core.events import Action, Cancel, Heard, Message, Play, Pulse, Retract
from bridge.web.past import KEPT, Past


def pulse(second: float, beat: float, *, playing: bool = True, jump: bool = False) -> Pulse:
    return Pulse(second, beat, 60.0, playing, source="internal", status="free", jump=jump)


def told(*messages: Message, now: float = 0.0) -> list[Any]:
    past = Past(lambda: now)
    for message in messages:
        past.keep(message)
    address, lines = past.line
    assert address == "/panel/past"
    return list(lines)


def test_notes_are_kept_in_their_order() -> None:
    """Keys, answers and what became of them come as they were told."""
    lines = told(
        pulse(0, 0), Heard(1.0, 0x90, 60, 80), Heard(1.5, 0x80, 60, 0), Play(1, 4, 1, 0, 64, 70),
        Retract(1, 6.0), Cancel(1, 5.0),
    )  # fmt: skip
    assert [line[0] for line in lines] == [
        f"/panel/{what}" for what in ("heard", "heard", "play", "retract", "cancel")
    ]


def test_only_the_last_notes_of_a_song_that_plays_are_kept() -> None:
    """Controllers and keys of a song that stands are left out, and old notes make room."""
    assert told(Heard(0, 0x90, 60, 80)) == []
    assert told(pulse(0, 0), Heard(0, 0xB0, 64, 127)) == []
    lines = told(pulse(0, 0), *(Play(1, beat, 1, 0, 60, 80) for beat in range(KEPT + 9)))
    assert [line[1] for line in lines] == list(range(9, KEPT + 9))


def test_a_song_that_goes_back_has_no_past() -> None:
    """What was played at beats that are to come again is forgotten."""
    note = Play(1, 4, 1, 0, 60, 80)
    assert told(pulse(0, 0), note, pulse(8, 0, jump=True)) == []


def test_a_stop_and_panic_are_told_as_silence() -> None:
    """What sounded ends where the song stopped, or where panic was pressed."""
    note = Play(1, 4, 9, 0, 60, 80)
    stopped = told(pulse(0, 0), note, pulse(5, 5, playing=False))
    assert stopped[1:] == [("/panel/silence", 5.0)]
    assert told(pulse(0, 0), note, Action("panic"), now=6.0)[1:] == [("/panel/silence", 6.0)]

"""Reading what a loopback player wrote down."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.app.bench.sent import (
    Meant,
    Sent,
    last_strike,
    matched,
    read_log,
    silent_after,
    sounding,
)
from bridge.app.bench.turns import decisions, planned
from bridge.core.errors import PortError
from bridge.core.events import Message, Play, Pulse, Status
from bridge.core.midi import note_off, note_on
from bridge.intake.loopback import LoopbackOutput


def on(second: float, pitch: int = 60) -> Sent:
    return Sent(second, note_on(0, pitch, 80))


def off(second: float, pitch: int = 60) -> Sent:
    return Sent(second, note_off(0, pitch))


def test_a_second_player_adds_to_the_log_of_the_first(tmp_path: Path) -> None:
    log = tmp_path / "sent"
    for message in (note_on(0, 60, 80), note_off(0, 60)):
        output = LoopbackOutput(str(log))
        output.send(message)
        output.close()
    first, second = read_log(log)
    assert (first.message, second.message) == (note_on(0, 60, 80), note_off(0, 60))
    assert first.second <= second.second


def test_the_line_a_player_died_over_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "sent").write_text("1.5 903c50\n1.6 803")
    assert read_log(tmp_path / "sent") == [on(1.5)]
    assert read_log(tmp_path / "nothing") == []


def test_a_log_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="cannot be written: Is a directory"):
        LoopbackOutput(str(tmp_path))


def test_a_note_sounds_until_its_note_off() -> None:
    assert sounding([on(1), on(1, 64), off(2)]) == {(0, 64)}
    assert sounding([on(1), off(2), off(2)]) == set()


def test_silence_counts_from_the_moment_to_the_last_note_off() -> None:
    sent = [on(1), off(1.5), on(2), off(2.75)]
    assert silent_after(sent, 2.5, 3) == 0.25
    assert silent_after(sent, 1.75, 1.9) == 0
    assert silent_after(sent, 2.5, 2.6) is None


def test_the_last_strike_is_that_before_the_end() -> None:
    sent = [on(1), on(2), on(3)]
    assert last_strike(sent, 1.5, 2.5) == 0.5
    assert last_strike(sent, 3.5, 9) == 0


@given(st.lists(st.tuples(st.integers(0, 127), st.floats(0, 0.09)), min_size=1, max_size=30))
def test_every_note_that_left_finds_its_plan(notes: list[tuple[int, float]]) -> None:
    """Notes a fifth of a second apart are matched one to one, however late each is by less."""
    meant = [Meant(0.2 * i, 1, (0, pitch)) for i, (pitch, _) in enumerate(notes)]
    sent = [on(0.2 * i + late, pitch) for i, (pitch, late) in enumerate(notes)]
    found = matched(meant, sent)
    assert [note for note, _ in found] == meant
    assert [late for _, late in found] == pytest.approx([late for _, late in notes], abs=1e-9)


def test_a_note_that_was_cancelled_has_no_match() -> None:
    meant = [Meant(1, 1, (0, 60)), Meant(2, 1, (0, 60)), Meant(2, 1, (0, 62))]
    ((note, late),) = matched(meant, [on(1.01), off(1.5)])
    assert note == meant[0]
    assert late == pytest.approx(0.01)


def test_a_decision_lasts_from_the_end_of_the_phrase_to_the_first_note() -> None:
    def thinking(take: int) -> Status:
        return Status("thinking", take, 8, 0, "", "", "", 0.0)

    told: list[tuple[float, Message]] = [
        (10.0, Pulse(10.0, 4.0, 120.0, True, "internal", "free")),  # noqa: FBT003
        (11.0, thinking(1)),
        (11.004, Play(1, 8.0, 1.0, 0, 60, 80)),
        (11.005, Play(1, 9.0, 1.0, 0, 62, 80)),
        (15.0, thinking(2)),
    ]
    assert decisions(told) == pytest.approx([4.0])
    assert planned(told) == [Meant(12.0, 1, (0, 60)), Meant(12.5, 1, (0, 62))]

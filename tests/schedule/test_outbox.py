"""The last hand before the wire: what leaves in which cycle, and that every key comes up."""

from __future__ import annotations

import pytest

from bridge.core.midi import is_note_on, note_off, note_on
from bridge.schedule.outbox import Outbox

PERIOD = 256
ON, OFF, HIGH = note_on(0, 60, 90), note_off(0, 60), note_on(0, 72, 90)


def left(outbox: Outbox, start: int) -> str:
    """Return what leaves in a cycle: +60@3 begins three frames into it, -60@0 ends at once."""
    leaving = outbox.take(start, PERIOD)
    return " ".join(f"{'+' if is_note_on(m) else '-'}{m[1]}@{offset}" for offset, m, _ in leaving)


def test_a_message_leaves_at_its_frame() -> None:
    outbox = Outbox()
    outbox.push(300, ON)
    outbox.push(515, OFF)
    assert [left(outbox, start) for start in (0, 256, 512)] == ["", "+60@44", "-60@3"]


def test_what_missed_its_frame_leaves_at_once_and_says_by_how_much() -> None:
    outbox = Outbox()
    outbox.push(300, ON)
    assert [(x.offset, x.missed) for x in outbox.take(1024, PERIOD)] == [(0, 724)]


def test_nothing_overtakes_what_was_handed_over_before() -> None:
    outbox = Outbox()
    outbox.push(300, ON)
    outbox.push(280, OFF)  # the tempo rose in between
    assert left(outbox, 256) == "+60@44 -60@44"


def test_a_cancelled_note_neither_begins_nor_ends() -> None:
    outbox = Outbox()
    outbox.push(300, ON, 7)
    outbox.push(301, HIGH, 8)
    outbox.push(400, OFF)
    outbox.cancel(7)
    assert left(outbox, 256) == "+72@45"
    assert outbox._down == {(0, 72)}


def test_a_cancel_comes_too_late_for_what_sounds_and_leaves_its_end() -> None:
    outbox = Outbox()
    outbox.push(10, ON, 7)
    outbox.push(300, OFF)
    left(outbox, 0)
    outbox.cancel(7)
    assert left(outbox, 256) == "-60@44"


def test_what_was_drawn_anew_from_a_frame_on_is_taken_back_and_what_is_before_is_not() -> None:
    outbox = Outbox()
    outbox.push(300, ON, 7)
    outbox.push(400, HIGH, 7)
    outbox.push(410, OFF)
    outbox.cancel(7, 350)
    assert left(outbox, 256) == "+60@44 -60@154"


def test_a_recall_ends_what_sounds_at_once_and_forgets_what_waits() -> None:
    outbox = Outbox()
    outbox.push(10, ON, 7)
    outbox.push(700, OFF)
    outbox.push(701, HIGH, 7)
    left(outbox, 0)
    outbox.recall()
    outbox.push(300, OFF)  # the player's own ledger pays as well
    assert [left(outbox, start) for start in (256, 512, 768)] == ["-60@0", "", ""]


def test_a_key_struck_twice_is_released_in_between() -> None:
    outbox = Outbox()
    outbox.push(10, ON)
    outbox.push(20, ON)
    assert left(outbox, 0) == "+60@10 -60@20 +60@20"


def test_a_key_left_down_by_a_process_before_is_released() -> None:
    outbox = Outbox()
    outbox.push(0, OFF)
    assert left(outbox, 0) == ""
    outbox.release((0, 60))
    assert left(outbox, 256) == "-60@0"


@pytest.mark.parametrize("message", [bytes((0xB0, 64, 0)), bytes((0xBF, 123, 0))])
def test_other_messages_pass(message: bytes) -> None:
    outbox = Outbox()
    outbox.push(0, message)
    assert [leaving.message for leaving in outbox.take(0, PERIOD)] == [message]

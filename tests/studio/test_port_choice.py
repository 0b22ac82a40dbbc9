"""Another MIDI port is chosen in the middle of an answer, among real JACK programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pythonosc.osc_message import OscMessage

from tests.studio.jam import HEARS, PLAYS, Jam, jam
from tests.studio.programs import wait_for
from tests.studio.test_first_jam import BAR, ONE_BAR, begin_answer, pairs, placed

pytestmark = pytest.mark.studio

TAKES_OVER = 5.0  # seconds until another player has opened its ports


def chosen(studio: Jam, end: str, name: str) -> None:
    """Choose a port and wait until it is in use."""
    studio.remote.send(f"ports/{end}", name)
    row = ("input", "output").index(end)
    wait_for(
        f"{name!r} to be in use",
        lambda: (studio.remote.ask("ports/chosen") or ["", ""])[row] == name,
        TAKES_OVER,
    )


def locked(studio: Jam) -> None:
    """Return when the MIDI clock conducts."""
    midi = ["midi", "locked"]
    wait_for("the MIDI clock", lambda: studio.remote.ask("clock")[:2] == midi, 10.0)


def listed(studio: Jam, ports: str) -> list[object]:
    """Return the names of the `inputs` or `outputs` there are."""
    studio.remote.send(f"list/{ports}")
    while (answer := OscMessage(studio.remote.socket.recv(65536))).address != f"/jam/list/{ports}":
        pass
    return list(answer.params)


@pytest.mark.parametrize("api", ["jack", "jack-exact"])
def test_an_answer_goes_on_at_another_output_and_every_note_ends_once(
    tmp_path: Path, api: str
) -> None:
    """The old port's notes end by their own note-offs; the new one's hears no others."""
    with jam(tmp_path, api=api, response_bars="4") as studio:
        house, peer = studio.house, studio.peer
        before = studio.cables()
        begin_answer(studio)
        player = studio.child("player")
        chosen(studio, "output", house.synth)
        assert studio.child("player") not in (0, player)
        assert studio.cables() == {cable for cable in before if cable[0] == HEARS} | {
            (PLAYS, house.synth)
        }
        assert not peer.sounding()
        assert pairs([e for e in peer.events("heard") if e.is_on or e.is_off])
        wait_for("the take", lambda: any(studio.takes.glob("*.mid")), house.seconds(8 * BAR))
        assert studio.remote.ask("clock")[:2] == ["midi", "locked"]
        house.halt()


def test_a_phrase_on_another_input_is_heard_and_one_on_the_old_is_not(tmp_path: Path) -> None:
    with jam(tmp_path, clock_source="internal") as studio:
        house, peer = studio.house, studio.peer
        studio.remote.send("start")
        chosen(studio, "input", "peer:out")
        assert {theirs for ours, theirs in studio.cables() if ours == HEARS} == {"peer:out"}
        assert {theirs for ours, theirs in studio.cables() if ours == PLAYS} == {
            "peer:in", house.synth,
        }  # fmt: skip
        peer.play(placed(ONE_BAR, 0.0), house.bpm, now=True)
        wait_for("an answer", lambda: bool(peer.sounding()), house.seconds(4 * BAR) + TAKES_OVER)
        chosen(studio, "input", "")
        assert not {theirs for ours, theirs in studio.cables() if ours == HEARS}
        studio.remote.send("stop")
        studio.wait_for_silence(TAKES_OVER)
        pairs([e for e in peer.events("heard") if e.is_on or e.is_off])


@pytest.mark.parametrize("api", ["jack", "jack-exact"])
def test_the_clock_locks_anew_on_another_input_in_mid_song(tmp_path: Path, api: str) -> None:
    with jam(tmp_path, api=api) as studio:
        studio.house.play()
        locked(studio)
        inputs, outputs = listed(studio, "inputs"), listed(studio, "outputs")
        assert {"peer:out", studio.house.clock} <= set(inputs)
        assert {"peer:in", studio.house.synth} <= set(outputs)
        assert not [name for name in (*inputs, *outputs) if "Antiphon" in str(name)]
        chosen(studio, "input", studio.house.clock)
        locked(studio)
        studio.house.halt()


def test_a_remembered_port_is_used_at_the_next_start(tmp_path: Path) -> None:
    with jam(tmp_path) as studio:
        chosen(studio, "output", studio.house.synth)
    with jam(tmp_path) as studio:
        assert studio.remote.ask("ports/chosen") == ["", studio.house.synth]
        assert studio.remote.ask("midi") == ["Antiphon:from DAW", studio.house.synth]

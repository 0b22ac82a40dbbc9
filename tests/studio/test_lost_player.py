"""The player process is killed on JACK, which forgets its cables and tells nobody of its notes."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.studio.jam import jam
from tests.studio.programs import wait_for
from tests.studio.test_first_jam import BAR, ONE_BAR, begin_answer, placed

pytestmark = pytest.mark.studio

RETURNS = 3.0  # seconds until a player is replaced and its cables carry


@pytest.mark.parametrize(
    ("api", "victim"), [("jack", "player"), ("jack-exact", "player"), ("jack-exact", "jack_cycle")]
)
def test_a_killed_player_leaves_no_note_and_loses_no_cable(
    tmp_path: Path, api: str, victim: str
) -> None:
    with jam(tmp_path, api=api, response_bars="4") as studio:
        house, peer = studio.house, studio.peer
        cables, ports = studio.cables(), sorted(house.ports())
        assert len(cables) == 4
        begin_answer(studio)
        left = peer.sounding()
        assert left
        killed = peer.mark()
        studio.kill(victim, signal.SIGKILL)

        # Only a new player sends these, and only its own cables carry them.
        wait_for("panic", lambda: any(e.is_hush for e in peer.events("heard")), RETURNS)
        hush = next(e.frame for e in peer.events("heard") if e.is_hush)
        ends = [e for e in peer.events("heard") if e.is_off and killed <= e.frame <= hush]
        offs = {end.key for end in ends}
        assert left <= offs  # each by a note-off of its own, for a synth that knows no panic
        assert studio.cables() == cables
        assert sorted(house.ports()) == ports

        sent = len(peer.events("sent"))
        peer.play(placed(ONE_BAR, 0.0), house.bpm, now=True)
        wait_for("the phrase", lambda: len(peer.events("sent")) == sent + 2 * len(ONE_BAR))
        end = peer.events("sent")[-1].frame
        wait_for(
            "the next answer",
            lambda: any(e.is_on and e.frame > end for e in peer.events("heard")),
            house.seconds(3 * BAR) + RETURNS,
        )
        house.halt()
        studio.wait_for_silence(RETURNS)

"""The player on JACK to the sample, through its process there, judged by a musician's frames."""

from __future__ import annotations

import itertools
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.core.events import Action, Cancel, Heard, Hello, Message, Met, Play, Pulse, Turned
from bridge.core.wire import Link
from tests.desk.fl_studio import Studio
from tests.studio.house import House
from tests.studio.programs import RATE, Event, Peer, wait_for
from tests.studio.test_first_jam import pairs

pytestmark = pytest.mark.studio

BPM = 120.0
PER_BEAT = RATE * 60 / BPM  # frames
HEARS, PLAYS = "Antiphon:from DAW", "Antiphon out:to DAW"
FALLS_SILENT = 1.0  # seconds
SPEAKER = """
import sys, time, rtmidi
out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="speaker")
names = out.get_ports()
out.open_port(next(n for n, name in enumerate(names) if sys.argv[1] in name))
time.sleep(0.2)
for message in sys.argv[2:]:
    out.send_message(bytes.fromhex(message))
time.sleep(0.2)
"""


class Exact:
    """A player process that plays through `jack-exact`, and the musician who hears it."""

    def __init__(self, house: House, peer: Peer, process: subprocess.Popen[bytes], link: Link):
        self.house, self.peer, self.process, self.link = house, peer, process, link
        self.told: list[Message] = []

    def listen(self) -> list[Message]:
        self.told += self.link.receive()
        return self.told

    def beat(self) -> float:
        """Return the beat of this moment."""
        pulse = next(m for m in reversed(self.listen()) if isinstance(m, Pulse))
        return pulse.beat + (time.monotonic() - pulse.second) * pulse.bpm / 60

    def note(self, beat: float, length: float, pitch: int = 60, take: int = 1) -> None:
        self.link.send(Play(take, beat, length, 0, pitch, 90))

    def heard(self) -> list[Event]:
        return self.peer.events("heard")

    def begun(self) -> list[Event]:
        return [event for event in self.heard() if event.is_on]

    def wait_for_silence(self) -> None:
        wait_for("all notes to end", lambda: not self.peer.sounding(), FALLS_SILENT)


@contextmanager
def exact(folder: Path, **names: str) -> Iterator[Exact]:
    """Put up a house with a player in it, cabled to the musician both ways or by `names`."""
    with House(folder, BPM) as house:
        peer = house.peer()
        ours, theirs = socket.socketpair()
        settings = {"clock_bpm": BPM, "clock_source": "internal"}
        config = {"api": "jack-exact", "settings": settings, **names}
        command = [
            sys.executable,
            "-m",
            "bridge.app.player.process",
            "--link",
            str(theirs.fileno()),
        ]
        with theirs:
            process = subprocess.Popen(
                [*command, "--config", json.dumps(config)],
                env=house.env,
                pass_fds=(theirs.fileno(),),
            )
        stage = Exact(house, peer, process, Link(ours))
        try:
            wait_for("the clock", lambda: any(isinstance(m, Pulse) for m in stage.listen()))
            if not names:
                house.connect("peer:out", house.port(HEARS))
                house.connect(house.port(PLAYS), "peer:in")
            yield stage
        finally:
            process.terminate()
            process.wait(5)
            ours.close()


def off_by(frames: list[int], steps: list[float]) -> list[int]:
    """Return by how many frames each interval differs from what it should be, least first."""
    gaps = [after - before for before, after in itertools.pairwise(frames)]
    return sorted(abs(round(gap - step)) for gap, step in zip(gaps, steps, strict=True))


def test_onsets_fall_on_the_grid_to_the_sample(tmp_path: Path) -> None:
    with exact(tmp_path) as stage:
        first = int(stage.beat()) + 3
        for k in range(24):
            stage.note(first + k / 6, 0.1, 60 + k)
        wait_for("all notes", lambda: len(stage.heard()) == 48)
        assert [event.key[1] for event in stage.begun()] == list(range(60, 84))
        pairs(stage.heard())
        errors = off_by([e.frame for e in stage.begun()], [PER_BEAT / 6] * 23)
    assert errors[len(errors) // 2] <= 1  # where JACK itself lost a cycle, nobody is exact


def test_what_is_heard_is_stamped_to_the_sample(tmp_path: Path) -> None:
    phrase = [(0.0, 0.3, 60, 90), (0.41, 0.3, 62, 90), (1.13, 0.3, 64, 90), (1.5, 0.1, 65, 90)]
    with exact(tmp_path) as stage:
        stage.peer.play(phrase, BPM, now=True)
        ends = len(phrase) * 2
        wait_for("the phrase", lambda: sum(isinstance(m, Heard) for m in stage.listen()) == ends)
        wait_for("its witness", lambda: len(stage.peer.events("sent")) == ends)
        told = [m for m in stage.told if isinstance(m, Heard)]
        sent = stage.peer.events("sent")
    assert [(m.status, m.data1, m.data2) for m in told] == [event.data for event in sent]
    beats = [round(m.beat * PER_BEAT) for m in told]
    steps = [float(b.frame - a.frame) for a, b in itertools.pairwise(sent)]
    errors = off_by(beats, steps)
    assert errors[len(errors) // 2] <= 1


def test_what_fl_studios_script_says_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Studio(monkeypatch).beat(8, downbeat=True)
    with exact(tmp_path) as stage:
        command = [sys.executable, "-c", SPEAKER, HEARS, *(message.hex() for message in said)]
        subprocess.run(command, env=stage.house.env, check=True)
        met = [Met("FL Studio's script is there")]
        wait_for("the script", lambda: [m for m in stage.listen() if isinstance(m, Met)] == met)


@pytest.mark.parametrize("how", ["stop", "panic", "leave"])
def test_what_sounds_ends_and_what_waits_is_forgotten(tmp_path: Path, how: str) -> None:
    with exact(tmp_path) as stage:
        now = stage.beat()
        for k in range(400):  # so dense that some is always handed over and not yet due
            stage.note(now + 1 + k / 100, 8.0, 20 + k % 80)
        wait_for("some notes", lambda: len(stage.begun()) > 20)
        if how == "leave":
            stage.process.terminate()
        else:
            stage.link.send(Action(how))
        time.sleep(FALLS_SILENT)
        assert not stage.peer.sounding()
        assert len(stage.begun()) < 400
        pairs([event for event in stage.heard() if event.is_on or event.is_off])


def test_a_cancelled_answer_begins_no_more_notes(tmp_path: Path) -> None:
    with exact(tmp_path) as stage:
        now = stage.beat()
        for k in range(400):
            stage.note(now + 1 + k / 100, 0.2, 20 + k % 80)
        wait_for("some notes", lambda: len(stage.begun()) > 20)
        stage.link.send(Cancel(1, 0.0))
        stage.wait_for_silence()
        begun = len(stage.begun())
        stage.note(stage.beat() + 0.5, 0.1, 110, take=2)
        wait_for("the next answer", lambda: stage.begun()[-1].key == (0, 110))
        stage.wait_for_silence()
        assert len(stage.begun()) == begun + 1
        pairs(stage.heard())


def test_a_killed_player_leaves_nothing_sounding(tmp_path: Path) -> None:
    with exact(tmp_path) as stage:
        now = stage.beat()
        for pitch in (60, 64, 67):
            stage.note(now + 1, 500.0, pitch)
        wait_for("the chord", lambda: len(stage.peer.sounding()) == 3)
        stage.process.send_signal(signal.SIGKILL)
        stage.wait_for_silence()
        assert len(pairs(stage.heard())) == 3
        wait_for("its process to go", lambda: PLAYS not in stage.house.ports())


def test_ports_may_be_asked_for_by_name(tmp_path: Path) -> None:
    with exact(tmp_path, input="peer:out", output="peer:in") as stage:
        assert Hello("player", "peer:out", "peer:in") in stage.listen()
        stage.peer.play([(0.0, 0.2, 60, 90)], BPM, now=True)
        wait_for("the note", lambda: any(isinstance(m, Heard) for m in stage.listen()))
        stage.note(stage.beat() + 0.5, 0.2, 72)
        wait_for("the answer", lambda: len(stage.heard()) == 2)
        pairs(stage.heard())


def test_a_tempo_change_moves_what_waits(tmp_path: Path) -> None:
    with exact(tmp_path) as stage:
        first = int(stage.beat()) + 3
        for k in range(4):
            stage.note(first + k, 0.2, 60 + k)
        wait_for("two notes", lambda: len(stage.begun()) == 2)
        stage.link.send(Turned("clock_bpm", 60.0))
        wait_for("all notes", lambda: len(stage.heard()) == 8)
        frames = [event.frame for event in stage.begun()]
        pairs(stage.heard())
    assert frames[3] - frames[2] > 1.5 * PER_BEAT

"""Presets and learned keys in a whole jam: real processes, real OSC, the loopback port."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mido
import pytest
from websockets.sync.client import connect

from tests.control.conftest import Surface, free_port
from tests.web.stage import free_tcp_port

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ("clock_bpm=240", "call_end=manual", "quant=beat")


class Jam:
    """A jam with the musician inside, and somebody at its surfaces."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.web = folder, free_tcp_port()
        osc = free_port()
        settings = [word for pair in SETTINGS for word in ("--set", pair)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bridge", "run", "--plain", "--api", "loopback", "--osc-port",
             str(osc), "--web-port", str(self.web), "--query-port", "0", "--presets", "shelf",
             *settings, *arguments],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.surface = Surface(osc)

    def read(self, address: str) -> tuple[Any, ...]:
        """Return what is read at an address, once there is somebody who answers."""
        self.surface.send(address)
        with contextlib.suppress(TimeoutError):
            while True:
                heard, arguments = self.surface.hear(0.5)
                if heard == address:
                    return arguments
        return ()

    def press(self, *message: int) -> None:
        """Play a channel message, as a surface's keyboard does."""
        with connect(f"ws://127.0.0.1:{self.web}/socket") as page:
            page.send(json.dumps(["/panel/key", *message]))
            page.send(json.dumps(["/panel/time", 0]))
            while '"/panel/time"' not in page.recv():
                continue

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.surface.socket.close()


@pytest.fixture
def jam(tmp_path: Path) -> Iterator[Callable[..., Jam]]:
    jams: list[Jam] = []

    def start(*arguments: str) -> Jam:
        jams.append(Jam(tmp_path, *arguments))
        return jams[-1]

    yield start
    for each in jams:
        each.end()


def pitches(track: mido.MidiTrack) -> set[int]:
    return {m.note for m in track if m.type == "note_on" and m.velocity}


def test_a_key_of_the_keyboard_becomes_the_button_that_asks_for_the_answer(
    jam: Callable[..., Jam], tmp_path: Path, wait_for: Any
) -> None:
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "learned.toml").write_text(
        "[[learned]]\naddress = 'trigger'\nnote = 60\nchannel = 1\n"
    )
    night = jam()
    wait_for(lambda: night.read("/jam/take/file") > ("",), 20)
    [take] = night.read("/jam/take/file")
    assert night.read("/jam/list/takes")[-1] == take
    you, answer = mido.MidiFile(tmp_path / "takes" / take).tracks[-2:]
    assert pitches(you) == {62, 63, 65, 67, 68}
    assert pitches(answer)


def test_knobs_turn_and_presets_are_recalled_on_the_bar_line(
    jam: Callable[..., Jam], tmp_path: Path, wait_for: Any
) -> None:
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "hot.toml").write_text("temperature = 1.5\nmodel = 'note-lstm'\n")
    night = jam("--preset", "hot", "--controller", "generic", "--set", "top_p=0.5")
    wait_for(lambda: night.read("/jam/transport")[:1] == ("playing",), 20)
    assert night.read("/jam/preset") == ("hot", "*")  # --set outweighs it
    assert night.read("/jam/temperature") == (1.5,)
    for value in (0, 127):  # it takes hold where it meets the value
        night.press(0xBF, 3, value)
    wait_for(lambda: night.read("/jam/mode") == ("infinite",))
    night.surface.send("/jam/learn", "temperature")
    wait_for(lambda: night.read("/jam/learning") == ("temperature",))
    night.press(0xB2, 70, 10)
    wait_for(lambda: night.read("/jam/learned") == ("temperature: CC 70, channel 3",))
    for value in (127, 0):
        night.press(0xB2, 70, value)
    wait_for(lambda: night.read("/jam/temperature") == (pytest.approx(0.05),))
    night.surface.send("/jam/preset/save", "cold")
    wait_for(lambda: night.read("/jam/preset") == ("cold", ""))
    night.surface.settle()
    night.surface.send("/jam/preset/load", "hot")
    while night.surface.hear() != ("/jam/preset", ("hot", "")):
        continue
    _, _, beat = night.read("/jam/transport")
    assert (round(beat) + 1) % 4 <= 1, "neither the last beat of a bar nor the first"
    assert night.read("/jam/temperature") == (1.5,)
    night.surface.send("/jam/undo")
    wait_for(lambda: night.read("/jam/temperature") == (pytest.approx(0.05),))
    assert night.read("/jam/list/presets") == ("cold", "hot")


def test_a_jam_begins_with_no_preset_that_is_broken(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("temperature = 20\n")
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "run", "--api", "loopback", "--presets", ".",
         "--preset", "bad"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=20, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    line = "antiphon: preset bad: temperature must be in 0.05..2, not 20\n"
    assert done.stderr == line

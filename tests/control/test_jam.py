import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import mido
import pytest

from bridge.app.hub import process as control
from bridge.app.hub.plan import Plan
from bridge.core.errors import MusicError, PortError

ROOT = Path(__file__).resolve().parents[2]

JAM = """
import sys
from pathlib import Path
from bridge.app.hub import children
from bridge.app import cli
children.COMMANDS.update({commands!r})
sys.argv = ["antiphon", *{arguments!r}]
cli.main()
"""


def start(cast: Any, tmp_path: Path, *arguments: str, **manners: str) -> subprocess.Popen[str]:
    code = JAM.format(commands=cast.commands(**manners), arguments=arguments)
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_everything_in_order(
    cast: Any, tmp_path: Path, wait_for: Any, free_port: int, number: signal.Signals
) -> None:
    ports = ("--osc-port", str(free_port), "--web-port", "0", "--query-port", "0")
    with start(cast, tmp_path, "run", "--plain", *ports) as jam:
        wait_for(lambda: cast.log("player") and cast.log("engine"))
        time.sleep(0.2)
        jam.send_signal(number)
        printed, complaints = jam.communicate(timeout=8)
    assert (jam.returncode, complaints) == (0, "")
    assert cast.log("player")[-1] == cast.log("engine")[-1] == "farewell"
    assert printed.splitlines()[0].endswith(f"OSC 127.0.0.1:{free_port}, takes in takes")


def test_children_end_when_control_is_killed(cast: Any, tmp_path: Path, wait_for: Any) -> None:
    with start(cast, tmp_path, "run", "--plain", "--osc-port", "0", "--web-port", "0") as jam:
        wait_for(lambda: cast.log("player") and cast.log("engine"))
        jam.kill()
        wait_for(lambda: "farewell" in cast.log("player") and "farewell" in cast.log("engine"))
        jam.communicate()
    assert jam.returncode == -signal.SIGKILL
    assert cast.log("player")[-1] == cast.log("engine")[-1] == "farewell"


def test_the_take_that_sounds_is_kept_when_we_end(tmp_path: Path) -> None:
    settings = ("--set", "clock_bpm=300")
    arguments = (
        "run",
        "--plain",
        "--api",
        "loopback",
        "--osc-port",
        "0",
        "--web-port",
        "0",
        *settings,
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "bridge", *arguments], stdout=subprocess.PIPE, text=True,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as jam:  # fmt: skip
        assert jam.stdout is not None
        while "responding" not in jam.stdout.readline():
            assert jam.poll() is None
        time.sleep(0.5)
        jam.terminate()
        printed, _ = jam.communicate(timeout=8)
    [take] = (tmp_path / "takes").glob("*.mid")
    you, answer = mido.MidiFile(take).tracks[-2:]
    assert any(m.type == "note_on" for m in you)
    assert any(m.type == "note_on" for m in answer)
    assert "answer 1: " in printed
    assert f"take: takes/{take.name}" in printed


def test_jam_plays_in_the_built_in_studio_where_there_is_no_midi(cast: Any, tmp_path: Path) -> None:
    arguments = ("jam", "--plain", "--osc-port", "0", "--web-port", "0", "--seconds", "1")
    with start(cast, tmp_path, *arguments, player="no midi") as jam:
        printed, complaints = jam.communicate(timeout=15)
    assert (jam.returncode, complaints) == (0, "")
    assert "No MIDI system here" in printed
    assert json.loads(cast.log("player")[-2].removeprefix("born "))["api"] == "loopback"


@pytest.mark.parametrize(("arguments", "hints"), [(("run",), 1), (("run", "--input", "Keys"), 0)])
def test_run_says_what_to_do_where_there_is_no_midi(
    cast: Any, tmp_path: Path, arguments: tuple[str, ...], hints: int
) -> None:
    with start(
        cast, tmp_path, *arguments, "--osc-port", "0", "--web-port", "0", player="no midi"
    ) as jam:
        _, complaints = jam.communicate(timeout=15)
    assert jam.returncode == 3
    assert complaints.startswith("antiphon: no midi to be found")
    assert complaints.count("\n") == 1
    assert complaints.count("antiphon jam") == hints


def test_a_folder_that_takes_no_takes_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MusicError, match="--takes"):
        control.run(Plan(takes=tmp_path / "file" / "takes", commands={}))


def test_a_taken_osc_port_is_told_at_the_start(house: Any, tmp_path: Path) -> None:
    with pytest.raises(PortError, match=rf"{house.port}.*--osc-port"):
        control.run(Plan(takes=tmp_path, osc_port=house.port, commands={}))

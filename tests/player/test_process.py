"""The real player process, without a MIDI system."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bridge.app.bench.timing import perform
from bridge.app.engine.pace import percentile
from bridge.app.player.process import Config, Resume, read_config
from bridge.core.errors import SettingError
from bridge.core.events import (
    Fault,
    Heard,
    Message,
    Mirrored,
    Pulse,
)
from bridge.core.wire import Link


def spawn(config: dict[str, object]) -> tuple[subprocess.Popen[bytes], Link]:
    ours, theirs = socket.socketpair()
    with theirs:
        command = [
            sys.executable,
            "-m",
            "bridge.app.player.process",
            "--link",
            str(theirs.fileno()),
        ]
        process = subprocess.Popen(
            [*command, "--config", json.dumps(config)], pass_fds=(theirs.fileno(),)
        )
    return process, Link(ours)


def told_until(link: Link, kind: type[Message], seconds: float = 10.0) -> list[Message]:
    until, told = time.monotonic() + seconds, list[Message]()
    while time.monotonic() < until and not link.closed:
        told += link.receive()
        if any(isinstance(m, kind) for m in told):
            return told
        time.sleep(0.005)
    raise AssertionError(f"no {kind.__name__} among {told}")


@pytest.mark.parametrize("end", ["SIGTERM", "SIGINT", "link"])
def test_the_process_ends_when_told_or_left_alone(end: str) -> None:
    process, link = spawn({"api": "loopback"})
    told_until(link, Pulse)
    if end == "link":
        link.sock.close()
    else:
        process.send_signal(getattr(signal, end))
    assert process.wait(5) == 0
    link.sock.close()


@pytest.mark.parametrize("end", ["SIGTERM", "link"])
def test_lamps_are_put_out_whoever_ends_it(tmp_path: Path, end: str) -> None:
    """What was lit at the port to controllers goes dark, even when control is gone."""
    log = tmp_path / "lamps"
    process, link = spawn({"api": "loopback", "feedback": str(log)})
    told_until(link, Pulse)
    link.send(Mirrored(((0xB0, 7, 64, -1), (0x90, 41, 60, 12))))
    until = time.monotonic() + 10
    while len(log.read_text().splitlines()) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    if end == "link":
        link.sock.close()
    else:
        process.terminate()
    assert process.wait(5) == 0
    assert [line.split()[1] for line in log.read_text().splitlines()] == [
        "b00740", "90293c", "90290c",
    ]  # fmt: skip
    link.sock.close()


def test_a_port_to_controllers_that_cannot_be_had_is_told_and_done_without(tmp_path: Path) -> None:
    """One line says what is missing, and the player plays."""
    process, link = spawn({"api": "loopback", "feedback": str(tmp_path / "no" / "lamps")})
    told = told_until(link, Pulse)
    (fault,) = (m for m in told if isinstance(m, Fault))
    assert fault.text.endswith("; controllers show nothing")
    process.terminate()
    assert process.wait(5) == 0
    link.sock.close()


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"api": "oss"}, 2),
        ({"api": "loopback", "settings": {"clock_source": "moon"}}, 2),
        ({"api": "coremidi" if sys.platform != "darwin" else "alsa"}, 3),
    ],
)
def test_errors_have_a_line_and_a_code(config: dict[str, object], code: int) -> None:
    process, link = spawn(config)
    fault = next(m for m in told_until(link, Fault) if isinstance(m, Fault))
    assert (fault.who, fault.code) == ("player", code)
    assert "\n" not in fault.text
    assert process.wait(5) == code
    link.sock.close()


@pytest.mark.parametrize("module", ["process", "jack_cycle"])
def test_the_process_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, bridge.app.player.{module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "onnxruntime", "typer", "rich", "pydantic", "mido", "rtmidi", "asyncio"}
    assert heavy.isdisjoint(loaded.stdout.split())


def test_the_musician_inside_is_heard() -> None:
    process, link = spawn({"api": "loopback", "settings": {"clock_bpm": 300.0}})
    heard = next(m for m in told_until(link, Heard) if isinstance(m, Heard))
    assert heard.status == 0x90
    assert heard.beat == pytest.approx(4.0)
    process.terminate()
    process.wait(5)
    link.sock.close()


def test_the_musician_inside_knows_the_meter() -> None:
    settings = {"clock_bpm": 300.0, "meter_beats": 3}
    process, link = spawn({"api": "loopback", "settings": settings})
    heard = next(m for m in told_until(link, Heard) if isinstance(m, Heard))
    assert heard.beat == pytest.approx(3.0)
    process.terminate()
    process.wait(5)
    link.sock.close()


def test_lateness_is_measured() -> None:
    lateness, counts = perform(0.5, 240.0)
    assert counts.sent <= len(lateness) == 14
    assert 0 <= percentile(sorted(lateness), 0.5) <= max(lateness)
    assert percentile([], 0.5) == 0.0


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"colour": 1}', '{"resume": {"beat": 1}}', '{"resume": 3}']
)
def test_a_wrong_configuration_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="configuration"):
        read_config(text)


def test_a_configuration_is_read() -> None:
    text = '{"api": "jack", "resume": {"second": 1, "beat": 2, "bpm": 90, "source": "midi"}}'
    assert read_config(text) == Config(api="jack", resume=Resume(1, 2, 90, "midi"))

"""`antiphon doctor` among real JACK programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.studio.house import House
from tests.studio.jam import COMMAND, HEARS, PLAYS, free_udp_port
from tests.studio.programs import wait_for

pytestmark = pytest.mark.studio


def examined(house: House, *flags: str, cable: tuple[str, str] | None = None) -> dict[str, Any]:
    """Return what the doctor finds, by check, while a cable is laid as soon as that can be."""
    ports = ("--api", "jack", "--osc-port", str(free_udp_port()))
    app = house.start("doctor", COMMAND, "doctor", *ports, "--json", *flags)
    if cable is not None:
        house.connect(*(house.port(end) for end in cable))
    wait_for("the end", lambda: not app.alive, 20.0)
    report = json.loads(app.out.read_text())
    assert app.process.returncode == (0 if report["ready"] else 1)
    return {found["check"]: found for found in report["findings"]}


def test_a_clock_that_plays_is_told_with_its_tempo(tmp_path: Path) -> None:
    with House(tmp_path, 97.5) as house:
        house.play()
        found = examined(house, "--input", house.clock)
    assert found["clock"]["mark"] == "ok", found
    told = re.fullmatch(r"a MIDI clock comes, ([\d.]+) BPM", found["clock"]["says"])
    # Two seconds are short: while the dummy sound card of a busy machine lags, so does its clock.
    assert told is not None, found["clock"]
    assert float(told[1]) == pytest.approx(97.5, rel=0.15)
    assert found["ports"]["mark"] == "ok"
    assert found["loop"]["mark"] == "ok"


def test_a_cable_from_our_output_to_our_input_is_wrong(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        found = examined(house, cable=(PLAYS, HEARS))
    assert found["loop"]["mark"] == "wrong", found
    assert "keyboard" in found["loop"]["do"]

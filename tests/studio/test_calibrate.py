"""`antiphon calibrate` over a real cable of JACK."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.studio.house import House
from tests.studio.jam import COMMAND, HEARS, PLAYS
from tests.studio.programs import wait_for

pytestmark = pytest.mark.studio


@pytest.mark.parametrize("api", ["jack", "jack-exact"])
def test_a_cable_from_our_output_to_our_input_is_measured(tmp_path: Path, api: str) -> None:
    with House(tmp_path) as house:
        app = house.start("calibrate", COMMAND, "calibrate", "--api", api, "--notes", "5", "--json")
        house.connect(house.port(PLAYS), house.port(HEARS))
        wait_for("the end", lambda: not app.alive, 20.0)
        found = json.loads(app.out.read_text())
    assert (found["sent"], found["heard"]) == (5, 5)
    assert 0 <= found["median"] < 100
    assert found["whole"] == pytest.approx(2 * found["half"], abs=0.2)


def test_without_a_cable_one_line_says_what_to_do(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        app = house.start("calibrate", COMMAND, "calibrate", "--api", "jack", "--patience", "1")
        wait_for("the end", lambda: not app.alive, 20.0)
        assert app.process.returncode == 3
        assert app.log.read_text() == (
            f"antiphon: nothing came back from '{PLAYS}' to '{HEARS}': connect them while this"
            " runs, or name the two ends of a loop with --output and --input\n"
        )


def test_beside_another_antiphon_the_ports_have_the_names_jack_gave_them(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        command = (COMMAND, "calibrate", "--api", "jack", "--patience")
        first = house.start("first", *command, "20")
        hears, plays = house.port(HEARS), house.port(PLAYS)
        second = house.start("second", *command, "1")
        wait_for("the end", lambda: not second.alive, 20.0)
        assert first.alive
        told = second.log.read_text()
    assert "'Antiphon-01:from DAW'" in told
    assert f"'{hears}'" not in told
    assert f"'{plays}'" not in told

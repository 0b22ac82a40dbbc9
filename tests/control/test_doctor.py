"""The doctor beside a jam: it asks the hub that is there, from any thread, and touches nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.app.doctor import examine as examining
from bridge.app.doctor.examine import CHECKS, examine
from bridge.app.doctor.finding import Order
from bridge.core.events import Hello, Pulse, Status


@pytest.mark.usefixtures("surface")
def test_a_jam_is_asked_and_not_disturbed(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tuple(check for check in CHECKS if check.name not in ("timer", "Live"))
    monkeypatch.setattr(examining, "CHECKS", table)
    for message in (
        Hello("player", "ear", "mouth"),
        Status("armed", 0, 0, 0, "", "swing", "CPU", 0.4),
        Pulse(1.0, 0.0, 97.5, playing=True, source="midi", status="locked", reason="as told"),
    ):
        house.call(lambda m=message: house.hub._take_in("", m))
    before = house.hub.snapshot.settings
    found = {each.check: each for each in examine(Order(osc_port=house.port))}
    assert all(found[name].mark == "ok" for name in ("OSC", "ports", "clock", "model"))
    assert "armed" in found["OSC"].says
    assert "'ear'" in found["ports"].says
    assert "midi conducts (as told), locked, 97.5 BPM" in found["clock"].says
    assert house.hub.snapshot.settings == before

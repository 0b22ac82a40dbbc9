"""A real DAW without a face: Ardour, told by files that appear in its folder what to do next."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from tests.studio.house import House
from tests.studio.programs import Program, wait_for

COMMANDS = tuple(f"ardour{version}-lua" for version in (9, 8, 7))
CLOCK = "ardour:MIDI Clock out"
COMES_UP = 40.0  # seconds
BPM = 120.0  # of a new session

SCRIPT = """
local function sleep(s) os.execute("sleep " .. s) end
local function await(what)
  os.execute("until test -e '{folder}/" .. what .. "'; do sleep 0.02; done")
end
AudioEngine:set_backend("JACK", "ardour", "")
s = create_session("{folder}/session", "session", {rate})
ARDOUR.config():set_send_midi_clock(true)
s:goto_start(false)
os.execute("touch '{folder}/up'")
await("roll")
for i = 1, 20 do
  if s:transport_rolling() then break end
  s:request_roll(ARDOUR.TransportRequestSource.TRS_UI)
  sleep(0.25)
end
await("locate")
local roll_on = ARDOUR.LocateTransportDisposition.MustRoll
s:request_locate({frame}, false, roll_on, ARDOUR.TransportRequestSource.TRS_UI)
await("stop")
s:request_stop(false, false, ARDOUR.TransportRequestSource.TRS_UI)
await("quit")
close_session()
quit()
"""


def missing() -> str:
    """Return why there is no Ardour here; empty when there is."""
    return "" if command() else f"Ardour is not installed here (none of {', '.join(COMMANDS)})"


def command() -> str:
    """Return Ardour's Lua shell; its name has the version in it."""
    return next((name for name in COMMANDS if shutil.which(name)), "")


class Ardour:
    """A session with nothing in it, whose MIDI clock is on."""

    def __init__(self, house: House, frame: int) -> None:
        """`frame` is where `tell("locate")` goes."""
        self.folder: Path = house.folder / "ardour"
        self.folder.mkdir()
        house.env["HOME"] = str(self.folder)  # it keeps its settings there
        script = self.folder / "run.lua"
        script.write_text(SCRIPT.format(folder=self.folder, rate=48000, frame=frame))
        line = f"exec {command()} < '{script}'"
        self.program: Program = house.start("ardour", "sh", "-c", line)
        wait_for("ardour", (self.folder / "up").exists, COMES_UP)

    def tell(self, what: str) -> None:
        """Go on to roll, locate, stop or quit."""
        (self.folder / what).touch()

    def close(self) -> None:
        """Let it go before JACK does."""
        for what in ("roll", "locate", "stop", "quit"):
            self.tell(what)
        deadline = time.monotonic() + 5
        while self.program.alive and time.monotonic() < deadline:
            time.sleep(0.05)

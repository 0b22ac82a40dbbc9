"""Our place in JACK: its transport, which cables there are, laying those of a player that died.

JACK forgets a client's cables with the client, so the note-offs a new player owes would reach
nobody. A client without ports looks at the cables of ours. It is opened once, because jackd 1.9.21
can lose a client that comes while another one goes; and it is never closed but ends with the
process, because libjack may hang or crash where the last client of a process closes (10 of 550
times on a busy machine). It takes no part in JACK's cycle, so nobody waits for it.

ALSA has no such watch yet.
"""

from __future__ import annotations

import contextlib
import math
import time
from typing import Any

from bridge.core.beat import BeatClock
from bridge.core.devices import FROM_DAW, TO_CONTROLS, TO_DAW, Kind, find, hushed, own_names
from bridge.core.errors import PortError
from bridge.core.events import Cables
from bridge.listen.told import Song

SETTLES = 8  # cycles until a new cable carries
CARRY, FAREWELL = 0.5, 1.0  # seconds to wait at most: for those cycles, for a dead client to go
POLL = 0.005  # seconds
LATEST = 1e6  # beats: no song has more
ROLLING = 1  # JackTransportRolling
BBT = 0x10  # JackPositionBBT: a timebase master fills in bar, beat and tick
FRAMES = 1 << 32  # JACK's frame counter wraps


class Patchbay:
    """Sees and lays the cables of our two ports; `jack` is the module of that name."""

    def __init__(self, jack: Any, client: str) -> None:
        self._error: type[Exception] = jack.JackError
        self._client = jack.Client(f"{client} cables", no_start_server=True)
        self._wanted = client
        self._before = self._names()
        self._ear = self._mouth = ""  # our input and output, once they are found
        self._lamps = ""  # our port to controllers
        self._attached: dict[str, Kind] = {}  # ports we were asked to attach to, by name

    def await_farewell(self) -> None:
        """Wait until JACK has removed a dead player, whose names ours are to have."""
        names = {
            ":".join(own_names(kind, "jack", self._wanted))
            for kind in ("input", "output", "feedback")
        }
        deadline = time.monotonic() + FAREWELL  # another Antiphon may hold them, and stay
        while names & self._before and time.monotonic() < deadline:
            time.sleep(POLL)
            self._before = self._names()

    def find_ours(self) -> None:
        """Learn what our ports are called: JACK renames the second client of a name."""
        self._ear, self._mouth = self._fresh(FROM_DAW), self._fresh(TO_DAW)

    @property
    def ours(self) -> tuple[str, str]:
        """The full names of our input and output; empty is not known."""
        return self._ear, self._mouth

    def find_controls(self, cables: Cables | None) -> None:
        """Learn what our port to controllers is called; connect it as `cables` say it was."""
        self._lamps = self._fresh(TO_CONTROLS)
        for target in cables.controls if cables else ():
            self._connect(self._lamps, target)

    def others(self, kind: Kind) -> list[str]:
        """Return the ports our input could listen to, or our output play to."""
        way = {"is_output" if kind == "input" else "is_input": True}
        found = [str(port.name) for port in self._client.get_ports(is_midi=True, **way)]
        return [name for name in found if name not in (self._ear, self._mouth)]

    def attach(self, wanted: str, kind: Kind) -> str:
        """Connect our input or output to the port whose name contains `wanted`; return its name."""
        names = self.others(kind)
        name = names[find(names, wanted, kind)]
        ends = (name, self._ear) if kind == "input" else (self._mouth, name)
        with hushed(), contextlib.suppress(self._error):  # it may be laid already
            self._client.connect(*ends)
        self._attached[name] = kind
        return name

    def check(self) -> None:
        """Raise PortError when a port we were asked to attach to is gone."""
        names = self._names() if self._attached else set()
        for name, kind in self._attached.items():
            if name not in names:
                raise PortError(f"MIDI {kind} {name!r} is gone")

    def cables(self) -> Cables | None:
        """Return the cables there are now; None when JACK does not know our ports.

        It takes some 0.1 ms, but a cycle while somebody is laying cables.
        """
        try:
            lamps = self._connected(self._lamps) if self._lamps else ()
            return Cables(self._connected(self._ear), self._connected(self._mouth), lamps)
        except self._error:
            return None

    def song(self, bpm: float) -> Song | None:
        """Return where JACK's transport is; at `bpm` from frame 0 where no master keeps time.

        None where it rolls and its place cannot be told. It reads shared memory, some microseconds,
        and waits for nobody.
        """
        state, position = self._client.transport_query_struct()
        frame, second = self._client.transport_frame, time.monotonic()
        if not position.frame_rate:
            return None  # no cycle has passed yet
        playing = state == ROLLING
        seconds = frame / position.frame_rate
        alone = Song(BeatClock(second, seconds * bpm / 60, bpm), seconds, playing, master=False)
        if not _keeps_time(position):
            return alone
        quarter = 4 / position.beat_type  # its beats are of the meter's unit
        bpm = position.beats_per_minute * quarter
        whole = (position.bar - 1) * position.beats_per_bar + position.beat - 1
        beat = (whole + position.tick / position.ticks_per_beat) * quarter
        since = (frame - position.frame) / position.frame_rate  # the cycle began
        beat += since * bpm / 60
        if not (0 <= beat < LATEST and abs(since) < CARRY):
            # After a locate the master may not have counted anew yet; that we stand is true.
            return None if playing else alone
        beats, unit = round(position.beats_per_bar), round(position.beat_type)
        line = BeatClock(second, beat, bpm)
        return Song(line, seconds, playing, master=True, beats=beats, unit=unit)

    def period(self) -> float:
        """Return the seconds of a cycle."""
        return float(self._client.blocksize / self._client.samplerate)

    def lay(self, cables: Cables) -> None:
        """Connect us as somebody before us was, and return once these cables carry."""
        wanted = [(source, self._ear) for source in cables.sources]
        wanted += [(self._mouth, target) for target in cables.targets]
        for source, target in wanted:
            self._connect(source, target)
        if wanted:
            self._settle()

    def _connect(self, source: str, target: str) -> None:
        # It may be laid already, or its other end may be gone.
        with hushed(), contextlib.suppress(self._error):
            self._client.connect(source, target)

    def _fresh(self, port: str) -> str:
        """Return the full name of a port of ours that came after us; nothing if there is none."""
        fresh = (name for name in self._names() - self._before if name.startswith(self._wanted))
        return next((name for name in fresh if name.endswith(f":{port}")), "")

    def _settle(self) -> None:
        begin, frames = self._client.frame_time, SETTLES * self._client.blocksize
        deadline = time.monotonic() + CARRY
        while (self._client.frame_time - begin) % FRAMES < frames and time.monotonic() < deadline:
            time.sleep(POLL)

    def _names(self) -> set[str]:
        return {port.name for port in self._client.get_ports(is_midi=True)}

    def _connected(self, port: str) -> tuple[str, ...]:
        return tuple(sorted(other.name for other in self._client.get_all_connections(port)))


def _keeps_time(position: Any) -> bool:
    """Tell whether a master fills in tempo, bar, beat and tick, by which one can count."""
    counts = (position.beats_per_minute, position.beat_type, position.ticks_per_beat)
    return bool(position.valid & BBT) and all(0 < count < math.inf for count in counts)


def open_patchbay(client: str) -> Patchbay | None:
    """Return the patch bay; None where JACK's library, its package or a server is missing."""
    try:
        import jack
    except (ImportError, OSError):
        return None
    try:
        with hushed():
            return Patchbay(jack, client)
    except jack.JackError:
        return None

"""Both MIDI ports open for two seconds: what came in, and what of ours came back.

Conventions: seconds are monotonic. Nothing sounds: the one note that is sent is the softest there
is, at the end of the keyboard, and ends at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.app.player.playing import TIMING
from bridge.app.player.ports import Ports
from bridge.core import midi
from bridge.core.devices import FROM_DAW, TO_DAW
from bridge.core.fl import SYSEX, ping
from bridge.intake.fl import FlPong, read
from bridge.intake.port import InputPort
from bridge.listen.pulse import Follower
from bridge.send.port import OutputPort

SECONDS, LOOK = 2.0, 0.001  # how long to listen; between two looks
ASK_AGAIN = 0.6  # seconds: a DAW takes a moment to connect a port that appears
PITCH = 127
USUAL_BPM = 120.0


@dataclass(frozen=True, slots=True)
class Listened:
    """What there was to hear; `input` and `output` are the names of the ports."""

    input: str
    output: str
    others: tuple[int, int] = (0, 0)  # ports one could listen to, and play to
    twin: bool = False  # another program has ports of our names
    one_cable: bool = False  # both ends are the same port, so that our notes must come back
    cabled: bool | None = None  # whether anything is connected to our input; None: not known
    ticks: int = 0  # of a MIDI clock
    bpm: float = 0.0  # of that clock
    jack_bpm: float = 0.0  # of JACK's transport, if it rolls with a tempo
    messages: int = 0  # from others: notes, controllers
    echoes: int = 0  # messages of ours
    fl_version: int | None = None  # of FL's script API, where its script speaks
    fl_speaks: bool = False


class Ear:
    """Sorts what comes in."""

    def __init__(self, second: float) -> None:
        self._follower = Follower(USUAL_BPM, second)
        self.ticks = self.messages = self.echoes = 0
        self.fl_speaks = False
        self.fl_version: int | None = None

    @property
    def bpm(self) -> float:
        """The tempo of the clock so far."""
        return self._follower.line.bpm

    def hear(self, second: float, message: bytes) -> None:
        """Take one message; what is malformed counts for nothing."""
        if message[:1] == bytes((SYSEX,)):
            self._hear_sysex(message)
        elif message and midi.is_whole(message):
            if message[0] in TIMING:
                self.ticks += message[0] == midi.CLOCK
                self._follower.feed(second, message)
            elif 0x80 <= message[0] < 0xF0:
                ours = message[0] & 0xE0 == midi.NOTE_OFF and message[1] == PITCH
                self.echoes += ours
                self.messages += not ours

    def _hear_sysex(self, message: bytes) -> None:
        if message == ping():
            self.echoes += 1
        elif (said := read(message)) is not None:
            self.fl_speaks = True
            if isinstance(said, FlPong):
                self.fl_version = said.version


def listen(
    ports: Ports,
    seconds: float = SECONDS,
    *,
    now: Callable[[], float] = time.monotonic,
    rest: Callable[[float], None] = time.sleep,
) -> Listened:
    """Ask who is there, then listen for some seconds; PortError if a port goes meanwhile."""
    ear, begun = Ear(now()), now()
    asked = begun - ASK_AGAIN
    while now() < begun + seconds:
        if now() >= asked + ASK_AGAIN:
            asked = now()
            _ask(ports)
        for second, message in ports.input.poll(now()):
            ear.hear(second, message)
        rest(LOOK)
    ports.check()
    song, cables = ports.song(USUAL_BPM), ports.cables()
    rolls = song is not None and song.playing and song.master
    inputs, outputs = _names(ports.input), _names(ports.output)
    return Listened(
        input=ports.input.name, output=ports.output.name,
        others=(_others(inputs), _others(outputs)),
        twin=len(_ours(inputs, TO_DAW)) > 1 or len(_ours(outputs, FROM_DAW)) > 1,
        one_cable=ports.one_cable, cabled=None if cables is None else bool(cables.sources),
        ticks=ear.ticks, bpm=ear.bpm, jack_bpm=song.line.bpm if song and rolls else 0.0,
        messages=ear.messages, echoes=ear.echoes,
        fl_version=ear.fl_version, fl_speaks=ear.fl_speaks,
    )  # fmt: skip


def _ask(ports: Ports) -> None:
    """Send what an echo or FL's script would answer; the note-off follows whatever happens."""
    ports.send(ping())
    try:
        ports.send(midi.note_on(0, PITCH, 1))
    finally:
        ports.send(midi.note_off(0, PITCH))


def _names(port: object) -> list[str]:
    return port.others() if isinstance(port, InputPort | OutputPort) else []


def _ours(names: Sequence[str], port: str) -> list[str]:
    return [name for name in names if "Antiphon" in name and port in name]


def _others(names: Sequence[str]) -> int:
    return sum("Antiphon" not in name for name in names)

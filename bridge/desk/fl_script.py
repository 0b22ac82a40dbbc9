"""FL Studio's controller script: the answer on a channel called Antiphon, the song's place to us.

FL's Python has neither files nor sockets, so all goes by MIDI; what is no note travels as SysEx
(bridge/core/fl.py).
"""

from __future__ import annotations

from string import Template

from bridge.core.fl import BEAT, HINT, MAKER, METER, PING, PONG, STOPPED
from bridge.desk.table import NAME, PLAYS

PORT = 20  # the number to give both ports in FL's MIDI settings
LOOPBACK = "Default App Loopback (A)"  # FL's end of the pair Windows 11 has by itself

_SCRIPT = Template('''\
# name=$name
# supportedDevices=$port,$loopback
# Made by `antiphon templates`; see docs/daw/fl.md.
"""The answer plays on the channel called $name; tempo, beat and position go back as SysEx."""

import channels
import device
import general
import mixer
import transport
import ui

MYPY = False
if MYPY:
    from fl_classes import FlMidiMsg

CHANNEL = "$name"
MAKER = bytes($maker)
BEAT, STOPPED, PONG, METER, PING, HINT = $commands
DOWNBEAT = 1  # FL's word for the first beat of a bar
LONGEST_HINT = 100

sounding: "dict[int, list[int]]" = {}  # pitch -> channels it sounds on, oldest first
was_playing = False


def number(value: int, size: int) -> bytes:
    """Return a number as `size` bytes of 7 bits, the highest first."""
    value = min(max(value, 0), (1 << 7 * size) - 1)
    return bytes((value >> 7 * place) & 0x7F for place in reversed(range(size)))


def tell(command: int, values: bytes = b"") -> None:
    """Send a message to $name."""
    device.midiOutSysex(b"\\xf0" + MAKER + bytes([command]) + values + b"\\xf7")


def ours() -> int:
    """Return the channel that plays the answer, -1 if none is called so."""
    for index in range(channels.channelCount(True)):
        if channels.getChannelName(index, True) == CHANNEL:
            return index
    return -1


def thousandths() -> int:
    """Return the tempo in 1/1000 BPM; FL gives thousandths, but once gave whole BPM."""
    tempo = mixer.getCurrentTempo()
    return round(tempo if tempo > 1000 else tempo * 1000)


def greet() -> None:
    """Say that we are here."""
    tell(PONG, number(general.getVersion(), 2))


def OnInit() -> None:
    greet()
    ui.setHintMsg("$name is connected" if ours() >= 0 else "$name: name a channel $name")


def OnDeInit() -> None:
    for pitch in list(sounding):
        for channel in sounding.pop(pitch):
            channels.midiNoteOn(channel, pitch, 0)


def OnMidiMsg(event: "FlMidiMsg") -> None:
    kind = event.status & 0xF0
    if kind not in (0x80, 0x90):
        return
    pitch, velocity = event.data1, event.data2 if kind == 0x90 else 0
    if velocity:
        channel = ours()
        if channel < 0:
            return  # FL plays it on the selected channel
        sounding.setdefault(pitch, []).append(channel)
    elif sounding.get(pitch):
        channel = sounding[pitch].pop(0)
    else:
        return
    channels.midiNoteOn(channel, pitch, velocity)
    event.handled = True


def OnSysEx(event: "FlMidiMsg") -> None:
    data = event.sysex
    if data is None or len(data) < 5 or data[1:3] != MAKER:
        return
    if data[3] == PING:
        greet()
    elif data[3] == HINT:
        ui.setHintMsg(data[4:-1][:LONGEST_HINT].decode("ascii", "replace"))
    event.handled = True


def OnUpdateBeatIndicator(value: int) -> None:
    if value == 0 or not transport.isPlaying():
        return
    if value == DOWNBEAT:
        # Ticks in a bar; FL does not mind the markers of its playlist here.
        tell(METER, number(general.getRecPPB(), 3) + number(general.getRecPPQ(), 2))
    downbeat = number(int(value == DOWNBEAT), 1)
    # 2 asks for the place in ticks.
    place = number(transport.getSongPos(2), 5)
    tell(BEAT, downbeat + number(thousandths(), 3) + place + number(general.getRecPPQ(), 2))


def OnIdle() -> None:
    global was_playing
    playing = bool(transport.isPlaying())
    if was_playing and not playing:
        tell(STOPPED)
    was_playing = playing
''')


def controller_script() -> str:
    """Return `device_Antiphon.py`."""
    commands = ", ".join(map(str, (BEAT, STOPPED, PONG, METER, PING, HINT)))
    return _SCRIPT.substitute(
        name=NAME, port=PLAYS, loopback=LOOPBACK, maker=list(MAKER), commands=commands
    )

"""REAPER: a project with two tracks, and the patterns with which it speaks OSC to Antiphon.

MIDI devices are numbers that differ from machine to machine, so the project hears all of them and
sends to none; the steps in docs/daw/reaper.md choose the ports.
"""

from __future__ import annotations

from bridge.desk.table import NAME, OSC_HOST, OSC_PORT, SURFACE_PORT, Table, address, limits

TEMPO = 120
ALL_MIDI = 4096 + (63 << 5)  # every channel of every MIDI input
CREATED = 0  # seconds since 1970; nobody reads it

OSC_HEAD = f"""\
# REAPER speaks OSC to {NAME} with these patterns. Made by `antiphon templates`.
#
# Preferences, Control/OSC/web, Add: OSC; pattern config: {NAME};
# mode: configure device IP + local port; device {OSC_HOST}, port {OSC_PORT}; listen on
# {SURFACE_PORT}.
#
# Play lets {NAME} take part. REAPER's tempo is {NAME}'s while no MIDI clock comes, and the other
# way round. MIDI clock is the better way: see docs/daw/reaper.md.

PLAY t{address("start")}
TEMPO f{address("clock/bpm")}
"""
OSC_LEARN = f"""
# What {NAME} sends to who sent to it last, and obeys. Anything here can be learned by a parameter
# of a plug-in: Param, Learn, then turn it on another surface.
"""


def project() -> str:
    """Return the `.RPP` project."""
    lines = [
        f'<REAPER_PROJECT 0.1 "7.0/{NAME}" {CREATED}',
        f"  TEMPO {TEMPO} 4 4",
        *_track("You", armed=1),
        *_track(NAME, armed=0),
        ">",
    ]
    return "\n".join(lines) + "\n"


def patterns(table: Table) -> str:
    """Return the `.ReaperOSC` file; only the two lines without `#` are REAPER's to read."""
    lines = [
        *(f"# {address(r.knob.address)}  {r.osc_type}  {limits(r)}" for r in table.params),
        *(f"# {address(name)}" for name in table.actions),
        *(f"# {address(r.address)}  {r.types}  (only sent)" for r in table.readings),
    ]
    return OSC_HEAD + OSC_LEARN + "\n".join(lines) + "\n"


def _track(name: str, *, armed: int) -> list[str]:
    """Return a track that hears all MIDI while it is armed, and goes to the master."""
    return [
        "  <TRACK",
        f'    NAME "{name}"',
        f"    REC {armed} {ALL_MIDI} 1 0 0 0 0 0",
        "    MIDIOUT -1",
        "    MAINSEND 1 0",
        "  >",
    ]

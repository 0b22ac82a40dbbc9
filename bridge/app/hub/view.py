"""What the musician sees: one screen on a terminal, plain lines anywhere else.

Conventions: what is shown is made by pure functions of snapshots; drawing happens at most four
times a second, and only when something changed, so that a quiet jam costs nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bridge import __version__
from bridge.app.hub import qr
from bridge.app.rolling import ROLLS
from bridge.control.snapshot import Snapshot, note_name
from bridge.core.params import PARAMS
from bridge.core.wishes import WISH_NAMES

PERIOD = 0.25  # seconds between drawings
SHOWN_NOTES = 16
NOTHING: Mapping[str, str] = {}
COLOURS = {
    "armed": "green", "listening": "bold cyan", "thinking": "yellow", "responding": "bold magenta",
}  # fmt: skip


class View(Protocol):
    """Something that shows snapshots."""

    def show(self, snapshot: Snapshot) -> None:
        """Take note of a change."""

    def close(self, snapshot: Snapshot) -> None:
        """Show the last state and let go of the terminal."""


def terminal_view(*, plain: bool, opened: Mapping[str, str] = NOTHING) -> View:
    """Return the view that fits where standard output goes.

    `opened` is what the network can reach, by name: where it is, and for whom.
    """
    lines = plain or not sys.stdout.isatty()
    return Lines(opened) if lines else Screen(Console(), opened)


def notes(pitches: tuple[int, ...]) -> str:
    """Return the newest pitches by name, oldest first."""
    dots = "... " if len(pitches) > SHOWN_NOTES else ""
    return dots + " ".join(note_name(pitch) for pitch in pitches[-SHOWN_NOTES:])


def clock(snapshot: Snapshot) -> str:
    """Say who sets the tempo and whether it can be followed."""
    if snapshot.pulse is None:
        return "none yet"
    pulse, wanted = snapshot.pulse, snapshot.settings.clock_source
    if wanted not in ("auto", pulse.source):
        return f"{wanted}, which is about to take over from {pulse.source}"
    why = f" ({pulse.reason})" if pulse.reason else ""
    if pulse.playing:
        return f"{pulse.source}, {pulse.status}{why}"
    ticks = "" if pulse.status == "stopped" else f"{pulse.status}, "
    return f"{pulse.source}, {ticks}stopped{why}: {ROLLS[wanted]}"


def when(snapshot: Snapshot) -> str:
    """Say where in the song we are, and how fast."""
    bpm = snapshot.pulse.bpm if snapshot.pulse else snapshot.settings.clock_bpm
    return f"bar {snapshot.bar}:{snapshot.beat_in_bar}, {bpm:.1f} BPM"


def rows(snapshot: Snapshot, opened: Mapping[str, str] = NOTHING) -> list[tuple[str, str]]:
    """Return what the screen shows, as (label, text); empty texts are left out."""
    status, late, settings = snapshot.status, snapshot.late, snapshot.settings
    snapped = f"{late.snapped} snapped, " if late.snapped else ""
    timing = f"{late.sent} notes, {late.late} late, {snapped}{late.dropped} left out"
    model = f"{status.model} on {status.provider}" if status.provider else status.model
    step = f", {status.step_ms:.1f} ms a note" if status.step_ms else ""
    return [
        ("state", status.state + (f" (answer {status.take})" if status.take else "")),
        ("time", f"{when(snapshot)}, {snapshot.meter}"),
        ("clock", clock(snapshot)),
        ("Live", snapshot.live),
        ("FL", snapshot.fl),
        ("you", notes(snapshot.phrase)),
        ("answer", notes(snapshot.answer)),
        ("key", status.key),
        ("chord", snapshot.chord),
        ("asked", asked(snapshot)),
        ("prompt", snapshot.understood),
        ("model", (model or settings.model) + step),
        ("timing", f"{timing}, worst {late.worst * 1000:.1f} ms"),
        ("MIDI", ports(snapshot) or "no player is there"),
        *places(snapshot, opened).items(),
        ("takes", f"{snapshot.takes}/{snapshot.saved}" if snapshot.saved else snapshot.takes),
        ("mind", snapshot.notice),
        ("note", snapshot.fault),
    ]


def asked(snapshot: Snapshot) -> str:
    """Return what is asked of the answer, other than what is always."""
    rows = (PARAMS[name] for name in (*WISH_NAMES, "key", "voice_answer"))
    values = ((row, getattr(snapshot.settings, row.name)) for row in rows)
    return ", ".join(f"{row.knob.address} {v}" for row, v in values if v != row.default)


def ports(snapshot: Snapshot) -> str:
    """Return the MIDI ports in use."""
    listens, plays = snapshot.ports
    return f"hears {listens}, plays {plays}" if listens or plays else ""


def osc(snapshot: Snapshot) -> str:
    """Return where control surfaces reach us."""
    return f"127.0.0.1:{snapshot.osc_port}" if snapshot.osc_port else "off"


def web(snapshot: Snapshot) -> str:
    """Return where a browser finds the panel."""
    return f"http://127.0.0.1:{snapshot.web_port}" if snapshot.web_port else "off"


def places(snapshot: Snapshot, opened: Mapping[str, str]) -> dict[str, str]:
    """Return where we are reached; the panel also from here, where nobody asks for its token."""
    far = {("link" if name == "panel" else name): where for name, where in opened.items()}
    return {"panel": web(snapshot), "OSC": osc(snapshot)} | far


def news(before: Snapshot, now: Snapshot) -> list[str]:
    """Return a line for each thing a musician wants to hear about."""
    lines = []
    if now.ports != before.ports and any(now.ports):
        lines.append(f"MIDI: {ports(now)}")
    if now.status.model and (now.status.model, now.status.provider) != (
        before.status.model,
        before.status.provider,
    ):
        lines.append(f"model: {now.status.model} on {now.status.provider}")
    if now.pulse and clock(now) != clock(before):
        tempo = f", {now.pulse.bpm:.1f} BPM" if now.pulse.playing else ""
        lines.append(f"clock: {clock(now)}{tempo}")
    if now.status.state != before.status.state:
        lines.append(f"state: {now.status.state}, {when(now)}")
    if before.phrase and now.phrase_over and not before.phrase_over:
        lines.append(f"you: {notes(before.phrase)}")
    if before.answer and before.status.state == "responding" != now.status.state:
        lines.append(f"answer {before.answer_take}: {notes(before.answer)}")
    if now.understood != before.understood:
        lines.append(f"prompt: {now.understood or 'nothing asked for'}")
    if asked(now) != asked(before):
        lines.append(f"asked: {asked(now) or 'nothing'}")
    if now.notice and now.notice != before.notice:
        lines.append(f"mind: {now.notice}")
    if now.saved != before.saved:
        lines.append(f"take: {now.takes}/{now.saved}")
    if now.fault != before.fault:
        lines.append(f"note: {now.fault}")
    return lines


class Lines:
    """One line for each piece of news, for logs and pipes; what a model lacks is told once."""

    def __init__(self, opened: Mapping[str, str] = NOTHING) -> None:
        self._opened = opened
        self._shown: Snapshot | None = None
        self._noticed: set[str] = set()

    def show(self, snapshot: Snapshot) -> None:
        """Print what is new."""
        if self._shown is None:
            self._greet(snapshot)
        now = replace(snapshot, notice="") if snapshot.notice in self._noticed else snapshot
        for line in news(self._shown or Snapshot(settings=snapshot.settings), now):
            self._print(line)
        self._noticed.add(now.notice)
        self._shown = snapshot

    def _greet(self, snapshot: Snapshot) -> None:
        local = "" if "OSC" in self._opened else f"OSC {osc(snapshot)}, "
        self._print(f"Antiphon {__version__}: {local}takes in {snapshot.takes}")
        if snapshot.web_port:
            self._print(f"panel: {web(snapshot)}")
        for name, where in self._opened.items():
            self._print(f"open to the network: {name}, {where}")
        if link := self._opened.get("panel"):
            qr.show(Console(), link)

    def _print(self, line: str) -> None:
        try:
            print(line, flush=True)
        except BrokenPipeError:  # `antiphon run | head`: the jam goes on unwatched
            sys.stdout = None

    def close(self, snapshot: Snapshot) -> None:
        """Print the last news and how punctual it was."""
        if self._shown is not None:
            self.show(snapshot)
            self._print(f"timing: {dict(rows(snapshot))['timing']}")


class Screen:
    """One screen, drawn over itself."""

    def __init__(self, console: Console, opened: Mapping[str, str] = NOTHING) -> None:
        self._opened = opened
        self._live = Live(
            console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        self._snapshot: Snapshot | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._drawn = 0.0  # loop seconds

    def show(self, snapshot: Snapshot) -> None:
        """Draw soon; changes that come quickly are drawn together."""
        if self._snapshot is None:
            self._greet()
            self._live.start()
        self._snapshot = snapshot
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(self._drawn + PERIOD, self._draw)

    def _greet(self) -> None:
        if link := self._opened.get("panel"):
            qr.show(self._live.console, link)

    def _draw(self) -> None:
        self._timer = None
        self._drawn = asyncio.get_running_loop().time()
        if self._snapshot is not None:
            self._live.update(panel(self._snapshot, self._opened), refresh=True)

    def close(self, snapshot: Snapshot) -> None:
        """Draw the last state and give the cursor back."""
        if self._timer is not None:
            self._timer.cancel()
        if self._snapshot is not None:
            self._snapshot = snapshot
            self._draw()
            self._live.stop()


def panel(snapshot: Snapshot, opened: Mapping[str, str] = NOTHING) -> Panel:
    """Return the screen of a snapshot."""
    table = Table.grid(padding=(0, 2))
    for label, text in rows(snapshot, opened):
        if text:
            style = COLOURS.get(snapshot.status.state, "") if label == "state" else ""
            style = "red" if label == "note" else style
            table.add_row(Text(label, style="dim"), Text(text, style=style))
    title = f"Antiphon {__version__}"
    return Panel(table, title=title, subtitle="Ctrl-C ends", expand=False)

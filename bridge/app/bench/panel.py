"""The web panel in a real browser: how soon it is there, what it weighs, how smoothly it draws.

Chromium runs without a window and without a GPU, so all is drawn by the processor, on the machine
that plays. Conventions: milliseconds, unless a name says otherwise.
"""

from __future__ import annotations

import itertools
import socket
from pathlib import Path

from bridge.app.bench.chromium import Tab, browser_tab, find_chromium
from bridge.app.bench.jam import jam
from bridge.app.bench.rows import Row, spread

WIDTH, HEIGHT = 1440, 900  # CSS pixels
VISITS, KEYS = 5, 40  # how often it is opened; how many keys are pressed
NOTES, BEATS = 500, 16  # on the screen at a time, which is so many beats wide
FIRST_PAINT, WEIGHT, FPS, ON_SCREEN = 1000.0, 300.0, 60, 50.0  # goals: ms, kB, frames a second, ms
READY = "globalThis.antiphon?.clock.playing && document.querySelector('.row')"

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
WEIGHS = """[...performance.getEntriesByType('navigation'),
  ...performance.getEntriesByType('resource').filter((asked) => asked.initiatorType !== 'fetch')]
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000"""

#: Fills the roll for some seconds and tells when each frame began and how long it took to draw.
FRAMES = """(async (seconds) => {{
  const {{ clock, notes, roll, sound }} = antiphon;
  sound.turn(false);
  const now = clock.beat(), beats = {beats} + seconds * clock.line.bpm / 60;
  for (let n = 0; n < {notes} * beats / {beats}; n += 1) {{
    notes.plan(now - {beats} * 0.62 + n * {beats} / {notes}, 0.4, n % 6, 40 + (n * 7) % 48, 80, -1);
  }}
  const begun = [], took = [], draw = roll.draw.bind(roll);
  roll.draw = () => {{
    const at = performance.now();
    draw();
    took.push(performance.now() - at);
  }};
  await new Promise((done) => requestAnimationFrame(function frame(at) {{
    begun.push(at);
    if (at - begun[0] < seconds * 1000) requestAnimationFrame(frame);
    else done();
  }}));
  roll.draw = draw;
  notes.clear();
  return {{ begun, took }};
}})({seconds})"""

#: Presses keys and tells after how long each is on the screen, by way of the player's process.
ECHOES = """(async (count) => {{
  const {{ hands, notes }} = antiphon, found = [];
  let drawn = null;
  notes.on('begun', (note) => note.who === 'player' && requestAnimationFrame(() => drawn?.()));
  for (let n = 0; n < count; n += 1) {{
    const at = performance.now(), pitch = 48 + n % 24;
    const seen = new Promise((done) => {{ drawn = done; }});
    hands.press(pitch);
    await seen;
    found.push(performance.now() - at);
    hands.lift(pitch);
    await new Promise((done) => setTimeout(done, 90 + (n * 7) % 17));
  }}
  return found;
}})({keys})"""


def panel(seconds: float, models: Path) -> list[Row]:
    """Measure the panel beside a jam; says so where there is no browser."""
    if find_chromium() is None:
        return [Row("panel first paint", float("nan"), "ms", note="not measured: no Chromium")]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with jam(models, "--web-port", str(port)) as playing:
        playing.await_state("armed")
        with browser_tab() as tab:
            tab.size(WIDTH, HEIGHT)
            return _rows(tab, f"http://127.0.0.1:{port}/", max(seconds, 2.0))


def _rows(tab: Tab, url: str, seconds: float) -> list[Row]:
    painted = []
    tab.call("Network.enable")
    tab.call("Network.setCacheDisabled", cacheDisabled=True)
    for _ in range(VISITS):
        tab.open(url)
        tab.until(READY)
        tab.until(PAINTED)
        painted.append(tab.read(PAINTED))
    weight = tab.read(WEIGHS)
    empty, full = (
        tab.read(FRAMES.format(seconds=seconds / 2, notes=notes, beats=BEATS))
        for notes in (1, NOTES)
    )
    echoes = tab.read(ECHOES.format(keys=KEYS))
    return [
        spread("panel first paint", painted, by="p95", most=FIRST_PAINT, note=f"{VISITS} visits"),
        Row("panel weight", weight, "kB", goal=f"<= {WEIGHT:g} kB", holds=weight <= WEIGHT),
        *_smooth(full["begun"], full["took"], _rate(empty["begun"])),
        spread("panel key to screen", echoes, by="p95", most=ON_SCREEN,
               note="pressed in the browser, heard by the player, drawn"),
    ]  # fmt: skip


def _rate(begun: list[float]) -> float:
    """Return how many frames a second there are, of those that began at some moments."""
    return 1000 * (len(begun) - 1) / (begun[-1] - begun[0])


def _smooth(begun: list[float], took: list[float], empty: float) -> list[Row]:
    """Return the rows of frames that took so long to draw; an empty roll had `empty` a second."""
    fps, note = _rate(begun), f"an empty roll, on the same machine: {empty:.1f}"
    apart = [after - before for before, after in itertools.pairwise(begun)]
    what = f"{NOTES} notes"
    return [
        Row(f"panel frames, {what}", fps, "a second", goal=f">= {FPS}", holds=round(fps) >= FPS,
            note=note),
        spread(f"panel frame, {what}", apart, by="p95", note="from one to the next"),
        spread(f"panel drawing, {what}", took, by="p95", note="of each frame, in the page"),
    ]  # fmt: skip

"""A keyboard plugged into the browser's computer, by Web MIDI."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.app.hub.hub import Hub
from tests.web.chromium import Driver, Page
from tests.web.conftest import Jam
from tests.web.watch import look

pytestmark = pytest.mark.studio

LABEL = "document.querySelector('#midi').textContent"
# What Firefox's own pretended keyboard does when its output is sent to: it plays C-1, or another
# keyboard is plugged in and pulled out.
OUTPUT = """navigator.requestMIDIAccess().then(({ outputs }) => {
  globalThis.lead = [...outputs.values()].find(({ name }) => name.includes('Control')); })"""
STRUCK, LIFTED = "lead.send([0x90, 0, 99])", "lead.send([0x90, 0, 0])"
PLUGGED, PULLED = "lead.send([0x90, 1, 0])", "lead.send([0x90, 2, 0])"
# An access as the standard describes it; only the cable is not real.
CABLE = """(() => {
  const port = new EventTarget();
  Object.assign(port, { id: '1', name: 'Keys', type: 'input', state: 'connected' });
  Object.defineProperty(port, 'onmidimessage', { set(listen) { port.heard = listen; } });
  port.addEventListener('midimessage', (event) => port.heard?.(event));
  const access = { inputs: new Map([['1', port]]), outputs: new Map(), onstatechange: null };
  navigator.requestMIDIAccess = async () => access;
  globalThis.keys = (...data) => port.dispatchEvent(
    new MIDIMessageEvent('midimessage', { data: new Uint8Array(data) }));
  globalThis.plug = (state) => {
    port.state = state;
    access.onstatechange(Object.assign(new Event('statechange'), { port }));
  };
})()"""


def test_a_plugged_keyboard_plays_once_however_often_it_is_asked_for(fox: Driver, jam: Jam) -> None:
    """Firefox's Web MIDI: a key is struck, let go, and drawn as Antiphon heard it, one note."""
    page = fox.open(jam.url)
    page.until("antiphon.clock.playing")
    page.click_until("#midi", f"{LABEL} === '1 MIDI input'")
    page.click("#midi")
    page.read(OUTPUT)
    page.read(STRUCK)
    page.until("antiphon.hands.mine.size === 1")
    page.read(LIFTED)
    page.until("antiphon.hands.mine.size === 0")
    low = "antiphon.notes.all.filter((note) => note.pitch === 0).length"
    page.until(f"{low} > 0 && antiphon.notes.held.size === 0")
    assert page.read(low) == 1
    page.close()


def test_a_keyboard_that_is_pulled_out_leaves_no_key_down(fox: Driver, jam: Jam) -> None:
    """Firefox's Web MIDI: keyboards come and go while the page is open, and are counted."""
    page = fox.open(jam.url)
    page.click_until("#midi", f"{LABEL} === '1 MIDI input'")
    page.read(OUTPUT)
    page.read(PLUGGED)
    page.until(f"{LABEL} === '2 MIDI inputs'")
    page.read(STRUCK)
    page.until("antiphon.hands.mine.size === 1")
    page.read(PULLED)
    page.until(f"{LABEL} === '1 MIDI input' && antiphon.hands.mine.size === 0")
    page.close()


def test_a_pedal_holds_and_is_let_go_with_the_cable(tmp_path: Path, driver: Driver) -> None:
    """Keys sound on under the pedal; unplugging lifts both, plugging in again plays again.

    The browser is real and so are its MIDI events; navigator.requestMIDIAccess is ours, for there
    is no MIDI system behind it here.
    """

    def see(page: Page, _: Hub) -> None:
        page.read(CABLE)
        page.read("antiphon.sound.turn(true)")
        page.click_until("#midi", f"{LABEL} === '1 MIDI input'")
        page.until("antiphon.sound.awake")
        page.read("(keys(0xb0, 64, 127), keys(0x90, 60, 90), keys(0x80, 60, 0), keys(0xfe))")
        assert page.read("antiphon.hands.kept.size") == 1
        page.read("(keys(0x90, 64, 90), plug('disconnected'))")
        assert page.read(LABEL) == "0 MIDI inputs"
        assert page.read("[antiphon.hands.mine.size, antiphon.hands.feet.size]") == [0, 0]
        page.until("antiphon.sound.voices.size === 0")
        page.read("(plug('connected'), keys(0x91, 67, 90))")
        assert page.read(LABEL) == "1 MIDI input"
        assert page.read("antiphon.hands.mine.size") == 1
        page.read("keys(0x91, 67, 0)")
        assert page.read("antiphon.hands.mine.size") == 0

    look(tmp_path, driver, see)


@pytest.mark.parametrize("permissions", [[], ["midi", "midi-sysex"]], ids=["refused", "no system"])
def test_no_midi_is_said_on_the_button(
    permissions: list[str], tmp_path: Path, driver: Driver
) -> None:
    """Where it is refused, or allowed and there is no MIDI system, the button says so."""

    def see(page: Page, _: Hub) -> None:
        page.click("#midi")
        page.until(f"{LABEL} === 'No MIDI here' || {LABEL}.includes('MIDI input')")
        assert permissions or page.read(LABEL) == "No MIDI here"

    look(tmp_path, driver, see, permissions=permissions)

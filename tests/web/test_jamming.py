"""A jam in the browser alone: keys on the screen, the real model, sound, takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import mido
import pytest

from tests.studio.programs import wait_for
from tests.web.chromium import Driver, Page
from tests.web.conftest import Jam

pytestmark = pytest.mark.studio

HEARD = 0.01  # of full scale: far above the silence of an idle graph
PHRASE = (60, 64, 67, 72)


@pytest.fixture
def page(either: Driver, jam: Jam) -> Iterator[Page]:
    opened = either.open(jam.url)
    opened.until("antiphon.clock.playing && antiphon.sound.on")
    if not opened.read("antiphon.sound.awake"):  # before the first click browsers may forbid it
        opened.click("#sound")
    opened.until("antiphon.sound.awake")
    yield opened
    opened.close()


def play_phrase(page: Page) -> None:
    for pitch in PHRASE:
        page.press_key(pitch)
        page.lift()


def await_answer(page: Page) -> None:
    page.until("antiphon.notes.all.some((note) => note.who === 'answer')")


def test_a_phrase_on_the_screen_is_answered_aloud(page: Page) -> None:
    """Keys clicked on the page are heard there, drawn, and answered by the model, audibly."""
    play_phrase(page)
    assert page.read("antiphon.sound.struck") >= len(PHRASE)
    mine = "antiphon.notes.all.filter((note) => note.who === 'player').slice(-4)"
    page.until(f"{mine}.map((note) => note.pitch).join() === '{','.join(map(str, PHRASE))}'")
    await_answer(page)
    page.until("document.documentElement.dataset.state === 'responding'")
    page.until(f"antiphon.sound.struck > {len(PHRASE)} && antiphon.sound.level() > {HEARD}")
    assert page.complaints == []


def test_the_letters_of_a_computer_play(page: Page) -> None:
    """A letter held down is a key held down, and Escape is silence."""
    page.key("down", "a")
    page.until("antiphon.hands.down.size === 1 && document.querySelector('.key.down')")
    page.until(f"antiphon.sound.level() > {HEARD}")
    page.key("up", "a")
    page.until("antiphon.hands.down.size === 0 && !document.querySelector('.key.down')")


def test_nothing_hangs_after_panic(page: Page, jam: Jam) -> None:
    """Panic over OSC, while a key is held and an answer sounds, leaves no voice in the browser."""
    play_phrase(page)
    await_answer(page)
    page.press_key(48)
    page.until("antiphon.notes.held.size > 0 && antiphon.sound.voices.size > 0")
    jam.remote.send("panic")
    page.until("antiphon.sound.voices.size === 0 && antiphon.hands.down.size === 0")
    page.until("!antiphon.notes.held.size && antiphon.conductor.waiting.size === 0")
    page.lift()


def test_nothing_hangs_when_the_line_is_cut(page: Page) -> None:
    """A lost socket ends every voice; the page comes back by itself."""
    page.press_key(55)
    page.until("antiphon.sound.voices.size > 0")
    page.read("antiphon.wire.socket.close()")
    page.until("antiphon.sound.voices.size === 0 && antiphon.hands.down.size === 0")
    page.until("antiphon.wire.isOpen && antiphon.clock.playing")
    page.lift()


def test_nothing_hangs_when_the_page_is_left(page: Page) -> None:
    """A page that is hidden or left lets go of its keys and falls silent."""
    page.press_key(57)
    page.until("antiphon.sound.voices.size > 0")
    page.read("dispatchEvent(new Event('pagehide'))")
    page.until("antiphon.sound.voices.size === 0 && antiphon.hands.mine.size === 0")
    page.lift()


def test_a_fader_turns_what_osc_reads_and_back(page: Page, jam: Jam) -> None:
    """What is turned on the page is read over OSC, and what is sent over OSC moves the page."""
    page.do("fill", "#param-temperature", "1.5")
    page.key("press", "Enter")
    wait_for("the fader", lambda: jam.remote.ask("temperature") == [1.5], 5)
    jam.remote.send("temperature", 0.5)
    page.until("document.querySelector('[data-address=temperature] input').value === '0.5'")
    page.click("[data-address=temperature] .reset")
    wait_for("the default", lambda: jam.remote.ask("temperature") == [pytest.approx(0.95)], 5)
    page.click("[data-address='voice/player'] select")
    page.do("selectOption", "#param-voice_player", "organ")
    wait_for("the voice", lambda: jam.remote.ask("voice/player") == ["organ"], 5)


def test_a_take_is_played_downloaded_and_dragged(page: Page, jam: Jam, tmp_path: Path) -> None:
    """The last take is listed, sounds in the browser, and leaves it as the MIDI file it is."""
    play_phrase(page)
    page.until("document.querySelector('#takes-list .take')")
    name = page.download("#takes-list .take", tmp_path / "take.mid")
    assert (tmp_path / "take.mid").read_bytes() == (jam.takes / name).read_bytes()
    assert len(mido.MidiFile(tmp_path / "take.mid").tracks) == 2
    dragged = page.read(
        "(() => { const data = new DataTransfer();"
        " document.querySelector('#takes-list .take').dispatchEvent("
        "new DragEvent('dragstart', { dataTransfer: data }));"
        " return data.getData('DownloadURL') })()"
    )
    kind, _, url = dragged.split(":", 2)
    assert kind == "audio/midi"
    assert url.startswith(f"{jam.url}takes/")
    before = page.read("antiphon.sound.struck")
    page.click("#takes-list .play")
    page.until(f"antiphon.takes.playing && antiphon.sound.struck > {before}")
    page.click("#takes-list .play[aria-pressed=true]")
    page.until("antiphon.takes.playing === ''")


def test_no_request_leaves_the_machine(page: Page, jam: Jam) -> None:
    """All that the page asks for, it asks of us, and its policy lets it ask nobody else."""
    home = urlsplit(jam.url).netloc
    assert {urlsplit(address).netloc for address in page.asked} == {home}
    refused = (
        "new Promise((tell) => { addEventListener('securitypolicyviolation',"
        " ({ effectiveDirective }) => tell(effectiveDirective));"
        " fetch('http://127.0.0.2:1/').catch(() => 0) })"
    )
    assert page.read(refused) == "connect-src"

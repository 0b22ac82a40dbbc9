"""What Antiphon tells in English, said by the page in Russian; node runs the page's own modules."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bridge.control.surfaces import READINGS
from bridge.core.params import PARAMS
from bridge.web.panel import PAGE
from tests.web import sentences, sources
from tests.web.sentences import checks, spoken

Tell = Callable[[Sequence[str]], dict[str, Any]]


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """Return what says sentences in Russian; skip without node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the page's words are tested with node (see tools/setup.sh)")
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(PAGE, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')

    def say(told: Sequence[str]) -> dict[str, Any]:
        command = [node, str(Path(__file__).with_name("tell.mjs")), str(folder)]
        done = subprocess.run(
            command, input=json.dumps(told), capture_output=True, text=True, check=True
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return say


SOURCE = """
from bridge.core.errors import BridgeError

CURES = {"one": "take a breath", "two": "play on"}

class MoodError(BridgeError):
    pass

def mend(name, bad):
    why = "it is late" if bad else f"{name} is out of tune"
    if not name:
        raise MoodError(f"{name!r} cannot play: {why}")
    return Finding("mood", "note", says=_told(name), do=CURES[name])

def _told(name):
    return f"{len(name)} players are tired"
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have SOURCE be all that is read."""
    (tmp_path / "bridge/core").mkdir(parents=True)
    (tmp_path / "bridge/mood.py").write_text(SOURCE)
    (tmp_path / "bridge/core/errors.py").write_text("class BridgeError(Exception): ...")
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    monkeypatch.setattr(sources, "BEGINNINGS", ("bridge/mood.py",))
    kept = (sources.tree, sources.modules, sentences.errors)
    for each in kept:
        each.cache_clear()
    yield
    for each in kept:
        each.cache_clear()


@pytest.mark.usefixtures("source")
def test_a_sentence_is_found_through_names_branches_and_functions() -> None:
    """Whatever way its words come to where they are said, each of them is read."""
    assert {sentence.text for sentence in spoken()} == {
        "'word71' cannot play: word72", "it is late", "word73 is out of tune",
        "word71 players are tired", "take a breath", "play on",
    }  # fmt: skip


def test_all_that_can_be_told_is_said_in_russian(tell: Tell) -> None:
    """Every sentence of the sources has a line in russian/told.js or russian/doctor.js.

    A line keeps all values. Who adds a sentence adds its line: the names in its braces are free.
    """
    all_ = spoken()
    told = tell([sentence.text for sentence in all_])["said"]
    assert len(all_) > 150
    lacking = [
        f"{sentence.where}: {sentence.text} -> {russian}"
        for sentence, russian in zip(all_, told, strict=True)
        if not re.search("[а-я]", russian) or not all(v in russian for v in sentence.values)
    ]
    assert lacking == []


def test_all_that_is_in_the_tables_has_a_russian_name(tell: Tell) -> None:
    """Parameters, their units and choices, readings and checks are there, with their help."""
    keys = set(tell([])["keys"])
    wanted = {f"check.{check}" for check in checks()}
    for row in READINGS:
        wanted |= {f"reading.{row.address}", f"reading.help.{row.address}"}
    for param in PARAMS.values():
        knob = param.knob
        wanted |= {f"name.{knob.address}", f"help.{knob.address}"}
        wanted |= {f"unit.{knob.unit}"} if knob.unit else set()
    named = {key.rsplit(".", 1)[-1] for key in keys if key.startswith("choice.")}
    choices = {c for param in PARAMS.values() for c in param.knob.choices if not c.isdigit()}
    assert wanted - keys == set()
    assert choices - named == set()


EXAMPLES = {
    "call/silence must be in 0.25..8, not 100": "«тишина» (call/silence): от 0,25 до 8, а не 100",
    "there is no preset 'solo' in /home/me/presets; there are: none": (
        "пресета «solo» нет: в /home/me/presets пока пусто"
    ),
    "preset jazz: style cannot be 'jaz'; it may be jazz, latin ...": (
        "пресет «jazz»: «стиль» (style): значения «jaz» нет; есть jazz, latin ..."
    ),
    "learned.toml cannot be read: Permission denied; it is now called learned.toml.broken": (
        "не удалось прочитать learned.toml: нет доступа; теперь он называется learned.toml.broken"
    ),
    "the model a knows no paces; the model a neither hears nor plays drums: it answers with a tuned"
    " instrument; another model plays them": (
        "модель a не знает темпов; модель a не слышит и не играет ударных и ответит обычным"
        " инструментом; на ударных играет другая модель"
    ),
    "the player was restarted: MIDI output 'Synth 1' is gone": (
        "плеер перезапущен: MIDI-выход «Synth 1» пропал"
    ),
    "internal conducts (no other clock yet), free, 120.5 BPM": (
        "темп задаёт сам Antiphon (больше пока некому), свой темп, 120,5 BPM"
    ),
    "22 notes in time, 1 late, 0 snapped, 0 left out": (
        "22 ноты вовремя, 1 с опозданием, 0 сдвинуто к сетке, 0 пропущено"
    ),
    "clock/bpm: CC 20, channel 1": "«свой темп, BPM» (clock/bpm): CC 20, канал 1",
    "key: note 36, channel 1; was trigger": (
        "«тональность» (key): нота 36, канал 1; раньше: «Отвечай» (trigger)"
    ),
    "120 BPM, 4/4, C Major, playing, beat 17": "120 BPM, 4/4, C Major, идёт, доля 17",
    "tomorrow: rain; wind": "tomorrow: rain; wind",
}


def test_what_is_told_keeps_its_values(tell: Tell) -> None:
    """Names, numbers and sentences within sentences come through; what is unknown stays."""
    assert tell(list(EXAMPLES))["said"] == list(EXAMPLES.values())


def test_a_count_has_its_form(tell: Tell) -> None:
    """One, two and five of a thing are three words in Russian."""
    assert tell([])["inputs"] == ["1 MIDI-вход", "2 MIDI-входа", "5 MIDI-входов"]

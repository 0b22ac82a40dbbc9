"""The shipped reader of prompts, in English and Russian."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.app.places import prompt_reader
from bridge.core.errors import ModelError
from bridge.core.voices import VOICE_NAMES
from bridge.core.wishes import WISHES
from bridge.respond.prompt import FINGERPRINT, PromptReader

READER = PromptReader.load(prompt_reader())


@pytest.mark.parametrize(
    ("prompt", "wishes", "voices", "says"),
    [
        (
            "jazz, piano, fast, angry",
            {"style": "jazz", "pace": "fast"},
            ["piano"],
            "jazz, piano, fast: understood; 'angry': not known",
        ),
        (
            "Медленный джаз на фортепиано, злой",
            {"pace": "slow", "style": "jazz"},
            ["piano"],
            "медленный (slow), джаз (jazz), фортепиано (piano): понято; 'злой': не знаю",
        ),
        (
            "fastly pianno",  # nobody taught it these
            {"pace": "fast"},
            ["piano"],
            "fastly (fast), pianno (piano): understood",
        ),
        (
            "джазовое фортепиано",
            {"style": "jazz"},
            ["piano"],
            "джазовое (jazz), фортепиано (piano): понято",
        ),
        (
            "high tempo, low register",
            {"pace": "fast", "register": "low"},
            [],
            "high (fast), low: understood",
        ),
        (
            "sad latin for sax, no drums",
            {"tonality": "minor", "style": "latin"},
            ["reed"],
            "sad (minor), latin, sax (reed): understood; 'no drums': not known",
        ),
        (
            "рояль и скрипка",
            {},
            ["piano", "strings"],
            "рояль (piano): понято; скрипка (strings): из нескольких берётся первое",
        ),
        ("120 bpm funk", {"pace": "fast", "style": "funk"}, [], "120 bpm (fast), funk: understood"),
        ("not too fast", {}, [], "'not too fast': not known"),
        ("play me something please", {}, [], "nothing asked for"),
        ("", {}, [], "nothing asked for"),
        ("42 !", {}, [], "'42': not known"),
    ],
)
def test_a_prompt_is_understood_and_says_so(
    prompt: str, wishes: dict[str, str], voices: list[str], says: str
) -> None:
    found = READER.read(prompt)
    assert (found.wishes, found.voices, found.says()) == (wishes, voices, says)


def test_every_choice_is_known_by_its_own_name() -> None:
    for wish in WISHES:
        for choice in wish.choices:
            if (wish.name, choice) == ("density", "light"):
                continue  # what it means by itself; `light music` is the style
            if choice == "light":
                assert READER.read("light music").wishes == {"style": "light"}
            elif choice == "song":
                assert READER.read("art song").wishes == {"style": "song"}
            else:
                assert READER.read(choice).wishes == {wish.name: choice}
    for voice in VOICE_NAMES:
        assert READER.read(voice).voices == [voice]


def test_any_text_can_be_read() -> None:
    rng = np.random.default_rng(0)
    letters = np.array(list("abcxyz  абвэюя,.'!?&-—0123456789\0\n😀漢ё"))
    for _ in range(50):
        found = READER.read("".join(rng.choice(letters, 200)))
        assert found.says()


def test_a_file_for_other_wishes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "prompt.npz"
    with pytest.raises(ModelError, match="missing"):
        PromptReader.load(path)
    path.write_bytes(b"no zip")
    with pytest.raises(ModelError, match="cannot be read"):
        PromptReader.load(path)
    np.savez(path, fingerprint="00000000")
    with pytest.raises(ModelError, match=f"kind 00000000, this version has {FINGERPRINT}"):
        PromptReader.load(path)
    np.savez(path, fingerprint=np.array([object()]))
    with pytest.raises(ModelError, match="cannot be read"):
        PromptReader.load(path)

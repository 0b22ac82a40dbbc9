"""The shipped reader of prompts, in English and Russian."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.app.places import prompt_reader
from bridge.core.errors import ModelError
from bridge.core.keys import TONICS
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
            "sad (minor), latin, sax (reed): understood",
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


@pytest.mark.parametrize(
    ("prompt", "banned"),
    [
        ("no drums", [("no drums", "drums")]),
        ("jazz without drums or bass", [("without drums", "drums"), ("or bass", "bass")]),
        ("no drums and piano", [("no drums", "drums")]),  # the piano is wanted
        ("no electric guitar, slow", [("no electric guitar", "guitar")]),
        ("no sax, no drums", [("no sax", "reed"), ("no drums", "drums")]),
        ("быстро, без барабанов и баса", [("без барабанов", "drums"), ("и баса", "bass")]),
        ("никаких ударных", [("никаких ударных", "drums")]),
        ("not too fast", []),
        ("no", []),
    ],
)
def test_instruments_that_are_not_wanted_are_known(
    prompt: str, banned: list[tuple[str, str]]
) -> None:
    found = READER.read(prompt)
    assert found.banned == banned
    assert not {voice for _, voice in banned} & set(found.voices)


@pytest.mark.parametrize(
    ("prompt", "key", "says"),
    [
        ("jazz in D minor", "D minor", "jazz, D minor: understood"),
        ("F# major funk", "F# major", "F# major, funk: understood"),
        ("ballad, Bbm", "Bb minor", "ballad (slow), Bbm (Bb minor): understood"),
        ("db major", "C# major", "db major (C# major): understood"),
        ("e-flat minor", "Eb minor", "e-flat minor (Eb minor): understood"),
        ("in the key of E, piano", "E major", "E (E major), piano: understood"),
        ("something in a minor", "A minor", "A minor: understood"),
        ("C dorian", "C dorian", "C dorian: understood"),
        ("грустно, ре минор", "D minor", "грустно (minor), ре минор (D minor): понято"),
        ("фа-диез мажор", "F# major", "фа-диез мажор (F# major): понято"),
        ("в си бемоль миноре", "Bb minor", "си бемоль миноре (Bb minor): понято"),
        ("in a minor key", "", "minor: understood"),  # an article
        ("a major tune", "", "major: understood"),
        ("not in D minor", "", "'not in D minor': not known"),
        ("не в ре миноре", "", "'не в ре миноре': не знаю"),
        (
            "D minor and E major",
            "D minor",
            "D minor: understood; E major: only the first of a kind counts",
        ),
    ],
)
def test_a_key_is_read_by_its_name(prompt: str, key: str, says: str) -> None:
    found = READER.read(prompt)
    assert (found.key, found.says()) == (key, says)


def test_every_key_can_be_named_in_both_languages() -> None:
    syllables = (
        "до", "до диез", "ре", "ми бемоль", "ми", "фа", "фа диез", "соль", "ля бемоль", "ля",
        "си бемоль", "си",
    )  # fmt: skip
    for tonic, syllable in zip(TONICS, syllables, strict=True):
        for scale, name in (("major", "мажор"), ("minor", "минор")):
            assert READER.read(f"in {tonic} {scale}").key == f"{tonic} {scale}"
            assert READER.read(f"{syllable} {name}").key == f"{tonic} {scale}"


def test_where_several_voices_answer_all_that_are_named_count() -> None:
    found = READER.read("add bass and drums", several=True)
    assert (found.voices, found.adds) == (["bass", "drums"], True)
    assert found.says() == "bass, drums: understood"


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

"""`antiphon continue` is told what to play like: prompts, wishes, voices, keys, feel."""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np

from bridge.app.files.compose import _limits
from bridge.app.files.seeds import read_seed
from bridge.core.events import NoteRow
from bridge.core.keys import pitch_classes
from bridge.core.music import Meter
from bridge.core.params import Settings
from bridge.core.voices import DRUM_CHANNEL, DRUMS, VOICE_NAMES, voice_of
from bridge.respond.wishes import vector
from bridge.send.take import write_midi
from tests.app.continuing import call, notes_of, refused, write_seed
from tests.evaluation.tiny import write_shipped


def test_a_prompt_is_obeyed_and_said_back(seed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    code, text = call("continue", seed, "--out", out, "--prompt", "jazz, bass, angry")
    assert code == 0
    assert text.startswith("jazz, bass: understood; 'angry': not known")
    programs = {m.program for t in mido.MidiFile(out).tracks for m in t if hasattr(m, "program")}
    assert programs == {33}


def test_a_wish_that_cannot_be_is_refused(seed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    assert "style cannot be 'jaz'; it may be jazz" in refused(seed, "--out", out, "--style", "jaz")
    assert "200 characters" in refused(seed, "--out", out, "--prompt", "x" * 201)


def test_the_model_is_asked_for_what_was_wished(seed: Path) -> None:
    found = _limits(read_seed(seed), Settings(density="dense", voice_answer="bass"))
    wanted = vector({"density": "dense", "pace": "moderate"}, {VOICE_NAMES.index("bass")})
    assert (found.wish == wanted).all()  # the pace is that of the seed's 96 BPM
    assert (np.flatnonzero(found.voices == 0) == VOICE_NAMES.index("bass")).all()


def test_a_style_is_leaned_to_by_the_tables_that_come_along(seed: Path) -> None:
    song = read_seed(seed)
    manners = [_limits(song, Settings(style=s)).lean.manner for s in ("funk", "chorale", "jazz")]
    assert sum(manner is not None for manner in manners) >= 2  # the seed may be in one of them
    assert _limits(song, Settings()).lean.manner is None


def test_a_model_that_takes_wishes_is_played_with_them(seed: Path, tmp_path: Path) -> None:
    write_shipped("note-transformer", tmp_path, wishes=True)
    asked = ("--prompt", "jazz", "--model", "tiny", "--models", tmp_path)
    code, text = call("continue", seed, "--out", tmp_path / "o.mid", *asked)
    assert code == 0
    assert text.startswith("jazz: understood\n")


def voices_of(path: Path) -> set[str]:
    """Return the voices of a file's notes."""
    programs, found = {}, set()
    for track in mido.MidiFile(path).tracks:
        for message in track:
            if message.type == "program_change":
                programs[message.channel] = message.program
            elif message.type == "note_on" and message.velocity:
                drums = message.channel == DRUM_CHANNEL
                found.add(VOICE_NAMES[voice_of(programs.get(message.channel, 0), drums=drums)])
    return found


def test_voices_asked_for_answer_together_from_the_bar_line(seed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    assert (
        call("continue", seed, "--out", out, "--voices", "drums, bass,Piano", "--seed", 1)[0] == 0
    )
    assert voices_of(out) == {"drums", "bass", "piano"}
    assert notes_of(out)[0][0] == 0


def test_a_prompt_may_add_voices_to_those_of_the_seed(seed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    code, text = call("continue", seed, "--out", out, "--prompt", "add bass and drums", "--seed", 1)
    assert code == 0
    assert text.startswith("bass, drums: understood\n")
    assert voices_of(out) == {"drums", "bass", "piano"}


def test_an_option_holds_against_the_prompt_and_says_so(seed: Path, tmp_path: Path) -> None:
    asked = ("--prompt", "sparse, drums", "--density", "busy", "--voices", "bass")
    code, text = call("continue", seed, "--out", tmp_path / "out.mid", *asked)
    assert code == 0
    assert text.startswith(
        "sparse, drums: understood; density is held at busy by --density;"
        " voices is held at bass by --voices\n"
    )
    assert voices_of(tmp_path / "out.mid") == {"bass"}


def test_voices_that_are_not_wanted_are_silent(seed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    asked = ("--prompt", "without drums", "--voices", "bass,drums")
    code, text = call("continue", seed, "--out", out, *asked)
    assert code == 0
    assert text.startswith("without drums: understood\n")
    assert voices_of(out) == {"bass"}
    code, text = call("continue", seed, "--out", tmp_path / "o.mid", "--prompt", "no piano")
    assert code == 5
    assert "seed.mid: nobody is left to play" in text


def test_a_voice_that_is_none_is_refused(seed: Path, tmp_path: Path) -> None:
    says = refused(seed, "--out", tmp_path / "o.mid", "--voices", "drum")
    assert "not 'drum'; did you mean drums?" in says


def test_only_notes_of_the_key_asked_for_are_played(seed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    code, text = call("continue", seed, "--out", out, "--prompt", "in D minor", "--seed", 1)
    assert code == 0
    assert text.startswith("D minor: understood\n")
    assert {pitch % 12 for _, pitch in notes_of(out)} <= pitch_classes("D minor")


def test_a_pace_for_a_model_that_knows_none_is_told(seed: Path, tmp_path: Path) -> None:
    asked = ("--model", "note-lstm", "--pace", "slow")
    code, text = call("continue", seed, "--out", tmp_path / "o.mid", *asked)
    assert code == 0
    assert text.startswith("the model note-lstm knows no paces\n")
    code, text = call(
        "continue", seed, "--out", tmp_path / "p.mid", *asked, "--prompt", "быстро, рок"
    )
    assert text.count("не знает темпов") == 1
    assert "pace остаётся slow: так велит --pace" in text


def test_drums_for_a_model_that_knows_none_are_told_once(tmp_path: Path) -> None:
    seeds = [write_seed(tmp_path / f"{name}.mid", voice=DRUMS) for name in "ab"]
    code, text = call("continue", *seeds, "--out", tmp_path / "all", "--model", "chord-gru")
    assert code == 0
    assert text.count("neither hears nor plays drums") == 1
    assert "drums" not in voices_of(tmp_path / "all" / "a.mid")
    asked = ("--model", "chord-gru", "--voices", "piano,bass", "--force")
    code, text = call("continue", write_seed(tmp_path / "c.mid"), "--out", tmp_path / "all", *asked)
    assert "answers with one instrument" in text


def test_the_feel_of_the_seed_carries_over(tmp_path: Path) -> None:
    rows: list[NoteRow] = [
        (beat + late, 0.3, 60 + beat, 100, 0) for beat in range(8) for late in (0.0, 0.58)
    ]
    write_midi(tmp_path / "seed.mid", [("seed", rows)], Meter(), 96)
    places: list[set[float]] = []
    for feel in (0, 1):
        out = tmp_path / f"{feel}.mid"
        flags = ("--feel", feel, "--seed", 1, "--bars", 16)
        assert call("continue", tmp_path / "seed.mid", "--out", out, *flags)[0] == 0
        song = mido.MidiFile(out)
        places.append(
            {tick % song.ticks_per_beat / song.ticks_per_beat for tick, _ in notes_of(out)}
        )
    straight, swung = places
    assert all(round(place * 24, 6) % 1 == 0 for place in straight)
    assert any(abs(place - 0.58) < 0.01 for place in swung)
    assert not swung & {0.5, 15 / 24, 16 / 24}


def test_range_key_and_texture_are_obeyed(seed: Path, tmp_path: Path) -> None:
    """By whatever is set: the seed is a line in C minor about C5."""
    out = tmp_path / "out.mid"
    wanted = ("range/low=40", "range/high=60", "key=D major", "texture=line")
    flags = [flag for pair in wanted for flag in ("--set", pair)]
    code, text = call("continue", seed, "--out", out, "--seed", 1, "--bars", 4, *flags)
    assert code == 0, text
    found = notes_of(out)
    assert all(40 <= pitch <= 60 and pitch % 12 in (1, 2, 4, 6, 7, 9, 11) for _, pitch in found)
    assert len({tick for tick, _ in found}) == len(found)

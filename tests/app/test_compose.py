"""`antiphon continue` on real files: as a user calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import mido
import numpy as np
import pytest
from typer.testing import CliRunner

from bridge.app.cli import app
from bridge.app.compose import _limits
from bridge.app.places import models_folder
from bridge.app.seeds import read_seed
from bridge.core.events import NoteRow
from bridge.core.keys import pitch_classes
from bridge.core.music import Meter
from bridge.core.params import Settings
from bridge.core.voices import DRUM_CHANNEL, DRUMS, VOICE_NAMES, voice_of
from bridge.respond.families import FAMILIES
from bridge.respond.onnx import offered
from bridge.respond.wishes import vector
from bridge.send.take import write_midi
from tests.evaluation.tiny import write_shipped

FOUR_FOUR = Meter()


def write_seed(path: Path, meter: Meter = FOUR_FOUR, bpm: float = 96.0, voice: int = 0) -> Path:
    rows: list[NoteRow] = [
        (i * 0.5, 0.45, (60, 63, 67, 70, 72, 70)[i % 6], 80, voice) for i in range(16)
    ]
    write_midi(path, [("seed", rows)], meter, bpm)
    return path


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    return write_seed(tmp_path / "seed.mid")


def call(*arguments: object) -> tuple[int, str]:
    """Run the program in its own process, as a shell would."""
    command = [sys.executable, "-m", "bridge", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def notes_of(path: Path) -> list[tuple[int, int]]:
    """Return (tick, pitch) of every note-on, checking that each has its note-off."""
    found, sounding = [], set()
    for track in mido.MidiFile(path).tracks:
        tick = 0
        for message in track:
            tick += message.time
            key = (getattr(message, "channel", None), getattr(message, "note", None))
            if message.type == "note_on" and message.velocity:
                assert key not in sounding
                sounding.add(key)
                found.append((tick, message.note))
            elif message.type in ("note_on", "note_off"):
                sounding.remove(key)
    assert not sounding
    return sorted(found)


def test_eight_bars_from_tick_zero_in_tempo_and_meter(seed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    code, text = call("continue", seed, "--bars", 8, "--out", out, "--seed", 1)
    assert code == 0, text
    song = mido.MidiFile(out)
    notes = notes_of(out)
    assert notes[0][0] == 0
    assert notes[-1][0] < 8 * 4 * song.ticks_per_beat
    meta = {m.type: m for track in song.tracks for m in track if m.is_meta}
    assert round(mido.tempo2bpm(meta["set_tempo"].tempo), 2) == 96
    assert (meta["time_signature"].numerator, meta["time_signature"].denominator) == (4, 4)


def test_the_same_seed_number_gives_the_same_file(seed: Path, tmp_path: Path) -> None:
    one, two, other = (tmp_path / f"{n}.mid" for n in "abc")
    for out, number in ((one, 7), (two, 7), (other, 8)):
        assert call("continue", seed, "--out", out, "--seed", number)[0] == 0
    assert one.read_bytes() == two.read_bytes()
    assert notes_of(one) != notes_of(other)


@pytest.mark.skipif("CoreML" in offered(), reason="onnxruntime was built with CoreML")
def test_a_device_that_is_not_there_is_told_and_the_cpu_continues(
    seed: Path, tmp_path: Path
) -> None:
    out, plain = tmp_path / "out.mid", tmp_path / "plain.mid"
    code, text = call("continue", seed, "--out", out, "--seed", 1, "--device", "coreml")
    assert code == 0
    assert text.count("wanted CoreML: this onnxruntime was built without CoreML") == 1
    call("continue", seed, "--out", plain, "--seed", 1, "--device", "cpu")
    assert out.read_bytes() == plain.read_bytes()


def test_many_seeds_go_to_a_folder_and_each_is_as_if_alone(tmp_path: Path) -> None:
    seeds = [
        write_seed(tmp_path / "a.mid"),
        write_seed(tmp_path / "b.mid", Meter(3, 4)),
        write_seed(tmp_path / "c.mid", voice=4),
    ]
    code, text = call("continue", *seeds, "--out", tmp_path / "all", "--seed", 3, "--json")
    assert code == 0, text
    reports = json.loads(text)
    assert [r["meter"] for r in reports] == ["4/4", "3/4", "4/4"]
    alone = tmp_path / "alone.mid"
    call("continue", seeds[2], "--out", alone, "--seed", 3)
    assert (tmp_path / "all" / "c.mid").read_bytes() == alone.read_bytes()


def test_with_seed_puts_the_seed_in_front(seed: Path, tmp_path: Path) -> None:
    out, bare = tmp_path / "out.mid", tmp_path / "bare.mid"
    call("continue", seed, "--out", out, "--seed", 1, "--with-seed")
    call("continue", seed, "--out", bare, "--seed", 1)
    bar = 4 * mido.MidiFile(out).ticks_per_beat
    whole = notes_of(out)
    assert whole[:16] == notes_of(seed)
    assert [(t - 2 * bar, p) for t, p in whole[16:]] == notes_of(bare)


@pytest.mark.parametrize("model", ["note-transformer", "note-lstm"])
def test_drums_are_continued_by_drums(model: str, tmp_path: Path) -> None:
    seed = tmp_path / "drums.mid"
    rows: list[NoteRow] = [(i * 0.5, 0.2, (36, 42, 38, 42)[i % 4], 90, 12) for i in range(16)]
    write_midi(seed, [("drums", rows)], Meter(), 120)
    out = tmp_path / "out.mid"
    assert call("continue", seed, "--out", out, "--model", model)[0] == 0
    channels = {m.channel for t in mido.MidiFile(out).tracks for m in t if m.type == "note_on"}
    assert channels == {9}


BROKEN = {
    "text.mid": (b"hello", "not a MIDI file"),
    "empty.mid": (b"", "not a MIDI file"),
    "cut.mid": (b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk\x00\x00", "broken"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_seed_is_one_line_and_writes_nothing(name: str, tmp_path: Path) -> None:
    content, says = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    out = tmp_path / "out.mid"
    out.write_bytes(b"precious")
    code, text = call("continue", tmp_path / name, "--out", out, "--force")
    assert code == 5
    assert name in text
    assert says in text or "no notes" in text
    assert len(text.strip().splitlines()) == 1
    assert out.read_bytes() == b"precious"


def test_a_seed_without_notes_says_so(tmp_path: Path) -> None:
    write_midi(tmp_path / "none.mid", [("silence", [])], Meter(), 120)
    code, text = call("continue", tmp_path / "none.mid", "--out", tmp_path / "o.mid")
    assert (code, "no notes" in text) == (5, True)


def test_a_missing_seed_is_named(tmp_path: Path) -> None:
    code, text = call("continue", tmp_path / "nowhere.mid", "--out", tmp_path / "o.mid")
    assert code in (2, 5)
    assert "nowhere.mid" in text


def test_one_bad_seed_does_not_stop_the_others(seed: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.mid").write_bytes(b"bad")
    code, text = call("continue", tmp_path / "bad.mid", seed, "--out", tmp_path / "all")
    assert code == 5
    assert "bad.mid" in text
    assert (tmp_path / "all" / "seed.mid").exists()


def test_many_seeds_need_a_folder(seed: Path, tmp_path: Path) -> None:
    code, text = call("continue", seed, seed, "--out", tmp_path / "one.mid")
    assert code == 2
    assert "folder" in text


def refused(*arguments: object) -> str:
    """Call `continue` in vain; return its one line."""
    code, text = call("continue", *arguments)
    assert code == 2
    assert text.startswith("antiphon: ")
    assert text.count("\n") == 1
    return text


def test_the_seed_is_never_written_over(seed: Path) -> None:
    before = seed.read_bytes()
    assert "is the seed itself" in refused(seed, "--out", seed, "--force")
    assert seed.read_bytes() == before


def test_no_seed_is_written_over_by_the_answer_to_another(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    seeds = [write_seed(tmp_path / "a.mid"), write_seed(tmp_path / "x" / "a.mid")]
    before = seeds[1].read_bytes()
    refused(*seeds, "--out", tmp_path / "x", "--force")
    assert seeds[1].read_bytes() == before


def test_what_exists_is_kept_until_force_is_asked_for(seed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    out.write_bytes(b"precious")
    text = refused(seed, "--out", out)
    assert "out.mid: exists" in text
    assert "--force" in text
    assert out.read_bytes() == b"precious"
    assert call("continue", seed, "--out", out, "--force")[0] == 0
    assert notes_of(out)


def test_in_a_folder_nothing_is_begun_when_one_file_exists(seed: Path, tmp_path: Path) -> None:
    other, folder = write_seed(tmp_path / "other.mid"), tmp_path / "all"
    folder.mkdir()
    (folder / "other.mid").write_bytes(b"precious")
    assert "other.mid: exists" in refused(seed, other, "--out", folder)
    assert [path.name for path in folder.iterdir()] == ["other.mid"]


def test_a_strange_suffix_is_refused_and_none_is_a_folder(seed: Path, tmp_path: Path) -> None:
    assert "must end in .mid or .midi" in refused(seed, "--out", tmp_path / "z.txt")
    (tmp_path / "file").touch()
    assert "is a file" in refused(seed, "--out", tmp_path / "file")
    assert call("continue", seed, "--out", tmp_path / "answers")[0] == 0
    assert (tmp_path / "answers" / "seed.mid").exists()


@pytest.mark.parametrize(
    ("flag", "value", "says"),
    [
        ("--temperature", 99, "temperature must be in 0.05..2, not 99"),
        ("--temperature", -1, "temperature must be in 0.05..2, not -1"),
        ("--top-p", "nan", "top_p must be in 0.05..1, not nan"),
        ("--memory", 1.5, "memory must be in 0..1, not 1.5"),
        ("--seed", -7, "seed must be in -1.."),
    ],
)
def test_values_beyond_their_limits_are_refused(
    flag: str, value: object, says: str, seed: Path, tmp_path: Path
) -> None:
    assert says in refused(seed, "--out", tmp_path / "o.mid", flag, value)
    assert not (tmp_path / "o.mid").exists()


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


def test_no_bars_are_refused(seed: Path, tmp_path: Path) -> None:
    code, text = call("continue", seed, "--out", tmp_path / "o.mid", "--bars", 0)
    assert code == 2
    assert "--bars" in text
    assert "1" in text


def test_an_unknown_model_lists_the_known(seed: Path, tmp_path: Path) -> None:
    code, text = call("continue", seed, "--out", tmp_path / "o.mid", "--model", "gpt")
    assert code == 4
    assert "note-transformer" in text


def test_models_are_listed() -> None:
    result = CliRunner().invoke(app, ["models", "--json"])
    names = [card["name"] for card in json.loads(result.stdout)]
    assert names == sorted(FAMILIES)
    plays = {card["name"]: card["plays"] for card in json.loads(result.stdout)}
    assert plays["note-transformer"] == "drums and twelve instruments at once"
    assert plays["chord-gru"] == "one tuned instrument"


def test_a_broken_card_does_not_hide_the_other_models(tmp_path: Path) -> None:
    for name in ("note-lstm", "note-transformer"):
        for suffix in (".onnx", ".json"):
            (tmp_path / f"{name}{suffix}").write_bytes(
                (models_folder() / f"{name}{suffix}").read_bytes()
            )
    (tmp_path / "note-lstm.json").write_text("{")
    code, text = call("models", "--models", tmp_path)
    assert code == 4
    assert "note-transformer" in text
    assert "note-lstm.json" in text


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


def test_of_several_candidates_one_is_written(seed: Path, tmp_path: Path) -> None:
    """The same seed number gives the same choice."""
    outs = [tmp_path / name for name in ("one.mid", "two.mid")]
    for out in outs:
        code, text = call(
            "continue", seed, "--out", out, "--seed", 1, "--bars", 2, "--set", "candidates=3"
        )
        assert code == 0, text
    assert notes_of(outs[0]) == notes_of(outs[1])


def test_what_has_a_flag_is_not_set_otherwise(seed: Path, tmp_path: Path) -> None:
    text = refused("continue", seed, "--out", tmp_path / "out.mid", "--set", "seed=3")
    assert "continue takes --seed" in text

"""`antiphon continue` on real files: as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import mido
import pytest
from typer.testing import CliRunner

from bridge.app.cli import app
from bridge.app.places import models_folder
from bridge.core.events import NoteRow
from bridge.core.music import Meter
from bridge.respond.families import FAMILIES
from bridge.respond.onnx import offered
from bridge.send.take import write_midi
from tests.app.continuing import call, notes_of, refused, write_seed


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

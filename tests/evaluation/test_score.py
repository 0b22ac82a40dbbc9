from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.app import cli
from bridge.core.events import NoteRow
from bridge.core.music import Meter, Note
from bridge.evaluation.models import ModelScorer
from bridge.evaluation.score import SCORED, item_of_pair, score
from bridge.respond.notes.continuer import NoteContinuer
from bridge.respond.notes.graph import GRAPHS
from bridge.respond.steps import DURATIONS, LONGEST_SHIFT, PITCH, SHIFT, VOICE, velocity_of
from bridge.send.take import write_midi
from tests.evaluation.scores import item_of, motif

ROWS = motif((60, 64, 67, 72))
ITEM = item_of(ROWS)
BAR = 96


def note(onset: int, voice: int, pitch: int) -> Note:
    return Note(onset, voice, pitch, DURATIONS[9], velocity_of(8))


NOTES = [note(*row) for row in ROWS]
PAIR = item_of_pair(NOTES[: ITEM.begin - 1], NOTES[ITEM.begin - 1 :], BAR)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one model with chance weights."""
    tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)
    tiny.write_shipped("note-lstm", tmp_path)
    return tmp_path


@pytest.fixture(params=["note-transformer", "note-lstm"])
def scorer(request: pytest.FixtureRequest, tmp_path: Path) -> ModelScorer:
    tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)
    path = tiny.write_tiny(request.param, tmp_path / "tiny.onnx")
    return ModelScorer(NoteContinuer("tiny", GRAPHS[request.param](path)), memory=1.0)


def test_a_pair_of_notes_is_the_item_they_are_cut_from() -> None:
    assert PAIR.begin == ITEM.begin
    for name in ("notes", "position", "bar", "tick"):
        assert np.array_equal(getattr(PAIR.steps, name), getattr(ITEM.steps, name))


def test_a_context_opens_on_the_bar_line_before_the_prime() -> None:
    item = item_of_pair([note(5 * BAR + 24, 0, 60)], [note(7 * BAR, 0, 62)], BAR)
    assert item.steps.tick.tolist() == [0, 24, 2 * BAR]
    assert item.steps.notes[1:, SHIFT].tolist() == [24, 168]


@pytest.mark.parametrize("bar", [96, 36])
def test_a_long_silence_loses_whole_bars_but_stays_long(bar: int) -> None:
    item = item_of_pair(
        [note(0, 0, 60)], [note(50 * bar + 7, 0, 62), note(50 * bar + 9, 0, 64)], bar
    )
    silence = int(item.steps.tick[2])
    assert LONGEST_SHIFT <= silence < max(5 * bar, LONGEST_SHIFT + bar)
    assert silence % bar == item.steps.position[2] == 7
    assert item.steps.tick[3] == silence + 2


@pytest.mark.train
def test_a_pair_costs_what_the_table_says(scorer: ModelScorer) -> None:
    for hidden in (False, True):
        paid = scorer.bits(ITEM, hidden=hidden).sum(axis=0)
        found = score(scorer, PAIR, 16, hidden=hidden)
        names = ("onset", "pitch", "voice") if hidden else tuple(SCORED)
        assert tuple(found.bits) == names
        for name in names:
            assert found.per_note[name] == pytest.approx(paid[SCORED[name]] / ITEM.count)
        assert found.per_beat == pytest.approx(sum(paid[SCORED[n]] for n in names) / 16)


@pytest.mark.train
def test_the_chances_of_all_choices_sum_to_one(folder: Path) -> None:
    scorer = ModelScorer.load(folder, "tiny", memory=0.5)
    prime = NOTES[:12]

    def chance(onset: int, voice: int, pitch: int, column: int) -> float:
        item = item_of_pair(prime, [note(onset, voice, pitch)], BAR)
        return float(np.exp2(-scorer.bits(item, hidden=False)[0, column]))

    last = prime[-1].onset
    shifts = [chance(last + shift, 0, 60, SHIFT) for shift in range(LONGEST_SHIFT + 1)]
    voices = [chance(last + 12, voice, 60, VOICE) for voice in range(13)]
    pitches = [chance(last + 12, 0, pitch, PITCH) for pitch in range(128)]
    for shares in (shifts, voices, pitches):
        assert sum(shares) == pytest.approx(1, abs=1e-4)


@pytest.mark.train
def test_an_hour_fits_no_context_and_is_scored_all_the_same(folder: Path) -> None:
    scorer = ModelScorer.load(folder, "tiny")
    thin = [note(bar * BAR, 0, 60) for bar in range(200)]
    dense = [note(n * 6, n % 13, 60) for n in range(1000)]
    for notes in (thin, dense):
        found = score(scorer, item_of_pair(notes[:20], notes[20:], BAR), 100)
        assert found.notes == len(notes) - 20
        assert all(0 < bits < 20 for bits in found.per_note.values())


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Two bars, what follows them, and files that are no music."""
    rows: list[NoteRow] = [(n * 0.5, 0.45, (60, 64, 67, 72)[n % 4], 80, 0) for n in range(16)]
    write_midi(tmp_path / "prime.mid", [("prime", rows)], Meter(), 120)
    write_midi(tmp_path / "after.mid", [("after", rows[:11])], Meter(), 120)
    write_midi(tmp_path / "silence.mid", [("silence", [])], Meter(), 120)
    (tmp_path / "text.mid").write_text("la la la")
    return tmp_path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], music: Path) -> Any:
    """Type `antiphon score` where the music is; return exit code, output and complaints."""

    def typed(*arguments: str) -> tuple[object, str, list[str]]:
        monkeypatch.chdir(music)
        monkeypatch.setattr(sys, "argv", ["antiphon", "score", *arguments, "--models", "."])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        return end.value.code or 0, out, err.splitlines()

    return typed


@pytest.mark.train
@pytest.mark.usefixtures("folder")
def test_a_pair_is_reported_as_json(typed: Any) -> None:
    code, out, _ = typed("tiny", "prime.mid", "after.mid", "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["model"], report["notes"], report["beats"]) == ("tiny", 11, 8)
    assert set(report["bits_per_note"]) == set(SCORED)
    per_beat = sum(report["bits_per_note"].values()) * 11 / 8
    assert report["bits_per_beat"] == pytest.approx(per_beat, abs=1e-4)


@pytest.mark.train
@pytest.mark.usefixtures("folder")
def test_memory_knows_the_figure_that_returns(typed: Any) -> None:
    costs = []
    for memory in ("0", "0.5", "1"):
        _, out, _ = typed("tiny", "prime.mid", "after.mid", "--json", "--memory", memory)
        costs.append(json.loads(out)["bits_per_beat"])
    assert costs[0] > costs[1] > costs[2]


@pytest.mark.train
@pytest.mark.usefixtures("folder")
def test_hidden_leaves_durations_and_velocities_out(typed: Any) -> None:
    _, out, _ = typed("tiny", "prime.mid", "after.mid", "--hidden")
    assert "duration" not in out
    assert "velocity" not in out
    assert "bits per beat" in out


@pytest.mark.train
def test_a_broken_pair_is_told_and_the_others_are_scored(typed: Any, folder: Path) -> None:
    (folder / "list").mkdir()
    table = (
        "\ufeffcontinuation,who,prime\n../after.mid,a,../prime.mid\n../text.mid,b,../prime.mid\n"
    )
    (folder / "list" / "pairs.csv").write_text(
        table + ",c,../prime.mid\n../after.mid,d,../prime.mid\n"
    )
    code, out, err = typed("tiny", "--pairs", "list/pairs.csv", "--json")
    reports = json.loads(out)
    assert code == 5
    assert len(reports) == 2
    assert reports[0] == reports[1]
    assert "pair 2" in err[0]
    assert "text.mid" in err[0]
    assert "pair 3" in err[1]
    assert "2 of 4 pairs" in err[2]
    assert len(err) == 3


@pytest.mark.train
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("code", "says", "arguments"),
    [
        (5, "not a MIDI file", ("tiny", "prime.mid", "text.mid")),
        (5, "prime silence.mid: has no notes", ("tiny", "silence.mid", "after.mid")),
        (5, "continuation nowhere.mid", ("tiny", "prime.mid", "nowhere.mid")),
        (4, "tiny", ("gpt", "prime.mid", "after.mid")),
    ],
)
def test_what_cannot_be_scored_is_told_in_one_line(
    typed: Any, code: int, says: str, arguments: tuple[str, ...]
) -> None:
    ended, out, err = typed(*arguments)
    assert (ended, out, len(err)) == (code, "", 1)
    assert says in err[0]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("a,b\n1,2\n", "no column prime and no column continuation"),
        ("prime,b\n1,2\n", "no column continuation"),
        ("prime,continuation\n", "no pairs"),
        ("", "no column"),
        ("\x80\xff", "not a table"),
    ],
)
def test_a_table_without_pairs_is_refused(typed: Any, music: Path, table: str, says: str) -> None:
    (music / "pairs.csv").write_text(table, encoding="latin-1")
    code, _, err = typed("tiny", "--pairs", "pairs.csv")
    assert (code, len(err)) == (2, 1)
    assert says in err[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("tiny",),
        ("tiny", "prime.mid"),
        ("tiny", "prime.mid", "after.mid", "after.mid"),
        ("tiny", "prime.mid", "after.mid", "--pairs", "pairs.csv"),
        ("tiny", "--pairs", "nowhere.csv"),
        ("tiny", "prime.mid", "after.mid", "--memory", "nan"),
        ("tiny", "prime.mid", "after.mid", "--memory", "7"),
    ],
)
def test_files_or_a_table_are_needed(typed: Any, arguments: tuple[str, ...]) -> None:
    code, _, err = typed(*arguments)
    assert (code, len(err)) == (2, 1)

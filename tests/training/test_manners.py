"""What a style does that others do not is learnt by counting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.core.errors import SettingError
from bridge.core.music import Note
from bridge.core.wishes import BY_NAME
from bridge.respond.manner import WIDEST, Manners
from bridge.training.corpus import Corpus
from bridge.training.manners import learn, main, write

JAZZ, CHORALE, FUNK = (BY_NAME["style"].choices.index(n) for n in ("jazz", "chorale", "funk"))
COUNT = 3000


def song(shift: int, step: int, begin: int = 0) -> dict[str, np.ndarray]:
    onset = begin + shift * np.arange(COUNT)
    return {
        "onset": onset,
        "voice": np.zeros(COUNT, np.int64),
        "pitch": 60 + step * (np.arange(COUNT) % 4),
        "position": (onset - begin) % 96,
    }


def taught() -> Manners:
    """Jazz in triplets by fourths, chorales in eighths by whole tones, which begin off the beat."""
    songs = song(8, 5), song(12, 2, begin=7)
    columns = {name: np.concatenate([each[name] for each in songs]) for name in songs[0]}
    ends = np.array([COUNT, 2 * COUNT])
    styles = np.array([JAZZ, CHORALE])
    return learn(Corpus(columns, ends - COUNT, ends, np.full(2, 0.5), styles, np.zeros(2)))


def test_what_a_style_does_is_likelier_and_what_others_do_less_likely() -> None:
    jazz = taught().shifts[JAZZ, 0, 3, 0, 0]  # on the beat, after a triplet
    assert jazz[8] >= 0
    manner = taught().manner("jazz", [Note(12 * i, 0, 60 + 2 * (i % 4), 6, 80) for i in range(16)],
                             drums=False)  # fmt: skip
    assert manner is not None
    steps = taught().intervals
    assert steps[JAZZ, 0, :, :, WIDEST + 5].max() >= 0
    assert steps[CHORALE].any()


def test_a_phrase_is_told_by_what_was_taught() -> None:
    found = taught()
    assert found.style([Note(8 * i, 0, 60 + 5 * (i % 4), 6, 80) for i in range(32)]) == "jazz"
    assert found.style([Note(12 * i, 0, 60 + 2 * (i % 4), 6, 80) for i in range(32)]) == "chorale"


def test_a_style_that_nothing_is_known_of_leans_nowhere() -> None:
    found = taught()
    assert not found.shifts[FUNK].any()
    assert not found.intervals[FUNK].any()


def test_drums_alone_that_nobody_played_take_the_rhythm_of_the_rest() -> None:
    shifts = taught().shifts
    assert (shifts[JAZZ, 1] == shifts[JAZZ, 0]).all()


def test_what_was_learnt_is_read_again(tmp_path: Path) -> None:
    found = taught()
    write(found, tmp_path / "styles.npz")
    again = Manners.load(tmp_path / "styles.npz")
    assert again is not None
    assert (again.shifts == found.shifts).all()
    assert (again.intervals == found.intervals).all()


def test_without_a_prepared_file_it_ends_with_the_exit_code_of_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["manners", "--data", str(tmp_path / "none.npz")])
    with pytest.raises(SystemExit) as told:
        main()
    assert told.value.code == SettingError.exit_code
    assert "none.npz: cannot be read" in capsys.readouterr().err

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import mido
import numpy as np
import pytest

from bridge.core.music import Meter
from bridge.evaluation.generate import Truth
from bridge.evaluation.report.gallery import Part, chosen, hang, meter_of
from bridge.evaluation.report.sheets import item_id
from bridge.send.take import write_midi
from tests.evaluation.scores import item_of, motif, noise

ITEMS = [item_of(noise(np.random.default_rng(seed), 60)) for seed in range(30)]


def test_the_choice_does_not_depend_on_the_order_of_items() -> None:
    mixed = [ITEMS[at] for at in np.random.default_rng(1).permutation(len(ITEMS))]
    names = [item_id(item) for item in chosen(ITEMS)]
    assert names == [item_id(item) for item in chosen(mixed)]
    assert len(set(names)) == 20
    assert names != sorted(names)


def test_more_items_only_push_some_out() -> None:
    few, many = ({item_id(item) for item in chosen(items, 5)} for items in (ITEMS[:20], ITEMS))
    assert {item_id(item) for item in ITEMS[:20]} & many <= few


def test_a_picture_of_an_answer_behind_its_prime_is_kept(tmp_path: Path) -> None:
    item = item_of(motif((60, 62, 64)), bar=72)
    pictures = []
    hang(tmp_path / "gallery", [item], Truth(), write_midi, lambda *told: pictures.append(told))
    (file,) = (tmp_path / "gallery").iterdir()
    song = mido.MidiFile(file)
    notes = [sum(m.type == "note_on" for m in track) for track in song.tracks]
    assert [track.name for track in song.tracks] == ["seed piano", "piano"]
    assert notes == [item.begin - 1, item.count]
    head = {message.type: message for message in song.tracks[0] if message.is_meta}
    assert head["set_tempo"].tempo == mido.bpm2tempo(120)
    assert (head["time_signature"].numerator, head["time_signature"].denominator) == (3, 4)
    ((heard, played, bar, path, title),) = pictures
    assert (len(heard), len(played), bar) == (item.begin - 1, item.count, 3)
    assert played[0] == (32.0, heard[0][1], item.steps.notes[item.begin, 2])
    assert path == file.with_suffix(".png")
    assert item_id(item) in title


def test_an_answer_of_silence_is_kept_as_well(tmp_path: Path) -> None:
    class Silent:
        name = "silent"

        def draw(self, *_: object) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
            return np.empty((0, 5), np.int64)

    kept: list[Sequence[Part]] = []
    hang(tmp_path / "g", ITEMS[:1], Silent(), lambda _p, tracks, *_: kept.append(tracks), None)
    assert all(name.startswith("seed ") for name, _ in kept[0])


@pytest.mark.parametrize(
    ("bar", "meter"),
    [(96, Meter(4, 4)), (72, Meter(3, 4)), (36, Meter(3, 8)), (18, Meter(3, 16)), (5, Meter(4, 4))],
)
def test_a_bar_is_written_as_a_meter(bar: int, meter: Meter) -> None:
    assert meter_of(bar) == meter

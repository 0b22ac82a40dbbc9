"""The trust in the memory: fitted on what a model is led along, exact for every family."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.evaluation.items import Library
from bridge.evaluation.models import notes_of
from bridge.evaluation.trust import (
    FEWEST,
    Decision,
    Fitted,
    collect,
    fit,
    fitted,
    price,
    refit,
    units,
)
from bridge.respond.cards import Card, load_model
from bridge.respond.families import FAMILIES
from bridge.respond.memory import USUAL_TRUST, Trust
from tests.evaluation.scores import Piece, item_of, motif, write_prepared

tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)

NOTHING = (0.0,) * 9
FIGURE = motif((60, 62, 64, 67))


def test_a_weight_is_how_often_the_memory_knew_better() -> None:
    knew = [(4, 0.0, 1.0)] * 60 + [(4, 1.0, 0.0)] * 40
    assert fit(knew, NOTHING)[4] == pytest.approx(0.6, abs=0.01)


def test_a_memory_that_never_knows_is_not_trusted() -> None:
    assert fit([(3, 0.5, 0.1)] * FEWEST, USUAL_TRUST.shifts)[3] == 0


def test_no_weight_is_fitted_on_a_handful() -> None:
    assert fit([(8, 0.0, 1.0)] * (FEWEST - 1), USUAL_TRUST.shifts) == USUAL_TRUST.shifts


@pytest.mark.train
@pytest.mark.parametrize("family", FAMILIES)
def test_a_decision_costs_what_the_model_is_paid_for_it(family: str, tmp_path: Path) -> None:
    """Shares of network and memory, mixed as usual, are what playing with the memory costs."""
    tiny.write_shipped(family, tmp_path)
    item = item_of(FIGURE)
    decisions = collect(tmp_path, "tiny", [item])
    assert sum(decision.notes for decision in decisions) == item.count
    model, notes = load_model(tmp_path, "tiny"), notes_of(item, hidden=False)
    model.feed(notes[: item.begin - 1], 96)
    paid = [model.bits(unit, 96) for unit in units(family, notes[item.begin - 1 :])]
    bits = sum(float(np.array(costs)[:, :3].sum()) for costs in paid)
    assert price(decisions, USUAL_TRUST) == pytest.approx(bits, rel=1e-3)


def test_a_trust_must_save_bits_on_pieces_it_was_not_fitted_on() -> None:
    def decisions(piece: int, memory: float) -> list[Decision]:
        return [Decision(piece, 1, (5, 0.01, memory), (6, 0.01, memory))] * FEWEST

    sure = fitted([*decisions(0, 1.0), *decisions(1, 1.0)])
    assert sure.pays
    assert sure.own < sure.usual < sure.alone
    assert not fitted([*decisions(0, 1.0), *decisions(1, 0.0)]).pays


@pytest.mark.train
def test_a_card_keeps_a_trust_that_pays_and_its_model_follows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.write_shipped("note-lstm", tmp_path)
    data = write_prepared(tmp_path / "notes.npz", [Piece(FIGURE), Piece(motif((60, 63, 65)))])
    found = refit(tmp_path, "tiny", Library.load(data), 2, write=True)
    kept = Card.read(tmp_path / "tiny.json").trust
    assert kept == (found.trust if found.pays else None)
    monkeypatch.setattr(Fitted, "pays", True)
    found = refit(tmp_path, "tiny", Library.load(data), 2, write=True)
    assert Card.read(tmp_path / "tiny.json").trust == found.trust
    none = Card.read(tmp_path / "tiny.json").model_copy(update={"trust": Trust(NOTHING, NOTHING)})
    notes = notes_of(item_of(FIGURE), hidden=False)

    def bits() -> float:
        return float(np.array(load_model(tmp_path, "tiny").bits(notes, 96))[:, :3].sum())

    with_memory = bits()
    none.write(tmp_path / "tiny.json")
    assert bits() != with_memory

from __future__ import annotations

import numpy as np
import pytest

from bridge.evaluation.trust import FEWEST, collect, fit
from tests.evaluation.scores import item_of, motif


def test_a_weight_is_how_often_the_memory_knew_better() -> None:
    knew = [(4, 0.0, 1.0)] * 60 + [(4, 1.0, 0.0)] * 40
    assert fit(knew)[4] == pytest.approx(0.6, abs=0.01)


def test_a_memory_that_never_knows_is_not_trusted() -> None:
    assert fit([(3, 0.5, 0.1)] * FEWEST)[3] == 0


def test_no_weight_is_fitted_on_a_handful() -> None:
    assert fit([(8, 0.0, 1.0)] * (FEWEST - 1)) == (0.0,) * 9


def test_a_figure_that_returns_is_foreseen() -> None:
    item = item_of(motif((60, 62, 64)))
    shifts, sounds = collect(item, np.full((item.count, 2), 0.5))
    assert len(shifts) == len(sounds) == item.count
    assert min(share for _, _, share in sounds) > 0.9

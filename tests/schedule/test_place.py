"""Where an answer begins, and how long before that it must be begun."""

from __future__ import annotations

import pytest

from bridge.core.music import Meter
from bridge.schedule.place import LEAD, MOST, answer_start, lead_for


@pytest.mark.parametrize(
    ("earliest", "end", "quant", "start"),
    [
        (3.9, 3.8, "bar", 4.0),
        (4.1, 3.8, "bar", 8.0),  # nothing can be ready on the first bar line
        (3.0, 4.0, "bar", 4.0),
        (2.2, 1.5, "beat", 3.0),
        (3.9, 3.8, "2bar", 8.0),
    ],
)
def test_an_answer_begins_on_the_first_line_it_can_reach(
    earliest: float, end: float, quant: str, start: float
) -> None:
    assert answer_start(earliest, end, Meter(4, 4), quant) == start


@pytest.mark.parametrize(
    ("slow", "lead"), [(0.0, LEAD), (0.001, LEAD), (0.010, 0.070), (0.080, 0.490), (9.0, MOST)]
)
def test_a_slow_model_is_given_more_time(slow: float, lead: float) -> None:
    assert lead_for(slow) == pytest.approx(lead)

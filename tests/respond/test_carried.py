"""How many steps a Transformer reads in one run."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.respond.carried import CHUNK, chunks


@given(st.integers(0, 5), st.integers(0, 500))
def test_steps_are_read_once_in_order_by_powers_of_two(length: int, count: int) -> None:
    parts = list(chunks(length, count))
    assert [step for part in parts for step in range(count)[part]] == list(range(count))
    assert {part.stop - part.start for part in parts} <= {1 << n for n in range(CHUNK.bit_length())}


def test_an_empty_context_opens_with_one_step() -> None:
    assert next(chunks(0, 64)) == slice(0, 1)
    assert next(chunks(1, 64)) == slice(0, 64)

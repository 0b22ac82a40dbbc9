"""The table of parameters: reading, clamping, refusing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.errors import SettingError
from bridge.core.params import BY_ADDRESS, PARAMS, Settings, change, find, strict
from bridge.core.wishes import WISHES

NUMBERS = [row.name for row in PARAMS.values() if row.type is not str]


def test_a_parameter_is_found_by_name_and_by_address() -> None:
    assert find("call_silence") is find("call/silence")
    assert len(BY_ADDRESS) == len(PARAMS)


@given(st.sampled_from(NUMBERS), st.floats(allow_nan=False))
def test_a_fader_never_leaves_its_limits(name: str, value: float) -> None:
    knob = PARAMS[name].knob
    assert knob.low <= getattr(change(Settings(), name, value), name) <= knob.high


@pytest.mark.parametrize("name", NUMBERS)
def test_at_the_start_a_number_beyond_its_limits_is_refused(name: str) -> None:
    knob = PARAMS[name].knob
    assert getattr(strict(Settings(), name, knob.high), name) == knob.high
    for value in (knob.low - 1, knob.high + 1):
        with pytest.raises(SettingError, match=f"{knob.address} must be in .*, not {value}"):
            strict(Settings(), name, value)


def test_few_choices_are_named_in_full_and_many_by_the_nearest() -> None:
    with pytest.raises(SettingError, match=r"it may be call, infinite$"):
        change(Settings(), "mode", "foo")
    with pytest.raises(SettingError, match=r"it may be .*F# minor.* \.\.\.$"):
        change(Settings(), "key", "F# miner")


def test_not_a_number_is_no_number() -> None:
    with pytest.raises(SettingError, match="not nan"):
        change(Settings(), "temperature", float("nan"))


def test_free_text_is_kept_as_it_is_but_not_for_ever() -> None:
    assert change(Settings(), "prompt", "Джаз, 5/4!").prompt == "Джаз, 5/4!"
    with pytest.raises(SettingError, match="prompt takes 200 characters at most, not 201"):
        change(Settings(), "prompt", "x" * 201)


def test_every_wish_may_be_left_free() -> None:
    for wish in WISHES:
        choices = PARAMS[wish.name].knob.choices
        assert "free" in choices
        assert set(wish.choices) < set(choices)

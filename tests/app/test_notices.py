"""What a model cannot do of what it is asked for is told, once."""

from __future__ import annotations

from bridge.app.engine.notices import Notices
from bridge.app.places import models_folder
from bridge.core.events import Notice
from bridge.core.params import Settings

DEAF = Notice("the model note-lstm knows no paces")
NO_DRUMS = Notice(
    "the model roll-lstm neither hears nor plays drums: it answers with a tuned instrument;"
    " another model plays them"
)


def test_a_pace_set_by_hand_is_told_to_be_unknown_once() -> None:
    notices = Notices(models_folder())
    assert notices.news("note-lstm", Settings()) is None
    assert notices.news("note-lstm", Settings(pace="slow")) == DEAF
    assert notices.news("note-lstm", Settings(style="jazz", pace="slow")) is None
    assert notices.news("note-lstm", Settings(pace="fast")) is None


def test_a_notice_ends_with_what_it_is_about() -> None:
    notices = Notices(models_folder())
    both = Settings(pace="slow", voice_player="drums")
    assert notices.news("roll-lstm", both) == Notice(
        f"the model roll-lstm knows no paces; {NO_DRUMS.text}"
    )
    assert notices.news("roll-lstm", Settings(voice_player="drums")) == NO_DRUMS
    assert notices.news("roll-lstm", Settings()) == Notice("")
    assert notices.news("note-lstm", Settings(pace="slow")) == DEAF
    assert notices.news("note-transformer", Settings(pace="slow")) == Notice("")


def test_a_style_is_leaned_to_by_every_model() -> None:
    assert Notices(models_folder()).news("note-lstm", Settings(style="jazz")) is None


def test_a_model_that_knows_paces_is_told_nothing_of() -> None:
    notices = Notices(models_folder())
    assert notices.news("note-transformer", Settings(pace="slow", voice_player="drums")) is None
    assert notices.news("note-lstm", Settings(pace="slow")) == DEAF  # it takes over


def test_a_wish_that_is_free_or_by_the_clock_is_none() -> None:
    notices = Notices(models_folder())
    assert notices.news("note-lstm", Settings(pace="free", density="dense")) is None


def test_what_a_prompt_was_told_of_is_not_told_again() -> None:
    notices = Notices(models_folder())
    notices.prompted("note-lstm", ("pace", "voice_answer"))
    assert notices.news("note-lstm", Settings(pace="slow")) is None


def test_drums_for_a_model_without_any_are_told_once() -> None:
    notices = Notices(models_folder())
    assert notices.news("roll-lstm", Settings(voice_player="drums")) == NO_DRUMS
    assert notices.news("roll-lstm", Settings(voice_answer="drums")) is None
    notices = Notices(models_folder())
    assert notices.news("roll-lstm", Settings(voice_answer="drums")) == NO_DRUMS

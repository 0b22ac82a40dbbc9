"""The thread that owns a shipped model draws ahead, anew, too soon, and more than once."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bridge.app.engine.worker import Report, Worker
from bridge.core.events import Fault
from bridge.core.music import Note
from bridge.respond.answer import answer
from bridge.respond.candidates import Taste
from bridge.respond.cards import load_model, model_files
from bridge.respond.limits import Limits, pitch_mask, voice_mask
from bridge.session.events import (
    Ask,
    Choose,
    Chosen,
    Cut,
    Drained,
    Drawn,
    Drop,
    Feed,
    Load,
    Reach,
    Redraw,
    Request,
)

MODELS = Path(__file__).parents[2] / "models" / "onnx"
FAMILIES = ("note-transformer", "note-lstm")
ALL = [path.stem for path in model_files(MODELS)]
PHRASE = tuple(Note(12 * i, 0, 60 + (0, 4, 7, 9)[i % 4], 12, 80) for i in range(8))
MORE = tuple(Note(96 + 12 * i, 0, 67 - i, 12, 80) for i in range(4))
BEGIN, END = 192, 576
SECONDS = 30.0  # to wait for a report, at most
START = Limits(temperature=0.95, earliest=BEGIN, exact=True)


class Bench:
    """A worker and what it told."""

    def __init__(self, model: str) -> None:
        self.told: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self.worker = Worker(MODELS, model, self.told.put)
        self.worker.start()
        self.give(Feed(PHRASE, 96))

    def give(self, *commands: Request) -> None:
        for command in commands:
            self.worker.put(command)

    def next(self) -> Report:
        report = self.told.get(timeout=SECONDS)
        assert not isinstance(report, Fault), report
        return report

    def drawn(self, plan: int) -> list[Note]:
        """Return what a drawing gave until it is drained."""
        notes = []
        while (report := self.next()) != Drained(1, plan):
            if isinstance(report, Drawn) and report.plan == plan:
                notes.append(report.note)
        return notes

    def settle(self) -> list[Report]:
        """Return all that is told before a take of its own is drained."""
        self.give(ask(plan=99, take=99, end=0))
        found = []
        while (report := self.next()) != Drained(99, 99):
            found.append(report)
        return found

    def leave(self) -> None:
        self.worker.put(None)
        self.worker.join(SECONDS)


def ask(  # noqa: PLR0913 - what an Ask has
    *,
    plan: int = 1,
    take: int = 1,
    end: int = END,
    reach: int | None = None,
    seed: int | None = 5,
    tries: int = 1,
    limits: Limits = START,
) -> Ask:
    return Ask(
        take=take, plan=plan, end=end, reach=end if reach is None else reach, limits=limits,
        seed=seed, taste=Taste(tries, PHRASE, "C major", 96),
    )  # fmt: skip


@pytest.fixture(params=FAMILIES)
def bench(request: pytest.FixtureRequest) -> Iterator[Callable[[], Bench]]:
    """Benches with one model, as many as a test wants."""
    made: list[Bench] = []

    def make() -> Bench:
        made.append(Bench(request.param))
        return made[-1]

    yield make
    for one in made:
        one.leave()


def alone(bench: Bench, *commands: Request, plan: int = 1) -> list[Note]:
    """Return what some commands draw."""
    bench.give(*commands)
    return bench.drawn(plan)


@pytest.mark.parametrize("bench", ALL, indirect=True)
def test_a_guess_that_fails_leaves_no_trace(bench: Callable[[], Bench]) -> None:
    """Drawn to any length and dropped: what follows is what it would have been, note for note."""
    plain, guessing = bench(), bench()
    plain.give(Feed(MORE, 96))
    for reach in (BEGIN + 24, END):
        guessing.give(Feed(MORE[:1], 96), ask(plan=7, reach=reach))
        assert isinstance(guessing.next(), Drawn)
        guessing.give(Drop(1, 1))
    guessing.give(Feed(MORE, 96))
    assert alone(plain, ask()) == alone(guessing, ask())


@pytest.mark.parametrize("bench", ALL, indirect=True)
def test_drawing_in_pieces_is_drawing_at_once(bench: Callable[[], Bench]) -> None:
    """However often it rests at the horizon."""
    whole = alone(bench(), ask())
    pieces = bench()
    pieces.give(ask(reach=BEGIN))
    for tick in range(BEGIN, END + 1, 48):
        pieces.give(Reach(1, tick, END))
    assert pieces.drawn(1) == whole


def test_no_more_is_drawn_than_reached_for(bench: Callable[[], Bench]) -> None:
    """One note at or beyond the reach ends the piece."""
    one = bench()
    one.give(ask(reach=BEGIN + 48))
    onsets = [0]
    while onsets[-1] < BEGIN + 48:
        report = one.next()
        assert isinstance(report, Drawn)
        onsets.append(report.note.onset)
    assert one.settle() == []


@pytest.mark.parametrize("bench", ALL, indirect=True)
def test_drawn_anew_under_the_same_limits_the_same_notes_come(bench: Callable[[], Bench]) -> None:
    """Model and dice go back together."""
    one = bench()
    first = alone(one, ask())
    assert alone(one, Redraw(1, 2, BEGIN, START), plan=2) == first


def test_other_limits_hold_from_the_cut_on(bench: Callable[[], Bench]) -> None:
    """Nothing before it is told again, and nothing is drawn out of turn."""
    one, tick = bench(), BEGIN + 96
    first = alone(one, ask())
    limits = Limits(voices=voice_mask({0}), pitches=pitch_mask(24, 47), earliest=tick)
    again = alone(one, Redraw(1, 2, tick, limits), plan=2)
    assert all(note.onset >= tick and note.pitch < 48 for note in again)
    kept = [note for note in first if note.onset < tick]
    assert kept
    onsets = [note.onset for note in [*kept, *again]]
    assert sorted(onsets) == onsets


def test_a_line_that_is_drawn_anew_lets_its_last_note_end(bench: Callable[[], Bench]) -> None:
    one, tick = bench(), BEGIN + 100
    limits = Limits(single=True, earliest=BEGIN, exact=True)
    first = alone(one, ask(limits=limits))
    limits = Limits(single=True, earliest=tick, temperature=1.5)
    again = alone(one, Redraw(1, 2, tick, limits), plan=2)
    line = [*(note for note in first if note.onset < tick), *again]
    assert all(a.onset + a.duration <= b.onset for a, b in pairwise(line))


def test_an_endless_answer_has_no_seams(bench: Callable[[], Bench]) -> None:
    """Its end moves off when it has been reached; the notes are those of a longer answer."""
    long = alone(bench(), ask(end=END + 192))
    short = bench()
    notes = alone(short, ask(end=END))
    notes += alone(short, Reach(1, END + 192, END + 192))
    assert notes == long


@pytest.mark.parametrize("bench", ALL, indirect=True)
def test_the_best_of_several_is_kept(bench: Callable[[], Bench]) -> None:
    """The first try is what would have been drawn alone, and the model knows the chosen one."""
    several = bench()
    several.give(ask(tries=3))
    report = several.next()
    while not isinstance(report, Chosen):
        report = several.next()
    assert report == Chosen(1, 3, 1)
    chosen = several.drawn(1)
    again = bench()
    assert alone(again, ask(tries=3)) == chosen
    several.give(Cut(1, BEGIN))
    several.give(Feed(MORE, 96))
    plain = bench()
    plain.give(Feed(MORE, 96))
    assert alone(plain, ask()) == alone(several, ask(plan=2), plan=2)


def test_without_time_the_first_try_is_the_answer(bench: Callable[[], Bench]) -> None:
    hurried = bench()
    hurried.give(ask(tries=8), Choose(1))
    assert hurried.next() == Chosen(1, 1, 1)
    assert hurried.drawn(1) == alone(bench(), ask())


def test_tries_are_dropped_like_any_answer(bench: Callable[[], Bench]) -> None:
    dropped, plain = bench(), bench()
    dropped.give(Feed(MORE[:2], 96), ask(tries=8, plan=6), Drop(1, 2))
    assert alone(dropped, ask()) == alone(plain, ask())


def test_an_answer_goes_on_with_another_model() -> None:
    """From where it is; what the new model draws can be taken back as well."""
    one = Bench("note-transformer")
    one.give(ask(reach=BEGIN + 96))
    one.give(Load("note-lstm"), Reach(1, END, END))
    notes = one.drawn(1)
    assert one.worker.model.name == "note-lstm"
    assert notes[-1].onset >= END - 96
    again = alone(one, Redraw(1, 2, BEGIN + 48, Limits(earliest=BEGIN + 48)), plan=2)
    assert again[0].onset >= BEGIN + 48
    one.leave()


def test_another_model_is_told_what_was_drawn_as_context_only() -> None:
    """As the model that drew it knew it: the session's memory counts what the player played."""
    one, limits = Bench("note-transformer"), Limits(earliest=END, exact=True)
    drawn = alone(one, ask())
    one.give(Cut(1, END), Load("note-lstm"))
    again = alone(one, ask(plan=2, end=END + 192, limits=limits), plan=2)
    model = load_model(MODELS, "note-lstm")
    model.feed(PHRASE, 96)
    model.feed(drawn, 96, counted=False)
    assert list(answer(model, limits, END + 192, 5)) == again
    one.leave()


@pytest.mark.parametrize("bench", ALL, indirect=True)
def test_a_guess_after_a_long_silence_leaves_no_trace(bench: Callable[[], Bench]) -> None:
    """In bars of a beat: a context shortens silences of more than four bars, and takes it back."""
    plain, guessing = bench(), bench()
    for one in (plain, guessing):
        one.give(Feed((MORE[0],), 24))
    far = Limits(temperature=0.95, earliest=480, exact=True)
    guessing.give(ask(plan=7, end=600, limits=far))
    assert isinstance(guessing.next(), Drawn)
    guessing.give(Drop(1, 0))
    for one in (plain, guessing):
        one.give(Feed((Note(132, 0, 60, 12, 80),), 24))
    assert alone(plain, ask()) == alone(guessing, ask())

"""One record of what has changed, and the places of those who read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bridge.control.news import News, Place, Record
from bridge.control.snapshot import Snapshot
from bridge.core.params import Settings


class Table:
    """A desk with nothing on it but a snapshot."""

    def __init__(self) -> None:
        self.snapshot = Snapshot(settings=Settings())

    def names(self, _of: str) -> tuple[str, ...]:
        return ()


ADDRESSES = st.sampled_from("abcde")


@given(st.lists(st.lists(ADDRESSES, max_size=8), max_size=8))
def test_each_hears_of_every_change_once_in_the_order_of_the_last(played: list[list[str]]) -> None:
    """Given any changes, one who looks after each few hears what has changed since, once."""
    record = Record()
    often, seldom = Place(record), Place(record)
    for few in played:
        for address in few:
            record.note(address)
        newest = list(dict.fromkeys(reversed(few)))[::-1]
        assert list(often.unread()) == newest
        assert not often.is_behind
    everything = [address for few in played for address in few]
    assert list(seldom.unread()) == list(dict.fromkeys(reversed(everything)))[::-1]


@given(st.lists(ADDRESSES, min_size=1, unique=True), st.data())
def test_who_stops_in_the_middle_hears_the_rest_later(noted: list[str], data: Any) -> None:
    """Given one who takes no more after a while, nothing is told twice and nothing is lost."""
    record = Record()
    place = Place(record)
    for address in noted:
        record.note(address)
    most = data.draw(st.integers(0, len(noted)))
    heard: list[str] = []
    for address in place.unread():
        if len(heard) == most:
            break
        heard.append(address)
    assert heard + list(place.unread()) == noted


def test_who_knows_of_a_change_is_not_told_of_it_but_of_the_next() -> None:
    record = Record()
    place = Place(record)
    record.note("a")
    place.skip("a")
    assert list(place.unread()) == []
    record.note("a")
    assert list(place.unread()) == ["a"]


def test_a_newcomer_knows_everything_until_now() -> None:
    news = News(Table())  # type: ignore[arg-type]
    news.note(["top_k"])
    assert [place.is_behind for place in news.places()] == [False, False]


def test_readings_are_noted_where_they_have_changed() -> None:
    desk = Table()
    news = News(desk)  # type: ignore[arg-type]
    turned, read = news.places()
    desk.snapshot = replace(desk.snapshot, saved="a.mid", notice="slow")
    news.look()
    assert (list(turned.unread()), list(read.unread())) == ([], ["notice", "take/file"])


def test_a_reading_that_was_shown_is_not_told_again() -> None:
    desk = Table()
    news = News(desk)  # type: ignore[arg-type]
    turned, read = news.places()
    desk.snapshot = replace(desk.snapshot, understood="slow")
    news.note(["prompt/understood"])
    news.look()
    assert (list(turned.unread()), list(read.unread())) == (["prompt/understood"], [])

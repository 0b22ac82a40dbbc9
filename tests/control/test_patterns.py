"""Address patterns as OSC 1.0 has them: what they match, what they do, what they may cost."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.control.exchange import PATTERN_LIMIT
from bridge.control.packets import write
from bridge.control.patterns import LIMIT, is_pattern, matching
from bridge.core.errors import SettingError
from bridge.core.params import BY_ADDRESS, Settings


@pytest.fixture(autouse=True)
def as_new(house: Any) -> Iterator[None]:
    """Give the house its first settings again."""
    yield
    first = house.hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("/a/b?r", ["/a/bar", "/a/bur"]),
        ("/a/b*", ["/a/bar", "/a/bur", "/a/b"]),
        ("/a/*r", ["/a/bar", "/a/bur"]),
        ("/*/*", ["/a/bar", "/a/bur", "/a/b", "/c/bar"]),
        ("/a/b[ao]r", ["/a/bar"]),
        ("/a/b[a-u]r", ["/a/bar", "/a/bur"]),
        ("/a/b[!a]r", ["/a/bur"]),
        ("/a/b[!b-z]r", ["/a/bar"]),
        ("/a/b[a-]r", ["/a/bar"]),
        ("/a/b[]r", []),
        ("/a/{b,bur,x}", ["/a/bur", "/a/b"]),
        ("/a/b{,ar}", ["/a/bar", "/a/b"]),
        ("/[ac]/bar", ["/a/bar", "/c/bar"]),
        ("/a*r", []),  # a part is never two
        ("/a/b**r", ["/a/bar", "/a/bur"]),
        ("/a/B?r", []),
    ],
)
def test_patterns_match(pattern: str, found: list[str]) -> None:
    assert is_pattern(pattern)
    assert matching(pattern, ["/a/bar", "/a/bur", "/a/b", "/c/bar", "/d"]) == found


PIECES = st.sampled_from([("?", "."), ("*", ".*"), ("[a-c]", "[a-c]"), ("[!ab]", "[^ab]"),
                          ("{ab,c}", "(?:ab|c)"), ("a", "a"), ("bc", "bc")])  # fmt: skip


@given(st.lists(PIECES, max_size=6), st.text("abcd", max_size=8))
def test_patterns_match_what_the_same_expression_does(
    pieces: list[tuple[str, str]], name: str
) -> None:
    """Given any pattern, short enough for an expression that tries all ways, both agree."""
    pattern, expression = ("".join(each) for each in zip(*pieces, strict=True)) if pieces else "  "
    expected = re.fullmatch(expression.strip(), name) is not None
    assert bool(matching(pattern.strip(), [name])) == expected


@pytest.mark.parametrize("pattern", ["/a/[b", "/a/b]", "/a/{b", "/a/}", "/a/{b/c}"])
def test_a_bracket_alone_is_no_pattern(pattern: str) -> None:
    with pytest.raises(SettingError, match="bracket"):
        matching(pattern, ["/a/b"])


def test_a_pattern_has_a_length() -> None:
    with pytest.raises(SettingError, match=f"{LIMIT} characters at most, not {LIMIT + 1}"):
        matching("*" * (LIMIT + 1), ["/a"])


def test_one_message_sets_both_ends_of_the_range(house: Any, surface: Any) -> None:
    surface.send("/jam/range/{low,high}", 60)
    assert surface.settle() == [("/jam/range/low", (60,)), ("/jam/range/high", (60,))]
    assert house.hub.snapshot.settings.range_high == 60


def test_a_pattern_without_a_value_reads(surface: Any) -> None:
    surface.send("/jam/t[eo][!nx]*")
    assert surface.settle() == [
        ("/jam/temperature", (pytest.approx(0.95),)),
        ("/jam/top_p", (pytest.approx(0.95),)),
        ("/jam/top_k", (0,)),
    ]


def test_a_pattern_presses_buttons(
    house: Any, surface: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed: list[str] = []
    monkeypatch.setattr(house.hub, "press", pressed.append)
    surface.send("/jam/{panic,stop}", 1.0)
    surface.settle()
    assert set(pressed) == {"panic", "stop"}


def test_a_pattern_without_a_match_gets_one_line(surface: Any) -> None:
    surface.send("/jam/nothing*", 1.0)
    assert surface.settle() == [("/jam/error", (2, "nothing has an address like /jam/nothing*"))]


def test_what_cannot_be_set_to_it_gets_one_line_and_the_rest_is_set(surface: Any) -> None:
    surface.send("/jam/{mode,quant,top_k}", 7)
    told = surface.settle()
    assert [address for address, _ in told] == ["/jam/top_k", "/jam/error"]
    assert "mode cannot be '7'" in told[-1][1][1]


def test_patterns_in_a_packet_are_limited(surface: Any) -> None:
    """Given a bundle full of patterns for everything, a few of them are obeyed."""
    message = write("/jam/*/*", ())
    sized = struct.pack(">i", len(message)) + message
    surface.throw(b"#bundle\0" + struct.pack(">Q", 1) + sized * (PATTERN_LIMIT + 1))
    told = surface.settle()
    nested = sum("/" in address for address in BY_ADDRESS)
    assert len([each for each in told if each[0] != "/jam/error"]) >= PATTERN_LIMIT * nested
    assert told[-1] == ("/jam/error", (2, f"a packet may hold {PATTERN_LIMIT} patterns at most"))

"""The TouchOSC layout: actions and readings above, below them pages of one row a parameter.

A row has a name, a fader or a button for each choice, the value as Antiphon applied it, and a
button back to the default. Names of models and free text are only shown: TouchOSC has no keyboard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bridge.core.params import Param
from bridge.desk.table import (
    LEASE_RENEWED,
    NAME,
    SURFACE_PORT,
    Table,
    address,
    batches,
    kind,
    shown,
)
from bridge.desk.tosc import CLEAR, DARK, WHITE, Frame, Osc, node, packed

WIDTH, HEIGHT = 768, 1024
HEAD, TABS = 150, 40
ROWS = 12  # parameters on a page
ROW = (HEIGHT - HEAD - TABS) // ROWS
LEFT, MIDDLE, RIGHT = 170, 600, 700  # where the control, the value and the default begin
WRAP, LONGEST = 8, 16  # buttons in a line; a longer list of choices has a page of its own
ACCENT = (0.95, 0.55, 0.15, 1.0)

# The layout asks for all changes itself, as long as it is open: a subscription ends by itself.
SCRIPT = f"""\
local asked = -{LEASE_RENEWED * 1000}
function update()
  local now = getMillis()
  if now - asked >= {LEASE_RENEWED * 1000} then
    asked = now
    sendOSC('{address("subscribe")}', {SURFACE_PORT})
  end
end
"""


def touchosc(table: Table) -> bytes:
    """Return the `.tosc` file."""
    pages = [*_pages(table.params), *_long_lists(table.params)]
    pager = node("PAGER", "pages", (0, HEAD, WIDTH, HEIGHT - HEAD), *pages, color=DARK)
    root = node(
        "GROUP", NAME, (0, 0, WIDTH, HEIGHT), *_actions(table), *_readings(table), pager,
        color=DARK, script=SCRIPT,
    )  # fmt: skip
    return packed(root)


def _actions(table: Table) -> Iterator[str]:
    width = WIDTH // len(table.actions)
    for index, name in enumerate(table.actions):
        frame = (index * width + 4, 6, width - 8, 64)
        osc = Osc(address=address(name), receive=False, condition="RISE")
        yield from _button(f"do {name}", name, frame, osc)


def _readings(table: Table) -> Iterator[str]:
    width = WIDTH // len(table.readings)
    for index, reading in enumerate(table.readings):
        x = index * width + 4
        name = f"reading {reading.address}"
        yield _label(f"{name} name", (x, 76, width - 8, 22), reading.address, size=11)
        osc = _follow(reading.address)
        yield node("LABEL", name, (x, 98, width - 8, 44), osc=[osc], textSize=16, color=DARK)


def _pages(params: Sequence[Param]) -> Iterator[str]:
    for rows in batches(params, ROWS):
        first, last = rows[0].knob.address, rows[-1].knob.address
        inside = [part for index, row in enumerate(rows) for part in _row(row, index * ROW)]
        yield _page(f"page {first}", f"{first} ...", inside, f"{first} to {last}")


def _long_lists(params: Sequence[Param]) -> Iterator[str]:
    for row in params:
        if len(row.knob.choices) > LONGEST:
            area = (0, 0, WIDTH, HEIGHT - HEAD - TABS)
            yield _page(f"all {row.knob.address}", row.knob.address, _buttons(row, area, 7), "")


def _page(name: str, tab: str, inside: Sequence[str], tag: str) -> str:
    return node(
        "GROUP", name, (0, TABS, WIDTH, HEIGHT - HEAD - TABS), *inside, color=CLEAR, tag=tag,
        tabColorOff=DARK, tabColorOn=ACCENT, tabLabel=tab, textColorOff=WHITE, textColorOn=WHITE,
    )  # fmt: skip


def _row(row: Param, y: int) -> Iterator[str]:
    name = row.knob.address
    height = ROW - 6
    yield _label(f"name {name}", (6, y, LEFT - 12, height), name)
    area = (LEFT, y, MIDDLE - LEFT - 6, height)
    if kind(row) == "fader":
        yield _fader(row, area)
    elif kind(row) == "choice" and len(row.knob.choices) <= LONGEST:
        yield from _buttons(row, area, WRAP)
    value = (MIDDLE, y, RIGHT - MIDDLE - 6, height)
    if kind(row) == "text" or len(row.knob.choices) > LONGEST:
        value = (LEFT, y, RIGHT - LEFT - 6, height)
    yield node("LABEL", f"value {name}", value, osc=[_follow(name)], start=shown(row.default))
    back = Osc(
        address=address(name), receive=False, condition="RISE", kind="CONSTANT",
        conversion="STRING" if row.type is str else "FLOAT", value=shown(row.default),
    )  # fmt: skip
    yield from _button(f"default {name}", "default", (RIGHT, y, WIDTH - RIGHT - 6, height), back)


def _fader(row: Param, frame: Frame) -> str:
    knob = row.knob
    steps = round(knob.high - knob.low) + 1 if row.type is int else 11
    osc = Osc(address=address(knob.address), low=knob.low, high=knob.high)
    start = f"{(float(row.default) - knob.low) / (knob.high - knob.low):.6g}"
    return node(
        "FADER",
        f"fader {knob.address}",
        frame,
        osc=[osc],
        start=start,
        color=ACCENT,
        gridSteps=min(steps, 17),
    )


def _buttons(row: Param, area: Frame, wrap: int) -> list[str]:
    """Return a button for each choice, in lines of at most `wrap` of one width."""
    x, y, width, height = area
    choices = row.knob.choices
    lines = batches(choices, -(-len(choices) // -(-len(choices) // wrap)))
    parts: list[str] = []
    edges = [y + round(height * index / len(lines)) for index in range(len(lines) + 1)]
    for (top, bottom), line in zip(pairwise(edges), lines, strict=True):
        each = width // len(lines[0])
        for index, choice in enumerate(line):
            osc = Osc(
                address=address(row.knob.address), receive=False, condition="RISE",
                kind="CONSTANT", conversion="STRING", value=choice,
            )  # fmt: skip
            frame = (x + index * each, top, each - 2, bottom - top - 2)
            parts += _button(f"{row.knob.address} = {choice}", choice, frame, osc, size=11)
    return parts


def _button(name: str, text: str, frame: Frame, osc: Osc, *, size: int = 13) -> list[str]:
    """Return a button and, since buttons bear no text, a label over it that lets touches pass."""
    return [
        node("BUTTON", name, frame, osc=[osc]),
        _label(f"{name} label", frame, text, size=size),
    ]


def _label(name: str, frame: Frame, text: str, *, size: int = 13) -> str:
    return node(
        "LABEL", name, frame, start=text, textSize=size, background=False, outline=False,
        color=CLEAR,
    )  # fmt: skip


def _follow(name: str) -> Osc:
    return Osc(address=address(name), conversion="STRING", value="text", send=False)

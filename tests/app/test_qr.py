"""The link as a QR code, read back by a program that reads such codes."""

from __future__ import annotations

import asyncio
import io

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from bridge.app.hub.qr import as_svg, as_text, show
from bridge.app.hub.view import Lines, Screen
from bridge.control.snapshot import Snapshot
from bridge.core.params import Settings

zxingcpp = pytest.importorskip("zxingcpp", reason="reading QR codes back needs zxing-cpp")

LINK = "http://192.168.1.5:9080/?token=" + "Tk-_9" * 4 + "ab"
HALVES = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}
CELL, MARGIN = 6, 30  # pixels of a module, and of the terminal's own ground around


def seen(ground: int) -> NDArray[np.uint8]:
    """Return the code as a camera sees it on a terminal whose ground is so bright, 0..255."""
    console = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=200)
    rows: list[list[int]] = []
    for line in console.render_lines(as_text(LINK), pad=False):
        above, below = list[int](), list[int]()
        for text, style, _ in line:
            assert style is not None
            assert style.color is not None
            assert style.bgcolor is not None
            ink, paper = (c.get_truecolor()[0] for c in (style.color, style.bgcolor))
            for dark in (HALVES[character] for character in text):
                above.append(ink if dark[0] else paper)
                below.append(ink if dark[1] else paper)
        rows += [above, below]
    modules = np.array(rows, np.uint8).repeat(CELL, 0).repeat(CELL, 1)
    return np.pad(modules, MARGIN, constant_values=ground)


@pytest.mark.parametrize("ground", [0, 40, 215, 255])
def test_the_code_is_read_on_dark_and_on_light_terminals(ground: int) -> None:
    [found] = zxingcpp.read_barcodes(seen(ground))
    assert found.text == LINK


def test_the_picture_is_dark_on_white() -> None:
    assert b'fill="#fff"' in as_svg(LINK)
    assert b'stroke="#000"' in as_svg(LINK)


def test_where_it_could_not_be_read_nothing_is_printed() -> None:
    """A log, a terminal without colours, a narrow one."""
    plain = {"force_terminal": True, "color_system": None}
    narrow = {"force_terminal": True, "color_system": "truecolor", "width": 30}
    for options in ({}, plain, narrow):
        out = io.StringIO()
        show(Console(file=out, **options), LINK)
        assert out.getvalue() == ""


def test_the_terminal_shows_it_once_above_the_screen() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="truecolor", width=120)
    screen, snapshot = Screen(console, {"panel": LINK}), Snapshot(settings=Settings())

    async def jam() -> None:
        for _ in range(2):
            screen.show(snapshot)
        screen.close(snapshot)

    asyncio.run(jam())
    assert out.getvalue().count("█▀▀▀▀▀█") == 3  # as many as a code has corners that are marked


def test_lines_of_a_log_hold_the_link_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Lines({"panel": LINK}).show(Snapshot(settings=Settings(), web_port=9080))
    assert LINK in capsys.readouterr().out.splitlines()[-1]

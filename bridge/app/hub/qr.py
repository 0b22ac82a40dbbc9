"""A link as a QR code: in half blocks for a terminal, as SVG for a page. segno makes it.

Both ends of the contrast are named, so that it can be read on dark and on light ground; around it
lies the quiet zone of four modules that ISO/IEC 18004 asks for.
"""

from __future__ import annotations

import io
from itertools import zip_longest

from rich.console import Console
from rich.text import Text

QUIET = 4  # modules
INK = "#000000 on #ffffff"
#: A character is two modules, one above the other: by whether each is dark.
BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def show(console: Console, link: str) -> None:
    """Print the code where it can be read: on a wide terminal with colours and half blocks."""
    if console.is_terminal and console.color_system and console.encoding.startswith("utf"):
        code = as_text(link)
        if console.width >= code.plain.index("\n"):
            console.print(code)


def as_text(link: str) -> Text:
    """Return the code as coloured lines, two rows of modules in each."""
    import segno

    rows = [list(map(bool, row)) for row in segno.make_qr(link).matrix_iter(border=QUIET)]
    wide = len(rows[0])
    lines = []
    for above, below in zip_longest(rows[::2], rows[1::2], fillvalue=[False] * wide):
        lines.append("".join(BLOCKS[pair] for pair in zip(above, below, strict=True)))
    return Text("\n".join(lines), style=INK, no_wrap=True)


def as_svg(link: str) -> bytes:
    """Return the code as an SVG picture, dark on white."""
    import segno

    out = io.BytesIO()
    segno.make_qr(link).save(out, kind="svg", border=QUIET, light="#ffffff", dark="#000000")
    return out.getvalue()

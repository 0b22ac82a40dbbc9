"""Take the pictures of the panel that the documentation shows: dark, light, and on a phone.

python tools/picture_panel.py [--out docs/pictures]

Needs Chromium; the type is Inter where that is installed. A jam with the built-in musician is
played, and the pictures are taken in the middle of an answer.
"""

from __future__ import annotations

import argparse
import socket
from pathlib import Path

from bridge.app.bench.chromium import Tab, browser_tab
from bridge.app.bench.jam import jam
from bridge.app.places import models_folder

SIZES = {"dark": (1440, 900), "light": (1440, 900), "phone": (390, 844)}
SETTINGS = ("clock_bpm=104", "response_bars=4", "seed=7")
MIDDLE = """globalThis.antiphon && ((notes, now) => {
  const there = (who, from, to) =>
    notes.filter((n) => n.who === who && n.beat > now + from && n.beat < now + to).length;
  return there('player', -9.5, 0) && there('answer', -6, -1.5) && there('answer', 0.5, 6)
    && there('answer', -6, 6) > 5 && antiphon.desk.value('chord') !== '';
})(antiphon.notes.all, antiphon.clock.beat())"""


def picture(tab: Tab, url: str, name: str) -> bytes:
    """Return the page in the middle of an answer."""
    tab.size(*SIZES[name], phone=name == "phone", dark=name != "light")
    tab.open(url)
    tab.until(MIDDLE)
    return tab.picture()


def main() -> None:
    """Play and take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    folder: Path = parser.parse_args().out
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sets = [word for pair in SETTINGS for word in ("--set", pair)]
    with jam(models_folder(), "--web-port", str(port), *sets) as playing:
        playing.await_state("armed")
        with browser_tab() as tab:
            for name in SIZES:
                path = folder / f"panel-{name}.png"
                path.write_bytes(picture(tab, f"http://127.0.0.1:{port}/", name))
                print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

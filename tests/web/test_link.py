"""The link that opens the panel to the network is for this machine's own browser to show."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bridge.app.hub.hub import Hub
from bridge.control.reach import Reach
from bridge.web.link import NetworkLink, link_routes
from tests.web.chromium import Driver
from tests.web.stage import tell

TOKEN = "t" * 22
LINK = NetworkLink("http://192.168.1.5:9080/?token=" + TOKEN, b"<svg/>")


def asked(path: str, host: str, **headers: str) -> Response:
    """Return what somebody at an address is answered."""
    [route] = [route for route in link_routes(LINK) if route.path == path]
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "headers": named, "client": (host, 1), "path": path}
    answer: Response = asyncio.run(route.endpoint(Request(scope)))
    return answer


@pytest.mark.parametrize("path", ["/link", "/link.svg"])
def test_only_this_machine_and_our_own_page_are_told(path: str) -> None:
    assert asked(path, "127.0.0.1").status_code == 200
    assert asked(path, "127.0.0.1", sec_fetch_site="same-origin").status_code == 200
    assert asked(path, "127.0.0.1", sec_fetch_site="cross-site").status_code == 204
    assert asked(path, "192.168.1.9").status_code == 204
    assert asked(path, "192.168.1.9").body == b""


def test_what_is_told_is_the_link() -> None:
    assert json.loads(bytes(asked("/link", "127.0.0.1").body)) == {"url": LINK.url}
    assert asked("/link.svg", "127.0.0.1").media_type == "image/svg+xml"


@pytest.mark.studio
def test_the_page_shows_a_code_that_can_be_read(tmp_path: Path, driver: Driver) -> None:
    """In Chromium, dark as it is, a reader of such codes reads the link."""
    zxingcpp = pytest.importorskip("zxingcpp", reason="reading QR codes back needs zxing-cpp")
    image = pytest.importorskip("PIL.Image", reason="looking at a picture needs Pillow")
    shot = tmp_path / "page.png"

    async def story(_: Hub, port: int) -> None:
        def watch() -> None:
            page = driver.open(f"http://127.0.0.1:{port}/", colorScheme="dark")
            page.until("document.querySelector('#link-picture').naturalWidth > 0")
            url = page.read("document.querySelector('#link-url').textContent")
            assert url == f"http://127.0.0.1:{port}/?token={TOKEN}"
            page.do("screenshot", {"path": str(shot), "fullPage": True})
            assert [each.text for each in zxingcpp.read_barcodes(image.open(shot))] == [url]
            assert page.complaints == []
            page.close()

        await asyncio.to_thread(watch)

    tell(story, tmp_path, reach=Reach(token=TOKEN))


@pytest.mark.studio
def test_without_lan_there_is_no_such_room(tmp_path: Path, driver: Driver) -> None:
    async def story(_: Hub, port: int) -> None:
        def watch() -> None:
            page = driver.open(f"http://127.0.0.1:{port}/")
            page.until("document.querySelectorAll('.row').length > 20")
            assert page.read("document.querySelector('#link').hidden")
            assert not any("/link" in url and "link.js" not in url for url in page.asked)
            page.close()

        await asyncio.to_thread(watch)

    tell(story, tmp_path)

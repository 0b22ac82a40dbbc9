"""What is asked besides the page: takes, the doctor; and the headers on every answer."""

from __future__ import annotations

import asyncio
import json
import os
from http import HTTPStatus
from pathlib import Path

import pytest

from bridge.app.hub.hub import Hub
from bridge.web.seal import HEADERS
from tests.web.stage import tell


async def get(port: int, path: str, *lines: str) -> tuple[int, dict[str, str], bytes]:
    """Return the status, the headers and the body of what is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = (f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *lines, "", "")
    writer.write("\r\n".join(asked).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    first, *told = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in told)
    return int(first.split()[1]), headers, body


def take(folder: Path, name: str, second: float) -> None:
    (folder / "takes").mkdir(exist_ok=True)
    path = folder / "takes" / name
    path.write_bytes(b"MThd")
    os.utime(path, (second, second))


def test_takes_are_listed_newest_first_and_given(tmp_path: Path) -> None:
    take(tmp_path, "a.mid", 100)
    take(tmp_path, "c.mid", 50)
    take(tmp_path, "b.mid", 200)
    take(tmp_path, "notes.txt", 300)

    async def story(_hub: Hub, port: int) -> None:
        _, _, body = await get(port, "/takes")
        assert [row["name"] for row in json.loads(body)] == ["b.mid", "a.mid", "c.mid"]
        status, headers, body = await get(port, "/takes/a.mid")
        assert (status, headers["content-type"], body) == (HTTPStatus.OK, "audio/midi", b"MThd")
        assert 'filename="a.mid"' in headers["content-disposition"]

    tell(story, tmp_path)


def test_no_takes_are_an_empty_list(tmp_path: Path) -> None:
    async def story(_hub: Hub, port: int) -> None:
        assert (await get(port, "/takes"))[2] == b"[]"

    tell(story, tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "../secret.mid",
        "%2e%2e/secret.mid",
        "%2e%2e%2fsecret.mid",
        "link.mid",
        "notes.txt",
        "",
        "%00",
    ],
)
def test_nothing_but_takes_is_given(path: str, tmp_path: Path) -> None:
    take(tmp_path, "notes.txt", 1)
    (tmp_path / "secret.mid").write_bytes(b"secret")
    (tmp_path / "takes" / "link.mid").symlink_to(tmp_path / "secret.mid")

    async def story(_hub: Hub, port: int) -> None:
        status, _, body = await get(port, f"/takes/{path}")
        assert status in {HTTPStatus.NOT_FOUND, HTTPStatus.TEMPORARY_REDIRECT}
        assert b"secret" not in body

    tell(story, tmp_path)


@pytest.mark.parametrize("path", ["/", "/main.js", "/takes", "/takes/none.mid", "/nowhere"])
def test_every_answer_is_sealed(path: str, tmp_path: Path) -> None:
    async def story(_hub: Hub, port: int) -> None:
        _, headers, _ = await get(port, path)
        for name, value in HEADERS.items():
            assert headers[name.lower()] == value.lower()
        assert headers["content-security-policy"].startswith("default-src 'self';")

    tell(story, tmp_path)


def test_the_doctor_tells_its_findings(tmp_path: Path) -> None:
    async def story(_hub: Hub, port: int) -> None:
        status, _, body = await get(port, "/doctor")
        assert status == HTTPStatus.OK
        for found in json.loads(body):
            assert set(found) == {"check", "mark", "says", "do"}
            assert found["mark"] in {"ok", "note", "wrong"}

    tell(story, tmp_path)


def test_the_doctor_is_not_sent_for_by_other_sites(tmp_path: Path) -> None:
    async def story(_hub: Hub, port: int) -> None:
        status, _, _ = await get(port, "/doctor", "Sec-Fetch-Site: cross-site")
        assert status == HTTPStatus.FORBIDDEN

    tell(story, tmp_path)

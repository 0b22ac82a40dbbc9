"""What the doctor says of the ports of the panel and of OSCQuery."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bridge.app.doctor.finding import Finding, Order
from bridge.app.doctor.web import PANEL, QUERY, examine_web, holder, serves, web_of
from bridge.app.hub.hub import Hub
from tests.control.conftest import free_port
from tests.web.stage import free_tcp_port, tell


@pytest.fixture
def taken() -> Iterator[int]:
    """Hold a port, as a program that says nothing."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield int(sock.getsockname()[1])


def order(web_port: int, query_port: int = 0) -> Order:
    return Order(web_port=web_port, query_port=query_port)


def test_ports_are_free_or_off() -> None:
    panel, query = examine_web(order(free_tcp_port()))
    assert (panel.check, panel.mark, query.check, query.mark) == ("panel", "ok", "OSCQuery", "ok")
    assert panel.says.endswith("is free")
    assert query.says == "off, as asked for"


def test_a_port_of_another_program_is_told_with_its_name(taken: int) -> None:
    """Without a panel's port a jam does not begin; without OSCQuery's it does."""
    panel, query = examine_web(order(taken, taken))
    assert (panel.mark, query.mark) == ("wrong", "note")
    assert f"port {taken} is taken by {holder(taken)}" in panel.says
    assert "--web-port" in panel.do
    assert "--query-port" in query.do
    assert f"(process {os.getpid()})" in holder(taken)


def test_a_program_whose_name_is_not_told_is_another_program(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_kind: str) -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil, "net_connections", refuse)
    assert holder(taken) == "another program"


def test_an_antiphon_is_known_by_what_it_serves(tmp_path: Path) -> None:
    """The one that plays, this very process too, holds its ports rightly."""
    query_port, found = free_tcp_port(), list[list[Finding]]()

    async def story(_: Hub, port: int) -> None:
        def look() -> None:
            assert serves(PANEL, port)
            assert serves(QUERY, query_port)
            assert not serves(QUERY, port)
            asked = order(port, query_port)
            found.extend((web_of(asked, {}), examine_web(asked)))

        await asyncio.to_thread(look)

    tell(story, tmp_path, osc_port=free_port(), query_port=query_port)
    beside, alone = found
    assert [each.mark for each in beside] == ["ok", "ok"]
    assert [each.mark for each in alone] == ["wrong", "note"]
    assert "an Antiphon with another OSC port" in alone[0].says


def test_an_antiphon_that_plays_without_a_panel_is_no_fault(taken: int) -> None:
    free, other = web_of(order(free_tcp_port(), taken), {})
    assert (free.mark, other.mark) == ("note", "note")
    assert "not by that Antiphon" in other.says

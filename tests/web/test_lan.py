"""What the network can reach: nothing, and with --lan what it is let in to.

Two network namespaces with a cable between them are two machines; only root may make them.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.app.hub.lan import EVERYWHERE, kept_token, opened, own_addresses, reach
from bridge.app.hub.plan import Plan
from bridge.app.hub.view import Lines, rows
from bridge.control.reach import HERE, Door, Reach
from bridge.control.snapshot import Snapshot
from bridge.core.errors import SettingError
from bridge.core.params import Settings

ROOT = Path(__file__).resolve().parents[2]
HERE_SPACE, THERE_SPACE = f"antiphon-h{os.getpid()}", f"antiphon-t{os.getpid()}"
US, THEM, STRANGER = "10.77.0.1", "10.77.0.2", "10.77.0.3"
REFUSED = "ConnectionRefusedError"


def ip(*words: str) -> str:
    """Run `ip`; return what it complains of."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""


@pytest.fixture(scope="module")
def _cable() -> Iterator[None]:
    if shutil.which("ip") is None:
        pytest.skip("there is no `ip` here to make a network with")
    if why := ip("netns", "add", HERE_SPACE):
        pytest.skip(f"no network of our own: {why}")
    ip("netns", "add", THERE_SPACE)
    why = ip("link", "add", "v0", "netns", HERE_SPACE, "type", "veth",
             "peer", "name", "v0", "netns", THERE_SPACE)  # fmt: skip
    for space, addresses in ((HERE_SPACE, (US,)), (THERE_SPACE, (THEM, STRANGER))):
        for address in addresses:
            ip("-n", space, "address", "add", f"{address}/24", "dev", "v0")
        for card in ("lo", "v0"):
            ip("-n", space, "link", "set", card, "up")
    if not why:
        yield
    for space in (HERE_SPACE, THERE_SPACE):
        ip("netns", "del", space)
    if why:
        pytest.skip(f"no cable between two networks: {why}")


def inside(space: str, script: str, *words: str) -> list[str]:
    path = str(Path(__file__).with_name(script))
    return ["ip", "netns", "exec", space, sys.executable, path, *words]


@contextmanager
def seat(*, lan: bool, allow: tuple[str, ...] = ()) -> Iterator[tuple[list[str], list[str]]]:
    """Let a hub sit in one network; give what it prints, before and at the end."""
    words = inside(HERE_SPACE, "seat.py", json.dumps({"lan": lan, "allow": allow}))
    told: list[str] = []
    last: list[str] = []
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "ready":
                break
            told.append(line.strip())
        yield told, last
        last += process.communicate(timeout=10)[0].splitlines()


def neighbour(*words: str) -> dict[str, str]:
    """Return how the other machine fared."""
    done = subprocess.run(
        inside(THERE_SPACE, "neighbour.py", US, *words), capture_output=True, text=True,
        check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.usefixtures("_cable")
def test_without_lan_nothing_can_be_reached() -> None:
    with seat(lan=False) as (told, last):
        found = neighbour()
    assert told == []
    assert found.pop("found") == ""
    assert set(found.values()) == {REFUSED}
    assert last == [" 0"]


@pytest.mark.usefixtures("_cable")
def test_with_lan_the_token_opens_the_panel_and_allow_the_rest() -> None:
    with seat(lan=True, allow=(THEM,)) as (told, last):
        [link] = [line.split()[-1] for line in told if "token" in line]
        assert link.startswith(f"http://{US}:9080/?token=")
        found = neighbour(link.partition("=")[2])
    assert [line.split(",")[0] for line in told] == [
        "panel", "OSC", "OSCQuery",
    ]  # fmt: skip
    assert (found["panel"], found["panel with the token"]) == ("403", "303")
    assert found["query"] == "200"
    assert (found["udp"], found["tcp"]) == ("/jam/top_k", "answered")
    assert found["found"] == f"['{US}']:9081"
    assert last == [" 9"]


@pytest.mark.usefixtures("_cable")
def test_with_lan_strangers_are_refused_counted_and_told_once() -> None:
    with seat(lan=True) as (told, last):
        found = neighbour("guess")
    assert "nobody yet" in told[1]
    assert (found["panel"], found["panel with the token"], found["query"]) == ("403",) * 3
    assert (found["udp"], found["tcp"]) == ("TimeoutError", "ConnectionResetError")
    assert last == [f"control: OSC from {THEM} is not obeyed; --allow {THEM} lets it in 0"]


def test_a_door_counts_whom_it_does_not_let_in() -> None:
    said: list[str] = []
    door = Door(Reach(allowed=frozenset({THEM})), said.append)
    assert door.lets_in("127.0.0.1")
    assert door.lets_in(THEM)
    assert not any(door.lets_in(STRANGER) for _ in range(3))
    assert (door.refused, len(said)) == (3, 1)


@pytest.mark.parametrize("text", ["me", "10.0.0", "::1", "10.0.0.0/8", ""])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="--allow takes an address"):
        reach(lan=True, allow=[text])


def test_allow_needs_lan() -> None:
    with pytest.raises(SettingError, match="needs --lan"):
        reach(lan=False, allow=["10.0.0.1"])
    assert reach(lan=False, allow=()) is HERE
    assert opened(Plan()) == {}


def test_each_lan_has_a_token_of_its_own() -> None:
    one, other = reach(lan=True, allow=()), reach(lan=True, allow=())
    assert one.host == EVERYWHERE
    assert len(one.token) > 20
    assert one.token != other.token
    assert {*own_addresses(), "localhost"} <= one.names


def test_the_token_is_the_same_after_a_restart_and_only_ours_to_read(tmp_path: Path) -> None:
    path = tmp_path / "settings" / "lan-token"
    token = kept_token(path)
    assert kept_token(path) == token
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert reach(lan=True, allow=(), token=token).token == token


def test_a_new_token_voids_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "lan-token"
    token = kept_token(path)
    renewed = kept_token(path, anew=True)
    assert renewed not in {"", token}
    assert kept_token(path) == renewed


@pytest.mark.parametrize("damaged", [b"", b"short\n", b"\xff" * 22, b"a token with spaces in it"])
def test_a_damaged_token_is_drawn_anew(damaged: bytes, tmp_path: Path) -> None:
    path = tmp_path / "lan-token"
    path.write_bytes(damaged)
    assert len(kept_token(path)) > 20
    assert kept_token(path).encode() == path.read_bytes().strip() != damaged


def test_where_the_token_cannot_be_kept_one_line_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert kept_token(tmp_path / "file" / "lan-token")
    assert capsys.readouterr().err.count("\n") == 1


def test_what_is_open_is_told_once_and_the_panel_also_for_this_machine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    there = reach(lan=True, allow=(THEM,), token="t" * 22)
    where = replace(there, addresses=(US,))
    found = opened(Plan(osc_port=9000, web_port=9080, query_port=9081, reach=where))
    snapshot = Snapshot(settings=Settings(), osc_port=9000, web_port=9080, takes="takes")
    lines = Lines(found)
    for _ in range(2):
        lines.show(snapshot)
    told = capsys.readouterr().out
    shown = dict(rows(snapshot, found))
    assert "127.0.0.1:9000" not in told + str(shown)
    assert told.count("panel: http://127.0.0.1:9080\n") == 1
    assert shown["panel"] == "http://127.0.0.1:9080"
    assert shown["link"] == found["panel"]
    assert told.count("open to the network") == 3
    assert f"panel, http://{US}:9080/?token={'t' * 22}\n" in told
    assert shown["OSC"] == f"{US}:9000, UDP and TCP: {THEM}"
